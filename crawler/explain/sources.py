"""The text of an answer -> what it says of an article, be it a page or a post of the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsel import Selector

from crawler.exceptions import DiscoveryError, PageError
from crawler.pages.article import ArticlePage
from crawler.pages.rest import parse_rest_posts, rest_article
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.items import RawArticle
    from crawler.pages.rest import RestPost


def is_json(text: str) -> bool:
    r"""Whether an answer is the REST API's: its first sign says so, whatever its type claims.

    >>> is_json('\ufeff [{"id": 1}]'), is_json("<!doctype html>"), is_json("")
    (True, False, False)
    """
    return text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{")


def read_source(text: str, url: str, post_id: str | None = None) -> RawArticle:
    """Return what an answer says of the article; of several posts that with the number given.

    Raises:
        PageError: it holds no article, or not the one asked for; ``other_post``,
            ``unreadable_rest``, or a reason of the page classes.
    """
    raw = rest_article(_choose(text, url, post_id)) if is_json(text) else read_page(text, url)
    if post_id and raw.post_id != post_id:
        raise PageError(url, "other_post")
    return raw


def read_page(text: str, url: str) -> RawArticle:
    """Return what an article page says.

    Raises:
        PageError: it is no page of an article.
    """
    return page_of(text, url).to_raw()


def page_of(text: str, url: str) -> ArticlePage:
    return ArticlePage(Selector(text, type="html"), url)


def posts_of(text: str, url: str) -> list[RestPost]:
    """Return the posts of a REST answer; a single post is a list of one.

    Raises:
        DiscoveryError: it is no JSON, or an error object.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        posts = parse_rest_posts(f"[{text}]", url)
        if "content" in posts[0]:
            return posts
    return parse_rest_posts(text, url)


def holds_post(text: str, url: str, post_id: str) -> bool:
    """Whether a page is that of the post with this number."""
    return post_id in text and not is_json(text) and page_of(text, url).post_id == post_id


def declared_url(text: str, base: str) -> str | None:
    """Return the address an answer gives itself, None where it gives none."""
    if not is_json(text):
        return page_of(text, base).canonical_url
    try:
        posts = posts_of(text, base)
    except DiscoveryError:
        return None
    link = posts[0].get("link") if posts else None
    return absolute_url(base, link) if isinstance(link, str) else None


def missing_parts(text: str, raw: RawArticle) -> Iterator[str]:
    """Yield what the record of a crawl has and this one answer cannot give."""
    if is_json(text) and '"_embedded"' not in text:
        yield "no _embedded in it: categories, tags and account need ?_embed=author,wp:term"
    if raw.next_page:
        yield f"the article goes on at {raw.next_page}; a crawl reads all its pages"


def _choose(text: str, url: str, post_id: str | None) -> RestPost:
    try:
        posts = posts_of(text, url)
    except DiscoveryError as error:
        raise PageError(url, "unreadable_rest") from error
    if post_id:
        posts = [post for post in posts if str(post.get("id")) == post_id]
    if len(posts) != 1:
        raise PageError(url, "other_post")
    return posts[0]
