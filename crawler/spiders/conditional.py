"""Lists asked for with what the site said of them last; "not modified" is the same answer again.

RFC 9110 §13. The answer itself is kept, not only its validators: what is listed goes the usual way
then, so an article that could not be read last time is asked for again, and one no longer listed
is noticed. REST answers are never asked for so: their headers count, and a 304 leaves them out.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from crawler.storage.lists import ListAnswer

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.urls import Site

NOT_MODIFIED = 304
_CONDITIONS = ("If-None-Match", "If-Modified-Since")


def with_conditions(request: Request, etag: str | None, last_modified: str | None) -> Request:
    """Return a request that asks for an answer only if it is another than the one named."""
    values = dict(zip(_CONDITIONS, (etag, last_modified), strict=True))
    headers = request.headers.copy()
    headers.update({name: value for name, value in values.items() if value})
    meta = {**request.meta, "handle_httpstatus_list": [NOT_MODIFIED]}
    return request.replace(headers=headers, meta=meta) if etag or last_modified else request


def without_conditions(request: Request) -> Request:
    """Return the request as it was before ``with_conditions``, at the address first asked for."""
    headers = request.headers.copy()
    for name in _CONDITIONS:
        headers.pop(name, None)
    first = request.meta.get("redirect_urls", [request.url])[0]
    no_part = ("handle_httpstatus_list", "redirect_urls", "redirect_reasons", "redirect_times")
    meta = {name: value for name, value in request.meta.items() if name not in no_part}
    return request.replace(url=first, headers=headers, meta=meta, dont_filter=True)


def is_misled(response: Response) -> bool:
    """Whether "not modified" was said of another address than the one it was asked of."""
    return response.status == NOT_MODIFIED and "redirect_urls" in response.meta


def keep_answer(response: Response, site: Site) -> ListAnswer | None:
    """Return an answer to be remembered; None where the site gave no validator of it.

    Nor of a redirect: the validators are those of another address.
    """
    etag, changed, kind = (
        _header(response, name) for name in ("ETag", "Last-Modified", "Content-Type")
    )
    if "redirect_urls" in response.meta or not (etag or changed):
        return None
    url = site.canonical(response.url)
    return ListAnswer(url, etag, changed, kind, zlib.compress(response.body))


def answered_as_before(response: Response, known: ListAnswer) -> Response:
    """Return what the site would have said again."""
    body = zlib.decompress(known.body)
    headers = Headers({"Content-Type": known.content_type} if known.content_type else {})
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    return kind(response.url, headers=headers, body=body, request=response.request)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
