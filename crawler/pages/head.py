"""What a page declares about itself: titles, meta, links and JSON-LD, read in one pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from crawler.items import RawValue
from crawler.pages.json_ld import Node, choose_node, parse_json_ld
from crawler.pages.layout import select
from crawler.text.characters import normalize_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

# A stray element in <head> makes parsers put the rest of it into <body>.
DECLARATIONS = etree.XPath("//title[not(ancestor::svg)] | //meta | //link")
PUBLISHED_METAS = (
    "article:published_time",
    "datepublished",
    "pubdate",
    "dc.date.issued",
    "article:published",
)
MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified")


@dataclass(slots=True)
class Head:
    """The declarations of one page; the first of each name counts."""

    title: str | None = None
    metas: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    feed_title: str | None = None
    """Title of the site's feed: it holds the site's name as WordPress prints it in <title>."""
    json_ld: Node = field(default_factory=dict)
    """The article's node, empty where the page has none."""

    @property
    def published(self) -> Iterator[RawValue]:
        return self._dates("datePublished", PUBLISHED_METAS)

    @property
    def modified(self) -> Iterator[RawValue]:
        return self._dates("dateModified", MODIFIED_METAS)

    def _dates(self, key: str, metas: tuple[str, ...]) -> Iterator[RawValue]:
        """Yield what JSON-LD says under `key`, then what the metas of these names say."""
        value = self.json_ld.get(key)
        if isinstance(value, str) and value.strip():
            yield RawValue(value.strip(), "json_ld")
        for name in metas:
            if self.metas.get(name):
                yield RawValue(self.metas[name], f"meta.{name}")


def read_head(root: Element, url: str) -> Head:
    """Return what the page at `url` declares; empty where it declares nothing."""
    head = Head()
    declared = root.find("head")
    for element in declared if declared is not None else ():
        _take(head, element)
    if not head.links:
        for element in select(DECLARATIONS, root):
            _take(head, element)
    nodes = list(filter(None, map(parse_json_ld, _json_ld_scripts(root))))
    if nodes:
        urls = (url, head.links.get("canonical", ""), head.metas.get("og:url", ""))
        head.json_ld = choose_node(nodes, urls, (head.title or "", head.metas.get("og:title", "")))
    return head


def _json_ld_scripts(root: Element) -> Iterator[str]:
    for script in root.iter("script"):
        if script.get("type") == "application/ld+json" and script.text:
            yield script.text


def _take(head: Head, element: Element) -> None:
    tag = element.tag
    if tag == "meta":
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name:
            head.metas.setdefault(name.lower(), element.get("content", "").strip())
    elif tag == "link":
        _take_link(head, element)
    elif tag == "title" and head.title is None:
        head.title = normalize_text(element.text or "")


def _take_link(head: Head, element: Element) -> None:
    rel = element.get("rel", "").lower()
    if rel == "alternate" and "rss" in element.get("type", "") and head.feed_title is None:
        head.feed_title = normalize_text(element.get("title", ""))
    elif rel != "stylesheet":
        head.links.setdefault(rel, element.get("href", "").strip())
