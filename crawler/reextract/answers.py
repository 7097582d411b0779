"""The answers a catalog knows, as a spider's callback would get them."""

from __future__ import annotations

import importlib.util
import zlib
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from crawler.archives.payloads import check_digests, parse_answer, remove_false_encoding
from crawler.archives.records import RecordError, read_record
from crawler.exceptions import ArchiveError
from crawler.items import WarcPosition
from crawler.reextract.scanning import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scrapy.http import Response

    from crawler.archives.payloads import Answer
    from crawler.archives.records import Record
    from crawler.reextract.catalog import Capture, CatalogReader


def _errors_of(module: str, name: str) -> tuple[type[Exception], ...]:
    """Return an error of a library that unpacks, none where it is not installed."""
    if importlib.util.find_spec(module) is None:
        return ()
    return (getattr(importlib.import_module(module), name),)


# What broken bytes make the libraries say that Scrapy unpacks with; two of them are optional.
UNPACK_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    zlib.error,
    IgnoreRequest,
    *_errors_of("brotli", "error"),
    *_errors_of("zstandard", "ZstdError"),
)


class _Unpacker(HttpCompressionMiddleware):
    """Scrapy's own, outside of a crawl."""

    def __init__(self, max_bytes: int) -> None:
        self.stats = None
        self._max_size = self._warn_size = max_bytes


class Answers:
    """Reads the bytes of captures out of their files, checked and unpacked."""

    def __init__(self, catalog: CatalogReader, paths: Sequence[Path]) -> None:
        self._catalog = catalog
        self._paths = paths
        self._unpacker = _Unpacker(MAX_BYTES)

    def place(self, capture: Capture) -> WarcPosition:
        """Return where the payload is kept, as a record says it."""
        kept = self.kept(capture)
        return WarcPosition(self._paths[kept.file].name, kept.offset, kept.digest)

    def response(self, capture: Capture) -> Response:
        """Return a capture as the spider's callback would get it: unpacked.

        Raises:
            RecordError: it cannot be read, or is not what was archived.
            ArchiveError: a file can no longer be read.
        """
        kept = self.kept(capture)
        record = self._record(kept)
        answer = parse_answer(record.block)
        check_digests(record, answer)
        own = self.headers(capture) if kept is not capture else ()
        headers = Headers()
        for name, value in remove_false_encoding(own or answer.headers, answer.body):
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=capture.url, body=answer.body)
        request = Request(capture.url)
        status = capture.status or answer.status
        response = kind(
            capture.url, status=status, headers=headers, body=answer.body, request=request
        )
        try:
            unpacked = self._unpacker.process_response(request, response)
        except UNPACK_ERRORS as error:
            raise RecordError(f"content encoding cannot be undone: {error}") from error
        return cast("Response", unpacked)

    def headers(self, capture: Capture) -> tuple[tuple[str, str], ...]:
        """Return the HTTP headers a capture has itself, none where a revisit kept none."""
        record = self._record(capture)
        if not record.block:
            return ()
        answer: Answer = parse_answer(record.block, has_body=False)
        return answer.headers

    def kept(self, capture: Capture) -> Capture:
        """Return the capture that holds the payload."""
        return capture if capture.target is None else self._catalog.capture(capture.target)

    def _record(self, capture: Capture) -> Record:
        path = self._paths[capture.file]
        try:
            with path.open("rb") as file:
                return read_record(file, capture.offset, capture.inner, MAX_BYTES)
        except OSError as error:
            raise ArchiveError(str(path), error.strerror or str(error)) from error
