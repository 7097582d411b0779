"""The tables of words beside this package, and the key under which a word is looked up.

A table is a CSV file that a Vietnamese speaker without Python can mend; it is read once, on first
use. Several values in one cell are separated by ``;``.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

# Every dash a keyboard or WordPress makes of a typed hyphen, escaped for a character class.
DASHES = r"\-‐‑‒–—―−"
# White space around the signs that newsrooms print with and without it: `VH - TT`, `ĐS&PL`.
_SIGN_RE = re.compile(rf"\s*([{DASHES}&+/,])\s*")
_DASH_RE = re.compile(f"[{DASHES}]")
# The tone mark stands on either vowel: `Văn hóa` and `Văn hoá` are one word. Keys only.
_TONE_RE = re.compile("o[àáảãạ](?!\\w)|o[èéẻẽẹ](?!\\w)|u[ỳýỷỹỵ](?!\\w)")
_TO_FIRST_VOWEL = {
    old + mark: vowel + new
    for old, new, plain, marked in (
        ("o", "a", "òóỏõọ", "àáảãạ"),
        ("o", "e", "òóỏõọ", "èéẻẽẹ"),
        ("u", "y", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for vowel, mark in zip(plain, marked, strict=True)
}


@lru_cache(maxsize=8192)
def fold_key(text: str) -> str:
    """Return the comparison key of a word or name: case, dashes, spaces, tone place folded.

    Keeps diacritics: they tell names apart. Never stored.

    >>> fold_key("Văn Hoá –  Thể thao"), fold_key("TT & VH"), fold_key("")
    ('văn hóa-thể thao', 'tt&vh', '')
    """
    key = _DASH_RE.sub("-", _SIGN_RE.sub(r"\1", " ".join(text.casefold().split())))
    return _TONE_RE.sub(lambda match: _TO_FIRST_VOWEL[match[0]], key)


@cache
def load_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``crawler/text/<name>.csv``, in their order."""
    text = (files("crawler.text") / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def load_words(name: str, column: str, *values: str) -> frozenset[str]:
    """Return the folded first cells of the rows whose ``column`` holds one of ``values``."""
    rows = load_table(name)
    word = next(iter(rows[0]))
    return frozenset(fold_key(row[word]) for row in rows if set(row[column].split()) & set(values))


def split_cell(cell: str) -> list[str]:
    """Return the values of one cell.

    >>> split_cell("VOV1; VOV2;"), split_cell("")
    (['VOV1', 'VOV2'], [])
    """
    return [value.strip() for value in cell.split(";") if value.strip()]


def alternation(words: frozenset[str]) -> str:
    r"""Return a regex that matches any of ``words``, the longest first; spaces match any run.

    >>> alternation(frozenset({"ảnh", "hình ảnh"}))
    'hình\\s+ảnh|ảnh'
    """
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace("\\ ", "\\s+") for word in ordered)
