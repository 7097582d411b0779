"""Retry-After, backoff and Crawl-delay, which Scrapy's core reads nowhere."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, each after a pause of the whole host.

    The pause is what the answer's Retry-After asks for (RFC 9110 §10.2.3), else it doubles from
    ``RETRY_BACKOFF_SECONDS`` with every try; never longer than ``RETRY_MAX_PAUSE_SECONDS``. A
    robots.txt Crawl-delay longer than ``DOWNLOAD_DELAY`` spaces the requests to its host.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._backoff = crawler.settings.getfloat("RETRY_BACKOFF_SECONDS")
        self._max_pause = crawler.settings.getfloat("RETRY_MAX_PAUSE_SECONDS")
        self._download_delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._free_at: dict[str, float] = {}
        self._crawl_delay: dict[str, float] = {}
        self._clock: Callable[[], float] = time.monotonic
        self._sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        crawler.signals.connect(self.robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        asked = robotparser.crawl_delay(self.crawler.settings["USER_AGENT"]) or 0.0
        delay = min(asked, self._max_pause)
        if delay > self._download_delay:
            host = urlparse_cached(request).netloc
            self._crawl_delay[host] = delay
            logger.info("robots.txt of %s asks for %s s between requests", host, asked)

    async def process_request(self, request: Request) -> None:
        is_archived = getattr(self.crawler.spider, "archive", None) is not None
        if is_archived and not request.meta.get("archive_request"):
            return
        host = urlparse_cached(request).netloc
        delay = self._crawl_delay.get(host, 0.0)
        while (wait := self._free_at.get(host, 0.0) - self._clock()) > 0:
            await self._sleep(wait)
        if delay:
            self._free_at[host] = self._clock() + delay

    def process_response(  # type: ignore[override]  # the spider argument is deprecated
        self, request: Request, response: Response
    ) -> Request | Response:
        outcome = super().process_response(request, response)
        if isinstance(outcome, Request):
            self._pause(outcome, retry_after_seconds(response))
        return outcome

    def process_exception(  # type: ignore[override]  # the spider argument is deprecated
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        outcome = super().process_exception(request, exception)
        if isinstance(outcome, Request):
            self._pause(outcome, None)
        return outcome

    def _pause(self, retry: Request, asked: float | None) -> None:
        tries = retry.meta["retry_times"]
        seconds = self._backoff * 2 ** (tries - 1) if asked is None else asked
        host = urlparse_cached(retry).netloc
        free_at = self._clock() + min(seconds, self._max_pause)
        self._free_at[host] = max(free_at, self._free_at.get(host, 0.0))


def retry_after_seconds(response: Response) -> float | None:
    """Return what a Retry-After header asks for, in seconds; None without one that can be read.

    Either seconds or an HTTP date (RFC 9110 §10.2.3), which counts from the answer's own Date.
    """
    raw = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if raw.isascii() and raw.isdigit():
        return float(raw)
    until, sent = _http_date(raw), _http_date((response.headers.get("Date") or b"").decode())
    if until is None or sent is None:
        return None
    return max(0.0, (until - sent).total_seconds())


def _http_date(raw: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(raw)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
