"""The answer: a publication time, made of a day that exists and a clock time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from crawler.text.dates.clock import VIETNAM, Clock

if TYPE_CHECKING:
    from crawler.items import Precision
    from crawler.text.dates.days import Day

WEEKDAY_MISMATCH: Final = "date_weekday_mismatch"
"""Flag: the printed weekday is another than the date's; the date is kept."""

EARLIEST_YEAR: Final = 1900
"""What is older is a CMS's empty date (year 1, year 1601), not an article's."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A publication time, how fine the text was, and the name of the rule that read it."""

    value: datetime
    """Aware, +07:00; parts finer than the precision are zero."""
    precision: Precision
    rule: str
    flags: tuple[str, ...] = ()


def real_day(printed: Day, year: int) -> date:
    """Return the printed numbers as a day of the calendar, the first of a whole month.

    Raises:
        ValueError: if there is no such day, or it is a CMS's empty date.
    """
    if year < EARLIEST_YEAR:
        raise ValueError("no year an article can be of")
    try:
        return date(year, printed.month, printed.day if printed.day is not None else 1)
    except ValueError:
        raise ValueError("no such day") from None


def weekday_flags(day: date, weekday: int | None) -> tuple[str, ...]:
    return (WEEKDAY_MISMATCH,) if weekday not in (None, day.weekday()) else ()


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def at_clock(day: date, clock: Clock | None, rule: str, flags: tuple[str, ...]) -> Timestamp:
    """Return the day at the clock time, or the whole day.

    Raises:
        ValueError: if it is the Unix epoch.
    """
    if clock is None:
        return make_timestamp(midnight(day), "day", rule, flags)
    value = midnight(day).replace(
        hour=clock.hour, minute=clock.minute, second=clock.second or 0, tzinfo=clock.zone
    )
    return make_timestamp(value, "minute" if clock.second is None else "second", rule, flags)


_FINER: Final[dict[Precision, dict[str, int]]] = {
    "month": {"day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0},
    "day": {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
    "minute": {"second": 0, "microsecond": 0},
    "second": {"microsecond": 0},
}


def make_timestamp(
    value: datetime, precision: Precision, rule: str, flags: tuple[str, ...]
) -> Timestamp:
    """Return the answer in Vietnam's time, parts finer than its precision zero.

    Raises:
        ValueError: if it is the Unix epoch, or before any article.
    """
    value = value.astimezone(VIETNAM)
    if value.year < EARLIEST_YEAR:
        raise ValueError("no year an article can be of")
    if is_epoch(value):
        raise ValueError("the Unix epoch, which software prints for no date")
    finer: Any = _FINER[precision]
    return Timestamp(value.replace(**finer), precision, rule, flags)


def is_epoch(value: datetime) -> bool:
    """Return whether this is 1970-01-01 00:00 by UTC or by Vietnam's clock: an unset number.

    >>> is_epoch(datetime(1970, 1, 1, 7, 0, tzinfo=VIETNAM))
    True
    """
    return value.year == 1970 and value.timestamp() in (0, -7 * 3600)
