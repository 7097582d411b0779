"""What a run asks once the lists are read: what else there is, what changed, what is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from crawler.discovery import Listed
from crawler.exceptions import StateError
from crawler.spiders.captures import each_capture, unread_captures
from crawler.spiders.conditional import with_conditions
from crawler.spiders.discovering import DiscoveringSpider
from crawler.storage.seen import Freshness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request


# Requests of an archive's pages that wait at one time, so that memory does not grow with it.
ARCHIVED_AT_ONCE = 500


class FollowingSpider(DiscoveringSpider):
    """Asks for known articles too: those looked at again, and those no list names any more."""

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name, **given)
        self.phases += [self._follow_up, self._take_archived, self._recheck, self._confirm_gone]
        self._archived_urls: Iterator[str] | None = None

    def _follow_up(self) -> Iterator[Request]:
        if self.strategy is not None:
            yield from self.follow(self.strategy, self.strategy.follow_up, self.known())

    def _take_archived(self) -> Iterator[Request]:
        """Ask for the pages an archive holds and no list of it names, some at a time."""
        if self.archive is None or self.arguments.urls or self.arguments.discovery != "auto":
            return
        if self._archived_urls is None:
            self._archived_urls = iter(self.archive.urls())
        unlimited = takewhile(lambda _: self._left != 0, self._archived_urls)
        pages = (url for url in unlimited if self.site.is_own(url))
        found = chain.from_iterable(map(self._take_page, pages))
        batch = list(islice(found, ARCHIVED_AT_ONCE))
        if batch:
            self.phases.insert(0, self._take_archived)
        yield from batch

    def _take_page(self, url: str) -> Iterator[Request]:
        key = self.key(url)
        if key not in self.listed:
            yield from self._take_listed(Listed(url, is_guess=True))
        elif key in self.held_whole and len(times := unread_captures(self, url) or ()) > 1:
            # A list held it whole, as it was then; its pages tell how it came to be so.
            yield from each_capture(self.article_request(Listed(url)), times)

    def _recheck(self) -> Iterator[Request]:
        """Ask again for articles whose last change no list of this run told."""
        if self.arguments.urls:
            return
        now = datetime.now(UTC)
        try:
            for article in self.presence.to_recheck(self.dataset, self.arguments, now):
                if self.is_wanted(article.url, Freshness.CHANGED, again=True):
                    self.crawler.stats.inc_value("discovery/rechecked")
                    request = self.article_request(Listed(article.url))
                    etag, changed = article.http_etag, article.http_last_modified
                    yield with_conditions(request, etag, changed)
        except StateError as error:
            self.fail(self.site.home, f"recheck failed: {error}")

    def _confirm_gone(self) -> Iterator[Request]:
        """Ask for the known articles that a list of everything does not name."""
        if not self.listed_all():
            return
        most = self.settings.getint("CONFIRM_GONE_MAX", 200)
        now = datetime.now(UTC)
        try:
            absent, more = self.presence.absent(self.dataset, self.run_id, now, most)
        except StateError as error:
            self.fail(self.site.home, f"absent articles cannot be asked for: {error}")
            return
        self.more_absent = more
        if absent:
            self.logger.info("%s known articles are not listed, asking for %s", len(absent) + more,
                             len(absent))  # fmt: skip
        for article in absent:
            request = self.article_request(Listed(article.url))
            yield request.replace(meta={**request.meta, "unlisted": article.id})
