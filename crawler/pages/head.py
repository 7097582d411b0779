"""What a page declares about itself: titles, meta, links and JSON-LD, read in one pass."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from crawler.pages.layout import select
from crawler.text.characters import normalize_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

# A stray element in <head> makes parsers put the rest of it into <body>.
DECLARATIONS = etree.XPath("//title[not(ancestor::svg)] | //meta | //link")
ARTICLE_TYPES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "Report")
)
MAX_NODES = 10_000

Node = dict[str, object]


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


def read_head(root: Element) -> Head:
    """Return what the page declares; empty where it declares nothing."""
    head = Head()
    declared = root.find("head")
    for element in declared if declared is not None else ():
        _take(head, element)
    if not head.links:
        for element in select(DECLARATIONS, root):
            _take(head, element)
    for script in root.iter("script"):
        if not head.json_ld and script.get("type") == "application/ld+json":
            head.json_ld = parse_json_ld(script.text or "")
    return head


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


def parse_json_ld(text: str) -> Node:
    """Return the article's node of a JSON-LD script, empty where there is none or it is broken.

    >>> parse_json_ld('{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "name": "A"}]}')
    {'@type': ['NewsArticle'], 'name': 'A'}
    >>> parse_json_ld("{")
    {}
    """
    try:
        data: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    return next((node for node in _nodes(data) if _is_article(node)), {})


def _nodes(data: object) -> Iterator[Node]:
    """Yield the objects of a JSON-LD document in order, those inside ``@graph`` too."""
    queue, count = [data], 0
    while queue and count < MAX_NODES:
        data, count = queue.pop(0), count + 1
        if isinstance(data, dict):
            yield data
            queue.append(data.get("@graph"))
        elif isinstance(data, list):
            queue.extend(data)


def _is_article(node: Node) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name in ARTICLE_TYPES for name in names)
