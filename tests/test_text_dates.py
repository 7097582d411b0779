"""Publication times: the table of cases, a grid of every day in every form, and any text at all."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import DateFormatError
from crawler.text.dates import VIETNAM, Timestamp, parse_timestamp
from crawler.text.dates.days import DAY_RULES, MONTH_RULES, PARTIAL_RULES
from crawler.text.dates.words import WORDS, remove_marks

CASES: Final = json.loads((Path(__file__).parent / "cases" / "dates.json").read_text("utf-8"))
REFERENCE: Final = datetime(2023, 12, 31, 23, 59, tzinfo=VIETNAM)

MONTHS: Final = (
    "Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai",
)  # fmt: skip
ENGLISH_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = (
    "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật",
)  # fmt: skip
SHORT_WEEKDAYS: Final = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
ENGLISH_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

FORMS: Final = (
    "{d:02}/{m:02}/{y}",
    "{d}/{m}/{y}",
    "{d:02}-{m:02}-{y}",
    "{d}.{m}.{y}",
    "{d:02} {m:02} {y}",
    "{d:02}/{m:02}/23",
    "{y}-{m:02}-{d:02}",
    "{y}/{m:02}/{d:02}",
    "{wd}, {d:02}/{m:02}/{y}",
    "{wd} {d:02}/{m:02}/{y}",
    "{w}, {d}/{m}/{y}",
    "{d} Tháng {name}, {y}",
    "{d} tháng {lower}, {y}",
    "{d} Tháng {m}, {y}",
    "Tháng {name} {d}, {y}",
    "Tháng {m} {d}, {y}",
    "{wd}, Tháng {name} {d}, {y}",
    "{wd}, {d} Tháng {m} {y}",
    "{d:02} Th{m} {y}",
    "Th{m} {d:02}, {y}",
    "{d} thg {m}, {y}",
    "{d} Thg {m} {y}",
    "{wd}, ngày {d:02} tháng {m:02} năm {y}",
    "ngày {d} tháng {lower} năm {y}",
    "{we}, {d:02} {english} {y}",
    "{english} {d}, {y}",
    "{d}/Tháng {m}/{y}",
)
TIMES: Final = (
    "{day} 15:30",
    "{day} - 15:30",
    "{day} | 15h30",
    "{day}, 15:30 (GMT+7)",
    "{day} lúc 3:30 chiều",
    "{day} 3:30 CH",
    "{day} 03:30PM",
    "{day} 08:30 UTC",
    "15:30 {day}",
    "15:30, {day}",
    "15h30' ngày {day}",
    "15g30 {day}",
    "15 giờ 30 phút, {day}",
    "Cập nhật lúc 15:30 - {day}",
)


def days_of_2023() -> list[date]:
    return [date(2023, 1, 1) + timedelta(days=number) for number in range(365)]


def print_day(form: str, day: date) -> str:
    name = MONTHS[day.month - 1]
    return form.format(
        d=day.day, m=day.month, y=day.year, name=name, lower=name.lower(),
        english=ENGLISH_MONTHS[day.month - 1], wd=WEEKDAYS[day.weekday()],
        w=SHORT_WEEKDAYS[day.weekday()], we=ENGLISH_WEEKDAYS[day.weekday()],
    )  # fmt: skip


def as_case(stamp: Timestamp) -> dict[str, Any]:
    return {
        "value": stamp.value.isoformat(),
        "precision": stamp.precision,
        "flags": list(stamp.flags),
    }


def read(case: dict[str, Any]) -> dict[str, Any] | None:
    reference = case.get("reference")
    try:
        stamp = parse_timestamp(
            case["input"], reference=datetime.fromisoformat(reference) if reference else None
        )
    except DateFormatError:
        return None
    return as_case(stamp)


def labelled(*sections: str) -> list[Any]:
    return [pytest.param(case, id=case["label"]) for name in sections for case in CASES[name]]


@pytest.mark.parametrize("case", labelled("seen", "made_up"))
def test_printed_form_is_read(case: dict[str, Any]) -> None:
    assert read(case) == case["expected"]


@pytest.mark.parametrize("case", labelled("must_not_change"))
def test_what_is_no_date_or_impossible_is_refused(case: dict[str, Any]) -> None:
    assert read(case) is None


@pytest.mark.xfail(strict=True, reason="known failures; one that passes moves to another section")
@pytest.mark.parametrize("case", labelled("known_failures"))
def test_known_failure(case: dict[str, Any]) -> None:
    assert read(case) == case["expected"]


@pytest.mark.parametrize("form", FORMS)
def test_every_day_of_a_year_is_read_back(form: str) -> None:
    for day in days_of_2023():
        stamp = parse_timestamp(print_day(form, day))
        assert (stamp.value.date(), stamp.precision, stamp.flags) == (day, "day", ()), form


@pytest.mark.parametrize("form", FORMS)
def test_every_day_is_read_back_without_marks(form: str) -> None:
    for day in days_of_2023():
        assert parse_timestamp(remove_marks(print_day(form, day))).value.date() == day, form


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("time", TIMES)
def test_every_order_of_day_and_time_is_read_back(form: str, time: str) -> None:
    for day in days_of_2023()[::23]:
        text = time.format(day=print_day(form, day))
        stamp = parse_timestamp(text)
        expected = datetime(day.year, day.month, day.day, 15, 30, tzinfo=VIETNAM)
        assert (stamp.value, stamp.precision) == (expected, "minute"), text


@pytest.mark.parametrize("hour", range(24))
def test_every_minute_of_the_12_hour_clock_is_read_back(hour: int) -> None:
    half = "SA" if hour < 12 else "CH"
    for minute in range(60):
        text = f"14/07/2022 {hour % 12 or 12}:{minute:02} {half}"
        assert parse_timestamp(text).value == datetime(2022, 7, 14, hour, minute, tzinfo=VIETNAM), (
            text
        )


@pytest.mark.parametrize("rule", [*DAY_RULES, *MONTH_RULES], ids=lambda rule: rule.name)
def test_example_of_a_rule_is_read_by_that_rule(rule: Any) -> None:
    assert parse_timestamp(rule.example).rule == rule.name


@pytest.mark.parametrize("rule", PARTIAL_RULES, ids=lambda rule: rule.name)
def test_example_without_a_year_needs_a_capture_time(rule: Any) -> None:
    assert parse_timestamp(rule.example, reference=REFERENCE).rule == rule.name
    with pytest.raises(DateFormatError, match="no capture time"):
        parse_timestamp(rule.example)


def test_weekday_that_agrees_is_not_flagged_and_all_others_are() -> None:
    flags = [parse_timestamp(f"{name}, 14/07/2022").flags for name in WEEKDAYS]
    assert flags == [() if name == "Thứ Năm" else ("date_weekday_mismatch",) for name in WEEKDAYS]


def test_error_carries_the_text_and_the_reason() -> None:
    with pytest.raises(DateFormatError) as caught:
        parse_timestamp("31/02/2022")
    assert (caught.value.raw, caught.value.reason) == ("31/02/2022", "no such day")


def test_reference_of_another_zone_counts_from_vietnams_day() -> None:
    utc = datetime.fromisoformat("2022-07-13T18:30:00+00:00")
    assert parse_timestamp("Hôm nay", reference=utc).value.date() == date(2022, 7, 14)


def test_table_of_words_is_small_letters_in_nfc() -> None:
    words = [word for kind in WORDS.values() for word in kind]
    assert all(word == unicodedata.normalize("NFC", word.lower()) for word in words)


@pytest.mark.parametrize("junk", ["1/" * 50_000, "9" * 100_000, "tháng " * 20_000, "&#1;" * 600])
def test_long_junk_is_refused(junk: str) -> None:
    with pytest.raises(DateFormatError):
        parse_timestamp(junk, reference=REFERENCE)


DATE_TEXT: Final = st.lists(
    st.sampled_from(
        [word for kind in WORDS.values() for word in kind]
        + ["tháng", "năm", "trước", "cách đây", "gmt+7", "âm lịch", "/", "-", ":", ".", ",", "|"]
        + ["0", "1", "7", "12", "13", "14", "24", "31", "60", "99", "2022", "0000", "9999", "+14"]
    ),
    max_size=12,
)
# The machine that runs the tests may be busy; what a call may cost is measured in benchmarks/.


class TestParseTimestampProperties:
    @given(st.text(max_size=60))
    def test_any_text_is_read_or_refused(self, raw: str) -> None:
        self.read_or_refuse(raw)

    @given(DATE_TEXT, st.sampled_from(["", " "]))
    def test_any_mixture_of_date_words_is_read_or_refused(self, words: list[str], gap: str) -> None:
        self.read_or_refuse(gap.join(words))

    @given(st.text("0123456789/-:.T+Z ", min_size=14, max_size=30))
    def test_any_mixture_of_digits_and_separators_is_read_or_refused(self, raw: str) -> None:
        self.read_or_refuse(raw)

    @given(
        st.datetimes(
            min_value=datetime(1971, 1, 1),  # noqa: DTZ001 the zone is drawn beside it
            max_value=datetime(2099, 12, 31),  # noqa: DTZ001
            timezones=st.timezones(),
        )
    )
    def test_iso_with_an_offset_is_the_same_instant(self, moment: datetime) -> None:
        printed = moment.isoformat(timespec="seconds")
        assert parse_timestamp(printed).value == datetime.fromisoformat(printed)

    def read_or_refuse(self, raw: str) -> None:
        for reference in (None, REFERENCE):
            try:
                stamp = parse_timestamp(raw, reference=reference)
            except DateFormatError:
                continue
            assert stamp.value.utcoffset() == timedelta(hours=7)
            assert stamp.value.microsecond == 0
