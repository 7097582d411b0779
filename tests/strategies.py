"""Discovery strategies and answers for their tests: a real store in memory, real responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.arguments import parse_arguments
from crawler.discovery import Context, Discovery, Found, Listed, ListedPost
from crawler.storage.seen import Outcome, SeenArticle, SeenStore
from crawler.urls import Site, url_key
from tests.articles import NOON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOME = "https://kontumtv.vn"
RUN_ID = "20220714T050000.000000Z"
EARLIER_RUN_ID = "20220713T050000.000000Z"

AnyDiscovery = TypeVar("AnyDiscovery", bound=Discovery)


def make_strategy(
    kind: type[AnyDiscovery],
    seen: SeenStore,
    *,
    is_archived: bool = False,
    **arguments: str,
) -> AnyDiscovery:
    given = parse_arguments(arguments)
    site = Site("kontumtv.vn", HOME, given.base_url or HOME)
    return kind(Context(site, given, seen, RUN_ID, is_archived))


def remember(seen: SeenStore, *urls: str, run_id: str = EARLIER_RUN_ID) -> None:
    """Put articles at these addresses into the store, as that run would have."""
    for url in urls:
        row = SeenArticle(url, Outcome.ARTICLE, 1, "1:aa", NOON, NOON, run_id)
        seen.record(row, [url_key(url)])


def answer(
    request: Request,
    body: bytes | str = b"",
    headers: dict[str, str] | None = None,
    kind: type[Response] = TextResponse,
) -> Response:
    """Return what the site says to a request, as Scrapy would hand it to the spider."""
    data = body.encode() if isinstance(body, str) else body
    response = kind(request.url, body=data, headers=headers, request=request)
    assert response.cb_kwargs == request.cb_kwargs
    return response


def html(request: Request, body: str) -> Response:
    page = f"<html><body>{body}</body></html>"
    return answer(request, page, {"Content-Type": "text/html; charset=utf-8"}, HtmlResponse)


def requests(found: Iterable[Found]) -> list[Request]:
    return [each for each in found if isinstance(each, Request)]


def only_request(found: Iterable[Found]) -> Request:
    (request,) = requests(found)
    return request


def listed_urls(found: Iterable[Found]) -> list[str]:
    return [each.url for each in found if isinstance(each, (Listed, ListedPost))]


def walk(strategy: Discovery, site: dict[str, Any], most: int = 50) -> Iterator[Found]:
    """Run a strategy over the answers of a site by path and query; yield everything it finds.

    A number stands for a failure with that status, a tuple for the body of an HTML page, a path
    the site does not have for a 404.
    """
    waiting = list(strategy.start())
    for _ in range(most):
        if not waiting:
            return
        found = waiting.pop(0)
        yield found
        if not isinstance(found, Request):
            continue
        said = site.get(found.url.removeprefix(strategy.site.base_url), 404)
        if isinstance(said, int):
            waiting += strategy.fail(found, f"HTTP {said}")
        elif isinstance(said, tuple):
            waiting += strategy.parse(html(found, *said))
        else:
            waiting += strategy.parse(answer(found, said))
    raise AssertionError(f"still asking after {most} steps")


def walked_paths(strategy: Discovery, found: Iterable[Found]) -> list[str]:
    return [each.url.removeprefix(strategy.site.base_url) for each in requests(found)]
