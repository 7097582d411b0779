"""Sitemaps, https://www.sitemaps.org/protocol.html : found through robots.txt or by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.discovery.base import Discovery, Found, Listed, read_machine_time
from crawler.exceptions import DiscoveryError
from crawler.items import RawValue
from crawler.pages.sitemap import parse_sitemap, sitemap_candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Request
    from scrapy.http import Response

    from crawler.discovery.base import Context
    from crawler.pages.sitemap import SitemapEntry

# Where WordPress core and its SEO plugins put the index: core since 5.5; Yoast, Rank Math and
# All in One SEO; Google XML Sitemaps and Jetpack; Yoast's older name.
USUAL_PATHS = ("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml", "/sitemap-index.xml")

# Words in the file names of child sitemaps that list no articles, as core and those plugins name
# them: `wp-sitemap-taxonomies-category-1.xml`, `page-sitemap.xml`, `sitemap-tax-category.xml`,
# `author-sitemap.xml`, `wp-sitemap-users-1.xml`, `sitemap-misc.xml`, `sitemap-archives.xml`.
NO_ARTICLES = frozenset(
    (
        "page",
        "pages",
        "category",
        "categories",
        "tag",
        "tags",
        "taxonomies",
        "taxonomy",
        "tax",
        "author",
        "authors",
        "user",
        "users",
        "archive",
        "archives",
        "misc",
        "image",
        "images",
        "attachment",
        "attachments",
        "product",
        "products",
        "local",
    )
)
_WORD_RE = re.compile(r"[a-z]+")
# An index of indexes is not in the protocol, but seen; deeper is a loop.
MAX_DEPTH = 3


class SitemapDiscovery(Discovery):
    """Reads the site's sitemap index and every child that can list articles."""

    name = "sitemap"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._untried: list[str] = []
        self._asked: set[str] = set()

    def start(self) -> Iterator[Found]:
        yield self.request("/robots.txt", kind="robots")

    def parse(self, response: Response) -> Iterator[Found]:
        if response.cb_kwargs["kind"] == "robots":
            yield from self._roots(response.text if isinstance(response, TextResponse) else "")
            return
        try:
            sitemap = parse_sitemap(response.body, response.url)
        except DiscoveryError as error:
            assert response.request is not None  # noqa: S101 - every answer has its request
            yield from self.fail(response.request, error.reason)
            return
        if sitemap.kind == "index":
            yield from self._children(sitemap.entries, response.cb_kwargs["depth"] + 1)
        else:
            self.expected = (self.expected or 0) + len(sitemap.entries)
            yield from (_listed(entry) for entry in sitemap.entries)
        if sitemap.is_broken:
            raise DiscoveryError(response.url, "is damaged, addresses may be missing")

    def fail(self, request: Request, reason: str) -> Iterable[Found]:
        if request.cb_kwargs["kind"] == "robots":
            return self._roots("")
        if request.cb_kwargs["depth"] == 0 and self._untried:
            return [self._sitemap_request(self._untried.pop(0), 0)]
        return super().fail(request, reason)

    def lists_all(self) -> bool:
        return not self.context.is_archived and not self.arguments.is_selection

    def _roots(self, robots_txt: str) -> Iterator[Request]:
        """Ask for every sitemap robots.txt names; else try the usual names one after another."""
        named = sitemap_candidates(robots_txt)
        roots = [url for url in dict.fromkeys(named) if self.site.is_own(url)]
        usual = [self.request(path).url for path in USUAL_PATHS]
        self._untried = [url for url in usual if url not in roots]
        for url in roots or [self._untried.pop(0)]:
            yield self._sitemap_request(url, 0)

    def _children(self, entries: Iterable[SitemapEntry], depth: int) -> Iterator[Request]:
        if depth > MAX_DEPTH:
            return
        for entry in entries:
            is_wanted = self.site.is_own(entry.url) and may_list_articles(entry.url)
            if is_wanted and self.key(entry.url) not in self._asked:
                yield self._sitemap_request(entry.url, depth)

    def _sitemap_request(self, url: str, depth: int) -> Request:
        self._asked.add(self.key(url))
        return self.request(url, kind="sitemap", depth=depth)


def may_list_articles(url: str) -> bool:
    """Whether a child sitemap of that name can list articles.

    >>> may_list_articles("https://kontumtv.vn/wp-sitemap-posts-post-2.xml")
    True
    >>> may_list_articles("https://kontumtv.vn/wp-sitemap-posts-page-1.xml")
    False
    """
    name = url.partition("?")[0].rpartition("/")[2].lower()
    return NO_ARTICLES.isdisjoint(_WORD_RE.findall(name))


def _listed(entry: SitemapEntry) -> Listed:
    modified = read_machine_time(entry.lastmod)
    raw = RawValue(entry.lastmod, "sitemap.lastmod") if entry.lastmod else None
    return Listed(entry.url, modified=modified, modified_raw=raw)
