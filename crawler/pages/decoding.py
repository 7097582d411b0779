"""The text of pages that do not say how they are encoded, or say it in a word nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from parsel import Selector
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from crawler.text.legacy import find_legacy

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a guess can be trusted with; any other is a guess between tables of the same bytes.
SURE = frozenset(("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1258"))
MAX_TRIED = 200_000


class Answer(Protocol):
    """What is needed of a response."""

    @property
    def body(self) -> bytes: ...
    @property
    def encoding(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, bytes | None]: ...
    @property
    def selector(self) -> Selector: ...


def page_selector(response: Answer) -> Selector:
    """Return a page's selector, its bytes decoded as the page says, else as Vietnamese ones."""
    if response.encoding in SURE:
        return response.selector
    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    if http_content_type_encoding(header) or html_body_declared_encoding(response.body):
        return response.selector
    return Selector(text=decode_undeclared(response.body), type="html")


def decode_undeclared(body: bytes) -> str:
    r"""Return what bytes without a known encoding say: UTF-8, old fonts, else windows-1258.

    Old fonts (TCVN3, VNI) put their own letters at Western places, and windows-1258 is what
    browsers take for Vietnamese (WHATWG Encoding, "locale default").

    >>> decode_undeclared("Mưa lớn".encode())
    'Mưa lớn'
    >>> decode_undeclared(b"M\xfda l\xf5\xecn")
    'Mưa lơ\u0301n'
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    western = body.decode("cp1252", "replace")
    if find_legacy([western[:MAX_TRIED]]):
        return western
    return body.decode("cp1258", "replace")
