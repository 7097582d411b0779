"""Days an opening speaks of: the table of cases, and any text at all."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.dates import VIETNAM
from crawler.text.dates.words import WORDS as DATE_WORDS
from crawler.text.events import find_event_dates
from crawler.text.events.words import WORDS

CASES: Final = json.loads((Path(__file__).parent / "cases" / "events.json").read_text("utf-8"))
PUBLISHED: Final = datetime(2022, 7, 14, 16, tzinfo=VIETNAM)


def find(case: dict[str, Any]) -> list[list[str | None]]:
    events = find_event_dates(case["input"], datetime.fromisoformat(case["published"]))
    return [
        [event.date.isoformat(), event.end.isoformat() if event.end else None, event.part_of_day]
        for event in events
    ]


def labelled(*sections: str) -> list[Any]:
    return [pytest.param(case, id=case["label"]) for name in sections for case in CASES[name]]


@pytest.mark.parametrize("case", labelled("seen", "made_up"))
def test_days_of_an_opening_are_found(case: dict[str, Any]) -> None:
    assert find(case) == case["expected"]


@pytest.mark.parametrize("case", labelled("must_not_change"))
def test_what_only_looks_like_a_day_is_none(case: dict[str, Any]) -> None:
    assert find(case) == []


@pytest.mark.xfail(strict=True, reason="known failures; one that passes moves to another section")
@pytest.mark.parametrize("case", labelled("known_failures"))
def test_known_failure(case: dict[str, Any]) -> None:
    assert find(case) == case["expected"]


@pytest.mark.parametrize("form", ["{d}/{m}", "{d:02}-{m:02}", "{d}.{m}", "{d} tháng {m}"])
def test_every_day_within_four_months_takes_the_nearest_year(form: str) -> None:
    for number in range(-120, 121):
        day = PUBLISHED.date() + timedelta(days=number)
        text = f"Ngày {form.format(d=day.day, m=day.month)}, xã họp."
        assert [event.date for event in find_event_dates(text, PUBLISHED)] == [day], text


def test_relative_words_count_from_vietnams_day() -> None:
    utc = datetime.fromisoformat("2022-07-13T18:30:00+00:00")
    [event] = find_event_dates("Sáng nay, xã họp.", utc)
    assert event.date == date(2022, 7, 14)


def test_words_it_was_read_from_are_kept_as_printed() -> None:
    [event] = find_event_dates("Tin đọc: Tối qua (13/7), chợ mở.", PUBLISHED)
    assert event.raw == "Tối qua (13/7)"


def test_day_is_given_once() -> None:
    text = "Ngày 14/7, xã họp. Sáng 14/7, ngày 14/7, sáng ngày 14/7."
    events = find_event_dates(text, PUBLISHED)
    assert [(event.date, event.part_of_day) for event in events] == [(date(2022, 7, 14), "morning")]


def test_only_an_opening_is_read() -> None:
    assert find_event_dates("chữ " * 1000 + "Sáng 14/7, xã họp.", PUBLISHED) == ()


EVENT_TEXT: Final = st.lists(
    st.sampled_from(
        [word for table in (DATE_WORDS, WORDS) for kind in table.values() for word in kind]
        + ["ngày", "mùng", "rằm", "tháng", "tết", "âm lịch", "và", "đến", ",", "-", "/", "(", ")"]
        + ["0", "1", "7", "12", "13", "14", "31", "30/2", "14/7", "2-9", "2022", "9999", "Ất Sửu"]
    ),
    max_size=14,
)
MOMENTS: Final = st.sampled_from(
    [PUBLISHED, datetime(1900, 1, 1, tzinfo=VIETNAM), datetime(2199, 12, 31, tzinfo=VIETNAM)]
)
# The machine that runs the tests may be busy; what a call may cost is measured in benchmarks/.


class TestFindEventDatesProperties:
    @given(st.text(max_size=80), MOMENTS)
    def test_any_text_gives_days_in_order(self, text: str, published: datetime) -> None:
        self.check(text, published)

    @given(EVENT_TEXT, st.sampled_from(["", " "]), MOMENTS)
    def test_any_mixture_of_words_gives_days_in_order(
        self, words: list[str], gap: str, published: datetime
    ) -> None:
        self.check(gap.join(words), published)

    def check(self, text: str, published: datetime) -> None:
        for event in find_event_dates(text, published):
            assert event.end is None or event.end > event.date
            assert event.raw
