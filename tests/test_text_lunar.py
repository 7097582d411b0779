"""Vietnam's lunar calendar against the published first days of the lunar year, and itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.text.lunar import LunarDay, lunar_day, solar_day, year_name

# Tết as Vietnam kept it: the calendars of the Institute of Astronomy and the tables of Hồ Ngọc
# Đức. The years marked differ from China's calendar, which counts at UTC+8.
TET = {
    1968: "01-29",  # China: 30 January
    1969: "02-16",  # China: 17 February
    1975: "02-11",
    1976: "01-31",
    1979: "01-28",
    1984: "02-02",
    1985: "01-21",  # China: 20 February
    1986: "02-09",
    1990: "01-27",
    1995: "01-31",
    2000: "02-05",
    2004: "01-22",
    2007: "02-17",  # China: 18 February
    2008: "02-07",
    2010: "02-14",
    2012: "01-23",
    2014: "01-31",
    2015: "02-19",
    2016: "02-08",
    2017: "01-28",
    2018: "02-16",
    2019: "02-05",
    2020: "01-25",
    2021: "02-12",
    2022: "02-01",
    2023: "01-22",
    2024: "02-10",
    2025: "01-29",
    2026: "02-17",
    2027: "02-06",
    2028: "01-26",
    2029: "02-13",
    2030: "02-02",  # China: 3 February
}
# The leap month of each leap year; China had the tenth in 1984 and Vietnam none.
LEAP_MONTHS = {
    1985: 2, 1987: 7, 1990: 5, 1993: 3, 1995: 8, 1998: 5, 2001: 4, 2004: 2, 2006: 7, 2009: 5,
    2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5,
}  # fmt: skip


@pytest.mark.parametrize(("year", "day"), TET.items())
def test_tet_is_the_published_day(year: int, day: str) -> None:
    assert solar_day(year, 1, 1) == date.fromisoformat(f"{year}-{day}")


def test_leap_months_are_the_published_ones() -> None:
    found = {
        year: month
        for year in range(1985, 2030)
        for month in range(1, 13)
        if solar_day(year, month, 1, leap=True)
    }
    assert found == LEAP_MONTHS


def test_every_day_converted_back_is_itself() -> None:
    day = date(1967, 1, 1)
    while day < date(2051, 1, 1):
        moon = lunar_day(day)
        assert solar_day(moon.year, moon.month, moon.day, leap=moon.leap) == day
        day += timedelta(days=1)


def test_months_have_29_or_30_days() -> None:
    for year in range(1968, 2051):
        for month in range(1, 13):
            assert solar_day(year, month, 29) is not None
            assert solar_day(year, month, 31) is None


@pytest.mark.parametrize("day", [LunarDay(2026, 12, 30), LunarDay(2022, 2, 1, True)])
def test_day_a_year_does_not_have_is_none(day: LunarDay) -> None:
    assert solar_day(day.year, day.month, day.day, leap=day.leap) is None


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1899, 1, 1), (2200, 1, 1), (2022, 0, 1), (2022, 13, 1), (2022, 1, 0)],
)
def test_numbers_outside_the_calendar_are_none(year: int, month: int, day: int) -> None:
    assert solar_day(year, month, day) is None


@pytest.mark.parametrize("day", [date(1900, 6, 1), date(2200, 1, 1), date.min, date.max])
def test_day_outside_the_calendar_is_an_error(day: date) -> None:
    with pytest.raises(ValueError, match="no lunar calendar"):
        lunar_day(day)


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (1968, "mậu thân"),
        (1985, "ất sửu"),
        (2023, "quý mão"),
        (2024, "giáp thìn"),
        (2026, "bính ngọ"),
    ],
)
def test_year_has_its_name_in_the_cycle(year: int, name: str) -> None:
    assert year_name(year) == name
