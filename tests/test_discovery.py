"""What all strategies share, and the archive's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scrapy import Request

from crawler.discovery import STRATEGIES, strategies_for
from crawler.discovery.archived import ArchivedDiscovery
from crawler.discovery.base import read_machine_time
from crawler.exceptions import DiscoveryError
from tests.strategies import HOME, answer, make_strategy

if TYPE_CHECKING:
    from crawler.storage.seen import SeenStore


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategy_asked_for_by_name_is_the_only_one(name: str) -> None:
    assert [each.name for each in strategies_for(name, archived=True)] == [name]


def test_archive_is_read_page_by_page_only_after_all_lists() -> None:
    live = [each.name for each in strategies_for("auto", archived=False)]
    archived = [each.name for each in strategies_for("auto", archived=True)]
    assert archived == [*live, "archived"]


def test_archive_without_lists_lists_nothing(seen: SeenStore) -> None:
    assert list(make_strategy(ArchivedDiscovery, seen, is_archived=True).start()) == []


def test_archive_asks_nothing_and_so_expects_no_answer(seen: SeenStore) -> None:
    strategy = make_strategy(ArchivedDiscovery, seen, is_archived=True)
    with pytest.raises(DiscoveryError, match="not asked for"):
        strategy.parse(answer(Request(HOME)))


def test_archive_leaves_no_mark(seen: SeenStore) -> None:
    strategy = make_strategy(ArchivedDiscovery, seen, is_archived=True)
    assert (strategy.new_mark(), strategy.missing()) == (None, 0)


@pytest.mark.parametrize("raw", [None, "", "hôm qua", "0000-00-00T00:00:00"])
def test_time_that_tells_nothing_is_none(raw: str | None) -> None:
    assert read_machine_time(raw) is None
