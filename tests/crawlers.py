"""A crawler object for tests of single components: real settings and stats, no engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.utils.test import get_crawler

from crawler.spiders.kontumtv import KontumtvSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def make_crawler(settings: dict[str, Any] | None = None, /, **arguments: str) -> Crawler:
    """Return a crawler with its kontumtv spider, as they are before the first request."""
    own: dict[str, Any] = {"RETRY_BACKOFF_SECONDS": 2, "RETRY_MAX_PAUSE_SECONDS": 120}
    own |= {"RETRY_TIMES": 3, "DATASET_COMPRESSION": "none", "NEAR_DUPLICATES": "drop"}
    crawler = get_crawler(KontumtvSpider, {**own, "USER_AGENT": "tests", **(settings or {})})
    crawler.spider = KontumtvSpider.from_crawler(crawler, **arguments)
    return crawler
