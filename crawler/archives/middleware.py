"""Scrapy's downloader, answered by an archive instead of the site."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.responsetypes import responsetypes

from crawler.archives.asking import Answered, TooLargeError
from crawler.archives.opening import open_archive
from crawler.archives.records import RecordError
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.archives.captures import Capture, SiteArchive

logger = logging.getLogger(__name__)

SLOT = "archive"
"""Downloader slot of the requests to an archive's server; settings give it a delay of its own."""
OWN_REQUEST = "archive_request"
"""Meta key of those requests; no other goes to the network while an archive answers."""
_NO_ANSWER = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


class ArchiveMiddleware:
    """Answers every request from ``spider.archive``; does nothing where that is None.

    Opens it where the spider has none and its argument ``archive`` names one. Belongs next to the
    downloader (above 900 in ``DOWNLOADER_MIDDLEWARES``): robots.txt, offsite and decompression
    then work as with the live site. While an archive is set no request goes to the network,
    whatever its scheme or method, but those to the archive's own server, which have the manners
    of any other: what the archive does not hold is a 404 with the flag ``not-archived``. The
    capture, body dropped, is ``request.meta["capture"]``; ``request.meta["captured"]`` asks for
    the one of that time.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._archive: SiteArchive | None = None
        self._opened: SiteArchive | None = None
        self._skipped = 0
        self._has_read = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    async def spider_opened(self, spider: Any) -> None:
        """Take the spider's archive; one that cannot be read ends the run, `archive_error`."""
        arguments = getattr(spider, "arguments", None)
        if arguments is not None and arguments.is_archived and spider.archive is None:
            spider.archive = self._opened = await self._open(spider)
        self._archive = getattr(spider, "archive", None)

    def spider_closed(self) -> None:
        if self._opened is not None:
            self._opened.close()

    async def _open(self, spider: Any) -> SiteArchive:
        host = urlsplit(spider.site.base_url).netloc
        most = self._crawler.settings.getint("ARCHIVE_DOWNLOAD_MAXSIZE", 20 * 1024**3)
        try:
            archive = await open_archive(spider.arguments, host, self.ask, most)
        except ArchiveError as error:
            logger.error("%s", error)
            raise CloseSpider("archive_error") from error
        self._tell_skipped(archive)
        for unread in archive.unread:
            spider.fail(unread.path, str(unread))
        return archive

    def _tell_skipped(self, archive: SiteArchive) -> None:
        """Log and count what could not be used since the last time."""
        if archive.skipped == self._skipped:
            return
        for place, reason in archive.problems[self._skipped :]:
            logger.warning("%s: %s, skipped", place, reason)
        self._skipped = archive.skipped
        self._stats.set_value("archive/skipped", archive.skipped)
        for reason, count in archive.reasons.items():
            self._stats.set_value(f"archive/skipped/{reason}", count)

    # ---- requests of the spider -----------------------------------------------------------------

    async def process_request(self, request: Request) -> Response | None:
        if self._archive is None or request.meta.get(OWN_REQUEST):
            return None
        capture = None
        if request.method == "GET" and not self._is_foreign_robots(request):
            capture = await self._fetch(self._archive, request)
        if capture is None:
            return self._miss(request)
        self._stats.inc_value("archive/hit")
        request.meta["capture"] = replace(capture, body=b"")
        return build_response(request, capture)

    async def _fetch(self, archive: SiteArchive, request: Request) -> Capture | None:
        try:
            capture = await archive.fetch(request.url, request.meta.get("captured"))
        except RecordError as error:
            raise ArchiveError(request.url, error.reason) from error
        except ArchiveError as error:
            self._stats.inc_value("archive/refused")
            if not self._has_read:
                self._give_up(error)
            raise
        finally:
            self._tell_skipped(archive)
        self._has_read = self._has_read or capture is not None
        return capture

    def _is_foreign_robots(self, request: Request) -> bool:
        """Whether it asks for the site's robots.txt to obey it, of a server that is not the site's.

        What the site asked of its visitors says nothing of the archive's server. Files at hand
        are read as the site was: what it forbade then is left alone.
        """
        assert self._archive is not None  # noqa: S101 - there is one, or nothing is asked of it
        is_check = request.callback is NO_CALLBACK and urlsplit(request.url).path == "/robots.txt"
        return is_check and self._archive.source != "warc"

    def _give_up(self, error: ArchiveError) -> None:
        """End the run: nothing was read, and the archive itself is at fault."""
        if self._stats.get_value("archive/refused") == 1:
            logger.error("%s", error)
            engine = self._crawler.engine
            assert engine is not None  # noqa: S101 - it is what asks
            # Not awaited: it waits for this very request.
            self._ending = asyncio.ensure_future(engine.close_spider_async(reason="archive_error"))

    def _miss(self, request: Request) -> Response:
        self._stats.inc_value("archive/miss")
        # A redirected or retried request brings the meta of the one before.
        request.meta.pop("capture", None)
        assert self._archive is not None  # noqa: S101 - it is what has no capture
        flags = _flags(self._archive.source, "not-archived")
        return Response(request.url, status=404, flags=flags, request=request)

    # ---- requests of the archive ----------------------------------------------------------------

    async def ask(self, url: str, headers: dict[str, str]) -> Answered:
        """Ask the archive's server, through all of the downloader: retries, pauses, delay.

        Raises:
            ArchiveError: no answer comes.
            TooLargeError: it is longer than ``DOWNLOAD_MAXSIZE``.
        """
        meta = {
            OWN_REQUEST: True,
            "download_slot": SLOT,
            "dont_redirect": True,
            "dont_obey_robotstxt": True,
            "allow_offsite": True,
        }
        request = Request(url, NO_CALLBACK, headers=headers, meta=meta, dont_filter=True)
        engine = self._crawler.engine
        assert engine is not None  # noqa: S101 - the spider is open
        try:
            response = await engine.download_async(request)
        except DownloadCancelledError as error:
            raise TooLargeError(f"larger than DOWNLOAD_MAXSIZE allows: {error}") from error
        except _NO_ANSWER as error:
            raise ArchiveError(url, f"{type(error).__name__}: {error}") from error
        fields = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        return Answered(response.status, fields, response.body)


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
        flags=_flags(capture.source),
        request=request,
    )


def _flags(source: str, *more: str) -> list[str]:
    return ["archive", *([source] if source != "warc" else []), *more]
