"""The last pipeline: is it new? Then its line is written and remembered, here and at once."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy.exceptions import CloseSpider, DropItem

from crawler.exceptions import StateError
from crawler.exits import COMPLETE, exit_code
from crawler.feeds.dataset import Dataset
from crawler.items import Article, Rejected
from crawler.storage.dedupe import Kind

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)


class DatasetPipeline:
    """Gives items to the dataset; what is not new goes no further, so `-o` gets articles only."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._commit_items = crawler.settings.getint("DATASET_COMMIT_ITEMS")
        self._commit_seconds = crawler.settings.getfloat("DATASET_COMMIT_SECONDS")
        self._committed_at = time.monotonic()
        self._dataset: Dataset | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> NewsSpider:
        return cast("NewsSpider", self._crawler.spider)

    def open_spider(self) -> None:
        spider = self._spider
        try:
            spider.dataset = self._dataset = Dataset(self._folder(), spider.run_id)
        except StateError as error:
            logger.error("%s", error)
            raise CloseSpider("state_error") from error
        for path in spider.dataset.recovered:
            logger.warning("published %s, left by a run that did not end", path)

    def close_spider(self) -> None:
        if self._dataset is not None:
            self._record_mark(self._dataset)
            self._spider.published = self._dataset.publish()
            self._dataset.close()

    def _record_mark(self, dataset: Dataset) -> None:
        """Let the next run start where this one ended, if this one left no gap."""
        spider = self._spider
        complete = exit_code("finished", self._crawler.stats.get_stats()) == COMPLETE
        if spider.strategy is not None and spider.new_mark is not None and complete:
            dataset.seen.record_watermark(spider.strategy.name, spider.new_mark)

    def process_item(self, item: object) -> object:
        if isinstance(item, Rejected):
            self._reject(item)
        if isinstance(item, Article):
            return self._add(item)
        return item

    def _add(self, article: Article) -> Article:
        verdict = self._spider.dataset.add(article)
        self._crawler.stats.inc_value(f"article/{verdict.kind.value}")
        self._commit_when_due()
        if verdict.kind is Kind.UNCHANGED:
            raise DropItem(f"unchanged: {article.url}", log_level="DEBUG")
        if verdict.kind is Kind.DUPLICATE:
            kept = verdict.article.duplicate_of
            raise DropItem(f"duplicate of {kept}: {article.url}", log_level="INFO")
        return verdict.article

    def _reject(self, rejected: Rejected) -> None:
        self._spider.dataset.reject(rejected)
        self._crawler.stats.inc_value(f"rejected/{rejected.reason}")
        if not rejected.is_final:
            self._crawler.stats.inc_value("rejected/to_retry")
        self._commit_when_due()
        raise DropItem(
            f"rejected ({rejected.reason}): {rejected.url} {rejected.detail or ''}".rstrip(),
            log_level="WARNING",
        )

    def _commit_when_due(self) -> None:
        """Commit every so many lines or seconds: what a kill may cost against what fsync costs."""
        dataset = self._spider.dataset
        overdue = time.monotonic() - self._committed_at > self._commit_seconds
        if dataset.uncommitted >= self._commit_items or overdue:
            dataset.commit()
            self._committed_at = time.monotonic()

    def _folder(self) -> Path | None:
        """Folder of the site's dataset; None where `-O` asks for one whole file of its own."""
        settings = self._crawler.settings
        feeds: dict[str, Any] = settings.getdict("FEEDS")
        if any(options.get("overwrite") for options in feeds.values()):
            return None
        return Path(settings["EXPORTS_DIR"]) / self._spider.site.name
