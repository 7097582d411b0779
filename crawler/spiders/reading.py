"""What the news spider reads from one response, apart from asking for the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.exceptions import DateFormatError, DiscoveryError, PageError
from crawler.pages.article import ArticlePage
from crawler.pages.rest import parse_rest_posts, rest_dates
from crawler.text.dates import VIETNAM, parse_timestamp

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.arguments import Arguments
    from crawler.discovery import Listed
    from crawler.items import RawArticle


def read_page(response: Response) -> RawArticle:
    """Return what an article page says.

    Raises:
        PageError: the answer is no page of an article.
    """
    if not isinstance(response, TextResponse):
        raise PageError(response.url, "not_html")
    return ArticlePage(response.selector, response.url).to_raw()


def asked_url(response: Response) -> str:
    """The address first asked for, before redirects and further pages."""
    first: str | None = response.meta.get("first")
    return first or (*response.meta.get("redirect_urls", ()), response.url)[0]


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

    Raises:
        DiscoveryError: the API is closed, or does not know the post.
    """
    for post in parse_rest_posts(response.body, response.url):
        if str(post.get("id")) == raw.post_id:
            return replace(
                raw,
                date_published=rest_dates(post, "date") + raw.date_published,
                date_modified=rest_dates(post, "modified") + raw.date_modified,
            )
    raise DiscoveryError(response.url, "does not list the post")


def is_outside(listed: Listed, arguments: Arguments) -> bool:
    """Whether a list alone tells that `since` or `until` leaves the article out."""
    since, until = arguments.since, arguments.until
    # Published no later than its last change.
    latest = listed.published or listed.modified
    if since and latest and latest.astimezone(VIETNAM).date() < since:
        return True
    published = listed.published
    return bool(until and published and published.astimezone(VIETNAM).date() > until)
