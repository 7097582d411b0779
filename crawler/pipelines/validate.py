"""What may be exported at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from scrapy.exceptions import DropItem

from crawler.admission import outside, refuse_empty
from crawler.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider


class ValidatePipeline:
    """Rejects an article that says nothing; drops one outside `since` and `until`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: object) -> object:
        if not isinstance(item, Article):
            return item
        if refused := refuse_empty(item):
            return refused
        arguments = cast("NewsSpider", self._crawler.spider).arguments
        if argument := outside(item, arguments.since, arguments.until):
            self._crawler.stats.inc_value(f"article/outside_{argument}")
            raise DropItem(f"outside {argument}: {item.url}", log_level="DEBUG")
        return item
