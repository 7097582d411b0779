"""Any WordPress news site: which URLs to ask for, and which page class reads the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.exceptions import DiscoveryError, PageError
from crawler.failures import failure_reason
from crawler.items import RawArticle, Rejected
from crawler.pages.article import merge_pages
from crawler.provenance import read_fetch
from crawler.spiders.discovering import DiscoveringSpider
from crawler.spiders.reading import (
    add_page,
    asked_url,
    is_in_section,
    prints_minute,
    read_page,
    with_rest_dates,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery import Listed, ListedPost

# An article in more pages than this is a loop of links.
MAX_ARTICLE_PAGES = 50
REST_DATES = "/wp-json/wp/v2/posts?_fields=id,date,date_gmt,modified,modified_gmt&include="


class NewsSpider(DiscoveringSpider):
    """Reads articles from their pages, or from lists that hold them; subclasses name a site."""

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
            reason, modified = post.content.reason, post.modified
            return self._rejected(post.url, reason, response, modified=modified, is_final=True)
        return replace(post.content, fetch=read_fetch(response))

    def parse_article(
        self, response: Response, read: tuple[RawArticle, ...] = ()
    ) -> Iterator[RawArticle | Rejected | Request]:
        try:
            pages = add_page(read, read_page(response, self.site), self.site)
        except PageError as error:
            yield self._rejected(asked_url(response), error.reason, response, is_final=not read)
            return
        following = pages[-1].next_page
        if following and len(pages) < MAX_ARTICLE_PAGES:
            yield response.follow(
                self.site.reading_url(following),
                callback=self.parse_article,
                errback=self.article_failed,
                cb_kwargs={"read": pages},
                meta={"listed": response.meta["listed"], "first": asked_url(response)},
                priority=2,
                dont_filter=True,
            )
        else:
            yield from self._take_article(pages, response)

    def _take_article(
        self, pages: tuple[RawArticle, ...], response: Response
    ) -> Iterator[RawArticle | Request]:
        raw = merge_pages(*pages)
        if self.arguments.section and not is_in_section(raw, self.arguments.section):
            self.crawler.stats.inc_value("article/outside_section")
            return
        listed: Listed = response.meta["listed"]
        modified = (listed.modified_raw,) if listed.modified_raw else ()
        raw = replace(
            raw,
            url_aliases=(*raw.url_aliases, listed.url, *response.meta.get("redirect_urls", ())),
            date_modified=raw.date_modified + modified,
            fetch=read_fetch(response),
        )
        if self._rest_tells_dates and raw.post_id and not prints_minute(raw):
            yield self._rest_dates_request(raw)
        else:
            yield raw

    def _rest_dates_request(self, raw: RawArticle) -> Request:
        """Ask the REST API for the date of one article whose page prints none to the minute."""
        return Request(
            self.site.reading_url(f"{REST_DATES}{raw.post_id}"),
            callback=self.parse_rest_dates,
            errback=self.rest_dates_failed,
            cb_kwargs={"raw": raw},
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

    def article_failed(self, failure: Failure) -> Iterator[Rejected]:
        request = failure.request  # type: ignore[attr-defined]
        word, sentence = failure_reason(failure)
        self.logger.warning("cannot read %s: %s", request.url, sentence)
        url, response = asked_url(request), getattr(failure.value, "response", None)
        detail = sentence if url == request.url else f"{request.url}: {sentence}"
        yield self._rejected(url, word, response, detail)

    def _rejected(
        self,
        url: str,
        reason: str,
        response: Response | None,
        detail: str | None = None,
        *,
        modified: datetime | None = None,
        is_final: bool = False,
    ) -> Rejected:
        fetch = read_fetch(response)
        return Rejected(
            url=self.site.canonical(url),
            site=self.site.name,
            reason=reason,
            detail=detail,
            date_modified=modified,
            date_crawled=fetch.date_crawled,
            source=fetch.source,
            run_id=self.run_id,
            is_final=is_final,
        )
