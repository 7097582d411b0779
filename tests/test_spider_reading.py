"""How the spider reads an article: redirects, pages, failures, the date a page leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler.items import RawValue
from crawler.normalize import normalize
from tests.spider_runs import (
    POSTS,
    Page,
    Site,
    article_page,
    first_requests,
    make_spider,
    post,
    read_articles,
    rest,
    run_spider,
    sitemap,
)
from tests.strategies import HOME

A, B = "/tin/a/", "/tin/b/"


def test_article_carries_how_it_was_found() -> None:
    site: Site = {
        "/wp-sitemap.xml": sitemap("/tin/cu/"),
        "/tin/cu/": replace(
            article_page(), at=HOME + A, headers={"ETag": '"x"', "Last-Modified": "Thu"}
        ),
    }
    (raw,) = run_spider(make_spider(discovery="sitemap"), site).articles()
    assert raw.url_aliases == (f"{HOME}/tin/cu/", f"{HOME}/tin/cu/")
    assert raw.date_modified[-1] == RawValue("2022-07-14T09:00:00+07:00", "sitemap.lastmod")
    assert raw.fetch is not None
    assert (raw.fetch.source, raw.fetch.http_etag) == ("live", '"x"')
    assert raw.fetch.http_last_modified == "Thu"


def _page_links(current: int, last: int, slug: str = "a") -> str:
    links = [f'<span class="post-page-numbers current">{current}</span>']
    if current < last:
        links.append(f'<a class="post-page-numbers" href="{HOME}/tin/{slug}/{current + 1}/">»</a>')
    return f'<div class="page-links">{"".join(links)}</div>'


def _pages(last: int) -> Site:
    return {
        A if number == 1 else f"{A}{number}/": article_page(
            text=f"Đoạn {number}.", extra=_page_links(number, last)
        )
        for number in range(1, last + 1)
    }


def test_article_in_pages_is_one_article() -> None:
    run = read_articles(_pages(3), A)
    assert run.asked == [A, f"{A}2/", f"{A}3/"]
    (raw,) = run.articles()
    assert raw.paragraphs == ("Đoạn 1.", "Đoạn 2.", "Đoạn 3.")
    assert raw.url == HOME + A


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(503, "http_503"), (Page("<html></html>"), "empty_page"), (404, "http_404")],
)
def test_article_whose_later_page_fails_is_tried_again(fault: Page | int, reason: str) -> None:
    run = read_articles({**_pages(3), f"{A}2/": fault}, A)
    (rejected,) = run.rejected()
    assert (rejected.url, rejected.reason, rejected.is_final) == (HOME + A, reason, False)


def test_failed_later_page_is_named(caplog: pytest.LogCaptureFixture) -> None:
    (rejected,) = read_articles({**_pages(2), f"{A}2/": 503}, A).rejected()
    assert rejected.detail == f"{HOME}{A}2/: HTTP 503"
    assert f"cannot read {HOME}{A}2/: HTTP 503" in caplog.text


def test_pages_that_link_in_a_circle_end() -> None:
    site = _pages(2)
    back = _page_links(1, 2).replace("/tin/a/2/", A)
    site[f"{A}2/"] = article_page(text="Đoạn 2.", extra=back)
    run = read_articles(site, A)
    (raw,) = run.articles()
    assert raw.paragraphs == ("Đoạn 1.", "Đoạn 2.")


def test_page_behind_the_last_that_leads_to_the_first_adds_nothing() -> None:
    first = article_page(text="Đoạn 1.", extra=_page_links(1, 2))
    site: Site = {A: first, f"{A}2/": replace(first, at=HOME + A)}
    (raw,) = read_articles(site, A).articles()
    assert raw.paragraphs == ("Đoạn 1.",)


def test_article_without_end_is_cut() -> None:
    run = read_articles(_pages(99), A)
    assert len(run.asked) == 50
    assert len(run.articles()) == 1


def test_next_page_on_another_site_is_not_followed() -> None:
    page = article_page(extra=_page_links(1, 2).replace(HOME, "https://elsewhere.example"))
    run = read_articles({A: page}, A)
    assert (run.asked, len(run.articles())) == ([A], 1)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page("<html><body><h1>Bảo trì</h1></body></html>"), "not_an_article"),
        (Page(b"\x89PNG", Response), "not_html"),
        (Page(b"%PDF-1.7", Response, {"Content-Type": "application/x-unknown"}), "not_html"),
        (replace(article_page(), at="https://elsewhere.example/tin/a/"), "off_site"),
    ],
)
def test_answer_that_is_no_article_is_rejected_for_good(page: Page, reason: str) -> None:
    (rejected,) = read_articles({A: page}, A).rejected()
    assert (rejected.reason, rejected.is_final, rejected.url) == (reason, True, HOME + A)


@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        (404, "http_404", "HTTP 404"),
        (DownloadTimeoutError("60 s"), "download_timeout", "DownloadTimeoutError: 60 s"),
    ],
)
def test_answer_that_fails_is_rejected_until_the_next_run(
    fault: int | Exception, reason: str, detail: str
) -> None:
    (rejected,) = read_articles({A: fault}, A).rejected()
    assert (rejected.reason, rejected.detail) == (reason, detail)
    assert not rejected.is_final


def test_protected_post_is_rejected_until_it_changes() -> None:
    closed = post(7, HOME + A, content={"rendered": "", "protected": True})
    spider = make_spider()
    (rejected,) = run_spider(spider, {POSTS: rest(closed)}).rejected()
    assert (rejected.reason, rejected.is_final) == ("password_protected", True)
    assert rejected.id == "kontumtv.vn:7"
    spider.dataset.reject(rejected)
    for changes, items in (({}, 0), ({"modified_gmt": "2022-07-14T05:00:00"}, 1)):
        again = make_spider()
        again.dataset = spider.dataset
        assert len(run_spider(again, {POSTS: rest({**closed, **changes})}).items) == items


def test_post_rejected_before_keeps_its_own_number() -> None:
    closed = post(7, HOME + A, content={"rendered": "", "protected": True})
    spider = make_spider()
    (rejected,) = run_spider(spider, {POSTS: rest(closed)}).rejected()
    spider.dataset.reject(rejected)
    opened = run_spider(make_spider(), {POSTS: rest(post(7, HOME + A))}).articles()[0]
    article = spider.dataset.add(normalize(opened, spider.site)).article
    assert (article.id, article.version) == ("kontumtv.vn:7", 1)


def test_no_request_for_an_article_vanishes_in_the_filter_of_known_requests() -> None:
    """A page that redirects to itself, or to one asked before, would be dropped in silence."""
    spider = make_spider(urls=HOME + A)
    (request,) = first_requests(spider)
    assert request.dont_filter
    first = article_page(extra=_page_links(1, 2))
    (following,) = spider.parse_article(first.answer(request))
    assert isinstance(following, Request)
    assert following.dont_filter


# ---- the date a page does not print --------------------------------------------------------------

DATES = "/wp-json/wp/v2/posts?_fields=id,date,date_gmt,modified,modified_gmt&include=7"


def _undated(slug: str = "a", number: int = 7) -> Page:
    page = article_page(slug, number)
    assert isinstance(page.body, str)
    return replace(page, body=page.body.replace("article:published_time", "x"))


def test_page_without_a_minute_asks_the_api_for_it() -> None:
    (raw,) = read_articles({A: _undated(), DATES: rest(post(7))}, A).articles()
    assert raw.date_published == (RawValue("2022-07-13T05:00:00+00:00", "wp_rest.date_gmt"),)


def test_page_with_a_minute_asks_nothing_more() -> None:
    assert read_articles({A: article_page()}, A).asked == [A]


@pytest.mark.parametrize("fault", [401, Page("<html>Trang chủ</html>")])
def test_closed_api_is_asked_once_and_costs_no_article(fault: int | Page) -> None:
    run = read_articles({A: _undated(), B: _undated("b", 8), DATES: fault}, A, B)
    assert len(run.articles()) == 2
    assert sum("include=" in path for path in run.asked) <= 2


def test_post_the_api_does_not_list_closes_nothing() -> None:
    site: Site = {A: _undated(), B: _undated("b", 8), DATES: rest()}
    site[DATES.replace("=7", "=8")] = rest(post(8))
    first, second = read_articles(site, A, B).articles()
    assert first.date_published == ()
    assert second.date_published[0].source == "wp_rest.date_gmt"


def test_answer_about_another_post_tells_nothing_of_this_one() -> None:
    (raw,) = read_articles({A: _undated(), DATES: rest(post(8))}, A).articles()
    assert raw.date_published == ()


def test_date_nobody_can_read_is_no_minute() -> None:
    page = _undated()
    assert isinstance(page.body, str)
    body = page.body.replace('property="x"', 'property="article:published_time"')
    broken = replace(page, body=body.replace("2022-07-14T", "2022-02-31T"))
    (raw,) = read_articles({A: broken, DATES: rest(post(7))}, A).articles()
    assert raw.date_published[0].source == "wp_rest.date_gmt"
