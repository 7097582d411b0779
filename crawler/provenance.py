"""How the bytes of a response came: live, or from which archive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.items import Fetch, WarcPosition
from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.archives.captures import Capture
    from crawler.items import Source

SERVICES: tuple[Source, ...] = ("wayback", "commoncrawl")


def read_fetch(response: Response | None) -> Fetch:
    """Return when and how a response came; None stands for a request that got none."""
    now = datetime.now(VIETNAM)
    if response is None:
        return Fetch(date_crawled=now)
    capture: Capture | None = response.meta.get("capture")
    source: Source = "warc" if "archive" in response.flags else "live"
    for service in SERVICES:
        source = service if service in response.flags else source
    return Fetch(
        date_crawled=now,
        source=source,
        archive_timestamp=capture.timestamp.astimezone(VIETNAM) if capture else None,
        warc=_position(capture) if capture and capture.file else None,
        http_etag=_header(response, "ETag"),
        http_last_modified=_header(response, "Last-Modified"),
    )


def _position(capture: Capture) -> WarcPosition:
    return WarcPosition(capture.file, capture.offset, capture.digest)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
