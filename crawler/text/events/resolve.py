"""Which day of the common calendar a printed day is, given when the article was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crawler.text.events.chain import TET, Chain, Item
from crawler.text.events.words import numbers
from crawler.text.lunar import solar_day, year_name

if TYPE_CHECKING:
    from collections.abc import Callable

YEAR_WORDS: Final = numbers("year")
FAR: Final = timedelta(days=120)
"""Farther away than this both ways, a day without a year is past unless the sentence says not."""


def resolve_chain(chain: Chain, published: date, future: bool) -> list[date] | None:
    """Return the day of each item, None if one of them does not exist.

    A day without a year is the one nearest to publication; the days of one chain ascend.
    """
    year = _chain_year(chain, published)
    days: list[date] = []
    for item in reversed(chain.items):
        item = item if item.year else replace(item, year=year)
        day = _resolve_item(item, published, future, before=days[-1] if days else None)
        if day is None or (days and day > days[-1]):
            return None
        days.append(day)
    return days[::-1]


def _chain_year(chain: Chain, published: date) -> int | None:
    """Return the year that words after the chain name: `năm ngoái`, `năm Quý Mão`."""
    if chain.year_word:
        return published.year + YEAR_WORDS[chain.year_word]
    if chain.lunar_year:
        name = chain.lunar_year.replace("tí", "tý").replace("tị", "tỵ")
        years = range(published.year - 30, published.year + 30)
        return next((year for year in years if year_name(year) == name), None)
    return None


def _resolve_item(item: Item, published: date, future: bool, before: date | None) -> date | None:
    """Return the day of one item, not after ``before``."""
    at = _lunar_in if item.lunar else _solar_in
    if item.year:
        return at(item, item.year)
    if before is not None:
        near = [at(item, year) for year in (before.year, before.year - 1)]
        return next((day for day in near if day and day <= before), None)
    return nearest(lambda year: at(item, year), published, future)


def nearest(
    day_in: Callable[[int], date | None], published: date, future: bool = False
) -> date | None:
    """Return the day nearest to publication; if all are far, the one the sentence points to.

    >>> nearest(lambda year: date(year, 12, 30), date(2017, 1, 2))
    datetime.date(2016, 12, 30)
    """
    years = (published.year - 1, published.year, published.year + 1)
    days = [day for year in years if (day := day_in(year)) is not None]
    near = [day for day in days if abs(day - published) <= FAR]
    side = [day for day in days if (day > published) == future]
    return min(near or side or days, key=lambda day: abs(day - published), default=None)


def _solar_in(item: Item, year: int) -> date | None:
    """Return the day in ``year``, None if there is none."""
    try:
        return date(year, item.month or 0, item.day)
    except ValueError:
        return None


def _lunar_in(item: Item, year: int) -> date | None:
    """Return the day in the lunar ``year``; the last ten days before Tết belong to the year before.

    `30 Tết` of a year whose last month has 29 days does not exist.
    """
    if item.month != TET:
        return solar_day(year, item.month or 0, item.day)
    if item.day > 15:
        return solar_day(year - 1, 12, item.day)
    return solar_day(year, 1, item.day)
