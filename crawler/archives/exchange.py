"""One request and its answer, and the WARC records that are written of them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.archives.payload_index import KeptPayload

Fields = tuple[tuple[str, str], ...]

# What lets others in: the header stays, so that one sees it was sent, its value does not.
SECRET_HEADERS = frozenset(("authorization", "proxy-authorization", "cookie"))
# The connection's, not the answer's: the body stands here without chunks (RFC 9112 §6.1, §7.1).
DROPPED_HEADERS = frozenset(("transfer-encoding",))
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
SAME_PAYLOAD = f"{_PROFILE}identical-payload-digest"
SERVER_NOT_MODIFIED = f"{_PROFILE}server-not-modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that was sent and the answer that came."""

    url: str
    date: datetime
    """When the answer was there; aware, UTC, whole seconds."""
    method: str = "GET"
    request_headers: Fields = ()
    request_body: bytes = b""
    status: int
    headers: Fields
    body: bytes
    """Transfer chunking off, content encoding on."""
    protocol: str = "HTTP/1.1"
    ip_address: str | None = None
    facts: Fields = ()
    """What the crawler knew when it asked; goes into a metadata record, none where empty."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", bare_url(self.url))


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer is kept."""

    file: str
    offset: int
    digest: str
    date: datetime
    """When it came; aware, UTC, whole seconds."""


class _Writer(WARCWriter):  # type: ignore[misc]
    # warcio leaves its temporary files open; these are freed like any object.
    _create_temp_file = staticmethod(BytesIO)


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """A header block byte for byte; warcio would escape what is not ASCII."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = f"{self.to_str(header_filter)}\r\n".encode("latin-1")


class Renderer:
    """Makes the bytes of the records of one exchange, each a gzip member."""

    def __init__(self, info_id: str = "") -> None:
        """``info_id`` is the id of the file's warcinfo record, once there is one."""
        self._info_id = info_id
        self._out = BytesIO()
        self._writer = _Writer(self._out, gzip=True, warc_version="1.1")
        self.record_id = ""
        """That of the warcinfo, response or revisit record, once it is made."""

    def info(self, file_name: str, info: dict[str, str]) -> bytes:
        """Return the record that begins a file."""
        record = self._writer.create_warcinfo_record(file_name, info)
        self.record_id = record.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(record)
        return self._out.getvalue()

    def response(self, exchange: Exchange, digest: str) -> bytes:
        """Return the answer, its request, and what the crawler knew."""
        fields = {**self._common(exchange), "WARC-Payload-Digest": digest}
        record = self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=_answer_head(exchange),
            warc_headers_dict=fields,
        )
        return self._with_others(record, exchange)

    def revisit(self, exchange: Exchange, digest: str, known: KeptPayload) -> bytes:
        """Return the same of an answer whose payload ``known`` holds (ISO 28500 §6.7)."""
        is_304 = exchange.status == HTTPStatus.NOT_MODIFIED
        fields = {
            **self._common(exchange),
            "WARC-Profile": SERVER_NOT_MODIFIED if is_304 else SAME_PAYLOAD,
            "WARC-Refers-To": known.record_id,
            "WARC-Refers-To-Target-URI": known.url,
            "WARC-Refers-To-Date": known.date,
            "WARC-Payload-Digest": known.digest if is_304 else digest,
        }
        record = self._writer.create_warc_record(
            exchange.url,
            "revisit",
            http_headers=_answer_head(exchange),
            warc_headers_dict=fields,
        )
        return self._with_others(record, exchange)

    def _with_others(self, answer: object, exchange: Exchange) -> bytes:
        headers = answer.rec_headers  # type: ignore[attr-defined]
        self.record_id = headers.get_header("WARC-Record-ID")
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            payload=BytesIO(exchange.request_body),
            length=len(exchange.request_body),
            http_headers=_request_head(exchange),
            warc_headers_dict=self._common(exchange),
        )
        self._writer.write_request_response_pair(request, answer)
        if exchange.facts:
            self._write_facts(exchange)
        return self._out.getvalue()

    def _common(self, exchange: Exchange) -> dict[str, str]:
        fields = {"WARC-Date": warc_date(exchange.date), "WARC-Warcinfo-ID": self._info_id}
        if exchange.ip_address:
            fields["WARC-IP-Address"] = exchange.ip_address
        return {name: value for name, value in fields.items() if value}

    def _write_facts(self, exchange: Exchange) -> None:
        lines = "".join(f"{name}: {one_line(value)}\r\n" for name, value in exchange.facts)
        data = lines.encode()
        fields = {
            **self._common(exchange),
            "WARC-Concurrent-To": self.record_id,
            "WARC-Refers-To": self.record_id,
        }
        record = self._writer.create_warc_record(
            exchange.url,
            "metadata",
            payload=BytesIO(data),
            length=len(data),
            warc_headers_dict=fields,
        )
        self._writer.write_record(record)


def warc_date(date: datetime) -> str:
    """Return an aware UTC time as a WARC-Date of whole seconds."""
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def bare_url(url: str) -> str:
    """Return ``url`` without a user's name and password.

    >>> bare_url("https://bbt:bi-mat@kontumtv.vn/a/?b=1")
    'https://kontumtv.vn/a/?b=1'
    >>> bare_url("https://kontumtv.vn/@a")
    'https://kontumtv.vn/@a'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def one_line(value: str) -> str:
    r"""Return a value for a line of ``application/warc-fields``.

    >>> one_line("a\r\nb")
    'a b'
    """
    return " ".join(value.split())


def _answer_head(exchange: Exchange) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = "Unknown"
    kept = [field for field in exchange.headers if field[0].lower() not in DROPPED_HEADERS]
    status = f"{exchange.status} {phrase}"
    return _Head(status, kept, protocol=exchange.protocol)


def _request_head(exchange: Exchange) -> StatusAndHeaders:
    parts = urlsplit(exchange.url)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    fields = [
        (name, "" if name.lower() in SECRET_HEADERS else value)
        for name, value in exchange.request_headers
    ]
    if not any(name.lower() == "host" for name, _ in fields):
        fields.insert(0, ("Host", parts.netloc))
    line = f"{exchange.method} {target} HTTP/1.1"
    return _Head(line, fields, is_http_request=True)
