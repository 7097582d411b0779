"""Articles in pages (``<!--nextpage-->``): where the following one is, and all of them as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.pages.body import unique_media
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.items import RawArticle

CURRENT = frozenset(("current", "post-page-numbers"))


def find_next_page(article: Element, base: str) -> str | None:
    """Return the address of the following page, as wp_link_pages() prints it; None on the last."""
    for element in article.iter("span"):
        classes = element.get("class")
        if classes and CURRENT.issubset(classes.split()):
            following = element.getnext()
            if following is not None and following.tag == "a":
                return absolute_url(base, following.get("href"))
    return None


def merge_pages(first: RawArticle, *rest: RawArticle) -> RawArticle:
    """Return the pages of one article (``<!--nextpage-->``) as one, in the order given.

    Fetched when and where the first was; its validators are left out, since they say nothing of
    the other pages.
    """
    pages = (first, *rest)
    fetch = first.fetch
    if fetch and rest:
        fetch = replace(fetch, http_etag=None, http_last_modified=None)
    return replace(
        first,
        fetch=fetch,
        paragraphs=tuple(text for page in pages for text in page.paragraphs),
        images=unique_media(image for page in pages for image in page.images),
        videos=unique_media(video for page in pages for video in page.videos),
        next_page=pages[-1].next_page,
    )
