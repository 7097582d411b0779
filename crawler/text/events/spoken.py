"""Days named by words: `sáng nay`, `tối qua`, `ngày mai`, `chiều thứ Bảy tuần trước`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crawler.text.dates.words import numbers as date_numbers
from crawler.text.dates.words import one_of as date_one_of
from crawler.text.events.resolve import nearest
from crawler.text.events.words import numbers, one_of
from crawler.text.lunar import solar_day

RELATIVE: Final = numbers("relative") | numbers("after_part")
WEEKS: Final = numbers("weeks")
SIDES: Final = numbers("side")
MAX_ITEMS: Final = 4
WEEKDAYS: Final = date_numbers("weekday")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A day named by words and where the words stand; ``sure`` if they can mean nothing else."""

    day: date
    part: str | None
    start: int
    end: int
    sure: bool = True


# Matched at one place, bounded quantifiers only. `qua` and `mai` also begin other words: `sáng
# qua đời` is none, `mai sau` is "in the future".
_PART = rf"(?:(?P<part>{one_of('part')}) )"
_NOT_DAY = r"(?! (?:đời|khỏi|mặt|đường|lại|tay|sông|cầu|biên giới|sau|táng|mối)\b)(?![^\W_])"
RELATIVE_RE: Final = re.compile(
    rf"{_PART}?(?:ngày )?(?P<word>{one_of('relative')}){_NOT_DAY}"
    rf"|(?P<part_before>{one_of('part')}) (?:ngày )?(?P<after>{one_of('after_part')}){_NOT_DAY}"
)
EVE_RE: Final = re.compile(rf"{_PART}giao thừa\b")
DAYS_AGO_RE: Final = re.compile(r"cách đây (?:khoảng )?(?P<days>[0-9]{1,2}) ngày(?! đêm)\b")
WEEKDAY_RE: Final = re.compile(
    rf"{_PART}?(?P<named>ngày |hôm )?(?P<weekday>{date_one_of('weekday')})(?![^\W_])"
    rf"(?: (?:(?P<weeks>{one_of('weeks')})|(?P<side>{one_of('side')}))(?![^\W_]))?"
    r"(?! (?:hàng|hằng|mỗi) tuần| liên tiếp| của| trong\b)"
)
_ORDINAL_RE: Final = re.compile(rf"\b{one_of('ordinal')} $")
_JOIN_RE: Final = re.compile(r" (?:và|đến|tới) |, ")


def read_relative(text: str, start: int, published: date) -> Spoken | None:
    """Return the day that words count from publication, if such words stand at ``start``."""
    match = RELATIVE_RE.match(text, start)
    if match:
        days = RELATIVE[match["word"] or match["after"]]
        part = match["part"] or match["part_before"]
        return Spoken(published + timedelta(days=days), part, start, match.end())
    if match := DAYS_AGO_RE.match(text, start):
        day = published - timedelta(days=int(match["days"]))
        return Spoken(day, None, start, match.end())
    match = EVE_RE.match(text, start)
    eve = nearest(_new_years_eve, published) if match else None
    return Spoken(eve, match["part"], start, match.end()) if match and eve else None


def _new_years_eve(year: int) -> date | None:
    """Return the day before the first of the lunar ``year``: the night of it is `giao thừa`."""
    first = solar_day(year, 1, 1)
    return first - timedelta(days=1) if first else None


def read_weekdays(text: str, start: int, published: date, future: bool) -> list[Spoken]:
    """Return the weekdays that stand from ``start`` on, joined by `và` or `đến`.

    One without a word that says which week takes it from the next: `tối thứ Bảy đến sáng Chủ nhật
    này`. One that has neither is the nearest on the side the sentence speaks of,
    and needs a part of the day or `hôm`: `ngày thứ hai` is more often the second day.
    """
    matches: list[re.Match[str]] = []
    position = start
    if _ORDINAL_RE.search(text[max(0, start - 10) : start]):
        return []
    while len(matches) < MAX_ITEMS and (match := WEEKDAY_RE.match(text, position)):
        matches.append(match)
        join = _JOIN_RE.match(text, match.end())
        if join is None:
            break
        position = join.end()
    spoken: list[Spoken] = []
    which: re.Match[str] | None = None
    for match in reversed(matches):
        which = match if match["weeks"] or match["side"] else which
        day = _weekday(WEEKDAYS[match["weekday"]], which, published, future)
        sure = bool(which or match["part"] or match["named"] == "hôm ")
        spoken.append(Spoken(day, match["part"], match.start(), match.end(), sure))
    return spoken[::-1]


def _weekday(weekday: int, which: re.Match[str] | None, published: date, future: bool) -> date:
    """Return the day of a weekday, by the words after it or else by the sentence."""
    if which and which["weeks"]:
        monday = published - timedelta(days=published.weekday())
        return monday + timedelta(weeks=WEEKS[which["weeks"]], days=weekday)
    if which and which["side"]:
        return _beside(weekday, published, SIDES[which["side"]])
    if weekday == published.weekday():
        return published
    return _beside(weekday, published, 1 if future else -1)


def _beside(weekday: int, published: date, side: int) -> date:
    """Return the nearest such weekday before (-1) or after (1) publication."""
    days = (weekday - published.weekday()) * side % 7 or 7
    return published + timedelta(days=side * days)
