"""RSS feeds, newest first: `/feed/?paged=N` until the 404 behind the last page.

https://developer.wordpress.org/advanced-administration/wordpress/feeds/ ; `paged` is WordPress's
own query variable and works for feeds as for listings.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discovery.base import Discovery, Found, Listed, read_machine_time
from crawler.pages.feed import parse_feed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Request
    from scrapy.http import Response

    from crawler.discovery.base import Context

FEED_PATH = "/feed/"


class FeedDiscovery(Discovery):
    """Pages through the main feed; after a complete run stops where only its articles come."""

    name = "feed"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._listed: set[str] = set()

    def start(self) -> Iterator[Found]:
        yield self._feed_request(1)

    def parse(self, response: Response) -> Iterator[Found]:
        entries = parse_feed(response.body, response.url)
        found = [Listed(each.url, published=read_machine_time(each.published)) for each in entries]
        keys = {self.key(each.url) for each in found}
        # A feed that ignores `paged` gives its first page for ever.
        is_new = not keys <= self._listed
        self._listed |= keys
        yield from found
        is_settled = self.is_settled(each.url for each in found)
        if is_new and not self._is_past(found) and not is_settled:
            yield self._feed_request(response.cb_kwargs["page"] + 1)

    def fail(self, request: Request, reason: str) -> Iterable[Found]:
        if request.cb_kwargs["page"] > 1 and reason == "HTTP 404":
            return ()
        return super().fail(request, reason)

    def new_mark(self) -> str:
        return self.context.run_id

    def _is_past(self, found: list[Listed]) -> bool:
        """Whether the whole page is older than `since`, a day's margin for the time zone."""
        if not self.arguments.since:
            return False
        first = datetime.combine(self.arguments.since, datetime.min.time(), UTC)
        return all(each.published and each.published < first - timedelta(days=1) for each in found)

    def _feed_request(self, page: int) -> Request:
        return self.request(FEED_PATH if page == 1 else f"{FEED_PATH}?paged={page}", page=page)
