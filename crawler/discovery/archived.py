"""An archive's own list of pages, for one that holds no sitemap, feed or listing."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crawler.discovery.base import Discovery, Found, Listed
from crawler.exceptions import DiscoveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

# The spider asks for all others in turn once these are read.
MAX_FIRST = 500


class ArchivedDiscovery(Discovery):
    """Lists the first pages the archive holds; needs no request."""

    name = "archived"

    def start(self) -> Iterator[Found]:
        for url in islice(self.context.archived_urls or (), MAX_FIRST):
            if self.site.is_own(url):
                yield Listed(url)

    def parse(self, response: Response) -> Iterator[Found]:
        raise DiscoveryError(response.url, "was not asked for")
