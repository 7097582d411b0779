"""Adapter for the scorer of saved pages, which lies beside the checkout; run by hand.

    cd ../shared/data/pages
    PYTHONPATH=<checkout> python score.py --peers none --extra benchmarks.score_pages:extract

What is scored is what a record would hold, made by the very functions a crawl uses.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse

from crawler.exceptions import PageError
from crawler.items import Fetch
from crawler.normalize import normalize
from crawler.pages.article import ArticlePage
from crawler.pages.decoding import page_selector
from crawler.urls import Site

if TYPE_CHECKING:
    from crawler.items import Article

FETCH = Fetch(date_crawled=datetime(2026, 11, 1, tzinfo=UTC))


def read_record(body: bytes, url: str) -> Article:
    """Return the record of a page's bytes.

    Raises:
        PageError: it is no article.
    """
    host = urlsplit(url).hostname or ""
    site = Site(host.removeprefix("www."), f"https://{host}")
    response = HtmlResponse(url, body=body, headers={"Content-Type": "text/html"})
    raw = ArticlePage(page_selector(response), url).to_raw()
    return normalize(replace(raw, fetch=FETCH), site)


def extract(body: bytes, url: str) -> dict[str, Any]:
    """Return a page's fields as the scorer asks for them; nothing where it is no article."""
    try:
        article = read_record(body, url)
    except PageError:
        return {}
    published: object = article.date_published
    if article.date_published and article.date_published_precision == "day":
        published = article.date_published.date()
    account = (article.cms_author,) if article.cms_author else ()
    return {
        "title": article.headline,
        "lead": article.description,
        "body": article.text,
        "published": published,
        # The scorer knows one kind of author: who signed, else the account the page names.
        "authors": [author.name for author in article.authors] or list(account),
    }
