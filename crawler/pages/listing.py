"""Listing pages (home, section, tag) of any WordPress theme: articles, further pages, sections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree

from crawler.pages.layout import is_noise, names_of, select
from crawler.urls import Site, absolute_url, is_article_url, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element as Element
    from parsel import Selector

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
# Boxes around a listed article's picture or title.
TEASER_CLASSES = frozenset(
    ("post-thumb", "post-thumbnail", "entry-title", "post-title", "wp-block-post-title")
) | {"post-box-title", "entry-thumb", "td-module-thumb", "td-module-title", "title"}
NEXT_CLASSES = frozenset(("next", "nextpostslink", "wp-block-query-pagination-next", "next-page"))
TURNING = frozenset(("next", "prev"))
MAX_LINKS = 1000
NOT_MAIN = frozenset(("nav", "aside", "footer", "header", "form", "script", "style"))
PAGE_RE = re.compile(r"/page/(\d{1,6})/?\Z")
SECTION_RE = re.compile(r"/category/[^?]+\Z")
FEED_OR_PAGE_RE = re.compile(r"/(?:feed|page/\d+)/?\Z")
NAVIGATION_LINKS = etree.XPath(
    "//nav//a[@href] | //header//a[@href] | //*[contains(@class, 'menu')]//a[@href]"
    " | //li[contains(@class, 'cat-item')]/a[@href]"
)
CATEGORY_LINKS = etree.XPath(
    "//a[contains(concat(' ', @rel, ' '), ' category ')] | //a[contains(@href, '/category/')]"
)
PAGE_LINKS = etree.XPath("//a[contains(@href, '/page/')] | //a[contains(@class, 'next')][@href]")
NEXT_LINKS = etree.XPath("//head/link[@rel='next'][@href]")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing page lists."""

    urls: tuple[str, ...]
    """Addresses of articles in order, each once."""
    next_page: str | None = None
    last_page: int | None = None
    """Highest number among the links to further pages; None where the page links to none."""


def parse_listing(selector: Selector, url: str, site: Site | None = None) -> Listing:
    """Return the articles a page lists in its main part, and how it goes on.

    Addresses are the canonical ones of ``site``, whichever of its addresses the page was read at
    and links to; without it the page's own host is the site.

    Titles and pictures that lead to articles count; where a theme marks neither, every link of
    the main part that could name one.
    """
    root: Element = selector.root
    site = site or _site_of(url)
    url = site.canonical(url)
    links = list(islice(_main_links(root), MAX_LINKS))
    teasers = [link for link in links if _is_teaser(link)]
    urls = _article_urls(teasers, site, url) or _article_urls(links, site, url)
    pages = _numbered_pages(root, url, site)
    number = _page_number(url)
    following = pages.get(number + 1) or _declared_next(root, url, site)
    return Listing(urls, following, max((*pages, number)) if pages else None)


def _site_of(url: str) -> Site:
    parts = urlsplit(url)
    return Site(parts.netloc.removeprefix("www."), f"{parts.scheme}://{parts.netloc}")


def _main_links(root: Element) -> Iterator[Element]:
    """Yield the links outside header, navigation, sidebars and boxes."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if _is_beside(element):
            walk.skip_subtree()
        elif element.tag == "a" and TURNING.isdisjoint(element.get("rel", "").split()):
            yield element


def _is_beside(element: Element) -> bool:
    if element.tag in ("html", "head", "body", "main", "article"):
        return element.tag == "head"
    if element.tag in NOT_MAIN:
        return next(element.iterancestors("main", "article"), None) is None
    return is_noise(names_of(element))


def _is_teaser(link: Element) -> bool:
    if "bookmark" in link.get("rel", "").split():
        return True
    boxes = (link, *(box for _, box in zip(range(2), link.iterancestors(), strict=False)))
    return any(
        box.tag in HEADINGS or not TEASER_CLASSES.isdisjoint(box.get("class", "").split())
        for box in boxes
    )


def _article_urls(links: Iterable[Element], site: Site, base: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for link in links:
        url = _address(link, base, site)
        if url and is_article_url(site, url):
            found.setdefault(url_key(url), url)
    return tuple(found.values())


def _page_number(url: str) -> int:
    match = PAGE_RE.search(urlsplit(url).path)
    return int(match[1]) if match else 1


def _address(link: Element, base: str, site: Site) -> str | None:
    url = absolute_url(base, link.get("href"))
    return site.canonical(url) if url else None


def _numbered_pages(root: Element, url: str, site: Site) -> dict[int, str]:
    """Return the further pages of this very listing by number."""
    pages: dict[int, str] = {}
    first = PAGE_RE.sub("", url_key(url))
    for link in select(PAGE_LINKS, root):
        address = _address(link, url, site)
        match = PAGE_RE.search(urlsplit(address).path) if address else None
        if address and match and PAGE_RE.sub("", url_key(address)) == first:
            pages.setdefault(int(match[1]), address)
    return pages


def _declared_next(root: Element, url: str, site: Site) -> str | None:
    for link in (*select(NEXT_LINKS, root), *select(PAGE_LINKS, root)):
        is_next = link.tag == "link" or not NEXT_CLASSES.isdisjoint(link.get("class", "").split())
        if is_next:
            return _address(link, url, site)
    return None


def section_links(selector: Selector, url: str, site: Site | None = None) -> tuple[str, ...]:
    """Return the sections (categories) that the site's navigation leads to, in order, each once.

    Where the navigation names none, those of the listed articles: stock themes have no menu.
    """
    site = site or _site_of(url)
    links = _sections(select(NAVIGATION_LINKS, selector.root), url, site)
    return links or _sections(select(CATEGORY_LINKS, selector.root), url, site)


def _sections(links: Iterable[Element], base: str, site: Site) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for link in links:
        url = _address(link, base, site)
        if url and site.is_own(url) and _is_section(link, url):
            found.setdefault(url_key(url), url)
    return tuple(found.values())


def _is_section(link: Element, url: str) -> bool:
    if FEED_OR_PAGE_RE.search(url):
        return False
    parent = link.getparent()
    item = parent.get("class", "") if parent is not None else ""
    is_item = "menu-item-object-category" in item or "cat-item" in item
    return is_item or SECTION_RE.search(url) is not None
