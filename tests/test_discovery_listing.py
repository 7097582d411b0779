from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scrapy.http import Response

from crawler.discovery.listing import ListingDiscovery
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

SECTIONS = ("/category/tin-tuc/", "/category/tin-tuc/kinh-te/", "/category/the-thao/")


def _page(*slugs: str, following: str = "", menu: tuple[str, ...] = (), home: str = HOME) -> str:
    links = "".join(f'<li><a href="{home}{path}">Mục</a></li>' for path in menu)
    titles = "".join(f'<h2><a href="{home}/tin/{slug}/">{slug}</a></h2>' for slug in slugs)
    more = f'<a class="next" href="{home}{following}">Sau</a>' if following else ""
    return f"<nav>{links}</nav><main>{titles}{more}</main>"


def _site(**pages: str) -> dict[str, tuple[str]]:
    """Return HTML pages by path; `category__the_thao` stands for `/category/the-thao/`."""
    paths = {"/" + name.replace("__", "/").replace("_", "-") + "/": name for name in pages}
    return {path.replace("/home/", "/"): (pages[name],) for path, name in paths.items()}


WHOLE = _site(
    home=_page("a", "b", following="/page/2/", menu=SECTIONS),
    page__2=_page("c"),
    category__tin_tuc=_page("a", "c", following="/category/tin-tuc/page/2/"),
    category__tin_tuc__page__2=_page("d"),
    category__tin_tuc__kinh_te=_page("e"),
    category__the_thao=_page("f"),
)


def test_home_page_and_every_section_are_walked_to_their_ends(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen)
    found = list(walk(strategy, WHOLE))
    assert sorted(walked_paths(strategy, found)) == sorted(WHOLE)
    assert {url.removeprefix(f"{HOME}/tin/")[0] for url in listed_urls(found)} == set("abcdef")


def test_section_takes_those_below_it_and_not_the_home_page(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen, section="tin-tuc")
    found = list(walk(strategy, WHOLE))
    expected = ["/", *SECTIONS[:2], "/category/tin-tuc/page/2/"]
    assert walked_paths(strategy, found) == expected
    assert f"{HOME}/tin/b/" not in listed_urls(found)


def test_section_that_is_not_there_is_told(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen, section="tin")
    with pytest.raises(DiscoveryError, match="no section 'tin'"):
        list(walk(strategy, WHOLE))


def test_404_behind_the_last_page_is_an_end(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen)
    site = _site(home=_page("a", following="/page/2/"))
    assert listed_urls(walk(strategy, site)) == [f"{HOME}/tin/a/"]


@pytest.mark.parametrize(
    ("path", "status"), [("/", 404), ("/category/the-thao/", 404), ("/page/2/", 503)]
)
def test_page_that_fails_is_a_gap(path: str, status: int, seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen)
    with pytest.raises(DiscoveryError, match=f"HTTP {status}"):
        list(walk(strategy, {**WHOLE, path: status}))


def test_answer_that_is_no_page_is_refused(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen)
    request = only_request(strategy.start())
    with pytest.raises(DiscoveryError, match="no HTML page"):
        list(strategy.parse(answer(request, b"\x89PNG", kind=Response)))


def test_pages_that_name_each_other_are_read_once(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen)
    site = _site(
        home=_page("a", following="/page/2/"), page__2=_page("b", following="/page/2/?x=#top")
    )
    site["/page/2/?x="] = (_page("c", following="/page/2/"),)
    assert walked_paths(strategy, walk(strategy, site)) == ["/", "/page/2/", "/page/2/?x="]


def test_next_page_of_another_site_is_left_alone(seen: SeenStore) -> None:
    strategy = make_strategy(ListingDiscovery, seen)
    site = _site(home=_page("a", following="/page/2/").replace(f"{HOME}/page", "https://b.vn/page"))
    assert walked_paths(strategy, walk(strategy, site)) == ["/"]


def test_after_a_complete_run_each_listing_ends_at_a_page_of_its_articles(seen: SeenStore) -> None:
    remember(seen, *(f"{HOME}/tin/{slug}/" for slug in "abcdef"))
    seen.record_watermark("listing", EARLIER_RUN_ID)
    strategy = make_strategy(ListingDiscovery, seen)
    assert walked_paths(strategy, walk(strategy, WHOLE)) == ["/", *SECTIONS]


def test_articles_of_a_later_run_that_left_a_gap_end_nothing(seen: SeenStore) -> None:
    remember(seen, *(f"{HOME}/tin/{slug}/" for slug in "abcdef"))
    seen.record_watermark("listing", EARLIER_RUN_ID)
    remember(seen, f"{HOME}/tin/a/", run_id="20220713T230000.000000Z")
    strategy = make_strategy(ListingDiscovery, seen)
    paths = walked_paths(strategy, walk(strategy, WHOLE))
    assert {"/page/2/", "/category/tin-tuc/page/2/"} <= set(paths)


def test_mirror_that_links_to_itself_is_walked_alike(seen: SeenStore) -> None:
    mirror = "http://127.0.0.1:8080"
    strategy = make_strategy(ListingDiscovery, seen, base_url=mirror)
    site = _site(home=_page("a", following="/page/2/", home=mirror), page__2=_page("b"))
    found = list(walk(strategy, site))
    assert walked_paths(strategy, found) == ["/", "/page/2/"]
    assert listed_urls(found) == [f"{HOME}/tin/a/", f"{HOME}/tin/b/"]


def test_next_run_starts_from_this_one(seen: SeenStore) -> None:
    assert make_strategy(ListingDiscovery, seen).new_mark() == RUN_ID
