"""Scrapy's downloader, answered by an archive instead of the site."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archives.warc import WarcArchive
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from crawler.archives.captures import Capture, SiteArchive

logger = logging.getLogger(__name__)


class ArchiveMiddleware:
    """Answers every request from ``spider.archive``; does nothing where that is None.

    Opens it where the spider has none and its argument ``archive`` names WARC files. Belongs next
    to the downloader (above 900 in ``DOWNLOADER_MIDDLEWARES``): robots.txt, offsite and
    decompression then work as with the live site. While an archive is set no request goes to the
    network, whatever its scheme or method: what the archive does not hold is a 404 with the flag
    ``not-archived``. The capture, body dropped, is ``request.meta["capture"]``.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._archive: SiteArchive | None = None
        self._opened: WarcArchive | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.stats)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def spider_opened(self, spider: Any) -> None:
        """Take the spider's archive; a file that cannot be read ends the run, `archive_error`."""
        paths = getattr(getattr(spider, "arguments", None), "archive", ())
        if paths and spider.archive is None:
            spider.archive = self._opened = self._open(paths)
        self._archive = getattr(spider, "archive", None)

    def spider_closed(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _open(self, paths: Sequence[Path]) -> WarcArchive:
        try:
            archive = WarcArchive(paths)
        except ArchiveError as error:
            logger.error("%s", error)
            raise CloseSpider("archive_error") from error
        for place, reason in archive.problems:
            logger.warning("%s: %s, skipped", place, reason)
        self._stats.set_value("archive/skipped", archive.skipped)
        return archive

    async def process_request(self, request: Request) -> Response | None:
        if self._archive is None:
            return None
        capture = None
        if request.method == "GET":
            capture = await self._archive.fetch(request.url, request.meta.get("captured"))
        if capture is None:
            return self._miss(request)
        self._stats.inc_value("archive/hit")
        request.meta["capture"] = replace(capture, body=b"")
        return build_response(request, capture)

    def _miss(self, request: Request) -> Response:
        self._stats.inc_value("archive/miss")
        # A redirected or retried request brings the meta of the one before.
        request.meta.pop("capture", None)
        return Response(request.url, status=404, flags=["archive", "not-archived"], request=request)


def build_response(request: Request, capture: Capture) -> Response:
    """Return the capture as Scrapy's response to ``request``, content encoding still on."""
    headers = Headers()
    for name, value in capture.headers:
        headers.appendlist(name, value)
    response_class = responsetypes.from_args(headers=headers, url=request.url, body=capture.body)
    return response_class(
        request.url,
        status=capture.status,
        headers=headers,
        body=capture.body,
        flags=["archive"],
        request=request,
    )
