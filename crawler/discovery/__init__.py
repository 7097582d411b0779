"""Where article URLs come from, the cheapest polite way first."""

from crawler.discovery.archived import ArchivedDiscovery
from crawler.discovery.base import Context, Discovery, Found, Listed, ListedPost
from crawler.discovery.feed import FeedDiscovery
from crawler.discovery.listing import ListingDiscovery
from crawler.discovery.rest import RestDiscovery
from crawler.discovery.sitemap import SitemapDiscovery

__all__ = ["STRATEGIES", "Context", "Discovery", "Found", "Listed", "ListedPost", "strategies_for"]

STRATEGIES: dict[str, type[Discovery]] = {
    strategy.name: strategy
    for strategy in (RestDiscovery, SitemapDiscovery, FeedDiscovery, ListingDiscovery)
}


def strategies_for(choice: str, *, archived: bool) -> list[type[Discovery]]:
    """Return the strategies to try in order for the argument `discovery`.

    >>> [strategy.name for strategy in strategies_for("auto", archived=True)]
    ['rest', 'sitemap', 'feed', 'listing', 'archived']
    """
    if choice != "auto":
        return [STRATEGIES[choice]]
    return [*STRATEGIES.values(), *([ArchivedDiscovery] if archived else [])]
