"""The clock time and the time zone printed beside a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Final

from crawler.text.dates.words import WORDS, numbers, one_of

VIETNAM: Final = timezone(timedelta(hours=7))
"""Vietnam's time all year round; a stamp without a zone is in it."""

ZONES: Final = numbers("zone")


class ImpossibleTimeError(ValueError):
    """A clock time that no clock shows; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time as printed, hours counted to 24, and where in the text it stood."""

    hour: int
    minute: int
    second: int | None
    zone: timezone
    start: int
    end: int
    problem: str | None = None
    """Why there is no such time, e.g. 25:61 or 16:30 AM; None if there is."""

    def checked(self) -> Clock:
        """Return the clock time itself.

        Raises:
            ImpossibleTimeError: if there is no such time.
        """
        if self.problem:
            raise ImpossibleTimeError(self.problem)
        return self


# 15:30, 15:30:05, 15h30, 15g30, 15h30', 14 giờ 30 phút, 15h; then sáng, CH, PM …; then a zone.
# Every quantifier is bounded, so the pattern is linear. A number that goes on is no hour.
_HALF = rf"(?:[ ,]{{0,2}}(?P<half>{one_of('half')})(?![^\W_]))?"
_ZONE = (
    r"(?: ?\(? ?(?:(?:gmt|utc) ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?"
    r"|(?P<iso_sign>[+-])(?P<iso_hours>[0-9]{2}):?(?P<iso_minutes>[0-9]{2})(?![0-9/-])"
    rf"|(?P<zone>{one_of('zone')})\b) ?\)?)?"
)
_COLON = (
    r"(?P<hour>[0-9]{1,2}) ?: ?(?P<minute>[0-9]{1,2})"
    r"(?:(?: ?: ?(?P<second>[0-9]{1,2}))(?:[.,][0-9]{1,9})?)?(?![0-9:])"
)
_LETTER = (
    r"(?P<hour>[0-9]{1,2}) ?(?:h|g|giờ)\b(?: ?(?P<minute>[0-9]{1,2})(?![0-9])"
    r"(?: ?(?:phút|ph|p|')(?![^\W_])(?: ?(?P<second>[0-9]{1,2}) ?(?:giây|s)(?![^\W_]))?)?)?"
)
_GLUED = (
    r"(?P<hour>[0-9]{1,2})(?:h|g)(?P<minute>[0-9]{1,2})(?![0-9])(?: ?(?:phút|ph|p|')(?![^\W_]))?"
    r"(?P<second>(?!))?"
)
# `08.11`: some themes print the time as they print the date; two digits each.
_DOT = (
    rf"(?P<hour>[0-9]{{2}}|[0-9](?=\.[0-9]{{2}} ?{one_of('half')}))"
    r"\.(?P<minute>[0-9]{2})(?P<second>(?!))?(?![0-9.,/-])"
)
_EDGE = r"(?<![0-9:])(?<![0-9][/.])"
CLOCK_RES: Final = tuple(
    re.compile(f"{_EDGE}{form}{_HALF}{_ZONE}") for form in (_COLON, _GLUED, _LETTER, _DOT)
)
# A zone set apart: `15:30, ngày 14 tháng 7 năm 2022 (UTC)`.
LONE_ZONE_RE: Final = re.compile(
    r"\b(?P<zone>gmt|utc)\b(?: ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?)?"
)

# A half of the day set apart: `Chiều 14/07/2022, 3:30`, `PM 3:30`. The bars stand for the day. Only
# where it begins a phrase: `Minh Sáng, 14/07/2022` is a name.
LONE_HALF_RE: Final = re.compile(
    rf"(?:^|(?<=[|,:-] )|(?<=lúc ))(?P<half>{one_of('half')})(?=,? ?\||,? [0-9]{{1,2}} ?[:hg])"
    rf"|\|,? ?(?P<after>{one_of('half')})(?=$|,| [|-])"
)


def find_clocks(text: str) -> list[Clock]:
    """Return the clock times of ``text`` in order, impossible ones with their problem.

    >>> [(clock.hour, clock.minute) for clock in find_clocks("14 giờ 30 phút, 2:05 ch")]
    [(14, 30), (14, 5)]
    """
    matches: dict[int, re.Match[str]] = {}
    for pattern in CLOCK_RES:
        for match in pattern.finditer(text):
            matches.setdefault(match.start(), match)
    if not matches:
        return []
    lone = LONE_HALF_RE.search(text)
    half = (lone["half"] or lone["after"]) if lone else None
    zone = LONE_ZONE_RE.search(text)
    return [_clock(matches[start], half, zone) for start in sorted(matches)]


def _clock(match: re.Match[str], lone_half: str | None, lone_zone: re.Match[str] | None) -> Clock:
    """Return what one match says; a half or zone set apart counts where it has none of its own."""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    second = None if match["second"] is None else int(match["second"])
    half, zone, problem = match["half"] or lone_half, VIETNAM, None
    try:
        if hour > 23 or minute > 59 or (second or 0) > 59:
            raise ImpossibleTimeError("no such time of day")
        hour = to_24_hours(hour, WORDS["half"][half]) if half else hour
        zone = _zone(match) or (lone_zone and _zone(lone_zone)) or VIETNAM
    except ImpossibleTimeError as error:
        problem = str(error)
    return Clock(hour, minute, second, zone, match.start(), match.end(), problem)


# Which hours of the 12-hour clock a word can go with, and what they are on the 24-hour clock.
# Twelve in the morning is midnight, twelve in the afternoon is noon (CLDR `vi`: SA, CH); twelve in
# the evening or at night is midnight of one day or the other, so it is in no row.
_TWELVE_HOURS: Final = {
    "morning": {12: 0} | {hour: hour for hour in range(12)},
    "noon": {1: 13, 2: 14, 10: 10, 11: 11, 12: 12},
    "afternoon": {0: 0, 12: 12} | {hour: hour + 12 for hour in range(1, 12)},
    "evening": {hour: hour + 12 for hour in range(4, 12)},
    "night": {hour: hour for hour in range(5)} | {hour: hour + 12 for hour in range(7, 12)},
}


def to_24_hours(hour: int, half: str) -> int:
    """Return ``hour`` on the 24-hour clock, given the half of the day printed beside it.

    An hour past twelve stays: 16:27 PM is 16:27.

    Raises:
        ImpossibleTimeError: if hour and half contradict each other.

    >>> to_24_hours(12, "morning"), to_24_hours(12, "afternoon"), to_24_hours(11, "noon")
    (0, 12, 11)
    """
    if hour > 12 and half != "morning":
        return hour
    if hour not in _TWELVE_HOURS[half]:
        raise ImpossibleTimeError(f"no hour {hour} in the {half}")
    return _TWELVE_HOURS[half][hour]


def _zone(match: re.Match[str]) -> timezone | None:
    """Return the zone a match names, None if it names none.

    Raises:
        ImpossibleTimeError: if the offset is more than any zone's.
    """
    groups = match.groupdict()
    sign = groups["sign"] or groups.get("iso_sign")
    if not sign:
        return timezone(timedelta(minutes=ZONES[groups["zone"]])) if groups["zone"] else None
    hours = int(groups["hours"] or groups["iso_hours"])
    minutes = int(groups["minutes"] or groups.get("iso_minutes") or 0)
    if hours > 14 or minutes > 59:
        raise ImpossibleTimeError("no such time zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if sign == "+" else -offset)
