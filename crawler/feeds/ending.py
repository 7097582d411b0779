"""How a run ends that can write no more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# The loop itself holds its tasks only weakly.
_closing: set[asyncio.Future[None]] = set()


def end_with_write_error(crawler: Crawler) -> None:
    """Count the failure, which decides the exit code, and close the spider, once this returns."""
    crawler.stats.inc_value("errors/write")
    engine = crawler.engine
    if engine is None or engine.spider is None:
        return  # it has ended already
    closing = asyncio.ensure_future(engine.close_spider_async(reason="write_error"))
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)
