"""How the bytes of a response came: live, or from which archive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.items import Fetch, WarcPosition
from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.archives.captures import Capture
    from crawler.archives.exchange import Kept
    from crawler.items import Source

SERVICES: tuple[Source, ...] = ("wayback", "commoncrawl")


def read_fetch(response: Response | None) -> Fetch:
    """Return when and how a response came; None stands for a request that got none.

    An answer that was kept (`WARC_STORE`) came when its WARC record says: read again from there,
    it gives the same record.
    """
    now = datetime.now(VIETNAM)
    if response is None:
        return Fetch(date_crawled=now)
    capture: Capture | None = response.meta.get("capture")
    kept: Kept | None = response.meta.get("kept")
    place = capture if capture and capture.file else kept
    source: Source = "warc" if "archive" in response.flags else "live"
    for service in SERVICES:
        source = service if service in response.flags else source
    return Fetch(
        date_crawled=kept.date.astimezone(VIETNAM) if kept else now,
        source=source,
        archive_timestamp=capture.timestamp.astimezone(VIETNAM) if capture else None,
        warc=WarcPosition(place.file, place.offset, place.digest) if place else None,
        http_etag=read_header(response, "ETag"),
        http_last_modified=read_header(response, "Last-Modified"),
    )


def read_header(response: Response, name: str) -> str | None:
    """Return a header of an answer as sent, None where it has none."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
