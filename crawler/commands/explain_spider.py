"""The one request of `scrapy explain`, with the manners of a crawl."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.http import TextResponse
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.admission import is_empty
from crawler.exceptions import PageError
from crawler.explain import (
    Explanation,
    explain_article,
    explain_refusal,
    holds_post,
    missing_parts,
    read_source,
)
from crawler.failures import failure_reason
from crawler.pages.paging import merge_pages
from crawler.provenance import read_fetch
from crawler.urls import is_article_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.archives.warc import WarcArchive
    from crawler.items import RawArticle
    from crawler.urls import Site

# An article in more pages than this is a loop of links.
MAX_PAGES = 50


@dataclass(frozen=True, slots=True)
class Target:
    """The article to be explained."""

    site: Site
    url: str
    post_id: str | None = None
    """The post's number, where the address may answer with another, or with several."""
    is_id: bool = False
    """Asked for by the number alone: an archive is searched for its page."""


class ExplainSpider(Spider):
    """Asks for one article and explains what comes; a search tries page after page of an archive.

    Ends with ``explanation`` set, unless the run was broken off.
    """

    name = "explain"
    # Nothing is stored.
    custom_settings: ClassVar[dict[str, Any]] = {"ITEM_PIPELINES": {}}  # type: ignore[misc]

    def __init__(self, target: Target, archive: WarcArchive | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target = target
        self.archive = archive
        """Answers in place of the site, see `ArchiveMiddleware`."""
        self.explanation: Explanation | None = None
        self._is_search = target.is_id and archive is not None
        self._addresses = iter(_addresses(target, archive))

    async def start(self) -> AsyncIterator[Request]:
        for request in self._ask_next():
            yield request

    def _ask_next(self) -> Iterator[Request]:
        url = next(self._addresses, None)
        if url is not None:
            yield self._request(url)
        elif self._is_search:
            detail = f"no page of post {self.target.post_id} in the archive"
            self.explanation = explain_refusal(self.target.url, "none", "not_archived", detail)

    def _request(self, url: str, read: tuple[RawArticle, ...] = ()) -> Request:
        return Request(
            self.target.site.reading_url(url),
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"read": read},
            dont_filter=True,
        )

    def parse(self, response: Response, read: tuple[RawArticle, ...] = ()) -> Iterator[Request]:
        text = response.text if isinstance(response, TextResponse) else ""
        post_id = self.target.post_id or ""
        if self._is_search and not read and not holds_post(text, response.url, post_id):
            yield from self._ask_next()
            return
        try:
            raw = self._read(text, response)
        except PageError as error:
            answer = describe(response)
            self.explanation = explain_refusal(response.url, answer, error.reason, text=text)
            return
        if raw.next_page and len(read) < MAX_PAGES:
            yield self._request(raw.next_page, (*read, raw))
            return
        self._explain((*read, raw), response, missing_parts(text, raw))

    def _read(self, text: str, response: Response) -> RawArticle:
        if not isinstance(response, TextResponse):
            raise PageError(response.url, "not_html")
        return read_source(text, response.url, self.target.post_id)

    def _explain(
        self, pages: tuple[RawArticle, ...], response: Response, notes: Iterable[str]
    ) -> None:
        raw = merge_pages(*pages)
        aliases = (*raw.url_aliases, *response.meta.get("redirect_urls", ()))
        raw = replace(raw, url_aliases=aliases, fetch=read_fetch(response))
        read = f"; the last of {len(pages)} pages" if len(pages) > 1 else ""
        answer = describe(response) + read
        self.explanation = explain_raw(raw, self.target.site, answer, notes)

    def failed(self, failure: Failure, **_: Any) -> Iterator[Request]:
        if self._is_search:
            yield from self._ask_next()
            return
        word, sentence = failure_reason(failure)
        request = failure.request  # type: ignore[attr-defined]
        response = failure.value.response if isinstance(failure.value, HttpError) else None
        if response is not None and "not-archived" in response.flags:
            self.explanation = explain_refusal(request.url, "none", "not_archived")
            return
        text = response.text if isinstance(response, TextResponse) else ""
        answer = describe(response) if response is not None else "none"
        self.explanation = explain_refusal(request.url, answer, word, sentence, text)


def _addresses(target: Target, archive: WarcArchive | None) -> Iterable[str]:
    """Return where the article may be: its address, or any page of an archive that is searched."""
    if archive is None or not target.is_id:
        return (target.url,)
    pages = (url for url in archive.urls() if is_article_url(target.site, url))
    return chain((target.url,), pages)


def explain_raw(raw: RawArticle, site: Site, answer: str, notes: Iterable[str]) -> Explanation:
    """Return the record of what was read, rejected where a crawl would reject it."""
    explanation = explain_article(raw, site, answer, notes)
    if explanation.article is not None and is_empty(explanation.article):
        return replace(explanation, reason="empty", detail="neither text nor media")
    return explanation


def describe(response: Response) -> str:
    """Return status, type and size of a response in a line."""
    kind = (response.headers.get("Content-Type") or b"no type").decode("latin-1")
    came = f" after {response.meta['redirect_urls'][0]}" if "redirect_urls" in response.meta else ""
    return f"HTTP {response.status}, {kind}, {len(response.body)} bytes{came}"
