"""A date as the places of a page print it -> the one that stands in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.exceptions import DateFormatError
from crawler.text.dates import Timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.items import Precision, RawValue


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date as one place prints it, and what it was read as; else the reason why not."""

    printed: RawValue
    value: Timestamp | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date as it stands in the record; ``value`` is None where no candidate could be read."""

    value: Timestamp | None = None
    printed: RawValue | None = None
    flags: tuple[str, ...] = ()
    candidates: tuple[DateCandidate, ...] = ()
    """Every place that was looked at, in the page's order."""

    @property
    def time(self) -> datetime | None:
        return self.value.value if self.value else None

    @property
    def precision(self) -> Precision | None:
        return self.value.precision if self.value else None

    @property
    def raw(self) -> str | None:
        return self.printed.raw if self.printed else None

    @property
    def source(self) -> str | None:
        return self.printed.source if self.printed else None


def read_published(printed: Sequence[RawValue], taken: datetime) -> ReadDate:
    """Read the most trustworthy candidate that can be read; nothing is guessed."""
    candidates = _read_all(printed, taken)
    read = [(each, each.value) for each in candidates if each.value]
    if not read:
        return _unreadable(candidates, "date_published")
    chosen, value = read[0]
    flags = [f"date_published_{flag.removeprefix('date_')}" for flag in value.flags]
    if any(other.value.date() != value.value.date() for _, other in read[1:]):
        flags.append("date_published_sources_disagree")
    if value.value > taken:
        flags.append("date_published_in_future")
    return ReadDate(value, chosen.printed, tuple(flags), candidates)


def read_modified(printed: Sequence[RawValue], taken: datetime) -> ReadDate:
    """Read the latest of all: whatever place tells of a later change, there was one."""
    candidates = _read_all(printed, taken)
    read = [(each, each.value) for each in candidates if each.value]
    if not read:
        return _unreadable(candidates, "date_modified")
    chosen, value = max(read, key=lambda each: each[1].value)
    return ReadDate(value, chosen.printed, (), candidates)


def _read_all(printed: Sequence[RawValue], taken: datetime) -> tuple[DateCandidate, ...]:
    return tuple(_read_candidate(each, taken) for each in printed)


def _read_candidate(printed: RawValue, taken: datetime) -> DateCandidate:
    try:
        return DateCandidate(printed, parse_timestamp(printed.raw, reference=taken))
    except DateFormatError as error:
        return DateCandidate(printed, error=error.reason)


def _unreadable(candidates: tuple[DateCandidate, ...], field: str) -> ReadDate:
    if not candidates:
        return ReadDate()
    return ReadDate(None, candidates[0].printed, (f"{field}_unreadable",), candidates)
