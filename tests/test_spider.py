from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import TextResponse
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler import __version__
from crawler.spiders.kontumtv import KontumtvSpider
from tests.spider_runs import (
    POSTS,
    Page,
    Site,
    article_page,
    feed,
    first_requests,
    know,
    make_spider,
    post,
    read_articles,
    rest,
    run_spider,
    sitemap,
)
from tests.strategies import HOME

A, B = "/tin/a/", "/tin/b/"


# ---- what a run is -------------------------------------------------------------------------------


def test_every_spider_of_the_project_loads_and_asks() -> None:
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    assert loader.list() == ["kontumtv", "news"]
    (first,) = first_requests(make_spider())
    assert first.url.startswith(f"{HOME}/wp-json/")


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("", f"kontumtv-crawler/{__version__}"),
        ("mailto:ban@example.org", f"kontumtv-crawler/{__version__} (+mailto:ban@example.org)"),
    ],
)
def test_user_agent_names_the_program_and_whom_to_ask(contact: str, agent: str) -> None:
    settings = Settings({"CONTACT": contact})
    KontumtvSpider.update_settings(settings)
    assert settings["USER_AGENT"] == agent


@pytest.mark.parametrize("priority", ["project", "cmdline"])
def test_user_agent_somebody_chose_is_kept(priority: str) -> None:
    settings = Settings({"CONTACT": "mailto:ban@example.org"})
    settings.set("USER_AGENT", "chosen", priority=priority)
    KontumtvSpider.update_settings(settings)
    assert settings["USER_AGENT"] == "chosen"


@pytest.mark.parametrize(("contact", "warnings"), [("", 1), ("mailto:ban@example.org", 0)])
def test_missing_contact_is_told_once(
    contact: str, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    run_spider(make_spider(contact=contact, urls=HOME + A), {A: article_page()})
    told = [each for each in caplog.records if "CONTACT" in each.getMessage()]
    assert len(told) == warnings


# ---- which strategy ------------------------------------------------------------------------------


def test_rest_alone_is_asked_where_it_answers() -> None:
    run = run_spider(make_spider(), {POSTS: rest(post(1), post(2))})
    assert run.asked == [POSTS]
    assert [raw.post_id for raw in run.articles()] == ["1", "2"]
    assert run.stat("discovery/strategy") == "rest"
    assert run.stat("discovery/failed") is None


def test_strategy_that_fails_gives_way_to_the_next() -> None:
    run = run_spider(make_spider(), {"/feed/": feed(A), A: article_page()})
    assert [raw.post_id for raw in run.articles()] == ["7"]
    assert run.stat("discovery/strategy") == "feed"
    assert run.stat("discovery/failed") is None


def test_strategy_that_lists_nothing_gives_way_to_the_next() -> None:
    run = run_spider(make_spider(), {POSTS: rest(), "/feed/": feed(A), A: article_page()})
    assert run.stat("discovery/strategy") == "feed"
    assert len(run.articles()) == 1


def test_strategy_that_fails_half_way_is_a_gap_and_no_reason_to_ask_all_again() -> None:
    site: Site = {"/feed/": feed(A), "/feed/?paged=2": 500, A: article_page()}
    run = run_spider(make_spider(), site)
    assert (run.stat("discovery/strategy"), run.stat("discovery/failed")) == ("feed", 1)


def test_failures_of_a_strategy_given_up_are_no_gaps() -> None:
    """Two dead sitemaps, one after another; the feed has all there is."""
    robots = f"Sitemap: {HOME}/s1.xml\nSitemap: {HOME}/s2.xml\n"
    site: Site = {"/robots.txt": Page(robots, TextResponse), "/feed/": feed(A), A: article_page()}
    run = run_spider(make_spider(), site)
    assert {"/s1.xml", "/s2.xml"} <= set(run.asked)
    assert run.stat("discovery/failed") is None


def test_dead_host_is_asked_once() -> None:
    run = run_spider(make_spider(), {POSTS: CannotResolveHostError("kontumtv.vn")})
    assert run.asked == [POSTS]
    assert run.stat("discovery/failed") == 1


def test_site_that_lists_no_article_anywhere_is_a_gap() -> None:
    site: Site = {POSTS: rest(), "/feed/": feed(), "/": Page("<html><body>Chào</body></html>")}
    site["/wp-sitemap.xml"] = sitemap()
    run = run_spider(make_spider(), site)
    assert run.stat("discovery/failed") == 1


def test_nothing_new_after_a_complete_run_is_no_gap() -> None:
    spider = make_spider(discovery="rest")
    spider.dataset.seen.record_watermark("rest", "2022-07-14T05:00:00+00:00")
    tail = "per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"
    since = "2022-07-14T04:59:59Z"
    site: Site = {
        f"/wp-json/wp/v2/posts?{name}={since}&{tail}": rest()
        for name in ("modified_after", "after")
    }
    newest = "/wp-json/wp/v2/posts?per_page=100&orderby=date&order=desc&_fields=id,date_gmt"
    site[newest] = rest()
    run = run_spider(spider, site)
    assert len(run.asked) == 2
    assert run.stat("discovery/failed") is None
    assert spider.new_mark == "2022-07-14T05:00:00+00:00"


def test_day_without_articles_does_not_set_off_a_walk_of_all_listings() -> None:
    site: Site = {
        POSTS.replace("?", "?after=2022-08-01T00:00:00&"): rest(),
        "/wp-sitemap.xml": sitemap(A, B),
        "/": Page(f'<html><body><h2><a href="{HOME}{A}">a</a></h2></body></html>'),
        A: article_page(),
    }
    run = run_spider(make_spider(since="2022-08-02"), site)
    assert run.items == []
    assert "/" not in run.asked
    assert run.stat("discovery/failed") is None


def test_posts_the_site_counts_and_does_not_list_are_told() -> None:
    run = run_spider(make_spider(), {POSTS: rest(post(1), total=3)})
    assert run.stat("discovery/missing") == 2


def test_archive_without_lists_is_read_page_by_page() -> None:
    class Archive:
        source, policy = "warc", "all"

        def urls(self) -> list[str]:
            return [HOME + A, f"{HOME}/category/tin-tuc/", "https://elsewhere.example/tin/"]

        def times(self, url: str, policy: str, since: object) -> list[datetime]:
            return [datetime(2024, 3, 1, tzinfo=UTC)]

    spider = make_spider()
    spider.archive = Archive()  # type: ignore[assignment]
    run = run_spider(spider, {A: article_page()})
    assert len(run.articles()) == 1
    assert run.stat("discovery/strategy") == "archived"
    assert spider.new_mark is None


# ---- what is wanted ------------------------------------------------------------------------------


def test_article_listed_twice_is_asked_for_once() -> None:
    forms = (A, "/tin/a", f"{A}?utm_source=zalo", f"{A}#respond")
    run = run_spider(make_spider(discovery="feed"), {"/feed/": feed(*forms), A: article_page()})
    assert run.asked.count(A) == 1
    assert run.stat("discovery/listed") == 1


def test_addresses_that_name_no_article_are_left_alone() -> None:
    paths = ("/category/tin-tuc/", "/wp-login.php", "/page/2/", "/")
    run = run_spider(make_spider(discovery="feed"), {"/feed/": feed(*paths, A)})
    assert [path for path in run.asked if not path.startswith("/feed/")] == [A]


@pytest.mark.parametrize("base_url", [HOME, "http://127.0.0.1:8080"])
def test_known_article_is_asked_for_only_when_it_changed(base_url: str) -> None:
    spider = make_spider(discovery="sitemap", base_url=base_url)
    know(spider, read_articles({A: article_page()}, A))
    # A mirror lists its own addresses.
    run = run_spider(spider, {"/wp-sitemap.xml": sitemap(A, home=base_url)})
    assert A not in run.asked
    assert run.stat("discovery/unchanged") == 1
    later = sitemap(A, home=base_url, lastmod="2999-07-14T09:00:00+07:00")
    again = make_spider(discovery="sitemap", base_url=base_url)
    again.dataset = spider.dataset
    run = run_spider(again, {"/wp-sitemap.xml": later, A: article_page()})
    assert A in run.asked
    assert run.stat("discovery/changed") == 1


def test_known_post_is_not_read_again() -> None:
    first = run_spider(make_spider(), {POSTS: rest(post(1))})
    spider = make_spider()
    know(spider, first)
    run = run_spider(spider, {POSTS: rest(post(1), post(2))})
    assert [raw.post_id for raw in run.articles()] == ["2"]
    assert run.stat("discovery/unchanged") == 1


def test_limit_ends_listing_and_asking() -> None:
    site: Site = {"/feed/": feed(A, B, "/tin/c/"), "/feed/?paged=2": feed("/tin/d/")}
    site |= {A: article_page("a"), B: article_page("b", 8)}
    run = run_spider(make_spider(discovery="feed", limit="2"), site)
    assert run.asked == ["/feed/", A, B]
    assert run.stat("discovery/missing") is None


def test_known_articles_do_not_use_up_the_limit() -> None:
    spider = make_spider(discovery="feed", limit="1")
    know(spider, read_articles({A: article_page()}, A))
    run = run_spider(spider, {"/feed/": feed(A, B), B: article_page("b", 8)})
    assert run.asked == ["/feed/", B]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ({"since": "2022-07-14"}, [A]),
        ({"since": "2022-07-15"}, []),
        # A change in August says nothing of the publication.
        ({"until": "2022-07-01"}, [A]),
    ],
)
def test_days_the_list_alone_rules_out_are_not_asked_for(
    arguments: dict[str, str], asked: list[str]
) -> None:
    site: Site = {"/wp-sitemap.xml": sitemap(A, lastmod="2022-07-14T00:30:00+07:00")}
    run = run_spider(make_spider(discovery="sitemap", **arguments), site)
    assert [path for path in run.asked if path == A] == asked


def test_publication_after_until_is_not_asked_for() -> None:
    # The 15th in Vietnam.
    site: Site = {"/feed/": feed(A, published="Thu, 14 Jul 2022 17:30:00 +0000")}
    assert A not in run_spider(make_spider(discovery="feed", until="2022-07-14"), site).asked
    assert A in run_spider(make_spider(discovery="feed", until="2022-07-15"), site).asked


def test_article_outside_the_section_is_counted_and_left() -> None:
    site: Site = {A: article_page(), B: article_page("b", 8)}
    inside = read_articles(site, A, section="tin-tuc")
    outside = read_articles(site, A, B, section="the-thao")
    assert len(inside.articles()) == 1
    assert (outside.items, outside.stat("article/outside_section")) == ([], 2)


def test_named_article_needs_no_pretty_address() -> None:
    run = read_articles({"/?p=7": article_page()}, "/?p=7")
    assert len(run.articles()) == 1


def test_named_article_of_another_site_is_a_gap(caplog: pytest.LogCaptureFixture) -> None:
    run = run_spider(make_spider(urls="https://elsewhere.example/tin/a/"), {})
    assert (run.asked, run.stat("discovery/failed")) == ([], 1)
    assert "elsewhere.example" in caplog.text
