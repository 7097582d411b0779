from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.discovery import Listed
from crawler.discovery.sitemap import USUAL_PATHS, SitemapDiscovery, may_list_articles
from crawler.exceptions import DiscoveryError
from crawler.items import RawValue
from tests.strategies import (
    HOME,
    answer,
    listed_urls,
    make_strategy,
    only_request,
    walk,
    walked_paths,
)

if TYPE_CHECKING:
    from crawler.storage.seen import SeenStore


def _index(*names: str, home: str = HOME) -> str:
    entries = "".join(f"<sitemap><loc>{home}/{name}</loc></sitemap>" for name in names)
    return f"<sitemapindex>{entries}</sitemapindex>"


def _urlset(*slugs: str, lastmod: str = "") -> str:
    tag = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    entries = "".join(f"<url><loc>{HOME}/tin/{slug}/</loc>{tag}</url>" for slug in slugs)
    return f"<urlset>{entries}</urlset>"


ROBOTS = f"User-agent: *\nDisallow:\nSitemap: {HOME}/index.xml\n"


def test_robots_txt_names_the_index_and_the_index_its_children(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {
        "/robots.txt": ROBOTS,
        "/index.xml": _index("post-1.xml", "post-2.xml"),
        "/post-1.xml": _urlset("a", "b"),
        "/post-2.xml": _urlset("c"),
    }
    found = list(walk(strategy, site))
    assert walked_paths(strategy, found) == list(site)
    assert listed_urls(found) == [f"{HOME}/tin/{slug}/" for slug in "abc"]
    assert (strategy.expected, strategy.missing()) == (3, 0)


def test_lastmod_is_told_as_read_and_as_printed(seen: SeenStore) -> None:
    site = {"/robots.txt": ROBOTS, "/index.xml": _urlset("a", lastmod="2022-07-14T08:30:00+07:00")}
    found = list(walk(make_strategy(SitemapDiscovery, seen), site))
    assert found[-1] == Listed(
        f"{HOME}/tin/a/",
        modified=datetime(2022, 7, 14, 1, 30, tzinfo=UTC),
        modified_raw=RawValue("2022-07-14T08:30:00+07:00", "sitemap.lastmod"),
    )


def test_lastmod_nobody_can_read_is_kept_as_printed(seen: SeenStore) -> None:
    site = {"/robots.txt": ROBOTS, "/index.xml": _urlset("a", lastmod="hôm kia")}
    found = list(walk(make_strategy(SitemapDiscovery, seen), site))
    raw = RawValue("hôm kia", "sitemap.lastmod")
    assert found[-1] == Listed(f"{HOME}/tin/a/", modified_raw=raw)


@pytest.mark.parametrize("robots", ["User-agent: *\nDisallow:\n", 404, 500])
def test_without_a_name_the_usual_ones_are_tried_one_after_another(
    robots: str | int, seen: SeenStore
) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {"/robots.txt": robots, USUAL_PATHS[2]: _urlset("a")}
    found = list(walk(strategy, site))
    assert walked_paths(strategy, found) == ["/robots.txt", *USUAL_PATHS[:3]]
    assert listed_urls(found) == [f"{HOME}/tin/a/"]


def test_page_in_place_of_a_sitemap_is_no_sitemap(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {USUAL_PATHS[0]: "<html><p>Trang chủ</html>", USUAL_PATHS[1]: _urlset("a")}
    assert listed_urls(walk(strategy, site)) == [f"{HOME}/tin/a/"]


def test_site_with_no_sitemap_at_all_is_told(seen: SeenStore) -> None:
    with pytest.raises(DiscoveryError, match="HTTP 404"):
        list(walk(make_strategy(SitemapDiscovery, seen), {}))


def test_named_sitemap_that_fails_gives_way_to_the_usual_names(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {"/robots.txt": ROBOTS, USUAL_PATHS[0]: _urlset("a")}
    assert listed_urls(walk(strategy, site)) == [f"{HOME}/tin/a/"]


def test_sitemaps_of_other_sites_are_left_alone(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    elsewhere = "https://elsewhere.example"
    site = {
        "/robots.txt": f"Sitemap: {elsewhere}/sitemap.xml\n{ROBOTS}",
        "/index.xml": _index("post-1.xml", home=elsewhere),
    }
    assert walked_paths(strategy, walk(strategy, site)) == ["/robots.txt", "/index.xml"]


def test_children_at_another_address_of_the_site_are_asked_where_it_is_read(
    seen: SeenStore,
) -> None:
    strategy = make_strategy(SitemapDiscovery, seen, base_url="http://127.0.0.1:8080")
    site = {"/robots.txt": ROBOTS, "/index.xml": _index("post-1.xml"), "/post-1.xml": _urlset("a")}
    assert walked_paths(strategy, walk(strategy, site)) == list(site)


def test_child_that_fails_is_a_gap(seen: SeenStore) -> None:
    site = {"/robots.txt": ROBOTS, "/index.xml": _index("post-1.xml")}
    with pytest.raises(DiscoveryError, match=r"post-1.xml: HTTP 404"):
        list(walk(make_strategy(SitemapDiscovery, seen), site))


def test_index_that_names_itself_is_read_once(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {"/robots.txt": ROBOTS, "/index.xml": _index("index.xml", "index.xml")}
    assert walked_paths(strategy, walk(strategy, site)) == list(site)


def test_indexes_without_end_are_left_at_some_depth(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {"/robots.txt": ROBOTS, "/index.xml": _index("i1.xml")}
    site |= {f"/i{n}.xml": _index(f"i{n + 1}.xml") for n in range(1, 20)}
    paths = ["/robots.txt", "/index.xml", "/i1.xml", "/i2.xml", "/i3.xml"]
    assert walked_paths(strategy, walk(strategy, site)) == paths


def test_compressed_sitemap_is_read(seen: SeenStore) -> None:
    site = {
        "/robots.txt": ROBOTS.replace(".xml", ".xml.gz"),
        "/index.xml.gz": gzip.compress(_urlset("a").encode()),
    }
    found = walk(make_strategy(SitemapDiscovery, seen), site)
    assert listed_urls(found) == [f"{HOME}/tin/a/"]


def test_damaged_sitemap_lists_what_it_can_and_is_a_gap(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    index = only_request(strategy.parse(answer(only_request(strategy.start()), ROBOTS)))
    found = strategy.parse(answer(index, _urlset("a", "b")[:-25]))
    assert next(found) == Listed(f"{HOME}/tin/a/")
    with pytest.raises(DiscoveryError, match="damaged"):
        list(found)


def test_children_that_list_no_articles_are_not_asked_for(seen: SeenStore) -> None:
    strategy = make_strategy(SitemapDiscovery, seen)
    site = {"/robots.txt": ROBOTS, "/index.xml": _index("page-sitemap.xml", "post-sitemap.xml")}
    site["/post-sitemap.xml"] = _urlset("a")
    assert walked_paths(strategy, walk(strategy, site)) == list(site)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wp-sitemap-posts-post-1.xml", True),
        ("wp-sitemap-posts-page-1.xml", False),
        ("wp-sitemap-taxonomies-category-1.xml", False),
        ("wp-sitemap-users-1.xml", False),
        ("post-sitemap2.xml", True),
        ("page-sitemap.xml", False),
        ("sitemap-tax-post_tag.xml", False),
        ("sitemap-pt-post-2022-07.xml", True),
        ("AUTHOR-sitemap.xml", False),
        ("sitemap-1.xml", True),
        ("homepage.xml", True),
        ("wp-sitemap-posts-video-1.xml", True),
        ("post-sitemap.xml?page=2", True),
    ],
)
def test_names_tell_what_a_child_lists(name: str, expected: bool) -> None:
    assert may_list_articles(f"{HOME}/{name}") is expected
