"""What every archive is to a spider: captures of a site's pages, found by URL and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.exceptions import ArchiveError
    from crawler.items import Source

Policy = Literal["latest", "first", "all"]
"""Which captures of a page are read: the newest, the oldest, or each that differs."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of a site, as an archive keeps it."""

    url: str
    timestamp: datetime
    """When it was captured; aware, UTC."""
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """As kept: content encoding still on, transfer chunking taken off."""
    file: str
    """Name of the WARC file that holds the body; a revisit's is that of the capture it repeats.
    Empty where the archive does not tell."""
    offset: int
    """Byte where that record, or its gzip member, begins."""
    digest: str | None
    """Payload digest as the archive declares it."""
    source: Source = "warc"


class SiteArchive(Protocol):
    """Captures of a site's pages; the network, if any, is asked for bodies only."""

    source: Source
    policy: Policy
    """What ``captures`` gives where the run does not say."""
    skipped: int
    """How many records or captures could not be used."""
    reasons: Counter[str]
    """How many for each reason."""
    problems: list[tuple[str, str]]
    """Place and reason of the first of them."""
    unread: list[ArchiveError]
    """Whole files of which nothing could be read, where others could."""

    def urls(self) -> Iterator[str]:
        """Yield the URL of each HTML page that was captured with 200, the first captured first."""

    def times(self, url: str, policy: Policy, since: datetime | None) -> list[datetime]:
        """Return when the captures of a page to be read were taken, oldest first.

        Neighbours with one digest are one; a 404 or 410 after the last page is one more, since it
        tells that the page went. Empty where the page was never captured with 200. What was taken
        before ``since`` is left out: it cannot show an article published from then on.
        """

    async def fetch(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return the capture taken at that time or next to it; the newest for None.

        A page comes before a redirect or an error. None where there is no capture of the URL.

        Raises:
            ArchiveError: the archive cannot be read, or does not answer.
            RecordError: it holds a capture, and the capture cannot be used.
        """

    def close(self) -> None:
        """Let go of what it holds; may be called twice."""
