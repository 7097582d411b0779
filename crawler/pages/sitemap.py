"""Sitemaps (sitemaps.org): indexes and lists of addresses, and where robots.txt names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from crawler.exceptions import DiscoveryError
from crawler.pages.xml_files import child_text, local_name, parse_xml

# RFC 9309 §2.2.4: the line may stand anywhere, its name in any case.
SITEMAP_LINE_RE = re.compile(
    r"^[ \t\ufeff]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """An address and when the site says it last changed."""

    url: str
    lastmod: str | None = None
    """As printed; WordPress's own sitemaps have none before version 6.5."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One sitemap file."""

    kind: Literal["index", "urlset"]
    entries: tuple[SitemapEntry, ...]
    is_broken: bool = False
    """The file was damaged or cut; entries are what could be read."""


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Return a sitemap's entries in order, plain or gzip, of whatever namespace.

    Raises:
        DiscoveryError: it is empty, HTML or another kind of XML.
    """
    root, is_broken = parse_xml(body, url)
    name = local_name(root)
    if name not in ("sitemapindex", "urlset"):
        raise DiscoveryError(url, f"<{name[:40]}> instead of a sitemap")
    entries = (
        SitemapEntry(loc, child_text(child, "lastmod"))
        for child in root
        if local_name(child) in ("sitemap", "url") and (loc := child_text(child, "loc"))
    )
    return Sitemap("index" if name == "sitemapindex" else "urlset", tuple(entries), is_broken)


def sitemap_candidates(robots_txt: str) -> list[str]:
    r"""Return the sitemaps that robots.txt names, in order, each once.

    >>> sitemap_candidates("User-agent: *\nSitemap: https://a.vn/wp-sitemap.xml\n")
    ['https://a.vn/wp-sitemap.xml']
    >>> sitemap_candidates("Disallow: /sitemap.xml")
    []
    """
    return list(dict.fromkeys(SITEMAP_LINE_RE.findall(robots_txt)))
