"""What is read from one answer of a site, apart from asking for the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.exceptions import DateFormatError, PageError
from crawler.items import Rejected
from crawler.pages.article import ArticlePage
from crawler.pages.decoding import page_selector
from crawler.pages.paging import merge_pages
from crawler.pages.rest import parse_rest_posts, rest_dates
from crawler.text.dates import VIETNAM, parse_timestamp
from crawler.urls import article_id, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scrapy import Request
    from scrapy.http import Response

    from crawler.arguments import Arguments
    from crawler.discovery import Listed, ListedPost
    from crawler.items import Fetch, RawArticle
    from crawler.urls import Site

# An article in more pages than this is a loop of links.
MAX_ARTICLE_PAGES = 50
REST_DATES = "/wp-json/wp/v2/posts?_fields=id,date,date_gmt,modified,modified_gmt&include="


def read_page(response: Response, site: Site) -> RawArticle:
    """Return what an article page says.

    Raises:
        PageError: the answer is no page of an article of this site.
    """
    if not site.is_own(response.url):
        raise PageError(response.url, "off_site")
    if not isinstance(response, TextResponse):
        raise PageError(response.url, "not_html")
    return ArticlePage(page_selector(response), response.url).to_raw()


def asked_url(answer: Request | Response) -> str:
    """The address first asked for, before redirects and further pages."""
    first: str | None = answer.meta.get("first")
    return first or (*answer.meta.get("redirect_urls", ()), answer.url)[0]


def add_page(read: tuple[RawArticle, ...], page: RawArticle, site: Site) -> tuple[RawArticle, ...]:
    """Return an article's pages with one more; the last names no next one if that was read before.

    WordPress answers a page number behind the last with a redirect to the first page.
    """
    keys = {url_key(site.canonical(each.url)) for each in (*read, page)}
    if len(keys) == len(read):
        return (*read[:-1], replace(read[-1], next_page=None))
    following = page.next_page
    if following and (not site.is_own(following) or url_key(site.canonical(following)) in keys):
        page = replace(page, next_page=None)
    return (*read, page)


def merge_article(
    pages: tuple[RawArticle, ...], listed: Listed, redirects: Iterable[str]
) -> RawArticle:
    """Return an article's pages as one, with what the list said of it.

    ``redirects`` are the addresses that led from the listed one to the last page.
    """
    raw = merge_pages(*pages)
    modified = (listed.modified_raw,) if listed.modified_raw else ()
    return replace(
        raw,
        url_aliases=(*raw.url_aliases, listed.url, *redirects),
        date_modified=raw.date_modified + modified,
    )


def rejected(
    url: str,
    reason: str,
    site: Site,
    fetch: Fetch,
    *,
    run_id: str,
    detail: str | None = None,
    modified: datetime | None = None,
    is_final: bool = False,
) -> Rejected:
    """Return the line of what could not be read, asked for at ``url``."""
    return Rejected(
        url=site.canonical(url),
        site=site.name,
        reason=reason,
        detail=detail,
        date_modified=modified,
        date_crawled=fetch.date_crawled,
        source=fetch.source,
        archive_timestamp=fetch.archive_timestamp,
        run_id=run_id,
        is_final=is_final,
    )


def refused_post(
    post: ListedPost, error: PageError, site: Site, fetch: Fetch, run_id: str
) -> Rejected:
    """Return the line of a post that a list names and does not hold: one behind a password."""
    line = rejected(
        post.url, error.reason, site, fetch, run_id=run_id, modified=post.modified, is_final=True
    )
    return replace(line, id=article_id(site, post.post_id, post.url))


def is_in_section(raw: RawArticle, slug: str) -> bool:
    """Whether a category of the article is `slug` or below it, by the path of its listing."""
    return any(slug in urlsplit(term.url or "").path.split("/") for term in raw.categories)


def prints_minute(raw: RawArticle) -> bool:
    """Whether the page tells the time of publication at least to the minute."""
    for printed in raw.date_published:
        try:
            return parse_timestamp(printed.raw).precision in ("minute", "second")
        except DateFormatError:
            continue
    return False


def with_rest_dates(raw: RawArticle, response: Response) -> RawArticle:
    """Return ``raw`` with the dates the REST API tells of it, before those of the page.

    A post the API does not list keeps the page's dates.

    Raises:
        DiscoveryError: the API is closed.
    """
    for post in parse_rest_posts(response.body, response.url):
        if str(post.get("id")) == raw.post_id:
            return replace(
                raw,
                date_published=rest_dates(post, "date") + raw.date_published,
                date_modified=rest_dates(post, "modified") + raw.date_modified,
            )
    return raw


def is_outside(listed: Listed, arguments: Arguments) -> bool:
    """Whether a list alone tells that `since` or `until` leaves the article out."""
    since, until = arguments.since, arguments.until
    # Published no later than its last change.
    latest = listed.published or listed.modified
    if since and latest and latest.astimezone(VIETNAM).date() < since:
        return True
    published = listed.published
    return bool(until and published and published.astimezone(VIETNAM).date() > until)
