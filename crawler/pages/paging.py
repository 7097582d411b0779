"""Articles in pages (``<!--nextpage-->``): where the following one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.urls import absolute_url

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

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
