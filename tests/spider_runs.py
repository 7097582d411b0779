"""A spider without an engine: it asks, a site held in a dict answers, until nothing is asked."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request
from scrapy.exceptions import DontCloseSpider
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.feeds.dataset import Dataset
from crawler.items import Gone, RawArticle, Rejected
from crawler.normalize import normalize
from tests.crawlers import make_crawler
from tests.strategies import HOME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.core.engine import ExecutionEngine

    from crawler.spiders.news import NewsSpider

MOST_STEPS = 200
POSTS = "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"
"""What discovery by REST asks for first."""


@dataclass(frozen=True)
class Page:
    """What the site says to a path."""

    body: str | bytes = ""
    kind: type[Response] = HtmlResponse
    headers: dict[str, str] = field(default_factory=dict)
    at: str | None = None
    """Where a redirect led, an absolute address."""

    def answer(self, request: Request) -> Response:
        if self.at:
            meta = {**request.meta, "redirect_urls": [request.url]}
            request = request.replace(url=self.at, meta=meta)
        if isinstance(self.body, bytes):
            return self.kind(request.url, body=self.body, headers=self.headers, request=request)
        coding: Any = {"body": self.body, "encoding": "utf-8"}
        return self.kind(request.url, headers=self.headers, request=request, **coding)


Site = dict[str, Page | int | Exception]
"""Answers by path and query; a number is a status that is no success."""


@dataclass
class SpiderRun:
    """A spider under test and all it did."""

    spider: NewsSpider
    asked: list[str] = field(default_factory=list)
    items: list[RawArticle | Rejected | Gone] = field(default_factory=list)

    def stat(self, name: str) -> Any:
        return self.spider.crawler.stats.get_value(name)

    def articles(self) -> list[RawArticle]:
        return [each for each in self.items if isinstance(each, RawArticle)]

    def rejected(self) -> list[Rejected]:
        return [each for each in self.items if isinstance(each, Rejected)]

    def gone(self) -> list[tuple[str, str]]:
        """Ids and reasons of the articles found gone."""
        return [(each.id, each.reason) for each in self.items if isinstance(each, Gone)]


def make_spider(*, contact: str = "", **arguments: str) -> NewsSpider:
    """Return a spider with an empty dataset of its own, as it is before the first request."""
    spider = cast("NewsSpider", make_crawler({"CONTACT": contact}, **arguments).spider)
    spider.dataset = Dataset(None, spider.run_id)
    return spider


def run_spider(spider: NewsSpider, site: Site) -> SpiderRun:
    """Let ``spider`` crawl ``site`` to its end, idle moments included."""
    run = SpiderRun(spider)
    waiting: list[object] = list(first_requests(spider))
    spider.crawler.engine = cast("ExecutionEngine", SimpleNamespace(crawl=waiting.append))
    for _ in range(MOST_STEPS):
        if waiting:
            _take(run, waiting.pop(0), waiting, site)
        elif _is_done(spider):
            return run
    raise AssertionError(f"still asking after {MOST_STEPS} steps: {run.asked}")


def first_requests(spider: NewsSpider) -> list[Request]:
    async def collect() -> list[Request]:
        return [each async for each in spider.start()]

    return asyncio.run(collect())


def _is_done(spider: NewsSpider) -> bool:
    try:
        spider.spider_idle()
    except DontCloseSpider:
        return False
    return True


def _take(run: SpiderRun, found: object, waiting: list[object], site: Site) -> None:
    if isinstance(found, Request):
        run.asked.append(found.url.removeprefix(run.spider.site.base_url))
        waiting += _answered(found, site.get(run.asked[-1], 404))
    else:
        assert isinstance(found, (RawArticle, Rejected, Gone))
        run.items.append(found)


def _answered(request: Request, said: Page | int | Exception) -> Iterable[object]:
    if isinstance(said, int):
        error: Exception = HttpError(Response(request.url, status=said, request=request))
        return _failed(request, error)
    if isinstance(said, Exception):
        return _failed(request, said)
    response = said.answer(request)
    assert request.callback is not None
    return list(request.callback(response, **request.cb_kwargs))


def _failed(request: Request, error: Exception) -> Iterable[object]:
    failure = Failure(error)  # type: ignore[no-untyped-call]
    failure.request = request  # type: ignore[attr-defined]
    assert request.errback is not None
    return list(request.errback(failure))


def article_page(
    slug: str = "a", number: int = 7, text: str = "Nội dung.", *, extra: str = "", head: str = ""
) -> Page:
    """Return the page of an article as a WordPress theme prints it."""
    return Page(
        f'<html><head><link rel="canonical" href="{HOME}/tin/{slug}/">'
        f'<meta property="article:published_time" content="2022-07-14T08:30:00+07:00">{head}</head>'
        f'<body class="single postid-{number}"><article><h1 class="entry-title">Bài {slug}</h1>'
        f'<a rel="category tag" href="{HOME}/category/tin-tuc/kinh-te/">Kinh tế</a>'
        f'<div class="entry-content"><p>{text}</p>{extra}</div></article></body></html>'
    )


def feed(*paths: str, published: str = "") -> Page:
    date = f"<pubDate>{published}</pubDate>" if published else ""
    items = "".join(f"<item><link>{HOME}{path}</link>{date}</item>" for path in paths)
    return Page(f"<rss><channel>{items}</channel></rss>", TextResponse)


def sitemap(*paths: str, lastmod: str = "2022-07-14T09:00:00+07:00", home: str = HOME) -> Page:
    entries = "".join(
        f"<url><loc>{home}{path}</loc><lastmod>{lastmod}</lastmod></url>" for path in paths
    )
    return Page(f"<urlset>{entries}</urlset>", TextResponse)


def rest(*posts: dict[str, object], total: int | None = None) -> Page:
    count = str(len(posts) if total is None else total)
    headers = {"X-WP-Total": count, "X-WP-TotalPages": "1"}
    return Page(json.dumps(posts), TextResponse, headers)


def post(number: int, link: str = "", **changes: object) -> dict[str, object]:
    """Return a post as the REST API gives it."""
    return {
        "id": number,
        "link": link or f"{HOME}/tin/bai-{number}/",
        "date_gmt": "2022-07-13T05:00:00",
        "modified_gmt": "2022-07-13T05:00:00",
        "title": {"rendered": f"Bài {number}"},
        "content": {"rendered": "<p>Nội dung bài viết.</p>", "protected": False},
        **changes,
    }


def read_articles(site: Site, *paths: str, **arguments: str) -> SpiderRun:
    """Crawl just these articles."""
    named = ",".join(HOME + path for path in paths)
    return run_spider(make_spider(urls=named, **arguments), site)


def know(spider: NewsSpider, run: SpiderRun) -> None:
    """Put what a run read into the dataset of a spider, as the pipelines would have."""
    for raw in run.articles():
        spider.dataset.add(normalize(raw, spider.site, run_id="r0"))
