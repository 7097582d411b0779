"""A run on one site: what it was asked for, where its dataset is, what it leaves out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Spider

from crawler import __version__
from crawler.arguments import parse_arguments
from crawler.exceptions import ArgumentError
from crawler.ledger import Ledger
from crawler.storage.seen import Outcome
from crawler.urls import Site, url_key

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.archives.captures import SiteArchive
    from crawler.arguments import Arguments
    from crawler.feeds.dataset import Dataset
    from crawler.storage.seen import SeenArticle


class SiteSpider(Spider):
    """Knows its site, its arguments and its dataset; what to ask is left to the subclasses."""

    home: ClassVar[str] = ""
    """The site's own address, e.g. ``https://kontumtv.vn``; empty: the argument `url` names it."""

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name)
        self.arguments = parse_arguments(given)
        self.site = self.site_of(self.arguments)
        self.run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        self.dataset: Dataset
        """Set by the dataset pipeline before the first request."""
        self.published: list[dict[str, Any]] = []
        """The files this run published, told by the dataset pipeline at the end."""
        self.archive: SiteArchive | None = None
        """Opened by the archive middleware where the argument `archive` names one."""
        self.ledger = Ledger()

    @classmethod
    def site_of(cls, arguments: Arguments) -> Site:
        """Return the site a run with these arguments reads.

        Raises:
            ArgumentError: `url` names no site, or another than the spider's own.
        """
        home = arguments.url or cls.home
        if not home:
            raise ArgumentError("url", "names no site; write it as -a url=https://example.vn")
        if cls.home and home != cls.home:
            raise ArgumentError("url", f"{cls.name} reads {cls.home}; `news` reads any other site")
        # One dataset for a site, with or without `www.`.
        host = urlsplit(home).netloc.removeprefix("www.")
        return Site(host, home, arguments.base_url or home)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        _set_archive_pace(settings)
        if settings.getpriority("USER_AGENT"):
            return  # somebody chose it
        contact = f" (+{settings['CONTACT']})" if settings["CONTACT"] else ""
        agent = f"kontumtv-crawler/{__version__}{contact}"
        settings.set("USER_AGENT", agent, priority="spider")

    def fail(self, url: str, what: str) -> None:
        """Tell and count a gap that no request can close in this run."""
        self.logger.error("%s", what)
        self.ledger.miss(url, what)
        self.crawler.stats.inc_value("discovery/failed")

    def known(self) -> int:
        """How many articles the dataset knows that are not gone."""
        counts = self.dataset.seen.counts()
        return sum(counts.values()) - counts.get(Outcome.TOMBSTONE, 0)

    def key(self, url: str) -> str:
        return url_key(self.site.canonical(url))

    def seen_at(self, url: str) -> SeenArticle | None:
        return self.dataset.seen.by_address(self.key(url))


def _set_archive_pace(settings: BaseSettings) -> None:
    """Give the requests to an archive's server a delay of their own, one at a time."""
    pace = {"delay": settings.getfloat("ARCHIVE_DOWNLOAD_DELAY", 1.0), "concurrency": 1}
    slots = {"archive": pace, **settings.getdict("DOWNLOAD_SLOTS")}
    settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
