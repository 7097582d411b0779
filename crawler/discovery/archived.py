"""An archive that holds no sitemap, feed or listing of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.base import Discovery, Found
from crawler.exceptions import DiscoveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response


class ArchivedDiscovery(Discovery):
    """Lists nothing: once every list is read, the spider asks for each page of an archive."""

    name = "archived"

    def start(self) -> Iterator[Found]:
        yield from ()

    def parse(self, response: Response) -> Iterator[Found]:
        raise DiscoveryError(response.url, "was not asked for")
