"""A site's lists of articles: which strategy asks, what it finds, what is wanted of it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from crawler.discovery import Context, Listed, ListedPost, strategies_for
from crawler.exceptions import DiscoveryError
from crawler.failures import UNREACHABLE, failure_reason
from crawler.reading import is_outside
from crawler.spiders.captures import each_capture, unread_captures
from crawler.spiders.conditional import (
    NOT_MODIFIED,
    answered_as_before,
    is_misled,
    keep_answer,
    with_conditions,
    without_conditions,
)
from crawler.spiders.presence import Presence
from crawler.spiders.site import SiteSpider
from crawler.storage.dedupe import freshness, post_freshness
from crawler.storage.seen import Freshness
from crawler.urls import article_id, is_article_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery import Discovery, Found
    from crawler.items import RawArticle, Rejected
    from crawler.storage.lists import ListAnswer


class DiscoveringSpider(SiteSpider):
    """Finds a site's articles and asks for those that are new or changed.

    A crawl is always a resume: the dataset says what is known. Reading an article is left to the
    subclass.
    """

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name, **given)
        self.strategy: Discovery | None = None
        self.new_mark: str | None = None
        """What the next run by this strategy may start from; set when all was listed and read."""
        self.other_marks: dict[str, str] = {}
        """What else the next run of the strategy has to know, by name."""
        self.list_answers: list[ListAnswer] = []
        """What lists said in this run, for conditional requests in the next."""
        self.presence = Presence()
        self.phases: list[Callable[[], Iterator[Any]]] = []
        """What to ask, one after another, each when everything before has been read."""
        self._strategies: list[type[Discovery]] = []
        self.listed: set[str] = set()
        """Keys of the addresses that lists of this run named."""
        self.held_whole: set[str] = set()
        """Keys of the articles a list in an archive held whole."""
        self._left = self.arguments.limit
        self.more_absent = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.spider_idle, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        asks_network = self.archive is None or self.archive.source != "warc"
        if asks_network and not self.settings["CONTACT"]:
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
        seen = self.dataset.seen
        is_archived = self.archive is not None
        context = Context(self.site, self.arguments, seen, self.run_id, is_archived)
        self.strategy = self._strategies.pop(0)(context)
        self.crawler.stats.set_value("discovery/strategy", self.strategy.name)
        self.logger.info("discovery by %s", self.strategy.name)
        yield from self.follow(self.strategy, self.strategy.start)

    def parse_discovery(self, response: Response, **_: Any) -> Iterator[Any]:
        strategy = response.meta["strategy"]
        if is_misled(response):
            assert response.request is not None  # noqa: S101 - every answer has its request
            yield without_conditions(response.request)
            return
        yield from self.follow(strategy, strategy.parse, self._whole_answer(response, strategy))

    def _whole_answer(self, response: Response, strategy: Discovery) -> Response:
        """Return the answer, the one before where the site says that it still holds."""
        known = self.dataset.seen.lists.answer(self.site.canonical(response.url))
        if response.status == NOT_MODIFIED and known is not None:
            self.crawler.stats.inc_value("discovery/not_modified")
            return answered_as_before(response, known)
        if strategy.is_conditional and self.archive is None:
            answer = keep_answer(response, self.site)
            self.list_answers += [answer] if answer else []
        return response

    def discovery_failed(self, failure: Failure) -> Iterator[Any]:
        request = failure.request  # type: ignore[attr-defined]
        strategy = request.meta["strategy"]
        word, sentence = failure_reason(failure)
        if word in UNREACHABLE:
            self._strategies.clear()
        yield from self.follow(strategy, strategy.fail, request, sentence)

    def follow(self, strategy: Discovery, step: Any, *args: Any) -> Iterator[Any]:
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
        elif self._strategies and not self.listed:
            self.logger.warning("discovery by %s failed: %s", strategy.name, error)
            yield from self._next_strategy()
        else:
            self.fail(error.url, f"discovery by {strategy.name} failed: {error}")

    def spider_idle(self) -> None:
        """Try the next strategy where one ended without a failure and without an article."""
        if self.listed or not self._strategies or self.strategy is None or self.strategy.mark:
            self._take_next_phase()
            return
        self.logger.warning("discovery by %s failed: it lists no article", self.strategy.name)
        for found in self._next_strategy():
            self.crawler.engine.crawl(found)
        raise DontCloseSpider

    def _take_next_phase(self) -> None:
        """Ask what can only be asked once everything before has been read; else the run ends."""
        while self.phases and self._left != 0:
            found = list(self.phases.pop(0)())
            for each in found:
                self.crawler.engine.crawl(each)
            if found:
                raise DontCloseSpider
        self._finish_discovery()

    def listed_all(self) -> bool:
        if self.strategy is None or self.arguments.is_selection or self.archive is not None:
            return False
        has_failed = self.crawler.stats.get_value("discovery/failed")
        return self.strategy.lists_all() and not (has_failed or self.strategy.missing())

    def _finish_discovery(self) -> None:
        """Tell what the strategy leaves behind once nothing is under way any more."""
        if self.strategy is None or self._left == 0:
            return
        if self.strategy.expected is not None:
            self.ledger.expected[self.strategy.name] = self.strategy.expected
        if missing := self.strategy.missing():
            self.logger.warning("%s articles the site counts were not listed", missing)
        self.crawler.stats.set_value("discovery/missing", missing)
        if self.arguments.is_selection:
            return
        has_failed = self.crawler.stats.get_value("discovery/failed")
        if not self.listed and self.strategy.mark is None and not has_failed:
            self.fail(self.site.home, "no list names any article")
        if self.archive is None:
            self.new_mark = self.strategy.new_mark()
        if self.listed_all() and not self.more_absent:
            self.other_marks = self.strategy.other_marks(self.known())

    def _take(self, found: Found, strategy: Discovery, response: Any) -> Iterator[Any]:
        if isinstance(found, Request):
            yield self._conditional(found, strategy).replace(
                callback=self.parse_discovery,
                errback=self.discovery_failed,
            )
        elif isinstance(found, ListedPost):
            yield from self._take_post(found, response)
        else:
            yield from self._take_listed(found)

    def _conditional(self, request: Request, strategy: Discovery) -> Request:
        request = request.replace(meta={**request.meta, "strategy": strategy})
        known = self.dataset.seen.lists.answer(self.site.canonical(request.url))
        if known is None or self.archive is not None or not strategy.is_conditional:
            return request
        return with_conditions(request, known.etag, known.last_modified)

    def _take_named(self, urls: Iterable[str]) -> Iterator[Request]:
        """Take what the argument `urls` names, whether it looks like an article or not."""
        for url in urls:
            if not self.site.is_own(url):
                self.fail(url, f"argument urls: {url} is not of {self.site.name}")
            # To name a known article is to ask how it is today.
            else:
                fresh = Freshness.CHANGED if self.seen_at(url) else Freshness.NEW
                yield from self.wanted_requests(Listed(url), fresh)

    def _take_listed(self, listed: Listed) -> Iterator[Request]:
        if not is_article_url(self.site, listed.url):
            return
        known = self.seen_at(listed.url)
        self.presence.note(known, is_told=listed.modified is not None)
        if is_outside(listed, self.arguments):
            # Not wanted, but the strategy has answered: no other one need be tried.
            self.listed.add(self.key(listed.url))
        else:
            yield from self.wanted_requests(listed, freshness(known, listed.modified))

    def wanted_requests(self, listed: Listed, fresh: Freshness) -> Iterator[Request]:
        """Ask for an article if it is wanted; of an archive, for every capture not read yet."""
        times = unread_captures(self, listed.url)
        if times is not None:
            is_known = self.seen_at(listed.url) is not None
            fresh = Freshness.CHANGED if is_known else Freshness.NEW
            fresh = fresh if times else Freshness.UNCHANGED
        if self.is_wanted(listed.url, fresh):
            yield from each_capture(self.article_request(listed), times)

    def _take_post(self, post: ListedPost, response: Response) -> Iterator[RawArticle | Rejected]:
        known_as = article_id(self.site, post.post_id, post.url)
        seen = self.dataset.seen.by_id(known_as) or self.seen_at(post.url)
        self.presence.note(seen, is_told=True)
        if self.archive is not None:
            self.held_whole.add(self.key(post.url))
        fresh = post_freshness(seen, post.modified, is_recheck=bool(self.arguments.recheck))
        if self.is_wanted(post.url, fresh):
            yield self.read_post(post, response)

    def is_wanted(self, url: str, fresh: Freshness, *, again: bool = False) -> bool:
        """Whether an article just listed is to be read in this run; counts it either way.

        ``again`` for one that was listed, taken as known, and is looked at nevertheless.
        """
        key = self.key(url)
        if key in self.listed:
            return again and self._left != 0
        self.listed.add(key)
        self.crawler.stats.inc_value("discovery/listed")
        self.crawler.stats.inc_value(f"discovery/{fresh.value}")
        if fresh is Freshness.UNCHANGED or self._left == 0:
            return False
        if self._left is not None:
            self._left -= 1
        return True

    # ---- left to the subclass -----------------------------------------------------------------

    @abstractmethod
    def article_request(self, listed: Listed) -> Request:
        """Return the request for a listed article's page."""

    @abstractmethod
    def read_post(self, post: ListedPost, response: Response) -> RawArticle | Rejected:
        """Return what a list that holds whole articles says of one."""
