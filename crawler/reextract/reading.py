"""From one capture to what a crawl would have made of it, with today's rules."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from crawler.admission import outside, refuse_empty
from crawler.archives.payloads import (
    find_header,
)
from crawler.archives.records import RecordError
from crawler.archives.surt import surt_key
from crawler.discovery import Listed, ListedPost
from crawler.discovery.rest import read_listed
from crawler.exceptions import DiscoveryError, PageError
from crawler.items import Article, Fetch, Gone, RawArticle, RawValue, Rejected
from crawler.normalize import normalize
from crawler.pages.rest import parse_rest_posts
from crawler.provenance import read_header
from crawler.reading import (
    MAX_ARTICLE_PAGES,
    REST_DATES,
    add_page,
    is_in_section,
    merge_article,
    prints_minute,
    read_page,
    refused_post,
    rejected,
    with_rest_dates,
)
from crawler.reextract.answers import Answers
from crawler.reextract.catalog import GONE, Capture, CatalogReader
from crawler.reextract.scanning import Problem
from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from scrapy.http import Response

    from crawler.pages.rest import RestPost
    from crawler.reextract.runs import ArchivedRun

MAX_REDIRECTS = 5


class ReadPost(NamedTuple):
    """An article out of a list of posts; whether it is wanted depends on what is known."""

    item: Article | Rejected
    url: str
    post_id: str
    modified: datetime | None


Outcome = Article | Rejected | Gone | ReadPost | Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """What the crawler knew of an article when it asked for a page."""

    url: str
    """The address first asked for."""
    listed: Listed
    redirects: tuple[str, ...] = ()
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    capture: Capture
    response: Response
    asked: Asked = field(repr=False)


class ArchiveReader:
    """Reads captures of a finished catalog; one a process."""

    def __init__(
        self, catalog: Path, paths: Sequence[Path], runs: Mapping[str, ArchivedRun]
    ) -> None:
        self._catalog = CatalogReader(catalog)
        self._answers = Answers(self._catalog, paths)
        self._runs = runs

    def read(self, number: int) -> list[Outcome]:
        """Return what a capture of the catalog holds, in order; nothing where it is not wanted.

        Raises:
            ArchiveError: a file can no longer be read.
        """
        capture = self._catalog.capture(number)
        run = self._runs[capture.run]
        try:
            if capture.is_posts:
                return list(self._read_posts(capture, run))
            if capture.status in GONE:
                return [self._read_gone(capture, run)]
            return list(self._read_article(capture, run))
        except RecordError as error:
            return [Problem(capture.file, capture.offset, error.reason)]

    def close(self) -> None:
        self._catalog.close()

    # ---- lists of posts ---------------------------------------------------------------------

    def _read_posts(self, capture: Capture, run: ArchivedRun) -> Iterator[Outcome]:
        response = self._answers.response(capture)
        fetch = self._fetch(capture, response, run)
        try:
            posts = parse_rest_posts(response.body, response.url)
        except DiscoveryError as error:
            raise RecordError(error.reason) from error
        if not run.is_own:
            # Many lists stand newest first; of two copies the first posted is the original.
            posts.sort(key=_post_number)
        for post in map(read_listed, posts):
            if not isinstance(post, ListedPost) or not run.site.is_own(post.url):
                continue
            item: Article | Rejected | None
            if isinstance(post.content, PageError):
                item = refused_post(post, post.content, run.site, fetch, run.id)
            else:
                item = _make(replace(post.content, fetch=fetch), run)
            if item is not None:
                yield ReadPost(item, post.url, post.post_id, post.modified)

    # ---- pages ------------------------------------------------------------------------------

    def _read_gone(self, capture: Capture, run: ArchivedRun) -> Gone:
        asked = read_asked(capture)
        reason = "not_listed" if asked.unlisted else f"http_{capture.status}"
        url = run.site.canonical(asked.url)
        return Gone(id="", url=url, reason=reason, date=_time(capture))

    def _read_article(self, capture: Capture, run: ArchivedRun) -> Iterator[Outcome]:
        first = last = self._page(capture)
        pages: tuple[RawArticle, ...] = ()
        while True:
            fetch = self._fetch(last.capture, last.response, run)
            try:
                page = replace(read_page(last.response, run.site), fetch=fetch)
                pages = add_page(pages, page, run.site)
            except PageError as error:
                yield _reject(first.asked.url, error.reason, fetch, run, is_final=not pages)
                return
            following = pages[-1].next_page
            if not following or len(pages) >= MAX_ARTICLE_PAGES:
                break
            found = self._follow(run.site.reading_url(following), last)
            if isinstance(found, str):
                yield _reject(first.asked.url, found, fetch, run, detail=following)
                return
            last = found
        raw = merge_article(pages, first.asked.listed, last.asked.redirects)
        if run.section and not is_in_section(raw, run.section):
            return
        item = _make(self._with_dates(raw, last.capture, run), run)
        if item is not None:
            yield item

    def _follow(self, url: str, page: _Page) -> _Page | str:
        """Return what the site said at an article's next address, or why there is nothing."""
        redirects: list[str] = []
        while found := self._catalog.at(surt_key(url), page.capture):
            if 200 <= found.status < 300:
                return self._page(found, tuple(redirects))
            if not 300 <= found.status < 400 or len(redirects) == MAX_REDIRECTS:
                return f"http_{found.status}"
            redirects.append(url)
            url = urljoin(url, find_header(self._answers.headers(found), "location"))
        return "not_archived"

    def _with_dates(self, raw: RawArticle, page: Capture, run: ArchivedRun) -> RawArticle:
        """Return the article with the dates the REST API told, where its page prints no time."""
        if not raw.post_id or prints_minute(raw):
            return raw
        key = surt_key(run.site.reading_url(f"{REST_DATES}{raw.post_id}"))
        found = self._catalog.at(key, page)
        if found is None or found.status != 200:
            return raw
        try:
            return with_rest_dates(raw, self._answers.response(found))
        except DiscoveryError:
            return raw

    def _page(self, capture: Capture, redirects: tuple[str, ...] = ()) -> _Page:
        asked = read_asked(capture)
        # Of ours the redirects stand beside the page; of others they were followed just now.
        asked = asked if asked.redirects else replace(asked, redirects=redirects)
        return _Page(capture, self._answers.response(capture), asked)

    def _fetch(self, capture: Capture, response: Response, run: ArchivedRun) -> Fetch:
        """Return what the record says of its origin: of ours, what the run itself said."""
        time = _time(capture)
        return Fetch(
            date_crawled=time,
            source="live" if run.is_own else "warc",
            archive_timestamp=None if run.is_own else time,
            warc=self._answers.place(capture),
            http_etag=read_header(response, "ETag"),
            http_last_modified=read_header(response, "Last-Modified"),
        )


def read_asked(capture: Capture) -> Asked:
    """Return what our own crawl knew; of another's, only the address."""
    facts: list[tuple[str, str]] = json.loads(capture.facts or "[]")
    values = dict(facts)
    raw = values.get("listed-modified")
    modified = RawValue(raw, values.get("listed-modified-source", "")) if raw else None
    redirects = tuple(value for name, value in facts if name == "via")
    return Asked(
        url=values.get("first") or (*redirects, capture.url)[0],
        listed=Listed(values.get("listed", capture.url), modified_raw=modified),
        redirects=redirects,
        unlisted="unlisted" in values,
    )


def _post_number(post: RestPost) -> int:
    number = post.get("id")
    return number if isinstance(number, int) else 0


def _make(raw: RawArticle, run: ArchivedRun) -> Article | Rejected | None:
    article = normalize(raw, run.site, run_id=run.id)
    refused = refuse_empty(article)
    if refused is None and outside(article, run.since, run.until):
        return None
    return refused or article


def _reject(
    url: str,
    reason: str,
    fetch: Fetch,
    run: ArchivedRun,
    *,
    detail: str | None = None,
    is_final: bool = False,
) -> Rejected:
    return rejected(url, reason, run.site, fetch, run_id=run.id, detail=detail, is_final=is_final)


def _time(capture: Capture) -> datetime:
    return datetime.fromisoformat(capture.date).astimezone(VIETNAM)
