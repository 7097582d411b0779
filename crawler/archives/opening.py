"""The archive a run was asked to read, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crawler.archives.commoncrawl import CommonCrawlArchive
from crawler.archives.downloads import download
from crawler.archives.warc import WarcArchive
from crawler.archives.wayback import WaybackArchive
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.archives.asking import Ask
    from crawler.archives.captures import SiteArchive
    from crawler.archives.parts import Part


class Wanted(Protocol):
    """What the arguments of a run say of its archive."""

    @property
    def archive(self) -> tuple[Path, ...]: ...
    @property
    def archive_urls(self) -> tuple[str, ...]: ...
    @property
    def archive_service(self) -> str | None: ...
    @property
    def wayback_url(self) -> str: ...
    @property
    def crawl(self) -> tuple[str, ...]: ...
    @property
    def commoncrawl_url(self) -> str | None: ...


async def open_archive(wanted: Wanted, host: str, ask: Ask, max_download: int) -> SiteArchive:
    """Return the archive that a run names, its index of the site at ``host`` read.

    Files at addresses are fetched first, up to ``max_download`` bytes each.

    Raises:
        ArchiveError: nothing of it can be read; says why.
    """
    if wanted.archive_service is None:
        return await _open_files(wanted.archive, wanted.archive_urls, ask, max_download)
    if wanted.archive_service == "commoncrawl":
        crawled = CommonCrawlArchive(wanted.commoncrawl_url, ask)
        try:
            await crawled.load(host, wanted.crawl)
        except ArchiveError:
            crawled.close()
            raise
        return crawled
    opened = WaybackArchive(wanted.wayback_url, ask)
    try:
        await opened.load(host)
    except ArchiveError:
        opened.close()
        raise
    return opened


async def _open_files(
    paths: Sequence[Path], urls: Sequence[str], ask: Ask, max_download: int
) -> WarcArchive:
    parts: list[Path | Part] = list(paths)
    unread: list[ArchiveError] = []
    for url in urls:
        try:
            parts.append(await download(url, ask, max_download))
        except ArchiveError as error:
            unread.append(error)
    if unread and not parts:
        raise unread[0]
    archive = WarcArchive(parts)
    archive.unread += unread
    return archive
