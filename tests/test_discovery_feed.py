from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from crawler.discovery import Listed
from crawler.discovery.feed import FeedDiscovery
from crawler.exceptions import DiscoveryError
from tests.strategies import (
    EARLIER_RUN_ID,
    HOME,
    RUN_ID,
    answer,
    listed_urls,
    make_strategy,
    only_request,
    remember,
    walk,
    walked_paths,
)

if TYPE_CHECKING:
    from crawler.storage.seen import SeenStore


def _feed(*slugs: str, day: int = 14, home: str = HOME) -> str:
    printed = format_datetime(datetime(2022, 7, day, 8, 30, tzinfo=UTC))
    items = "".join(
        f"<item><link>{home}/tin/{slug}/</link><pubDate>{printed}</pubDate></item>"
        for slug in slugs
    )
    return f"<rss><channel>{items}</channel></rss>"


def _urls(*slugs: str) -> list[str]:
    return [f"{HOME}/tin/{slug}/" for slug in slugs]


def test_pages_are_asked_for_until_the_404_behind_the_last(seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    site = {"/feed/": _feed("a", "b"), "/feed/?paged=2": _feed("c"), "/feed/?paged=3": 404}
    found = list(walk(strategy, site))
    assert listed_urls(found) == _urls("a", "b", "c")
    assert walked_paths(strategy, found) == list(site)


def test_publication_is_told_with_the_address(seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    request = only_request(strategy.start())
    listed, _ = strategy.parse(answer(request, _feed("a")))
    assert listed == Listed(_urls("a")[0], published=datetime(2022, 7, 14, 8, 30, tzinfo=UTC))


def test_feed_that_ignores_paged_is_read_once(seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    same = _feed("a", "b")
    found = list(walk(strategy, {"/feed/": same, "/feed/?paged=2": same}))
    assert walked_paths(strategy, found) == ["/feed/", "/feed/?paged=2"]


def test_empty_page_is_the_last(seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    found = list(walk(strategy, {"/feed/": _feed("a"), "/feed/?paged=2": _feed()}))
    assert walked_paths(strategy, found) == ["/feed/", "/feed/?paged=2"]


@pytest.mark.parametrize(("page", "status"), [(1, 404), (1, 403), (2, 500)])
def test_page_that_fails_is_a_gap(page: int, status: int, seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    site: dict[str, object] = {"/feed/": _feed("a"), "/feed/?paged=2": _feed("b")}
    site["/feed/" if page == 1 else "/feed/?paged=2"] = status
    with pytest.raises(DiscoveryError, match=f"HTTP {status}"):
        list(walk(strategy, site))


def test_html_in_place_of_a_feed_is_refused(seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    with pytest.raises(DiscoveryError, match="HTML instead of XML"):
        list(walk(strategy, {"/feed/": "<html><p>Trang chủ</html>"}))


PAGES = {
    "/feed/": _feed("a"),
    "/feed/?paged=2": _feed("b"),
    "/feed/?paged=3": _feed("c"),
}


def test_after_a_complete_run_the_feed_ends_at_a_page_of_its_articles(seen: SeenStore) -> None:
    remember(seen, *_urls("b", "c"))
    seen.record_watermark("feed", EARLIER_RUN_ID)
    strategy = make_strategy(FeedDiscovery, seen)
    found = list(walk(strategy, PAGES))
    assert walked_paths(strategy, found) == ["/feed/", "/feed/?paged=2"]


def test_without_a_complete_run_known_articles_end_nothing(seen: SeenStore) -> None:
    remember(seen, *_urls("a", "b", "c"))
    strategy = make_strategy(FeedDiscovery, seen)
    assert len(walked_paths(strategy, walk(strategy, PAGES))) == 4


def test_articles_of_a_later_run_that_left_a_gap_end_nothing(seen: SeenStore) -> None:
    """The run between read page 1 and died before page 2."""
    remember(seen, *_urls("c"))
    seen.record_watermark("feed", EARLIER_RUN_ID)
    remember(seen, *_urls("a"), run_id="20220713T230000.000000Z")
    strategy = make_strategy(FeedDiscovery, seen)
    found = list(walk(strategy, PAGES))
    assert listed_urls(found) == _urls("a", "b", "c")
    assert walked_paths(strategy, found)[-1] == "/feed/?paged=3"


def test_articles_are_known_at_whatever_address_the_feed_is_read(seen: SeenStore) -> None:
    remember(seen, *_urls("a"))
    seen.record_watermark("feed", EARLIER_RUN_ID)
    mirror = "http://127.0.0.1:8080"
    strategy = make_strategy(FeedDiscovery, seen, base_url=mirror)
    found = list(walk(strategy, {"/feed/": _feed("a", home=mirror)}))
    assert walked_paths(strategy, found) == ["/feed/"]


def test_selection_reads_past_what_is_known(seen: SeenStore) -> None:
    remember(seen, *_urls("a", "b", "c"))
    seen.record_watermark("feed", EARLIER_RUN_ID)
    strategy = make_strategy(FeedDiscovery, seen, until="2022-07-01")
    assert len(walked_paths(strategy, walk(strategy, PAGES))) == 4


@pytest.mark.parametrize(
    ("since", "pages"),
    # Page N is of 15 - N July, 08:30 UTC; the day before `since` is a margin for the time zone.
    [("2022-07-15", 2), ("2022-07-14", 3), ("2022-07-13", 4)],
)
def test_page_older_than_since_is_the_last(since: str, pages: int, seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen, since=since)
    site = {"/feed/": _feed("a", day=14)}
    site |= {f"/feed/?paged={n}": _feed(f"a{n}", day=15 - n) for n in range(2, 9)}
    assert len(walked_paths(strategy, walk(strategy, site))) == pages


def test_next_run_starts_from_this_one(seen: SeenStore) -> None:
    assert make_strategy(FeedDiscovery, seen).new_mark() == RUN_ID


def test_feed_counts_nothing(seen: SeenStore) -> None:
    strategy = make_strategy(FeedDiscovery, seen)
    list(walk(strategy, PAGES))
    assert (strategy.expected, strategy.missing()) == (None, 0)
