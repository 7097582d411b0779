"""Any WordPress news site: which URLs to ask for, and which page class reads the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.exceptions import DiscoveryError, PageError
from crawler.failures import failure_reason
from crawler.items import Gone, RawArticle, Rejected
from crawler.provenance import read_fetch
from crawler.reading import (
    MAX_ARTICLE_PAGES,
    REST_DATES,
    add_page,
    asked_url,
    is_in_section,
    merge_article,
    prints_minute,
    read_page,
    refused_post,
    rejected,
    with_rest_dates,
)
from crawler.spiders.conditional import NOT_MODIFIED, is_misled, without_conditions
from crawler.spiders.following import FollowingSpider
from crawler.storage.seen import Outcome
from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery import Listed, ListedPost
    from crawler.storage.seen import SeenArticle

# The site's word that there is nothing at an address (RFC 9110 §15.5.5, §15.5.11).
GONE = frozenset(("http_404", "http_410"))
# A page of another kind, where an article was only supposed.
NO_ARTICLE = frozenset(("not_an_article", "not_html", "off_site"))
HAS_LINE = frozenset((Outcome.ARTICLE, Outcome.DUPLICATE, Outcome.TOMBSTONE))


class NewsSpider(FollowingSpider):
    """Reads articles from their pages, or from lists that hold them.

    As it stands, of the site the argument `url` names; a subclass has a site of its own.
    """

    name = "news"

    _rest_tells_dates = True

    def article_request(self, listed: Listed) -> Request:
        return Request(
            self.site.reading_url(listed.url),
            callback=self.parse_article,
            errback=self.article_failed,
            meta={"listed": listed},
            priority=1,
            # Every address is listed once; Scrapy's own filter would let an article that
            # redirects to an address asked before, or to itself, vanish without a word.
            dont_filter=True,
        )

    def read_post(self, post: ListedPost, response: Response) -> RawArticle | Rejected:
        if isinstance(post.content, PageError):
            fetch = read_fetch(response)
            return refused_post(post, post.content, self.site, fetch, self.run_id)
        return replace(post.content, fetch=read_fetch(response))

    def parse_article(
        self, response: Response, read: tuple[RawArticle, ...] = ()
    ) -> Iterator[RawArticle | Rejected | Request]:
        if response.status == NOT_MODIFIED:
            yield from self._take_unmodified(response)
            return
        if article_id := response.meta.get("unlisted"):
            self.presence.answered[article_id] = datetime.now(UTC)
        try:
            page = replace(read_page(response, self.site), fetch=read_fetch(response))
            pages = add_page(read, page, self.site)
        except PageError as error:
            yield from self._refuse(response, error.reason, is_final=not read)
            return
        following = pages[-1].next_page
        if following and len(pages) < MAX_ARTICLE_PAGES:
            yield response.follow(
                self.site.reading_url(following),
                callback=self.parse_article,
                errback=self.article_failed,
                cb_kwargs={"read": pages},
                meta={
                    "listed": response.meta["listed"],
                    "first": asked_url(response),
                    "captured": response.meta.get("captured"),
                },
                priority=2,
                dont_filter=True,
            )
        else:
            yield from self._take_article(pages, response)

    def _refuse(self, response: Response, reason: str, *, is_final: bool) -> Iterator[Rejected]:
        """Tell what is no article; of a page only an archive names there is nothing to tell."""
        rejected = self._rejected(asked_url(response), reason, response, is_final=is_final)
        if response.meta["listed"].is_guess and reason in NO_ARTICLE:
            self.crawler.stats.inc_value("archive/no_article")
            self._pass_over(rejected.url, rejected.archive_timestamp)
        else:
            yield rejected

    def _pass_over(self, url: str, observed: datetime | None) -> None:
        """Remember a capture of which no line is written; of others the dataset does, with it."""
        if observed is not None:
            self.dataset.seen.past.record_read([self.key(url)], observed)

    def _take_unmodified(self, response: Response) -> Iterator[Request]:
        if is_misled(response):
            assert response.request is not None  # noqa: S101 - every answer has its request
            yield without_conditions(response.request)
        else:
            self.crawler.stats.inc_value("article/not_modified")
            self.ledger.count("fetched")

    def _take_article(
        self, pages: tuple[RawArticle, ...], response: Response
    ) -> Iterator[RawArticle | Request]:
        redirects = response.meta.get("redirect_urls", ())
        raw = merge_article(pages, response.meta["listed"], redirects)
        if self.arguments.section and not is_in_section(raw, self.arguments.section):
            self.crawler.stats.inc_value("article/outside_section")
            return
        if self._rest_tells_dates and raw.post_id and not prints_minute(raw):
            yield self._rest_dates_request(raw, response)
        else:
            yield raw

    def _rest_dates_request(self, raw: RawArticle, page: Response) -> Request:
        """Ask the REST API for the date of one article whose page prints none to the minute."""
        return Request(
            self.site.reading_url(f"{REST_DATES}{raw.post_id}"),
            callback=self.parse_rest_dates,
            errback=self.rest_dates_failed,
            cb_kwargs={"raw": raw},
            meta={"listed": page.meta["listed"], "first": asked_url(page)},
            priority=2,
            dont_filter=True,
        )

    def parse_rest_dates(self, response: Response, raw: RawArticle) -> Iterator[RawArticle]:
        try:
            yield with_rest_dates(raw, response)
        except DiscoveryError:
            yield from self._without_rest_dates(raw)

    def rest_dates_failed(self, failure: Failure) -> Iterator[RawArticle]:
        yield from self._without_rest_dates(failure.request.cb_kwargs["raw"])  # type: ignore[attr-defined]

    def _without_rest_dates(self, raw: RawArticle) -> Iterator[RawArticle]:
        # A site that closes its API closes it for every article: one question is enough.
        self._rest_tells_dates = False
        yield raw

    def article_failed(self, failure: Failure) -> Iterator[Gone | Rejected]:
        request = failure.request  # type: ignore[attr-defined]
        word, sentence = failure_reason(failure)
        if word in GONE and request.meta.get("capture"):
            yield from self._went(request, word, getattr(failure.value, "response", None))
            return
        known = self.gone_article(request) if word in GONE else None
        if known is not None:
            reason = "not_listed" if request.meta.get("unlisted") else word
            response = failure.value.response  # type: ignore[union-attr]
            url, date = asked_url(request), read_fetch(response).date_crawled
            yield Gone(id=known.id, url=self.site.canonical(url), reason=reason, date=date)
            return
        self.logger.warning("cannot read %s: %s", request.url, sentence)
        url, response = asked_url(request), getattr(failure.value, "response", None)
        detail = sentence if url == request.url else f"{request.url}: {sentence}"
        yield self._rejected(url, word, response, detail)

    def gone_article(self, request: Request) -> SeenArticle | None:
        """Return the known article whose own page, not a further one, was asked for in vain.

        What an archive does not hold may well be there.
        """
        if self.archive is not None or "first" in request.meta:
            return None
        known = self.seen_at(asked_url(request))
        return known if known and known.outcome in HAS_LINE else None

    def _went(
        self, request: Request, word: str, response: Response | None
    ) -> Iterator[Gone | Rejected]:
        """Tell what a capture of 404 or 410 says: the article went, unless we know it later.

        Of one that nothing is known of, it is all there is to know.
        """
        url, date = asked_url(request), request.meta["capture"].timestamp.astimezone(VIETNAM)
        known = self.seen_at(url)
        if known is None:
            yield self._rejected(url, word, response, is_final=True)
        elif known.outcome in HAS_LINE and known.crawled < date:
            yield Gone(id=known.id, url=self.site.canonical(url), reason=word, date=date)
        else:
            self._pass_over(url, date)

    def _rejected(
        self,
        url: str,
        reason: str,
        response: Response | None,
        detail: str | None = None,
        *,
        is_final: bool = False,
    ) -> Rejected:
        fetch = read_fetch(response)
        source = self.archive.source if self.archive else fetch.source
        return rejected(
            url,
            reason,
            self.site,
            replace(fetch, source=source),
            run_id=self.run_id,
            detail=detail,
            is_final=is_final,
        )
