"""Months the text speaks of: `cuối tháng 5`, `tháng 12.2025`, `từ tháng 2-2026`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crawler.text.dates.words import numbers as date_numbers
from crawler.text.dates.words import one_of as date_one_of
from crawler.text.events.resolve import nearest

MONTHS: Final = date_numbers("month")


@dataclass(frozen=True, slots=True)
class Month:
    """A whole month and where its words stand."""

    first: date
    last: date
    start: int
    end: int


# Matched at one place, bounded quantifiers only. `6 tháng 2 tuần` is a length of time, `tháng 7 âm
# lịch` the moon's, `Cách mạng Tháng Tám` a name.
MONTH_RE: Final = re.compile(
    rf"tháng (?P<month>{date_one_of('month')}\b|[0-9]{{1,2}}(?![0-9]))"
    r"(?:(?: ?[./-] ?| năm |, )(?P<year>[12][0-9]{3})(?![0-9]))?(?![/.-][0-9])(?! âm lịch| al\b)"
    r"(?: (?P<side>tới|sau|năm nay|năm ngoái|năm trước))?(?! lần\b)"
)
_AMOUNT_RE: Final = re.compile(
    r"(?:[0-9]|\b(?:mấy|vài|nhiều|những|hai|ba|nửa|một|mỗi|hàng|hằng|từng|ngày|mạng)) ?$"
)
# `tháng năm` is also "the years" and, in `ngày tháng năm sinh`, "month and year".
_MAY_RE: Final = re.compile(r"\b(?:đầu|giữa|cuối|trong|vào|từ|đến|tới|hết) $")


def read_month(text: str, start: int, published: date) -> Month | None:
    """Return the month whose words stand at ``start``.

    >>> read_month("cuối tháng 5 chưa", 5, date(2026, 5, 18)).last
    datetime.date(2026, 5, 31)
    """
    match = MONTH_RE.match(text, start)
    left = text[max(0, start - 8) : start]
    if match is None or _AMOUNT_RE.search(left):
        return None
    word = match["month"]
    if word == "năm" and not match["year"] and not _MAY_RE.search(left):
        return None
    number = MONTHS[word] if word in MONTHS else int(word)
    first = _first_day(number, match, published)
    if first is None:
        return None
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Month(first, last, start, match.end())


def _first_day(number: int, match: re.Match[str], published: date) -> date | None:
    """Return the first day of the month, in the printed year or the nearest one."""
    if not 1 <= number <= 12:
        return None
    if match["year"]:
        return date(int(match["year"]), number, 1)
    side = match["side"] or ""
    if side.startswith("năm"):
        return date(published.year - (side != "năm nay"), number, 1)
    if side:
        return date(published.year + (number <= published.month), number, 1)
    near = nearest(lambda year: date(year, number, min(published.day, 28)), published)
    return near.replace(day=1) if near else None
