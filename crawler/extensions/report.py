"""What a run did, in words at the end of the log and as `runs/<run_id>.json`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler import __version__
from crawler.exits import exit_code
from crawler.feeds.files import make_folder, whole_file
from crawler.items import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

# Stats a report names, in the order a reader asks for them.
COUNTS = {
    "listed": "discovery/listed",
    "known": "discovery/unchanged",
    "articles_new": "article/new",
    "articles_changed": "article/changed",
    "articles_older": "article/older",
    "articles_unchanged": "article/unchanged",
    "articles_not_modified": "article/not_modified",
    "gone": "article/gone",
    "rechecked": "discovery/rechecked",
    "duplicates": "article/duplicate",
    "rejected_to_retry": "rejected/to_retry",
    "discovery_failed": "discovery/failed",
    "missing": "discovery/missing",
    "requests": "downloader/request_count",
}


MISSING_TOLD = 3


class RunReport:
    """Sums up the run when the spider closes, after the pipelines have published."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._item_errors = 0
        crawler.signals.connect(self.item_error, signal=signals.item_error)
        crawler.signals.connect(self.spider_error, signal=signals.spider_error)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_error(self) -> None:
        self._crawler.stats.inc_value("errors/item")

    def spider_error(self) -> None:
        self._crawler.stats.inc_value("errors/spider")

    def spider_closed(self, spider: NewsSpider, reason: str) -> None:
        if not hasattr(spider, "dataset"):
            return  # it could not be opened; the error was told
        report = run_report(spider, self._crawler.stats.get_stats(), reason)
        if spider.dataset.folder is not None:
            self._write(report, spider.dataset.folder)
        for line in closing_lines(report):
            logger.info("%s", line)

    def _write(self, report: dict[str, Any], folder: Path) -> None:
        path = folder / "runs" / f"{report['run_id']}.json"
        content = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
        try:
            make_folder(path.parent)
            with whole_file(path) as file:
                file.write(content.encode())
        except OSError as error:
            logger.error("cannot write %s: %s", path, error)
            self._crawler.stats.inc_value("errors/write")


def run_report(spider: NewsSpider, stats: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return the run as JSON values: arguments, versions, counts, completeness, files."""
    counts = {name: int(stats.get(key, 0)) for name, key in COUNTS.items()}
    rejected = _by_last_word(stats, "rejected/")
    rejected.pop("to_retry", None)
    return {
        "run_id": spider.run_id,
        "site": spider.site.name,
        "schema_version": SCHEMA_VERSION,
        "crawler_version": __version__,
        "arguments": _arguments(spider),
        "strategy": stats.get("discovery/strategy"),
        "finish_reason": reason,
        "complete": exit_code(reason, stats) == 0,
        "counts": {**counts, "rejected": sum(rejected.values())},
        "rejected": rejected,
        "quality_flags": _by_last_word(stats, "article/flag/"),
        "archive_skipped": _by_last_word(stats, "archive/skipped/"),
        "ledger": _ledger(spider, stats),
        "files": spider.published,
    }


def _ledger(spider: NewsSpider, stats: dict[str, Any]) -> dict[str, Any]:
    outside = sum(_by_last_word(stats, "article/outside_").values())
    others = {
        "unchanged": stats.get("discovery/unchanged", 0),
        "outside": outside,
        "no_article": stats.get("archive/no_article", 0),
    }
    return spider.ledger.to_json(others, stats.get("discovery/missing") or 0)


def _by_last_word(stats: dict[str, Any], prefix: str) -> dict[str, int]:
    found = {key.removeprefix(prefix): n for key, n in stats.items() if key.startswith(prefix)}
    return dict(sorted(found.items()))


def _arguments(spider: NewsSpider) -> dict[str, Any]:
    given = asdict(spider.arguments)
    default = {f.name: f.default for f in fields(spider.arguments)}
    return {name: _plain(value) for name, value in given.items() if value != default[name]}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value if isinstance(value, int) else str(value)


def _missing_lines(ledger: dict[str, Any]) -> list[str]:
    """Return a line for each of the first missing, and one that counts the rest."""
    named = ledger["missing"][:MISSING_TOLD]
    lines = [f"missing: {each['url']} ({each['why']})" for each in named]
    more = ledger["total"]["missing"] - len(named)
    return [*lines, f"missing: {more} more"] if more else lines


def closing_lines(report: dict[str, Any]) -> list[str]:
    """Return the lines that end a run's log."""
    counts = report["counts"]
    gaps = counts["rejected_to_retry"] + counts["discovery_failed"] + counts["missing"]
    lines = [
        f"{counts['listed']} listed by {report['strategy'] or 'argument urls'}, "
        f"{counts['known']} of them known; {counts['articles_new']} new, "
        f"{counts['articles_changed']} changed, {counts['duplicates']} duplicates, "
        f"{counts['rejected']} rejected, {gaps} to try again; {counts['requests']} requests"
    ]
    lines += _missing_lines(report["ledger"])
    lines += [f"{file['rows']} lines in {file['path']}" for file in report["files"]]
    written = ("articles_new", "articles_changed", "duplicates", "gone")
    if not sum(counts[name] for name in written):
        lines.append("nothing new: no line written")
    return lines
