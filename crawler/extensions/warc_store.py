"""Keeps every answer of a crawl in WARC files (`WARC_STORE`)."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy import signals
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler import __version__
from crawler.archives.exchange import Exchange, bare_url
from crawler.archives.writer import WarcStore
from crawler.exceptions import WriteError
from crawler.feeds.ending import end_with_write_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from crawler.archives.exchange import Fields

logger = logging.getLogger(__name__)

# What every tool that reads WARC files can unpack; Scrapy would offer Brotli and Zstandard too.
ENCODINGS = b"gzip, deflate"


class WarcStoreExtension:
    """Writes each answer before anybody reads it; tells its place in ``request.meta["kept"]``.

    Answers that come from an archive are kept there already.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._folder = Path(crawler.settings["WARC_STORE"])
        self._max_bytes = crawler.settings.getint("WARC_STORE_MAX_BYTES")
        self._store: WarcStore | None = None
        handlers = {
            self.spider_opened: signals.spider_opened,
            self.request_reached_downloader: signals.request_reached_downloader,
            self.response_downloaded: signals.response_downloaded,
            self.spider_closed: signals.spider_closed,
        }
        for handler, signal in handlers.items():
            crawler.signals.connect(handler, signal=signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings["WARC_STORE"]:
            raise NotConfigured
        return cls(crawler)

    def spider_opened(self, spider: Any) -> None:
        """Take the folder; one that cannot be written ends the run, `write_error`."""
        if not hasattr(spider, "run_id") or spider.arguments.archive:
            return
        name = f"{spider.site.name}-{spider.run_id}"
        info = warc_info(spider, self._crawler)
        try:
            self._store = WarcStore(self._folder, name, info, self._max_bytes)
        except WriteError as error:
            logger.error("%s", error)
            raise CloseSpider("write_error") from error
        for path in self._store.recovered:
            logger.warning("published %s, left by a run that did not end", path)

    def request_reached_downloader(self, request: Request) -> None:
        if self._store is not None:
            request.headers["Accept-Encoding"] = ENCODINGS

    def response_downloaded(self, response: Response, request: Request) -> None:
        # A redirected or retried request brings the meta of the one before.
        request.meta.pop("kept", None)
        if self._store is None or "archive" in response.flags:
            return
        try:
            request.meta["kept"] = self._store.add(exchange_of(response, request))
        except WriteError as error:
            logger.error("%s; what was kept before can be read", error)
            self._end(self._store)
            end_with_write_error(self._crawler)
        else:
            self._crawler.stats.inc_value("warc_store/answers")

    def spider_closed(self) -> None:
        if self._store is not None:
            self._end(self._store)

    def _end(self, store: WarcStore) -> None:
        self._store = None
        try:
            store.close()
        except WriteError as error:
            logger.error("%s; the next run publishes the file", error)
            self._crawler.stats.inc_value("errors/write")


def warc_info(spider: Any, crawler: Crawler) -> dict[str, str]:
    """Return the fields of the warcinfo record: what ran, and how."""
    default = {f.name: f.default for f in fields(spider.arguments)}
    given = {
        name: bare_url(value) if name == "base_url" else value
        for name, value in asdict(spider.arguments).items()
        if value != default[name]
    }
    return {
        "software": f"kontumtv-crawler/{__version__} Scrapy/{scrapy.__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey" if crawler.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": crawler.settings["USER_AGENT"],
        "isPartOf": spider.run_id,
        "spider": spider.name,
        "site": spider.site.name,
        "site-home": spider.site.home,
        "site-base-url": bare_url(spider.site.base_url),
        "arguments": json.dumps(given, default=str, ensure_ascii=False),
    }


def exchange_of(response: Response, request: Request) -> Exchange:
    """Return request and answer as they are to be kept; the moment is now."""
    address = response.ip_address
    return Exchange(
        url=request.url,
        date=datetime.now(UTC).replace(microsecond=0),
        method=request.method,
        request_headers=tuple(_fields(request.headers)),
        request_body=request.body,
        status=response.status,
        headers=tuple(_fields(response.headers)),
        body=response.body,
        protocol=response.protocol or "HTTP/1.1",
        ip_address=str(address) if address else None,
        facts=tuple(facts_of(request.meta)),
    )


def facts_of(meta: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the spider knew of an article when it asked; nothing of other requests.

    ``crawler.reextract`` reads these again: the record must not depend on what only the run knew.
    """
    listed = meta.get("listed")
    if listed is None:
        return
    yield "listed", listed.url
    if listed.modified_raw:
        yield "listed-modified", listed.modified_raw.raw
        yield "listed-modified-source", listed.modified_raw.source
    for url in meta.get("redirect_urls", ()):
        yield "via", url
    if "first" in meta:
        yield "first", meta["first"]
    if "unlisted" in meta:
        yield "unlisted", meta["unlisted"]


def _fields(headers: Headers) -> Fields:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )
