"""RawArticle in, Article out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from crawler.items import Article, RawArticle
from crawler.normalize import normalize

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider


class NormalizePipeline:
    """Turns what the page said into the record; counts what could not be read."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: object) -> object:
        if not isinstance(item, RawArticle):
            return item
        spider = cast("NewsSpider", self._crawler.spider)
        article = normalize(item, spider.site, run_id=spider.run_id)
        self._count(article)
        return article

    def _count(self, article: Article) -> None:
        for flag in article.quality_flags:
            self._crawler.stats.inc_value(f"article/flag/{flag}")
        for field in ("date_published", "date_modified"):
            if getattr(article, f"{field}_raw") is None:
                self._crawler.stats.inc_value(f"article/{field}/missing")
            elif getattr(article, field) is None:
                self._crawler.stats.inc_value(f"article/{field}/unreadable")
