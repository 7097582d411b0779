from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.discovery import Listed, ListedPost
from crawler.discovery.rest import RestDiscovery
from crawler.exceptions import DiscoveryError, PageError
from crawler.items import RawArticle
from tests.strategies import (
    HOME,
    answer,
    listed_urls,
    make_strategy,
    only_request,
    remember,
    requests,
)

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.storage.seen import SeenStore

MARK = "2022-07-14T05:00:00+00:00"


def _post(number: int, modified: str = "2022-07-14T05:00:00", **changes: object) -> object:
    return {
        "id": number,
        "link": f"{HOME}/tin/bai-{number}/",
        "date_gmt": "2022-07-13T05:00:00",
        "modified_gmt": modified,
        "title": {"rendered": f"Bài {number}"},
        "content": {"rendered": "<p>Nội dung bài viết.</p>", "protected": False},
        **changes,
    }


def _posts(request: Request, *numbers: int, pages: int | None = None, total: int = 0) -> Response:
    """Return one page of posts; without ``pages`` a cache has stripped the headers."""
    headers = {} if pages is None else {"X-WP-TotalPages": str(pages), "X-WP-Total": str(total)}
    return answer(request, json.dumps([_post(number) for number in numbers]), headers)


def _newest(request: Request, *numbers: int, date: str = "", total: int = 0) -> Response:
    posts = [{"id": number, "date_gmt": date} for number in numbers]
    return answer(request, json.dumps(posts), {"X-WP-Total": str(total)} if total else {})


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}


def _categories(request: Request, *terms: tuple[int, str, int], pages: int = 1) -> Response:
    rows = [dict(zip(("id", "slug", "parent"), term, strict=True)) for term in terms]
    return answer(request, json.dumps(rows), {"X-WP-TotalPages": str(pages)})


# ---- paging --------------------------------------------------------------------------------------


def test_first_run_asks_for_hundreds_by_id_oldest_first(seen: SeenStore) -> None:
    query = _query(only_request(make_strategy(RestDiscovery, seen).start()))
    assert query == {
        "per_page": "100",
        "page": "1",
        "orderby": "id",
        "order": "asc",
        "_embed": "author,wp:term",
    }


def test_next_page_is_asked_for_while_there_is_one(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    first = only_request(strategy.start())
    found = list(strategy.parse(_posts(first, 1, 2, pages=2, total=3)))
    assert listed_urls(found) == [f"{HOME}/tin/bai-1/", f"{HOME}/tin/bai-2/"]
    second = only_request(found)
    assert _query(second)["page"] == "2"
    assert requests(strategy.parse(_posts(second, 3, pages=2, total=3))) == []
    assert (strategy.expected, strategy.missing()) == (3, 0)


def test_post_is_listed_whole_with_its_last_change(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    (post,) = strategy.parse(_posts(only_request(strategy.start()), 7, pages=1, total=1))
    assert isinstance(post, ListedPost)
    assert isinstance(post.content, RawArticle)
    assert (post.post_id, post.content.post_id) == ("7", "7")
    assert post.modified == datetime(2022, 7, 14, 5, tzinfo=UTC)


def test_post_with_more_terms_than_came_along_is_left_to_its_page(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    request = only_request(strategy.start())
    post = _post(7, tags=list(range(12)))
    (listed,) = strategy.parse(answer(request, json.dumps([post])))
    assert listed == Listed(f"{HOME}/tin/bai-7/", modified=datetime(2022, 7, 14, 5, tzinfo=UTC))


def test_post_that_is_no_article_is_listed_with_the_reason(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    request = only_request(strategy.start())
    closed = _post(7, content={"rendered": "", "protected": True})
    (post,) = strategy.parse(answer(request, json.dumps([closed])))
    assert isinstance(post, ListedPost)
    assert isinstance(post.content, PageError)
    assert post.content.reason == "password_protected"


@pytest.mark.parametrize(("numbers", "more"), [(range(100), True), (range(99), False)])
def test_without_headers_a_full_page_may_have_another(
    numbers: range, more: bool, seen: SeenStore
) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    found = strategy.parse(_posts(only_request(strategy.start()), *numbers))
    assert bool(requests(found)) is more


def test_cache_that_ignores_the_query_is_not_asked_for_ever(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    second = only_request(strategy.parse(_posts(only_request(strategy.start()), *range(100))))
    assert requests(strategy.parse(_posts(second, *range(100)))) == []


def test_posts_given_twice_make_no_page_complete(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    first = only_request(strategy.start())
    second = only_request(strategy.parse(_posts(first, 1, 2, pages=2, total=4)))
    list(strategy.parse(_posts(second, 1, 2, pages=2, total=4)))
    assert strategy.missing() == 2


def test_400_behind_the_last_page_is_an_end(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    first = only_request(strategy.start())
    second = only_request(strategy.parse(_posts(first, 1, 2, pages=2, total=3)))
    assert list(strategy.fail(second, "HTTP 400")) == []
    assert strategy.missing() == 1


@pytest.mark.parametrize(("page", "reason"), [(1, "HTTP 400"), (2, "HTTP 500")])
def test_any_other_failure_is_a_gap(page: int, reason: str, seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    request = only_request(strategy.start())
    if page == 2:
        request = only_request(strategy.parse(_posts(request, 1, pages=2, total=2)))
    with pytest.raises(DiscoveryError, match=reason):
        strategy.fail(request, reason)


def test_total_that_grows_while_we_page_is_what_is_expected(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    first = only_request(strategy.start())
    second = only_request(strategy.parse(_posts(first, 1, pages=2, total=2)))
    list(strategy.parse(_posts(second, 2, 3, pages=2, total=3)))
    assert (strategy.expected, strategy.missing()) == (3, 0)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><p>403", "HTML instead of JSON"),
        ('{"code": "rest_disabled", "message": ""}', "REST error rest_disabled"),
        ("{}", "no list of posts"),
    ],
)
def test_closed_api_is_refused_with_the_reason(body: str, reason: str, seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    with pytest.raises(DiscoveryError, match=reason):
        list(strategy.parse(answer(only_request(strategy.start()), body)))


# ---- marks ---------------------------------------------------------------------------------------


def test_after_a_complete_run_both_changed_and_newly_published_are_asked_for(
    seen: SeenStore,
) -> None:
    seen.record_watermark("rest", MARK)
    strategy = make_strategy(RestDiscovery, seen)
    changed, newest = requests(strategy.start())
    assert _query(newest)["_fields"] == "id,date_gmt"
    published = only_request(strategy.parse(_newest(newest, 9, date="2022-07-14T05:00:00")))
    # A second earlier: WordPress leaves out the very second it is given.
    assert _query(changed)["modified_after"] == "2022-07-14T04:59:59Z"
    assert _query(published)["after"] == "2022-07-14T04:59:59Z"


def test_newest_posts_that_are_known_spare_the_second_question(seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    remember(seen, "kontumtv.vn:9")
    strategy = make_strategy(RestDiscovery, seen)
    _, newest = requests(strategy.start())
    assert requests(strategy.parse(_newest(newest, 9, date="2022-07-14T05:00:00"))) == []
    assert requests(strategy.parse(_newest(newest, 8, date="2022-07-14T04:59:58"))) == []


def test_newest_posts_that_do_not_reach_back_are_not_trusted(seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    remember(seen, *(f"kontumtv.vn:{number}" for number in range(100)))
    strategy = make_strategy(RestDiscovery, seen)
    _, newest = requests(strategy.start())
    many = _newest(newest, *range(100), date="2022-07-14T06:00:00")
    assert _query(only_request(strategy.parse(many)))["after"] == "2022-07-14T04:59:59Z"


def test_newest_posts_that_cannot_be_had_are_asked_for_the_long_way(seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    strategy = make_strategy(RestDiscovery, seen)
    _, newest = requests(strategy.start())
    assert "after" in _query(only_request(strategy.fail(newest, "HTTP 400")))


@pytest.mark.parametrize(
    ("known", "total", "surplus", "asks"),
    [(3, 3, None, False), (3, 2, None, True), (3, 2, "1", False), (3, 3, "1", True)],
)
def test_everything_is_listed_where_the_count_is_another(
    known: int, total: int, surplus: str | None, asks: bool, seen: SeenStore
) -> None:
    seen.record_watermark("rest", MARK)
    if surplus:
        seen.record_watermark("rest.surplus", surplus)
    strategy = make_strategy(RestDiscovery, seen)
    _, newest = requests(strategy.start())
    list(strategy.parse(_newest(newest, total=total)))
    assert not strategy.lists_all()
    found = list(strategy.follow_up(known))
    assert bool(found) is asks
    if asks:
        request = only_request(found)
        assert _query(request)["_fields"] == "id,link,modified_gmt"
        list(strategy.parse(_posts(request, *range(total), pages=1, total=total)))
        assert strategy.lists_all()
        assert strategy.other_marks(known) == {"rest.surplus": str(known - total)}


def test_each_query_is_paged_and_counted_by_itself(seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    strategy = make_strategy(RestDiscovery, seen)
    changed, newest = requests(strategy.start())
    published = only_request(strategy.fail(newest, "HTTP 400"))
    more = only_request(strategy.parse(_posts(changed, 1, pages=2, total=2)))
    assert _query(more)["modified_after"] == _query(changed)["modified_after"]
    list(strategy.parse(_posts(published, 1, pages=1, total=1)))
    assert (strategy.expected, strategy.missing()) == (3, 1)


def test_mark_is_the_latest_change_seen(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen)
    posts = [_post(1, "2022-07-14T05:00:00"), _post(2, "2022-07-15T05:00:00"), _post(3, "hôm nay")]
    list(strategy.parse(answer(only_request(strategy.start()), json.dumps(posts))))
    assert strategy.new_mark() == "2022-07-15T05:00:00+00:00"


def test_mark_never_goes_back(seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    strategy = make_strategy(RestDiscovery, seen)
    request = requests(strategy.start())[0]
    list(strategy.parse(answer(request, json.dumps([_post(1, "2022-07-14T04:59:59")]))))
    assert strategy.new_mark() == MARK


def test_change_that_is_yet_to_come_is_no_mark(seen: SeenStore) -> None:
    """Nothing would ever be modified after it."""
    strategy = make_strategy(RestDiscovery, seen)
    posts = [_post(1), _post(2, "2999-01-01T00:00:00")]
    list(strategy.parse(answer(only_request(strategy.start()), json.dumps(posts))))
    assert strategy.new_mark() == MARK


def test_nothing_seen_leaves_no_mark(seen: SeenStore) -> None:
    assert make_strategy(RestDiscovery, seen).new_mark() is None


def test_unreadable_mark_is_none(seen: SeenStore) -> None:
    seen.record_watermark("rest", "?")
    query = _query(only_request(make_strategy(RestDiscovery, seen).start()))
    assert "modified_after" not in query


@pytest.mark.parametrize("selection", [{"since": "2022-07-01"}, {"limit": "5"}])
def test_selection_starts_from_no_mark(selection: dict[str, Any], seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    strategy = make_strategy(RestDiscovery, seen, **selection)
    assert "modified_after" not in _query(only_request(strategy.start()))


def test_archive_starts_from_no_mark(seen: SeenStore) -> None:
    seen.record_watermark("rest", MARK)
    strategy = make_strategy(RestDiscovery, seen, is_archived=True)
    assert "modified_after" not in _query(only_request(strategy.start()))


# ---- selections ----------------------------------------------------------------------------------


def test_days_are_asked_for_a_day_wide(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, since="2022-07-10", until="2022-07-14")
    query = _query(only_request(strategy.start()))
    assert query["after"] == "2022-07-09T00:00:00"
    assert query["before"] == "2022-07-16T00:00:00"


@pytest.mark.parametrize(("limit", "per_page"), [("5", "5"), ("250", "100")])
def test_limit_asks_for_the_newest(limit: str, per_page: str, seen: SeenStore) -> None:
    query = _query(only_request(make_strategy(RestDiscovery, seen, limit=limit).start()))
    assert (query["per_page"], query["order"]) == (per_page, "desc")


def test_full_page_under_a_limit_may_have_another(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, limit="2")
    assert requests(strategy.parse(_posts(only_request(strategy.start()), 9, 8)))


NEWS, ECONOMY, FARMING, SPORT = (2, "tin-tuc", 0), (3, "kinh-te", 2), (4, "nong", 3), (9, "tt", 0)


def test_section_takes_the_categories_below_it(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, section="tin-tuc", since="2022-07-10")
    terms = only_request(strategy.start())
    assert terms.url == f"{HOME}/wp-json/wp/v2/categories?per_page=100"
    posts = only_request(strategy.parse(_categories(terms, FARMING, NEWS, SPORT, ECONOMY)))
    assert _query(posts)["categories"] == "2,3,4"
    assert _query(posts)["after"] == "2022-07-09T00:00:00"


def test_categories_come_in_pages_too(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, section="tin-tuc")
    terms = only_request(strategy.start())
    more = only_request(strategy.parse(_categories(terms, NEWS, SPORT, pages=2)))
    assert _query(more)["page"] == "2"
    posts = only_request(strategy.parse(_categories(more, ECONOMY, pages=2)))
    assert _query(posts)["categories"] == "2,3"


def test_categories_that_repeat_are_read_once(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, section="tin-tuc")
    more = only_request(strategy.parse(_categories(only_request(strategy.start()), NEWS, pages=9)))
    posts = only_request(strategy.parse(_categories(more, NEWS, pages=9)))
    assert _query(posts)["categories"] == "2"


def test_section_that_is_not_there_is_told(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, section="tin-la")
    with pytest.raises(DiscoveryError, match="no section 'tin-la'"):
        list(strategy.parse(_categories(only_request(strategy.start()), NEWS)))


def test_400_for_categories_is_a_gap(seen: SeenStore) -> None:
    strategy = make_strategy(RestDiscovery, seen, section="tin-tuc")
    more = only_request(strategy.parse(_categories(only_request(strategy.start()), NEWS, pages=2)))
    with pytest.raises(DiscoveryError, match="HTTP 400"):
        strategy.fail(more, "HTTP 400")
