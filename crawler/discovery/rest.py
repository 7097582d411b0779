"""WordPress REST API: a hundred whole articles, their GMT dates and the total in one request.

https://developer.wordpress.org/rest-api/reference/posts/ : `per_page` is at most 100,
`X-WP-Total` and `X-WP-TotalPages` count the matches, `modified_after` came with WordPress 5.7.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawler.discovery.base import Discovery, Found, Listed, ListedPost, read_machine_time
from crawler.exceptions import DiscoveryError, PageError
from crawler.pages.rest import has_all_terms, parse_rest_posts, rest_article
from crawler.pages.rest_terms import RestTerm, parse_rest_terms, with_children
from crawler.storage.seen import Outcome
from crawler.urls import article_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scrapy import Request
    from scrapy.http import Response

    from crawler.discovery.base import Context
    from crawler.pages.rest import RestPost

POSTS_PATH = "/wp-json/wp/v2/posts"
CATEGORIES_PATH = "/wp-json/wp/v2/categories"
MAX_PER_PAGE = 100
# The newest posts and, in the header, how many there are in all: one light request that tells
# whether anything was published or taken away.
NEWEST = {
    "per_page": MAX_PER_PAGE,
    "orderby": "date",
    "order": "desc",
    "_fields": "id,date_gmt",
}
# Everything, without the texts.
ADDRESSES: dict[str, object] = {"_fields": "id,link,modified_gmt"}
# How many more articles the dataset knows than the site counted when last it listed them all:
# copies, pages and rejections make it differ from none.
SURPLUS_MARK = "rest.surplus"
# `modified_after` and `after` leave out the very second they name, in which another post may have
# been saved.
OVERLAP = timedelta(seconds=1)


class RestDiscovery(Discovery):
    """Pages through `/wp-json/wp/v2/posts`; after a complete run asks only for what came since."""

    name = "rest"
    is_conditional = False  # the total is in a header

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._latest: datetime | None = None
        self._terms: tuple[RestTerm, ...] = ()
        self._found: defaultdict[str, set[str]] = defaultdict(set)
        self._totals: dict[str, int] = {}
        self._site_total: int | None = None
        is_whole = not self.arguments.is_selection and not context.is_archived
        self._whole: dict[str, object] | None = {} if is_whole and not self._since() else None
        """The query that lists everything, once it is asked."""

    def start(self) -> Iterator[Found]:
        if self.arguments.section:
            yield self._terms_request(1)
            return
        if not self._since():
            yield self._posts_request(self._selection())
            return
        yield self._posts_request({"modified_after": self._since()})
        if self.arguments.recheck:
            days = timedelta(days=self.arguments.recheck + 1)
            yield self._posts_request({"after": _utc(datetime.now(UTC) - days)})
        yield self.request(_query(POSTS_PATH, NEWEST), kind="newest")

    def parse(self, response: Response) -> Iterator[Found]:
        if response.cb_kwargs.get("kind") == "terms":
            yield self._after_terms(response)
            return
        posts = parse_rest_posts(response.body, response.url)
        if response.cb_kwargs.get("kind") == "newest":
            self._site_total = _count_header(response, "X-WP-Total")
            if not self._knows_newest(posts):
                yield self._newly_published()
            return
        found = self._found[str(response.cb_kwargs["query"])]
        before = len(found)
        found |= {str(post.get("id")) for post in posts}
        for post in posts:
            yield self._listed(post)
        # A cache that does not look at the query gives its first page for ever.
        if len(found) > before:
            yield from self._next_page(response, len(posts))

    def fail(self, request: Request, reason: str) -> Iterable[Found]:
        if request.cb_kwargs.get("kind") == "newest":
            return [self._newly_published()]
        is_posts = "query" in request.cb_kwargs
        if is_posts and request.cb_kwargs["page"] > 1 and reason == "HTTP 400":
            # rest_post_invalid_page_number: posts went while we paged, and a page with them.
            return ()
        return super().fail(request, reason)

    def missing(self) -> int:
        """Return how many posts fell between two pages, e.g. where one was deleted meanwhile."""
        return sum(max(0, total - len(self._found[query])) for query, total in self._totals.items())

    def follow_up(self, known: int) -> Iterator[Found]:
        """List everything where the site counts other than it did, measured by what is known.

        `modified_after` tells what came, never what went. The light way: ids, addresses, times.
        """
        if self._site_total is None or self._whole is not None:
            return
        surplus = self.context.seen.watermark(SURPLUS_MARK)
        if str(known - self._site_total) != (surplus or "0"):
            self._whole = ADDRESSES
            yield self._posts_request(ADDRESSES)

    def lists_all(self) -> bool:
        return str(self._whole) in self._totals

    def other_marks(self, known: int) -> dict[str, str]:
        """Return how many more articles are known than the site counts, when all were listed."""
        if not self.lists_all():
            return {}
        return {SURPLUS_MARK: str(known - self._totals[str(self._whole)])}

    def new_mark(self) -> str | None:
        """Return the latest change seen, in UTC.

        Never later than what was seen: a post saved while we paged must turn up next time.
        """
        marks = [time for time in (self._latest, read_machine_time(self.mark)) if time]
        return max(marks).astimezone(UTC).isoformat() if marks else None

    # ---- requests ---------------------------------------------------------------------------

    @property
    def _per_page(self) -> int:
        return min(self.arguments.limit or MAX_PER_PAGE, MAX_PER_PAGE)

    def _since(self) -> str:
        """When to begin, for `modified_after` and `after`; empty where all is to be listed."""
        mark = read_machine_time(self.mark)
        return _utc(mark - OVERLAP) if mark else ""

    def _newly_published(self) -> Request:
        # A scheduled post keeps, once published, the modification time of its last edit.
        return self._posts_request({"after": self._since()})

    def _knows_newest(self, posts: list[RestPost]) -> bool:
        """Whether everything published since the mark is among the newest posts, and known."""
        times = [str(post.get("date_gmt")) for post in posts]
        since = self._since().removesuffix("Z")
        is_cut = len(posts) >= MAX_PER_PAGE and times[-1] > since
        if is_cut or times != sorted(times, reverse=True):
            return False
        recent = [str(post.get("id")) for post in posts if str(post.get("date_gmt")) > since]
        known = (self.context.seen.by_id(article_id(self.site, each, "")) for each in recent)
        return all(each is not None and each.outcome is not Outcome.TOMBSTONE for each in known)

    def _selection(self) -> dict[str, object]:
        """Publication bounds for the server, a day wide of what was asked.

        The server reads them in its own time zone; the exact check follows on the record.
        """
        query: dict[str, object] = {}
        if self.arguments.since:
            query["after"] = f"{self.arguments.since - timedelta(days=1)}T00:00:00"
        if self.arguments.until:
            query["before"] = f"{self.arguments.until + timedelta(days=2)}T00:00:00"
        return query

    def _terms_request(self, page: int) -> Request:
        query = {"per_page": MAX_PER_PAGE, **({"page": page} if page > 1 else {})}
        return self.request(_query(CATEGORIES_PATH, query), kind="terms", page=page)

    def _after_terms(self, response: Response) -> Request:
        terms, page = parse_rest_terms(response.body, response.url), response.cb_kwargs["page"]
        is_new = not set(terms) <= set(self._terms)
        self._terms += terms
        if is_new and not _is_last(response, len(terms), MAX_PER_PAGE):
            return self._terms_request(page + 1)
        return self._posts_request(self._section_query(response.url))

    def _section_query(self, url: str) -> dict[str, object]:
        """Restrict to the category of that slug and those below it."""
        section = self.arguments.section or ""
        wanted = with_children(self._terms, section)
        if not wanted:
            raise DiscoveryError(url, f"there is no section {section!r}")
        return {**self._selection(), "categories": ",".join(map(str, wanted))}

    def _posts_request(self, query: dict[str, object], page: int = 1) -> Request:
        # By id: ids never tie and never change, so no post moves between two pages but by a
        # deletion (`missing` tells); sorted by date, posts of the same second do. Oldest first,
        # so that of two copies the original arrives first; newest first where only some are asked.
        fixed = {
            "per_page": self._per_page,
            "page": page,
            "orderby": "id",
            "order": "desc" if self.arguments.limit else "asc",
            **({} if "_fields" in query else {"_embed": "author,wp:term"}),
        }
        return self.request(_query(POSTS_PATH, {**query, **fixed}), query=query, page=page)

    def _next_page(self, response: Response, found: int) -> Iterator[Request]:
        query, page = response.cb_kwargs["query"], response.cb_kwargs["page"]
        total = _count_header(response, "X-WP-Total")
        if total is not None:
            self._totals[str(query)] = max(total, self._totals.get(str(query), 0))
            self.expected = self._site_total or sum(self._totals.values())
        if not _is_last(response, found, self._per_page):
            yield self._posts_request(query, page + 1)

    def _listed(self, post: RestPost) -> Listed | ListedPost:
        modified = _modified(post)
        # A clock that was once wrong must not leave a mark nothing will ever come after.
        if modified and modified <= datetime.now(UTC):
            self._latest = max(modified, self._latest or modified)
        return read_listed(post)


def read_listed(post: RestPost) -> Listed | ListedPost:
    """Return what a post of a list says, whole where its text and all of its terms are there."""
    modified = _modified(post)
    url, post_id = str(post.get("link") or ""), str(post.get("id") or "")
    if not has_all_terms(post) or "content" not in post:
        # `_embed` holds ten terms of a kind at most; the page prints them all.
        return Listed(url, modified=modified)
    try:
        return ListedPost(url, post_id, rest_article(post), modified)
    except PageError as error:
        return ListedPost(url, post_id, error, modified)


def _modified(post: RestPost) -> datetime | None:
    return read_machine_time(f"{post.get('modified_gmt')}+00:00")


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _query(path: str, parameters: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(parameters, safe=',:')}"


def _is_last(response: Response, found: int, per_page: int) -> bool:
    """Whether no page follows; behind a cache that strips the headers, a full one may have one."""
    pages = _count_header(response, "X-WP-TotalPages")
    return found < per_page if pages is None else response.cb_kwargs["page"] >= pages


def _count_header(response: Response, name: str) -> int | None:
    value = response.headers.get(name)
    return int(value) if value is not None and value.isdigit() else None
