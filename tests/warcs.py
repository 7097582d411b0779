"""WARC files for the tests, written by warcio from our own fictional answers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HTML = ("Content-Type", "text/html; charset=UTF-8")
DAY = "2024-03-0{}T01:30:00Z"


class _Writer(WARCWriter):  # type: ignore[misc]
    # warcio leaves its temporary files open, and Python warns of that.
    _create_temp_file = staticmethod(BytesIO)


def make_record(
    url: str,
    body: bytes = b"",
    *,
    status: str = "200 OK",
    headers: Sequence[tuple[str, str]] = (HTML,),
    date: str = DAY.format(1),
    kind: str = "response",
    fields: dict[str, str] | None = None,
    gzip: bool = True,
) -> bytes:
    """Return one record as it stands in a file; ``fields`` are WARC headers beside the usual."""
    out = BytesIO()
    writer = _Writer(out, gzip=gzip, warc_version="1.1")
    http: Any = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
    record = writer.create_warc_record(
        url,
        kind,
        payload=BytesIO(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": date, **(fields or {})},
    )
    writer.write_record(record)
    return out.getvalue()


def frame(head: str, block: bytes) -> bytes:
    """Return a plain record of just these bytes, as no well-behaved tool would write it."""
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def write_warc(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path
