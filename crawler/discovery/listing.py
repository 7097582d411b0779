"""Category pages, newest first: what is left when a site closes everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.discovery.base import Discovery, Found, Listed
from crawler.exceptions import DiscoveryError
from crawler.pages.listing import parse_listing, section_links
from crawler.urls import is_article_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Request
    from scrapy.http import Response

    from crawler.discovery.base import Context


class ListingDiscovery(Discovery):
    """Walks the home page's listing and every category the navigation names, page by page.

    WordPress sorts listings by date alone, so posts of the same second can change places between
    two pages and one of them be skipped; walking home page, parent and child categories gives
    such a post three chances.
    """

    name = "listing"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._asked: set[str] = set()

    def start(self) -> Iterator[Found]:
        yield self.request("/", kind="home")

    def parse(self, response: Response) -> Iterator[Found]:
        if not isinstance(response, TextResponse):
            raise DiscoveryError(response.url, "is no HTML page")
        if response.cb_kwargs["kind"] == "home":
            yield from self._sections(response)
            if self.arguments.section:
                return
        listing = parse_listing(response.selector, response.url, self.site)
        urls = [url for url in listing.urls if is_article_url(self.site, url)]
        yield from (Listed(url) for url in urls)
        if listing.next_page and not self.is_settled(urls):
            yield from self._listing_request(listing.next_page)

    def fail(self, request: Request, reason: str) -> Iterable[Found]:
        if request.cb_kwargs["kind"] == "next" and reason == "HTTP 404":
            return ()
        return super().fail(request, reason)

    def new_mark(self) -> str:
        return self.context.run_id

    def _sections(self, response: TextResponse) -> Iterator[Request]:
        sections = section_links(response.selector, response.url, self.site)
        if wanted := self.arguments.section:
            sections = tuple(url for url in sections if wanted in url.split("/"))
            if not sections:
                raise DiscoveryError(response.url, f"there is no section {wanted!r}")
        for url in sections:
            yield from self._listing_request(url, kind="section")

    def _listing_request(self, url: str, kind: str = "next") -> Iterator[Request]:
        if self.site.is_own(url) and self.key(url) not in self._asked:
            self._asked.add(self.key(url))
            yield self.request(url, kind=kind)
