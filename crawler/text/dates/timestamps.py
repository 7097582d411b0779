"""When an article was published, from the text a site prints: our own rules, in a visible order.

The order: a machine's ISO 8601 time; a time counted from the capture; a day with its year; a
month; a day without its year. What no rule reads is an error that carries the text: there is no
fuzzy parsing and no "today" as a fallback, and the clock is an argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from crawler.exceptions import DateFormatError
from crawler.text.dates.clock import VIETNAM, Clock, find_clocks
from crawler.text.dates.days import DAY_RULES, MONTH_RULES, Day, DayRule
from crawler.text.dates.foreign import read_foreign
from crawler.text.dates.partial import FILLER_RE, read_without_year
from crawler.text.dates.relative import read_relative
from crawler.text.dates.stamp import (
    EARLIEST_YEAR,
    Timestamp,
    at_clock,
    is_epoch,
    make_timestamp,
    midnight,
    real_day,
    weekday_flags,
)
from crawler.text.dates.surface import clean_stamp
from crawler.text.dates.words import WORDS, numbers, one_of
from crawler.text.lunar import BRANCHES, STEMS

WEEKDAYS: Final = numbers("weekday", "weekday_short", "weekday_english")

# `Thứ Năm`, `T5`, `CN`, `Thu,`; and `Th 5` where a numeric date follows, since `Th5` is May.
WEEKDAY_RE: Final = re.compile(
    rf"\b(?P<weekday>{one_of('weekday', 'weekday_short')}"
    rf"|{one_of('weekday_english')}(?=\.?,| [0-9]|\.? (?:{'|'.join(WORDS['month_english'])}))"
    r"|th ?[2-7](?=,? ?[0-9]{1,2} ?[/.-] ?[0-9]))(?![^\W_])"
)
# A text that begins with `thứ` and goes on with a word that is no weekday (`Thứ Tám`) is broken.
BROKEN_WEEKDAY_RE: Final = re.compile(r"^thứ (?:[^\W\d_]+|[0189]),")
PUBLISHED_RE: Final = re.compile(rf"\b{one_of('published')}\b")
BASIC_ISO_RE: Final = re.compile(r"[0-9]{8}T(?:[01][0-9]|2[0-3])[0-9]{4}(?:Z|[+-][0-9]{4})?")
CHANGED_RE: Final = re.compile(rf"\b{one_of('changed')}\b")
OTHER_DATE_RE: Final = re.compile(rf"\b{one_of('other_date')}\b")
YEAR_RE: Final = re.compile(r"[12][0-9]{3}(?![0-9])")
LUNAR_RE: Final = re.compile(
    r"^ ?[(,]? ?(?:âm lịch|âl\b|năm "
    rf"(?:{'|'.join(STEMS)}) (?:{'|'.join(BRANCHES)}|tí|tị)\b)"
)
_BETWEEN_RE: Final = re.compile(rf"(?:\b{one_of('linking')}\b|[\s,;:|@()./·•-])*")


@dataclass(frozen=True, slots=True)
class _Found:
    """A day and where it stood."""

    rule: DayRule
    day: Day
    start: int
    end: int


def parse_timestamp(raw: str, *, reference: datetime | None = None) -> Timestamp:
    """Return the time that ``raw`` prints; ``reference`` is when the page was fetched, aware.

    A stamp without a zone is Vietnam's time. Of two stamps the one labelled as publication counts
    (`Đăng:`), else the first. A day without a year is the latest not after ``reference``.

    Raises:
        DateFormatError: if there is no date in it, or one that is impossible or ambiguous.

    >>> parse_timestamp("Thứ Năm, 14/07/2022 - 15:30").value.isoformat()
    '2022-07-14T15:30:00+07:00'
    >>> parse_timestamp("14 Tháng Bảy, 2022").precision
    'day'
    >>> parse_timestamp("31/02/2022")
    Traceback (most recent call last):
    crawler.exceptions.DateFormatError: cannot read date '31/02/2022': no such day
    """
    machine = _parse_iso(raw)
    if machine is not None:
        return machine
    text = clean_stamp(raw)
    if reference is not None:
        reference = reference.astimezone(VIETNAM)
    try:
        return _parse_printed(text, reference)
    except (ValueError, OverflowError) as error:
        raise DateFormatError(raw, str(error)) from error


def _parse_iso(raw: str) -> Timestamp | None:
    """Return a machine's time read by the standard library, None if ``raw`` is not plainly one."""
    if not 16 <= len(raw) <= 35 or raw[11:13] == "24":
        return None
    if (raw[4] != "-" or raw[7] != "-") and not BASIC_ISO_RE.fullmatch(raw):
        return None
    try:
        value = datetime.fromisoformat(raw)
        value = value.replace(tzinfo=VIETNAM) if value.tzinfo is None else value.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None
    if value.year < EARLIEST_YEAR or is_epoch(value):
        return None
    second = raw[16:17] == ":" or raw[8] == "T"
    return Timestamp(value.replace(microsecond=0), "second" if second else "minute", "iso_8601")


def _parse_printed(text: str, reference: datetime | None) -> Timestamp:
    """Return what the rules read.

    Raises:
        ValueError: with the reason, if none reads it or what it reads is impossible.
    """
    foreign = read_foreign(text)
    if foreign is not None:
        return foreign
    counted = read_relative(text, reference)
    if counted is not None:
        return make_timestamp(counted.moment, counted.precision, counted.rule, ())
    if BROKEN_WEEKDAY_RE.search(text) and not WEEKDAY_RE.match(text):
        raise ValueError("no such weekday")
    text, weekday = _take_weekday(_published_part(text))
    found = _first_day(text, 0)
    if found is not None:
        return _with_clock(text, found, weekday)
    if (found := _find_month(text)) is not None:
        return _month(found)
    return read_without_year(text, weekday, reference)


def _take_weekday(text: str) -> tuple[str, int | None]:
    """Return the text with the weekday blanked out, and the weekday, Monday 0."""
    match = WEEKDAY_RE.search(text)
    if match is None:
        return text, None
    word = match["weekday"]
    weekday = WEEKDAYS[word] if word in WEEKDAYS else int(word[-1]) - 2
    blank = " " * (match.end() - match.start())
    return text[: match.start()] + blank + text[match.end() :], weekday


def _published_part(text: str) -> str:
    """Return the part of the text about the publication: of two stamps the one labelled as such.

    >>> _published_part("cập nhật: 15/07/2022 08:00 | đăng: 14/07/2022 15:30")
    'đăng: 14/07/2022 15:30'
    >>> _published_part("14/07/2022 (cập nhật 15/07/2022)")
    '14/07/2022 ('
    """
    first = _first_day(text, 0)
    if first is None:
        return text
    label = PUBLISHED_RE.search(text)
    if label and len(YEAR_RE.findall(text)) > 1 and (day := _first_day(text, label.end())):
        text, first = text[label.start() :], replace(day, end=day.end - label.start())
    if len(YEAR_RE.findall(text)) > 1 and (second := _first_day(text, first.end)):
        text = text[: second.start]
    changed = CHANGED_RE.search(text, first.end)
    return text[: changed.start()] if changed else text


def _first_day(text: str, start: int) -> _Found | None:
    """Return the leftmost day from ``start`` on; of two rules there, the earlier in the list."""
    best: _Found | None = None
    for rule in DAY_RULES:
        match = rule.pattern.search(text, start)
        if match and (best is None or match.start() < best.start):
            best = _Found(rule, rule.read(match), match.start(), match.end())
    return best


def _find_month(text: str) -> _Found | None:
    """Return the month with a year that is all there is in the text."""
    for rule in MONTH_RULES:
        match = rule.pattern.search(text)
        if match and not FILLER_RE.sub("", text[: match.start()] + text[match.end() :]):
            return _Found(rule, rule.read(match), match.start(), match.end())
    return None


def _month(found: _Found) -> Timestamp:
    """Return the first day of a month.

    Raises:
        ValueError: if there is no such month.
    """
    day = real_day(found.day, found.day.year or 0)
    return make_timestamp(midnight(day), "month", found.rule.name, ())


def _with_clock(text: str, found: _Found, weekday: int | None) -> Timestamp:
    """Return the day with the clock time that stands next to it.

    Raises:
        ValueError: if the day or the time is impossible.
    """
    if LUNAR_RE.search(text[found.end :]):
        raise ValueError("a day of the lunar calendar")
    if OTHER_DATE_RE.search(text, 0, found.start):
        raise ValueError("another thing's date")
    day = real_day(found.day, found.day.year or 0)
    flags = found.day.flags + weekday_flags(day, weekday)
    return at_clock(day, _nearest_clock(text, found), found.rule.name, flags)


def _nearest_clock(text: str, found: _Found) -> Clock | None:
    """Return the clock time next to the day, or else the only one written with a colon.

    Raises:
        ImpossibleTimeError: if it is no time of day.
    """
    rest = text[: found.start] + "|" * (found.end - found.start) + text[found.end :]
    clocks = find_clocks(rest)
    near = [clock for clock in clocks if _BETWEEN_RE.fullmatch(_gap(rest, clock, found))]
    # A site's name (Tin 24h) is no broken time where a real one stands as well.
    near.sort(key=lambda clock: clock.problem is not None and "h" in rest[clock.start : clock.end])
    alone = [clock for clock in clocks if ":" in rest[clock.start : clock.end]]
    if near:
        return near[0].checked()
    return alone[0].checked() if len(alone) == 1 else None


def _gap(rest: str, clock: Clock, found: _Found) -> str:
    """Return what stands between the clock time and the day."""
    if clock.end <= found.start:
        return rest[clock.end : found.start]
    return rest[found.end : clock.start]
