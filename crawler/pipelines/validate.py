"""What may be exported at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from scrapy.exceptions import DropItem

from crawler.items import Article, Rejected

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
        if is_empty(item):
            return _reject(item, "empty", "neither text nor media")
        if argument := self._outside(item):
            self._crawler.stats.inc_value(f"article/outside_{argument}")
            raise DropItem(f"outside {argument}: {item.url}", log_level="DEBUG")
        return item

    def _outside(self, article: Article) -> str | None:
        """Name the argument that leaves the article out; an article without a date is kept."""
        arguments = cast("NewsSpider", self._crawler.spider).arguments
        if article.date_published is None:
            return None
        day = article.date_published.date()
        if arguments.since and day < arguments.since:
            return "since"
        return "until" if arguments.until and day > arguments.until else None


def is_empty(article: Article) -> bool:
    """Whether an article holds neither text nor picture nor player."""
    return not (article.text or article.description or article.images or article.videos)


def _reject(article: Article, reason: str, detail: str) -> Rejected:
    return Rejected(
        url=article.url,
        site=article.site,
        id=article.id,
        reason=reason,
        detail=detail,
        headline=article.headline,
        text=article.text,
        date_published_raw=article.date_published_raw,
        date_modified=article.date_modified,
        date_crawled=article.date_crawled,
        source=article.source,
        run_id=article.run_id,
        is_final=True,
    )
