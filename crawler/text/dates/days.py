"""The rules that read a day: a short list, tried in order, the first that matches decides.

Day before month always, as in Vietnam (Vietnamese style guides and the CLDR ``vi`` patterns know
no other order); month first only where day first names no month. A rule reads numbers, it never
repairs them: 31/02 is an error of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.text.dates.words import numbers, one_of

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS: Final = numbers("month")
ENGLISH_MONTHS: Final = numbers("month_english")

MONTH_FIRST = "date_month_first"
"""Flag: read month first, since day first is impossible."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as printed: numbers only, not yet proved to exist; ``day`` None for a whole month."""

    year: int | None
    month: int
    day: int | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayRule:
    """One printed form: its name, an example, where it is printed, its pattern and its reading."""

    name: str
    example: str
    source: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Day]


# Neither digits nor a number's separator may stand at the edge: 178/2024, 0260.3862.123 and
# 10.10.2022.5 are no dates. All quantifiers below are bounded and no two adjacent ones share a
# character, so every pattern is linear.
_LEFT = r"(?<![0-9])(?<![0-9][/.:])"
_RIGHT = r"(?![0-9]|[/.][0-9])"
_NAMED = rf"tháng[ -]?(?P<name>{one_of('month')}\b|[0-9]{{1,2}}(?![0-9]))"
_SHORT = r"th(?:g|áng)?\.? ?(?P<short>[0-9]{1,2})(?![0-9])"
_MONTH = rf"(?:{_NAMED}|{_SHORT})"
_ENGLISH = rf"\b(?P<english>{one_of('month_english')})\b\.?"
_GAP = r" ?[,./-]? ?"
_YEAR = rf"{_GAP}(?:năm:? ?)?(?P<year>[12][0-9]{{3}})(?![0-9])"
_ORDINAL = "(?:st|nd|rd|th)?"


def _month_of(match: re.Match[str]) -> int:
    """Return the month a match names, by word or by number."""
    groups = match.groupdict()
    if groups.get("english"):
        return ENGLISH_MONTHS[groups["english"]]
    word = groups.get("name") or groups.get("short") or groups["month"]
    return MONTHS[word] if word in MONTHS else int(word)


def _read_named(match: re.Match[str]) -> Day:
    """Return the day of a match whose groups are called year, day and one of the months."""
    groups = match.groupdict()
    year, day = groups.get("year"), groups.get("day")
    return Day(int(year) if year else None, _month_of(match), int(day) if day else None)


def _read_day_first(match: re.Match[str]) -> Day:
    """Return day/month/year, or month/day/year where day first names no month."""
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if month > 12 and 1 <= day <= 12:
        return Day(year, day, month, (MONTH_FIRST,))
    return Day(year, month, day)


def _read_short_year(match: re.Match[str]) -> Day:
    """Return day/month/year of two digits: 00-68 are 20xx, as POSIX strptime reads ``%y``."""
    year = int(match["year"])
    return Day(year + (2000 if year <= 68 else 1900), _month_of(match), int(match["day"]))


def _rule(
    name: str, example: str, source: str, pattern: str, read: Callable[[re.Match[str]], Day]
) -> DayRule:
    return DayRule(name, example, source, re.compile(pattern), read)


DAY_RULES: Final = (
    _rule(
        "year_month_day",
        "2022-07-14",
        "ISO 8601; Joomla and NukeViet attributes",
        rf"{_LEFT}(?P<year>[12][0-9]{{3}}) ?([-/.]) ?(?P<month>[0-9]{{1,2}}) ?\2 ?"
        r"(?P<day>[0-9]{1,2})(?![0-9]|[/.][0-9])",
        _read_named,
    ),
    _rule(
        "day_month_year",
        "14/07/2022",
        "`d/m/Y`, `d-m-Y`, `d.m.Y` of themes and newspapers",
        rf"{_LEFT}(?P<day>[0-9]{{1,2}}) ?([-/.]) ?(?P<month>[0-9]{{1,2}}) ?\2 ?"
        rf"(?P<year>[0-9]{{4}}){_RIGHT}",
        _read_day_first,
    ),
    _rule(
        "day_month_name_year",
        "14 Tháng Bảy, 2022",
        "`j F, Y`, the default of WordPress in Vietnamese; `ngày 14 tháng 7 năm 2022`; CLDR `thg`",
        rf"(?<![0-9])(?P<day>[0-9]{{1,2}}){_GAP}{_MONTH}{_YEAR}",
        _read_named,
    ),
    _rule(
        "month_name_day_year",
        "Tháng Bảy 14, 2022",
        "`F j, Y`, the default of WordPress in English, kept by themes; `M j, Y`",
        rf"\b{_MONTH}{_GAP}(?:ngày )?(?P<day>[0-9]{{1,2}}){_YEAR}",
        _read_named,
    ),
    _rule(
        "english_day_month_year",
        "14 July 2022",
        "RFC 2822 and themes left untranslated",
        rf"(?<![0-9])(?P<day>[0-9]{{1,2}}){_ORDINAL}(?: of)?{_GAP}{_ENGLISH}{_YEAR}",
        _read_named,
    ),
    _rule(
        "english_short_year",
        "14 Jul 22 08:30",
        "RFC 822, the older form of feeds; only before a clock time",
        rf"(?<![0-9])(?P<day>[0-9]{{1,2}}) {_ENGLISH} (?P<year>[0-9]{{2}})(?= [0-9]{{2}}:)",
        _read_short_year,
    ),
    _rule(
        "english_month_day_year",
        "July 14, 2022",
        "`F j, Y` of themes left untranslated",
        rf"{_ENGLISH} ?(?P<day>[0-9]{{1,2}}){_ORDINAL}(?![0-9]){_YEAR}",
        _read_named,
    ),
    _rule(
        "english_clock_year",
        "Thu Jul 14 15:30:00 2022",
        "asctime of the C standard, the `date` of Unix; the year is read past the clock time",
        rf"{_ENGLISH} (?P<day>[0-9]{{1,2}})(?= [0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?"
        r"(?: [a-z]{1,5}| [+-][0-9]{4})? (?P<year>[12][0-9]{3})(?![0-9]))",
        _read_named,
    ),
    _rule(
        "day_month_year_spaced",
        "14 07 2022",
        "`d m Y`, `d m, Y`; two digits each, so that no other numbers are taken for it",
        r"(?<![0-9])(?:(?<![0-9] )|(?<=[:hg][0-9]{2} ))"
        r"(?P<day>[0-9]{2}) (?P<month>[0-9]{2}),? (?P<year>[12][0-9]{3})"
        r"(?![0-9]| [0-9]{1,3}(?![0-9:hg]))",
        _read_day_first,
    ),
    _rule(
        "day_month_short_year",
        "14/07/22",
        "`d/m/y` of older themes",
        rf"{_LEFT}(?<![0-9]-)(?P<day>[0-9]{{1,2}})([-/.])(?P<month>[0-9]{{1,2}})\2"
        r"(?P<year>[0-9]{2})(?![0-9:]|[-/.,][0-9])",
        _read_short_year,
    ),
)
"""Days with a year: read wherever they stand in the text."""

MONTH_RULES: Final = (
    _rule(
        "month_name_year",
        "Tháng Bảy 2022",
        "`F Y` of archive pages; `tháng 7 năm 2022`",
        rf"\b{_MONTH}{_YEAR}",
        _read_named,
    ),
    _rule(
        "english_month_year",
        "July 2022",
        "`F Y` of themes left untranslated",
        rf"{_ENGLISH}{_YEAR}",
        _read_named,
    ),
    _rule(
        "month_year",
        "07/2022",
        "`m/Y` of archive pages",
        rf"{_LEFT}(?P<month>[0-9]{{1,2}})[/-](?P<year>[12][0-9]{{3}}){_RIGHT}",
        _read_named,
    ),
)
"""Months: read only where no other number stands in the text."""

PARTIAL_RULES: Final = (
    _rule(
        "day_month_name",
        "ngày 5 tháng 10",
        "newspapers' lists",
        rf"(?<![0-9])(?P<day>[0-9]{{1,2}}){_GAP}{_MONTH}",
        _read_named,
    ),
    _rule(
        "english_day_month",
        "14 Jul",
        "themes left untranslated",
        rf"(?<![0-9])(?P<day>[0-9]{{1,2}}){_ORDINAL} {_ENGLISH}",
        _read_named,
    ),
    _rule(
        "english_month_day",
        "Jul 14",
        "themes left untranslated",
        rf"{_ENGLISH} (?P<day>[0-9]{{1,2}}){_ORDINAL}(?![0-9])",
        _read_named,
    ),
    _rule(
        "day_month",
        "13/04",
        "`d/m` and `d-m` of lists",
        rf"{_LEFT}(?P<day>[0-9]{{1,2}}) ?[/-] ?(?P<month>[0-9]{{1,2}}){_RIGHT}",
        _read_named,
    ),
)
"""Days without a year: read only where nothing else stands in the text, and a capture time is
known."""
