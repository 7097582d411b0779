"""The table of date words, ``words.csv``, as dictionaries and as parts of patterns."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_words(path: Path) -> dict[str, dict[str, str]]:
    """Return a table of words as {kind: {word: value}}; lines that begin with # are notes."""
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    table: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(lines):
        table.setdefault(row["kind"], {})[row["word"]] = row["value"]
    return table


WORDS: Final = read_words(Path(__file__).with_name("words.csv"))
"""``{kind: {word: value}}``; kinds: month, lunar_month, weekday, weekday_short, weekday_english,
month_english, half, number, unit, just_now, day_word, published, changed, other_date,
linking, label, zone."""


def numbers(*kinds: str) -> dict[str, int]:
    """Return the words of ``kinds`` with their values as numbers.

    >>> numbers("lunar_month")
    {'giêng': 1, 'chạp': 12}
    """
    return {word: int(value) for kind in kinds for word, value in WORDS[kind].items()}


def one_of(*kinds: str) -> str:
    """Return a pattern of all words of ``kinds``.

    >>> one_of("lunar_month")
    '(?:giêng|chạp)'
    """
    return any_word(word for kind in kinds for word in WORDS[kind])


def any_word(words: Iterable[str]) -> str:
    """Return a pattern of ``words``, the longest first so that none hides another."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, ordered))})"


def remove_marks(text: str) -> str:
    """Return ``text`` without tone and vowel marks, đ as d: as typed with no Vietnamese keys.

    >>> remove_marks("thứ bảy, đêm")
    'thu bay, dem'
    """
    split = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


_MARKED: Final = {
    remove_marks(part): part
    for kind in ("month", "weekday", "half", "number", "unit", "day_word")
    for word in WORDS[kind]
    for part in word.split()
    if not part.isascii()
} | {remove_marks(part): part for part in ("tháng", "trước", "cách", "lúc", "vừa", "đăng", "cập")}
# Every alternative is a plain word: the pattern reads each letter a bounded number of times. `Thu,`
# is Thursday in English.
_UNMARKED_RE: Final = re.compile(
    rf"\b(?:{any_word(word for word in _MARKED if word != 'thu')}"
    r"|thu(?= (?:hai|ba|tu|nam|sau|bay|[2-7])\b))\b"
)


def restore_marks(text: str) -> str:
    """Return ``text`` with the marks of date words put back, if it has no marked letter at all.

    Only for reading, never stored. A text that writes any mark writes all of them: in `5 tháng
    sau` the last word is *after*, not *six*, so it stays.

    >>> restore_marks("thu nam, 5 thang sau, 2023")
    'thứ năm, 5 tháng sáu, 2023'
    >>> restore_marks("5 tháng sau")
    '5 tháng sau'
    """
    if not text.isascii():
        return text
    return _UNMARKED_RE.sub(lambda match: _MARKED[match[0]], text)
