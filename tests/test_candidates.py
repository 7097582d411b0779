"""Which of the dates a page prints stands in the record."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawler.candidates import read_modified, read_published
from crawler.items import RawValue
from tests.articles import NOON, VIETNAM

TAKEN = NOON + timedelta(days=1)


def _values(*printed: str) -> tuple[RawValue, ...]:
    return tuple(RawValue(raw, f"place.{n}") for n, raw in enumerate(printed))


def test_first_date_that_can_be_read_is_taken() -> None:
    read = read_published(_values("hôm nào đó", "14/7/2022", "2022"), TAKEN)
    assert read.time == datetime(2022, 7, 14, tzinfo=VIETNAM)
    assert (read.raw, read.source, read.precision) == ("14/7/2022", "place.1", "day")


def test_every_place_is_kept_with_its_reading_or_the_reason_why_not() -> None:
    first, second = read_published(_values("31/2/2022", "14/7/2022"), TAKEN).candidates
    assert first.value is None
    assert first.error
    assert second.value is not None
    assert second.error is None


@pytest.mark.parametrize("read", [read_published, read_modified])
def test_nothing_printed_is_nothing_read(read: object) -> None:
    nothing = read((), TAKEN)  # type: ignore[operator]
    assert (nothing.time, nothing.raw, nothing.source, nothing.precision) == (None,) * 4
    assert nothing.flags == ()


def test_unreadable_date_keeps_the_first_text() -> None:
    read = read_published(_values("31/2/2022", "?"), TAKEN)
    assert (read.time, read.raw, read.source) == (None, "31/2/2022", "place.0")
    assert read.flags == ("date_published_unreadable",)


@pytest.mark.parametrize(
    ("printed", "disagree"),
    [
        (("2022-07-14T12:00:00+07:00", "15/7/2022"), True),
        (("2022-07-14T12:00:00+07:00", "14/7/2022"), False),
        # Half past one in Vietnam is the day before in Greenwich: one day, not two.
        (("2022-07-13T18:30:00+00:00", "14/7/2022"), False),
        (("2022-07-14T12:00:00+07:00", "?"), False),
    ],
)
def test_places_that_name_different_days_are_flagged(
    printed: tuple[str, ...], disagree: bool
) -> None:
    flags = read_published(_values(*printed), TAKEN).flags
    assert ("date_published_sources_disagree" in flags) is disagree


@pytest.mark.parametrize(("seconds", "flagged"), [(0, False), (1, True)])
def test_date_later_than_the_page_was_taken_is_flagged(seconds: int, flagged: bool) -> None:
    printed = (TAKEN + timedelta(seconds=seconds)).isoformat()
    flags = read_published(_values(printed), TAKEN).flags
    assert ("date_published_in_future" in flags) is flagged


def test_flag_of_the_date_rules_names_the_field() -> None:
    flags = read_published(_values("Thứ Sáu, 14/7/2022"), TAKEN).flags
    assert flags == ("date_published_weekday_mismatch",)


def test_relative_date_counts_from_when_the_page_was_taken() -> None:
    assert read_published(_values("3 giờ trước"), NOON).time == NOON - timedelta(hours=3)


def test_latest_change_is_taken() -> None:
    printed = _values("2022-07-15T08:00:00+07:00", "?", "2022-07-16T08:00:00+07:00", "15/7/2022")
    read = read_modified(printed, TAKEN)
    assert read.time == datetime(2022, 7, 16, 8, tzinfo=VIETNAM)
    assert (read.raw, read.source) == (printed[2].raw, "place.2")


def test_changes_at_different_days_do_not_disagree() -> None:
    printed = _values("2022-07-15T08:00:00+07:00", "2022-07-16T08:00:00+07:00")
    assert read_modified(printed, TAKEN).flags == ()


def test_unreadable_change_is_flagged() -> None:
    read = read_modified(_values("?"), TAKEN)
    assert (read.time, read.raw, read.flags) == (None, "?", ("date_modified_unreadable",))
