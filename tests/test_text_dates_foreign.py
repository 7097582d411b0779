"""What dateparser is trusted with: every day of a leap year in four scripts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.exceptions import DateFormatError
from crawler.text.dates import parse_timestamp

DAYS = [date(2024, 1, 1) + timedelta(days=number) for number in range(0, 366, 3)]
RUSSIAN = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа"]
RUSSIAN += ["сентября", "октября", "ноября", "декабря"]


def _stamps(day: date) -> dict[str, str]:
    numbers = f"{day.year}年{day.month}月{day.day}日"
    korean = f"{day.year}년 {day.month}월 {day.day}일"
    russian = f"{day.day} {RUSSIAN[day.month - 1]} {day.year}"
    return {
        numbers: "day",
        f"{day.year}年{day.month:02}月{day.day:02}日 15:30": "minute",
        korean: "day",
        f"{korean} 15:30": "minute",
        russian: "day",
        f"{russian} г., 15:30": "minute",
    }


def test_every_day_is_read_as_printed() -> None:
    for day in DAYS:
        for text, precision in _stamps(day).items():
            read = parse_timestamp(text)
            expected = (day, precision, 15 if precision == "minute" else 0)
            assert (read.value.date(), read.precision, read.value.hour) == expected, text
            assert read.rule.startswith("dateparser_")


@pytest.mark.parametrize(
    "text",
    ["2024年13月40日", "昨天", "3시간 전", "вчера", "июль 2024", "北京 " * 20_000, "2024年2月30日"],
)
def test_what_is_no_whole_date_is_refused(text: str) -> None:
    with pytest.raises(DateFormatError):
        parse_timestamp(text)


def test_vietnamese_never_gets_there() -> None:
    for text in ("5 Tháng Sáu, 2023", "14h30 ngày 14/7/2022", "July 14, 2022"):
        assert not parse_timestamp(text).rule.startswith("dateparser")
