"""Which captures of an article an archive is asked for."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy import Request

    from crawler.spiders.site import SiteSpider


def unread_captures(spider: SiteSpider, url: str) -> list[datetime] | None:
    """Return when the captures of a page that the dataset has not read were taken, oldest first.

    None where that does not say what to ask for: of the live site, and of an address without a
    page. To name an article (`urls`) is to ask for all of its captures again.
    """
    archive, arguments = spider.archive, spider.arguments
    if archive is None:
        return None
    since = datetime.combine(arguments.since, time(), VIETNAM) if arguments.since else None
    times = archive.times(url, arguments.captures or archive.policy, since)
    if not times or arguments.urls:
        return times or None
    key, past = spider.key(url), spider.dataset.seen.past
    return [each for each in times if not past.has_read(key, each)]


def each_capture(request: Request, times: Sequence[datetime] | None) -> Iterator[Request]:
    """Return the request of a page once for each of these captures; as it is where none is named.

    The meta value ``captured`` goes with it to the archive.
    """
    if times is None:
        yield request
    for captured in times or ():
        yield request.replace(meta={**request.meta, "captured": captured})
