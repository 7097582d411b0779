"""What a WARC record's block holds: an HTTP answer, and digests that say whether it is whole."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from crawler.archives.records import Head, Record, RecordError, parse_head

# Any HTTP version, as tools write it: HTTP/1.1, HTTP/2. Fixed parts, cannot run away.
_PROTOCOL_RE = re.compile(r"HTTP/[0-9](?:\.[0-9])?")
_STATUS_RE = re.compile(r"[1-5][0-9]{2}(?![0-9])")
# RFC 9112 §7.1: size, extension, line end; the line end of the chunk before it first. Each class
# excludes what follows it, and the extension is bounded.
_CHUNK_RE = re.compile(rb"(?:\r?\n)?([0-9A-Fa-f]{1,8})[ \t]{0,8}(?:;[^\r\n]{0,1000})?\r?\n")
_DIGEST_RE = re.compile(r"([A-Za-z0-9-]{1,20})[:=]([A-Za-z0-9+/=_-]{1,200})")
_ALGORITHMS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512"}
# First bytes of the encodings that have any (RFC 1952, RFC 8878).
_ENCODING_MARKS = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as kept: transfer chunking off, content encoding on."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_html(self) -> bool:
        media_type = find_header(self.headers, "content-type").partition(";")[0].strip().lower()
        return media_type in {"text/html", "application/xhtml+xml"}


def find_header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """Return the value of the first header of that name (lower case), or an empty text.

    >>> find_header((("Content-Type", "text/html"),), "content-type")
    'text/html'
    """
    return next((value for key, value in headers if key.lower() == name), "")


def parse_answer(block: bytes, *, has_body: bool = True) -> Answer:
    """Return the HTTP answer of a record's block; a revisit's has no body, whatever it declares.

    Raises:
        RecordError: it is none (HTTP/0.9 has no header), or its body is not whole.

    """
    if not block.startswith(b"HTTP/"):
        raise RecordError("no HTTP header in the record")
    head = parse_head(block)
    status = _STATUS_RE.match(head.rest)
    if not (_PROTOCOL_RE.fullmatch(head.protocol) and status):
        raise RecordError("unreadable HTTP status line")
    body = block[head.size :] if has_body else b""
    if "chunked" in (head.get("transfer-encoding") or "").lower():
        body = remove_chunks(body)
    elif has_body and len(body) < _declared_length(head):
        raise RecordError("body shorter than its HTTP Content-Length")
    fields = tuple(field for field in head.fields if field[0].lower() != "transfer-encoding")
    return Answer(int(status[0]), fields, body)


def remove_chunks(body: bytes) -> bytes:
    r"""Return ``body`` without transfer chunking; as it is, if that is off already.

    Raises:
        RecordError: it is chunked, and a chunk is torn.

    >>> remove_chunks(b"3\r\nTin\r\n0\r\n\r\n")
    b'Tin'
    >>> remove_chunks(b"<html>")
    b'<html>'
    """
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_RE.match(body, position):
        size = int(match[1], 16)
        position = match.end() + size
        if size == 0:
            return b"".join(parts)
        parts.append(body[match.end() : position])
    if not parts:
        return body
    raise RecordError("torn chunk in the body")


def remove_false_encoding(
    headers: tuple[tuple[str, str], ...], body: bytes
) -> tuple[tuple[str, str], ...]:
    """Return ``headers`` without a Content-Encoding that the body no longer has.

    Some archiving tools keep the page unpacked and its header as sent.

    >>> remove_false_encoding((("Content-Encoding", "gzip"),), b"<html>")
    ()
    """
    mark = _ENCODING_MARKS.get(find_header(headers, "content-encoding").strip().lower(), b"")
    if body.startswith(mark):
        return headers
    return tuple(field for field in headers if field[0].lower() != "content-encoding")


def check_digests(record: Record, answer: Answer | None) -> None:
    """Raise where a digest the record declares is not that of its bytes.

    Tools differ on whether the payload digest is taken before or after chunking: either will do.
    A revisit's payload digest is that of another record (``answer`` None). Algorithms that we do
    not know are not checked.

    Raises:
        RecordError: the bytes are not those that were archived.

    """
    if not _is_digest_of(record.head.get("warc-block-digest"), record.block):
        raise RecordError("wrong block digest")
    declared = record.head.get("warc-payload-digest")
    if answer is None or _is_digest_of(declared, answer.body):
        return
    if not _is_digest_of(declared, record.block[parse_head(record.block).size :]):
        raise RecordError("wrong payload digest")


def _is_digest_of(declared: str | None, data: bytes) -> bool:
    """Say whether ``data`` has that digest, in base 32 or 16; yes where it cannot be told."""
    match = _DIGEST_RE.fullmatch(declared or "")
    algorithm = _ALGORITHMS.get(match[1].lower().replace("-", "")) if match else None
    if not (match and algorithm):
        return True
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    base32 = base64.b32encode(digest).decode("ascii").rstrip("=")
    return match[2].rstrip("=").upper() in {base32, digest.hex().upper()}


def _declared_length(head: Head) -> int:
    length = head.get("content-length") or ""
    return int(length) if re.fullmatch("[0-9]{1,18}", length) else 0
