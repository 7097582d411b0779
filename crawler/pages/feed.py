"""Feeds: RSS 2.0, RDF and Atom (RFC 4287), as far as they name articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.exceptions import DiscoveryError
from crawler.pages.xml_files import child_text, local_name, parse_xml
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed."""

    url: str
    guid: str | None = None
    """As printed; WordPress's is `https://…/?p=N` and holds the post's number."""
    published: str | None = None
    """As printed: RFC 822 in RSS, RFC 3339 in Atom."""


def parse_feed(body: bytes, url: str) -> tuple[FeedEntry, ...]:
    """Return a feed's entries in order; those without an address are left out.

    Raises:
        DiscoveryError: it is empty, HTML or another kind of XML.
    """
    root, _ = parse_xml(body, url)
    if local_name(root) not in ("rss", "rdf", "feed"):
        raise DiscoveryError(url, f"<{local_name(root)[:40]}> instead of a feed")
    found = (_read_entry(el, url) for el in root.iter() if local_name(el) in ("item", "entry"))
    return tuple(entry for entry in found if entry)


def _read_entry(element: Element, base: str) -> FeedEntry | None:
    guid = child_text(element, "guid", "id")
    address = absolute_url(base, _link(element) or guid)
    published = child_text(element, "pubdate", "published", "date", "updated")
    return FeedEntry(address, guid, published) if address else None


def _link(element: Element) -> str | None:
    """Return the entry's address: the text of RSS's ``link``, the ``href`` of Atom's."""
    for child in element:
        if local_name(child) == "link" and child.get("rel", "alternate") == "alternate":
            return child.get("href") or (child.text or "").strip() or None
    return None
