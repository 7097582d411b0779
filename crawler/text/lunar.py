"""Vietnam's lunar calendar: from a lunar day to the day of the common calendar, and back.

The rule, not a table: a month begins on the day of the new moon at 105° east, UTC+7; the month
that holds the winter solstice is the eleventh; if thirteen months begin from one eleventh month to
the next, the first of them in which the sun enters no new sign of 30° is the leap month. Source:
decision 121-CP of the Vietnamese government of 8 August 1967, in force since 1968, and Hồ Ngọc
Đức, "Calendrical calculations" (the Vietnamese lunar calendar). China counts the same way at
UTC+8, so its calendar differs now and then (Tết 1985 by a month). The moon and the sun are from
J. Meeus, *Astronomical Algorithms*, chapters 49 and 25, right to a minute and to 0.01°.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
"""Before 1968 the printed calendars of Vietnam followed other meridians; the rule is the same."""

STEMS: Final = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
BRANCHES: Final = (
    "tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi",
)  # fmt: skip

_ORDINAL_TO_JULIAN: Final = 1721424.5
_HOURS_EAST: Final = 7 / 24
_NEW_MOON_2000: Final = 2451550.09766
_MONTH_DAYS: Final = 29.530588861


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; ``leap`` for the second of two months of one number."""

    year: int
    month: int
    day: int
    leap: bool = False


def solar_day(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """Return the day of the common calendar, None if that lunar year has no such day.

    >>> solar_day(1985, 1, 1)
    datetime.date(1985, 1, 21)
    >>> solar_day(2026, 12, 30), solar_day(2026, 13, 1)
    (None, None)
    """
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= day <= 30:
        return None
    months = _months(year)
    for index, (number, is_leap, start) in enumerate(months[:-1]):
        if (number, is_leap) == (month, leap) and start + day <= months[index + 1][2]:
            return date.fromordinal(start + day - 1)
    return None


def lunar_day(day: date) -> LunarDay:
    """Return the day of the lunar calendar.

    Raises:
        ValueError: outside the years 1901 to 2199.

    >>> lunar_day(date(2023, 9, 29))
    LunarDay(year=2023, month=8, day=15, leap=False)
    """
    if not FIRST_YEAR < day.year <= LAST_YEAR:
        raise ValueError(f"no lunar calendar for the year {day.year}")
    ordinal = day.toordinal()
    year = day.year if ordinal >= _months(day.year)[0][2] else day.year - 1
    number, leap, start = [month for month in _months(year) if month[2] <= ordinal][-1]
    return LunarDay(year, number, ordinal - start + 1, leap)


def year_name(year: int) -> str:
    """Return the name of a lunar year in the cycle of sixty, small letters.

    >>> year_name(1985), year_name(2026)
    ('ất sửu', 'bính ngọ')
    """
    return f"{STEMS[(year - 4) % 10]} {BRANCHES[(year - 4) % 12]}"


@lru_cache(maxsize=64)
def _months(year: int) -> tuple[tuple[int, bool, int], ...]:
    """Return (number, is leap, ordinal of its first day) of each month and of the next Tết."""
    first, last = _winter_half(year - 1), _winter_half(year)
    months = [*first, *last]
    begin = next(i for i, month in enumerate(months) if month[:2] == (1, False))
    end = next(i for i, month in enumerate(months) if i > begin and month[:2] == (1, False))
    return tuple(months[begin : end + 1])


@lru_cache(maxsize=64)
def _winter_half(year: int) -> tuple[tuple[int, bool, int], ...]:
    """Return the months from the eleventh of ``year`` up to, not with, the next eleventh."""
    first, last = _eleventh_month(year), _eleventh_month(year + 1)
    starts = [_new_moon_day(k) for k in range(first, last + 1)]
    leap = _leap_index(starts) if last - first == 13 else -1
    months, number = [], 11
    for index, start in enumerate(starts[:-1]):
        is_leap = index == leap
        if index and not is_leap:
            number = number % 12 + 1
        months.append((number, is_leap, start))
    return tuple(months)


def _leap_index(starts: list[int]) -> int:
    """Return which month has no day on which the sun enters a new sign."""
    signs = [_sun_sign(start) for start in starts]
    return next(i for i in range(1, len(signs)) if signs[i] == signs[i + 1])


def _eleventh_month(year: int) -> int:
    """Return the number, counted from January 2000, of the month that holds the solstice."""
    k = round((date(year, 12, 31).toordinal() + _ORDINAL_TO_JULIAN - _NEW_MOON_2000) / _MONTH_DAYS)
    while _new_moon_day(k) > date(year, 12, 31).toordinal():
        k -= 1
    # The sun passes 270 degrees at the solstice: the ninth sign of 30 degrees has begun.
    return k - 1 if _sun_sign(_new_moon_day(k)) >= 9 else k


def _sun_sign(ordinal: int) -> int:
    """Return the sign of 30 degrees, 0 to 11, the sun is in when the day begins in Vietnam."""
    centuries = (ordinal + _ORDINAL_TO_JULIAN - _HOURS_EAST - 2451545.0) / 36525
    mean = 280.46646 + centuries * (36000.76983 + centuries * 0.0003032)
    anomaly = math.radians(357.52911 + centuries * (35999.05029 - centuries * 0.0001537))
    centre = (
        (1.914602 - centuries * 0.004817) * math.sin(anomaly)
        + 0.019993 * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * centuries)
    return int((mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360 // 30)


# Meeus, table 49.A, new moon: coefficient in days, power of E, multiples of M, M' and F.
_NEW_MOON_TERMS: Final = (
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0), (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0), (-0.00514, 1, 1, 1, 0), (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2), (0.00056, 1, 1, 2, 0), (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0), (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2), (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2), (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)  # fmt: skip


@lru_cache(maxsize=2048)
def _new_moon_day(k: int) -> int:
    """Return the ordinal of the day, by Vietnam's clock, of new moon ``k`` since January 2000."""
    t = k / 1236.85
    mean = _NEW_MOON_2000 + _MONTH_DAYS * k + t * t * (0.00015437 - t * 0.00000015)
    sun = math.radians(2.5534 + 29.10535670 * k - t * t * 0.0000014)
    moon = math.radians(201.5643 + 385.81693528 * k + t * t * (0.0107582 + t * 0.00001238))
    latitude = math.radians(160.7108 + 390.67050284 * k - t * t * (0.0016118 + t * 0.00000227))
    node = math.radians(124.7746 - 1.56375588 * k + t * t * 0.0020672)
    eccentricity = 1 - t * (0.002516 + t * 0.0000074)
    periodic = -0.00017 * math.sin(node) + sum(
        size * eccentricity**power * math.sin(a * sun + b * moon + c * latitude)
        for size, power, a, b, c in _NEW_MOON_TERMS
    )
    planets = 0.000325 * math.sin(math.radians(299.77 + 0.107408 * k - 0.009173 * t * t))
    universal = mean + periodic + planets - _clock_lag(t)
    return math.floor(universal + _HOURS_EAST - _ORDINAL_TO_JULIAN)


def _clock_lag(centuries: float) -> float:
    """Return terrestrial less universal time in days.

    From 2000 on the parabola of F. Espenak and J. Meeus (NASA, polynomial expressions for delta T);
    before it a line through their values of 1900 (-3 s), 1950 (29 s) and 2000 (64 s).
    """
    years = centuries * 100
    seconds = 62.92 + (0.66 * years if years < 0 else years * (0.32217 + years * 0.005589))
    return seconds / 86400
