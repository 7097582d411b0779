"""The last pipeline: is it new? Then its line is written and remembered, here and at once."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from scrapy.exceptions import CloseSpider, DropItem

from crawler.exceptions import CrawlerError, LockedError, StateError, WriteError
from crawler.exits import COMPLETE, exit_code
from crawler.feeds.dataset import Dataset
from crawler.feeds.ending import end_with_write_error
from crawler.items import Article, Gone, Rejected
from crawler.storage.dedupe import Kind
from crawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider
    from crawler.storage.dedupe import Verdict

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Finish reason of a run whose dataset could not be opened.
_REASONS: dict[type[CrawlerError], str] = {
    LockedError: "locked",
    StateError: "state_error",
    WriteError: "write_error",
}


class DatasetPipeline:
    """Gives items to the dataset; what is not new goes no further, so `-o` gets articles only."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._commit_items = crawler.settings.getint("DATASET_COMMIT_ITEMS")
        self._commit_seconds = crawler.settings.getfloat("DATASET_COMMIT_SECONDS")
        self._committed_at = time.monotonic()
        self._dataset: Dataset | None = None
        self._failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> NewsSpider:
        return cast("NewsSpider", self._crawler.spider)

    def open_spider(self) -> None:
        spider = self._spider
        settings = self._crawler.settings
        options = settings["DATASET_COMPRESSION"], settings["NEAR_DUPLICATES"]
        try:
            spider.dataset = self._dataset = Dataset(self._folder(), spider.run_id, *options)
        except (LockedError, StateError, WriteError) as error:
            logger.error("%s", error)
            raise CloseSpider(_REASONS[type(error)]) from error
        spider.ledger.begin(self._dataset.seen.holdings())
        self._tell_start(self._dataset)

    def _tell_start(self, dataset: Dataset) -> None:
        if dataset.left_by:
            logger.warning("the last run did not end: %s", dataset.left_by)
        for file in dataset.recovered:
            logger.warning("published %s, left by a run that did not end", file.path)
        for path in dataset.lost:
            logger.error("%s is gone or cut; `scrapy dataset verify` tells more", path)

    def close_spider(self) -> None:
        if self._dataset is None:
            return
        if not self._failed:
            self._record_mark(self._dataset)
            self._try(self._publish)
        self._dataset.close()

    def _publish(self) -> None:
        self._spider.published = [asdict(file) for file in self._spider.dataset.publish()]

    def _try(self, step: Callable[..., Result], *args: object) -> Result | None:
        """Take a step that writes; where the disk refuses it, publish what is committed and end."""
        try:
            return step(*args)
        except WriteError as error:
            self._failed = True
            logger.error("%s; the next run goes on from what is committed", error)
            self._abandon()
            end_with_write_error(self._crawler)
            return None

    def _abandon(self) -> None:
        try:
            self._spider.published = [asdict(file) for file in self._spider.dataset.abandon()]
        except CrawlerError as error:
            logger.error("%s; the next run publishes what is committed", error)

    def _record_mark(self, dataset: Dataset) -> None:
        """Let the next run start where this one ended, if this one left no gap."""
        spider = self._spider
        complete = exit_code("finished", self._crawler.stats.get_stats()) == COMPLETE
        if spider.strategy is not None and spider.new_mark is not None and complete:
            dataset.seen.record_watermark(spider.strategy.name, spider.new_mark)
            for name, value in spider.other_marks.items():
                dataset.seen.record_watermark(name, value)
        for answer in spider.list_answers:
            dataset.seen.lists.record_answer(answer)
        for article_id, asked in spider.presence.answered.items():
            dataset.seen.lists.record_unlisted(article_id, asked)

    def process_item(self, item: object) -> object:
        if not isinstance(item, (Article, Gone, Rejected)):
            return item
        if isinstance(item, Gone):
            return self._take_gone(item)
        if not self._failed:
            verdict = self._try(self._reject if isinstance(item, Rejected) else self._add, item)
        if self._failed:
            raise DropItem(f"not written: {item.url}", log_level="DEBUG")
        if isinstance(item, Rejected):
            detail = f"{item.url} {item.detail or ''}".rstrip()
            raise DropItem(f"rejected ({item.reason}): {detail}", log_level="WARNING")
        return _pass_on(cast("Verdict", verdict))

    def _add(self, article: Article) -> Verdict:
        verdict = self._spider.dataset.add(article)
        self._crawler.stats.inc_value(f"article/{verdict.kind.value}")
        fate = "duplicate" if verdict.kind is Kind.DUPLICATE else "fetched"
        self._spider.ledger.count(fate, verdict.article)
        self._commit_when_due()
        return verdict

    def _reject(self, rejected: Rejected) -> None:
        self._spider.dataset.reject(rejected)
        self._crawler.stats.inc_value(f"rejected/{rejected.reason}")
        self._spider.ledger.count("rejected" if rejected.is_final else "failed")
        if not rejected.is_final:
            self._spider.ledger.miss(rejected.url, rejected.detail or rejected.reason)
            self._crawler.stats.inc_value("rejected/to_retry")
        self._commit_when_due()

    def _take_gone(self, gone: Gone) -> Article:
        tombstone = None if self._failed else self._try(self._bury, gone)
        if tombstone is None:
            raise DropItem(f"no tombstone ({gone.reason}): {gone.url}", log_level="DEBUG")
        logger.info("gone (%s): %s", gone.reason, tombstone.url)
        return tombstone

    def _bury(self, gone: Gone) -> Article | None:
        try:
            tombstone = self._spider.dataset.bury(gone.id, gone.date, gone.reason)
        except StateError as error:
            # Its line is not to be had, so neither is its tombstone; the next run tries again.
            logger.error("%s", error)
            self._crawler.stats.inc_value("discovery/failed")
            return None
        if self._spider.archive is not None:
            self._spider.dataset.seen.past.record_read([url_key(gone.url)], gone.date)
        if tombstone is not None:
            self._crawler.stats.inc_value("article/gone")
            self._spider.ledger.count("gone", tombstone)
            self._commit_when_due()
        return tombstone

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


def _pass_on(verdict: Verdict) -> Article:
    """Return the article as it was written; one that is not new goes no further."""
    article = verdict.article
    if verdict.kind is Kind.UNCHANGED:
        raise DropItem(f"unchanged: {article.url}", log_level="DEBUG")
    if verdict.kind is Kind.DUPLICATE:
        raise DropItem(f"duplicate of {article.duplicate_of}: {article.url}", log_level="INFO")
    return article
