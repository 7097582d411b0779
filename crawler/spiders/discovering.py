"""A site's lists of articles: which strategy asks, what it finds, what is wanted of it."""

from __future__ import annotations

from abc import abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider

from crawler import __version__
from crawler.arguments import parse_arguments
from crawler.discovery import Context, Listed, ListedPost, strategies_for
from crawler.exceptions import DiscoveryError
from crawler.failures import UNREACHABLE, failure_reason
from crawler.spiders.reading import is_outside
from crawler.storage.dedupe import freshness
from crawler.storage.seen import Freshness
from crawler.urls import Site, article_id, is_article_url, url_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.archives.warc import WarcArchive
    from crawler.discovery import Discovery, Found
    from crawler.feeds.dataset import Dataset
    from crawler.items import RawArticle, Rejected
    from crawler.storage.seen import SeenArticle


class DiscoveringSpider(Spider):
    """Finds a site's articles and asks for those that are new or changed.

    A crawl is always a resume: the dataset says what is known. Reading an article is left to the
    subclass.
    """

    home: ClassVar[str]
    """The site's own address, e.g. ``https://kontumtv.vn``."""

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name)
        self.arguments = parse_arguments(given)
        host = urlsplit(self.home).netloc
        self.site = Site(host, self.home, self.arguments.base_url or self.home)
        self.run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        self.dataset: Dataset
        """Set by the dataset pipeline before the first request."""
        self.published: list[dict[str, object]] = []
        """The files this run published, told by the dataset pipeline at the end."""
        self.archive: WarcArchive | None = None
        """Opened by the archive middleware where the argument `archive` names files."""
        self.strategy: Discovery | None = None
        self.new_mark: str | None = None
        """What the next run by this strategy may start from; set when all was listed and read."""
        self._strategies: list[type[Discovery]] = []
        self._listed: set[str] = set()
        self._left = self.arguments.limit

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        if settings.getpriority("USER_AGENT"):
            return  # somebody chose it
        contact = f" (+{settings['CONTACT']})" if settings["CONTACT"] else ""
        agent = f"kontumtv-crawler/{__version__}{contact}"
        settings.set("USER_AGENT", agent, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.spider_idle, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        if self.archive is None and not self.settings["CONTACT"]:
            self.logger.warning("set CONTACT, so that the site can reach whoever crawls it")
        if self.arguments.urls:
            for request in self._take_named(self.arguments.urls):
                yield request
            return
        archived = self.archive is not None
        self._strategies = strategies_for(self.arguments.discovery, archived=archived)
        for found in self._next_strategy():
            yield found

    # ---- discovery ----------------------------------------------------------------------------

    def _next_strategy(self) -> Iterator[Any]:
        archived_urls = self.archive.urls() if self.archive else None
        seen = self.dataset.seen
        context = Context(self.site, self.arguments, seen, self.run_id, archived_urls)
        self.strategy = self._strategies.pop(0)(context)
        self.crawler.stats.set_value("discovery/strategy", self.strategy.name)
        self.logger.info("discovery by %s", self.strategy.name)
        yield from self._follow(self.strategy, self.strategy.start)

    def parse_discovery(self, response: Response, **_: Any) -> Iterator[Any]:
        strategy = response.meta["strategy"]
        yield from self._follow(strategy, strategy.parse, response)

    def discovery_failed(self, failure: Failure) -> Iterator[Any]:
        request = failure.request  # type: ignore[attr-defined]
        strategy = request.meta["strategy"]
        word, sentence = failure_reason(failure)
        if word in UNREACHABLE:
            self._strategies.clear()
        yield from self._follow(strategy, strategy.fail, request, sentence)

    def _follow(self, strategy: Discovery, step: Any, *args: Any) -> Iterator[Any]:
        """Take everything one step of a strategy finds; a failed step may start the next one."""
        response = args[0] if args else None
        try:
            for found in step(*args):
                if self._left == 0:
                    return
                yield from self._take(found, strategy, response)
        except DiscoveryError as error:
            yield from self._give_up(strategy, error)

    def _give_up(self, strategy: Discovery, error: DiscoveryError) -> Iterator[Any]:
        if strategy is not self.strategy:
            self.logger.info("discovery by %s failed again: %s", strategy.name, error)
        elif self._strategies and not self._listed:
            self.logger.warning("discovery by %s failed: %s", strategy.name, error)
            yield from self._next_strategy()
        else:
            self._fail(f"discovery by {strategy.name} failed: {error}")

    def _fail(self, what: str) -> None:
        """Tell and count a gap that no request can close in this run."""
        self.logger.error("%s", what)
        self.crawler.stats.inc_value("discovery/failed")

    def spider_idle(self) -> None:
        """Try the next strategy where one ended without a failure and without an article."""
        if self._listed or not self._strategies or self.strategy is None or self.strategy.mark:
            self._finish_discovery()
            return
        self.logger.warning("discovery by %s failed: it lists no article", self.strategy.name)
        for found in self._next_strategy():
            self.crawler.engine.crawl(found)
        raise DontCloseSpider

    def _finish_discovery(self) -> None:
        """Tell what the strategy leaves behind once nothing is under way any more."""
        if self.strategy is None or self._left == 0:
            return
        if missing := self.strategy.missing():
            self.logger.warning("%s articles the site counts were not listed", missing)
        self.crawler.stats.set_value("discovery/missing", missing)
        if self.arguments.is_selection:
            return
        has_failed = self.crawler.stats.get_value("discovery/failed")
        if not self._listed and self.strategy.mark is None and not has_failed:
            self._fail("no list names any article")
        if self.archive is None:
            self.new_mark = self.strategy.new_mark()

    def _take(self, found: Found, strategy: Discovery, response: Any) -> Iterator[Any]:
        if isinstance(found, Request):
            yield found.replace(
                callback=self.parse_discovery,
                errback=self.discovery_failed,
                meta={**found.meta, "strategy": strategy},
            )
        elif isinstance(found, ListedPost):
            yield from self._take_post(found, response)
        else:
            yield from self._take_listed(found)

    def _take_named(self, urls: Iterable[str]) -> Iterator[Request]:
        """Take what the argument `urls` names, whether it looks like an article or not."""
        for url in urls:
            if not self.site.is_own(url):
                self._fail(f"argument urls: {url} is not of {self.site.name}")
            # To name a known article is to ask how it is today.
            elif self._is_wanted(url, Freshness.CHANGED if self.seen_at(url) else Freshness.NEW):
                yield self.article_request(Listed(url))

    def _take_listed(self, listed: Listed) -> Iterator[Request]:
        if not is_article_url(self.site, listed.url):
            return
        if is_outside(listed, self.arguments):
            # Not wanted, but the strategy has answered: no other one need be tried.
            self._listed.add(self._key(listed.url))
        elif self._is_wanted(listed.url, freshness(self.seen_at(listed.url), listed.modified)):
            yield self.article_request(listed)

    def _take_post(self, post: ListedPost, response: Response) -> Iterator[RawArticle | Rejected]:
        known_as = article_id(self.site, post.post_id, post.url)
        seen = self.dataset.seen.by_id(known_as) or self.seen_at(post.url)
        if self._is_wanted(post.url, freshness(seen, post.modified)):
            yield self.read_post(post, response)

    def _is_wanted(self, url: str, fresh: Freshness) -> bool:
        """Whether an article just listed is to be read in this run; counts it either way."""
        key = self._key(url)
        if key in self._listed:
            return False
        self._listed.add(key)
        self.crawler.stats.inc_value("discovery/listed")
        self.crawler.stats.inc_value(f"discovery/{fresh.value}")
        if fresh is Freshness.UNCHANGED or self._left == 0:
            return False
        if self._left is not None:
            self._left -= 1
        return True

    def _key(self, url: str) -> str:
        return url_key(self.site.canonical(url))

    def seen_at(self, url: str) -> SeenArticle | None:
        return self.dataset.seen.by_address(self._key(url))

    # ---- left to the subclass -----------------------------------------------------------------

    @abstractmethod
    def article_request(self, listed: Listed) -> Request:
        """Return the request for a listed article's page."""

    @abstractmethod
    def read_post(self, post: ListedPost, response: Response) -> RawArticle | Rejected:
        """Return what a list that holds whole articles says of one."""
