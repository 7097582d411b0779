"""One line an event; never whole items."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import logformatter

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


# What Scrapy tells of itself before the first request: versions, settings, lists of components.
CHATTY_AT_START = ("scrapy.utils.log", "scrapy.addons", "scrapy.crawler", "scrapy.middleware")
# Tells with a traceback what the spider tells again in a line.
TALKS_IN_TRACEBACKS = "scrapy.downloadermiddlewares.robotstxt"


class LogFormatter(logformatter.LogFormatter):
    """Names an item by its URL where Scrapy would print all of it."""

    def scraped(
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        result = super().scraped(item, response, spider)
        return {**result, "msg": "Scraped %(item)s", "args": {"item": _name(item)}}

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        result = super().dropped(item, exception, response, spider)
        return {**result, "msg": "%(exception)s", "args": {"exception": exception}}

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        result = super().item_error(item, exception, response, spider)
        return {**result, "args": {"item": _name(item)}}


def _name(item: Any) -> str:
    return str(getattr(item, "url", item))


def quiet_start() -> None:
    """Keep a page of inventory, and tracebacks of dead hosts, out of a nightly log.

    Filters, not levels: Scrapy sets the levels of its loggers anew when a crawl starts.
    """
    for name in CHATTY_AT_START:
        logging.getLogger(name).addFilter(_is_warning)
    logging.getLogger(TALKS_IN_TRACEBACKS).addFilter(_without_traceback)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return True
