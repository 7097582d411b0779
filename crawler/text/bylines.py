"""Printed bylines: who wrote, took the pictures, translated; and whose item it is.

A name is kept as printed (tone placement and apostrophe are the author's); order as printed. What
cannot be split safely stays whole; what is no byline at all gives an empty ``Byline``.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.items import Author
from crawler.text.characters import normalize_text
from crawler.text.credit_reader import CreditReader
from crawler.text.tables import alternation, load_words

MAX_BYLINE = 300
"""Characters; a longer text is no byline."""

_MAX_RAW = 2_000
_EMAIL_RE = re.compile(r"(?i:(?:e-?mail|thư)\s*:\s*)?[\w.+-]{1,64}@[\w.-]{1,80}|(?<!\w)@\w{2,40}")
# Of an address only the house is kept: `https://baokontum.com.vn/xa-hoi/…`.
_URL_RE = re.compile(r"https?://([\w.-]{1,80})(?:[/:?#]\S*)?", re.IGNORECASE)
_PHONE_RE = re.compile(
    r"(?:(?:sđt|tel|hotline|phone|mobile|(?:số\s+)?(?:đt|điện\s+thoại))\s*[:.]?\s*)?"
    r"(?<!\w)\+?\d[\d .-]{7,13}\d",
    re.IGNORECASE,
)
# `30/04/2016 11:39`, `20:59 ngày 08/04/2020`, `lúc : 11/07/14 11:35`, `13:34 GMT+7`. Each part is
# anchored by its digits and no part repeats: linear.
_TIME = r"\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?(?:\s?[AP]M)?"
_DATE = r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?"
_WHEN_RE = re.compile(
    rf"(?:(?<!\w)(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy)|chủ\s+nhật)\s*,)?\s*(?:cập\s+nhật(?:\s+lúc)?|đăng\s+lúc|đăng\s+ngày|lúc|ngày)?[\s:,]*(?:{_TIME}|{_DATE})",
    re.IGNORECASE,
)
_WHEN_REST_RE = re.compile(r"\(?gmt\s?[+-]?\d{0,2}\)?|cập\s+nhật(?:\s+lúc)?", re.IGNORECASE)
_DIGIT_RE = re.compile(r"\d")
# U+00D0 LATIN CAPITAL LETTER ETH and U+0189 AFRICAN D look like Đ and come from old keyboards.
_ETH = str.maketrans("ÐƉð［］[]", "ĐĐđ()()")


@dataclass(frozen=True, slots=True)
class Byline:
    """What a printed byline says."""

    authors: tuple[Author, ...] = ()
    sources: tuple[str, ...] = ()
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A byline and how far the text was understood; for the search of a byline in an article."""

    byline: Byline
    is_complete: bool
    """Every word of the text has a place in the byline."""
    is_marked: bool
    """More than bare names: a label, a source, staff."""


_NOTHING = Reading(Byline(), False, False)


def parse_byline(raw: str) -> Byline:
    """Return the persons, sources and staff of a printed byline; two lines joined by a line feed.

    Never raises; a text that is no byline gives an empty ``Byline``.

    >>> [author.name for author in parse_byline("CTV Y Nhàn – Hữu Huy").authors]
    ['Y Nhàn', 'Hữu Huy']
    >>> parse_byline("Bài, ảnh: NGỌC HẠNH (TTXVN)").authors
    (Author(name='Ngọc Hạnh', roles=('text', 'photo')),)
    >>> parse_byline("Nhóm PV").is_staff, parse_byline("Tin liên quan") == Byline()
    (True, True)
    """
    return read_byline(raw).byline


def read_byline(raw: str) -> Reading:
    """Return the byline and how much of ``raw`` it accounts for."""
    raw = raw.strip()
    return _read(raw) if len(raw) <= _MAX_RAW else _NOTHING


@lru_cache(maxsize=1024)  # the same reporters sign day after day
def _read(raw: str) -> Reading:
    lines = _clean_lines(raw)
    if not lines or (lines[0][0] == "*" != lines[0][-1]):
        return _NOTHING
    reader = CreditReader()
    for line in lines:
        reader.read_line(line)
    reader.settle_pending()
    if not reader.is_complete and not _is_worth_keeping(reader):
        return _NOTHING
    return Reading(_byline(reader), reader.is_complete, reader.is_marked)


def clear_cache() -> None:
    """Forget the bylines read so far; for benchmarks."""
    _read.cache_clear()


def _is_worth_keeping(reader: CreditReader) -> bool:
    """Return whether the part understood can be trusted though another part was not."""
    return reader.is_marked


def _byline(reader: CreditReader) -> Byline:
    authors = tuple(Author(person.name, person.final_roles()) for person in reader.persons)
    return Byline(authors, tuple(reader.sources), reader.is_staff)


def _clean_lines(raw: str) -> list[str]:
    """Return the lines that say something, without dates, addresses and `Bởi`."""
    if "&" in raw:
        raw = html.unescape(raw)
    lines = [normalize_text(line).translate(_ETH) for line in raw.splitlines()]
    if sum(map(len, lines)) > MAX_BYLINE:
        return []
    return [line for line in map(_clean_line, lines) if line]


def _clean_line(line: str) -> str:
    """Return the line with a separator in place of e-mail, phone and date."""
    if "@" in line:
        line = _EMAIL_RE.sub("|", line)
    if "://" in line:
        line = _URL_RE.sub(r"\1", line)
    if _DIGIT_RE.search(line):
        line = _WHEN_REST_RE.sub("|", _WHEN_RE.sub("|", _PHONE_RE.sub("|", line)))
    return _by_re().sub("", line.replace("()", "").strip(' -–—|,;:"“”'), count=1).strip(" -–—|,;:")


@cache
def _by_re() -> re.Pattern[str]:
    """Return the pattern of `Bởi`, `Đăng bởi:` at the start."""
    words = alternation(load_words("credit_words", "kind", "by"))
    return re.compile(rf"^(?:{words})(?:\s*:\s*|\s+)", re.IGNORECASE)
