"""First reading of WARC files: what is captured where, in parts that processes share."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from crawler.archives.records import Record, RecordError, Skipped, parse_head, read_records
from crawler.archives.surt import surt_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_BYTES = 64 * 1024 * 1024
"""Largest record that is read; more than a crawl downloads."""
PART_BYTES = 4 * 1024 * 1024
"""Of a file, compressed: some hundred captures, a second's work."""
# Lists of posts, pretty and plain: https://developer.wordpress.org/rest-api/extending-the-rest-api
POSTS_RE = re.compile(r"/wp-json/wp/v2/posts/?\Z")
PLAIN_POSTS_RE = re.compile(
    r"(?:\A|&)rest_route=(?:/|%2F)wp(?:/|%2F)v2(?:/|%2F)posts/?(?:&|\Z)", re.IGNORECASE
)
_STATUS_RE = re.compile(r"[1-5][0-9]{2}(?![0-9])")


class Part(NamedTuple):
    """The records that begin in a stretch of a file."""

    file: int
    path: Path
    begin: int
    end: int


class Scanned(NamedTuple):
    """One capture; the first columns of the catalog's table, in its order."""

    info_id: str
    file: int
    offset: int
    inner: int
    key: str
    url: str
    date: str
    """ISO form, UTC, seconds: sorts as time does."""
    status: int
    is_posts: bool
    is_html: bool
    digest: str | None
    record_id: str | None
    is_revisit: bool
    refers_id: str | None
    refers_key: str | None
    refers_date: str | None


class Note(NamedTuple):
    """A warcinfo or metadata record: of itself, or about another."""

    kind: str
    about: str
    block: bytes


class Problem(NamedTuple):
    """What had to be skipped."""

    file: int
    offset: int
    reason: str


Found = Scanned | Note | Problem


def parts_of(paths: Sequence[Path]) -> Iterator[Part]:
    """Yield the files in stretches.

    Raises:
        OSError: a file is not there.
    """
    for number, path in enumerate(paths):
        size = path.stat().st_size
        for begin in range(0, max(size, 1), PART_BYTES):
            yield Part(number, path, begin, begin + PART_BYTES)


def scan(part: Part) -> list[Found]:
    """Return what a stretch of a file holds.

    Raises:
        OSError: the file cannot be read.
    """
    found: list[Found] = []
    with part.path.open("rb") as file:
        for record in read_records(file, MAX_BYTES, part.begin, part.end):
            if isinstance(record, Skipped):
                found.append(Problem(part.file, record.offset, record.reason))
                continue
            try:
                row = read_row(part.file, record)
            except RecordError as error:
                found.append(Problem(part.file, record.offset, error.reason))
            else:
                found += [row] if row else []
    return found


def read_row(number: int, record: Record) -> Scanned | Note | None:
    """Return what a record says; None where it is nothing of ours.

    Raises:
        RecordError: it is a capture, but cannot be used.
    """
    kind = (record.head.get("warc-type") or "").lower()
    if kind == "warcinfo":
        return Note(kind, record.head.get("warc-record-id") or "", record.block)
    if kind == "metadata":
        about = record.head.get("warc-concurrent-to") or record.head.get("warc-refers-to")
        return Note(kind, about or "", record.block)
    url = (record.head.get("warc-target-uri") or "").strip("<>")
    if kind not in {"response", "revisit"} or not url.lower().startswith(("http://", "https://")):
        return None
    return _read_capture(number, record, url, is_revisit=kind == "revisit")


def _read_capture(number: int, record: Record, url: str, *, is_revisit: bool) -> Scanned:
    head = record.head
    if head.get("warc-truncated") or head.get("warc-segment-number"):
        raise RecordError("only a part of the answer was kept")
    status, is_html = _read_status(record.block)
    refers_url = head.get("warc-refers-to-target-uri")
    refers_date = head.get("warc-refers-to-date")
    return Scanned(
        info_id=head.get("warc-warcinfo-id") or "",
        file=number,
        offset=record.offset,
        inner=record.inner,
        key=surt_key(url),
        url=url,
        date=read_date(head.get("warc-date") or ""),
        status=status,
        is_posts=is_posts_url(url),
        is_html=is_html,
        digest=head.get("warc-payload-digest"),
        record_id=head.get("warc-record-id"),
        is_revisit=is_revisit,
        refers_id=head.get("warc-refers-to"),
        refers_key=surt_key(refers_url.strip("<>")) if refers_url else None,
        refers_date=read_date(refers_date) if refers_date else None,
    )


def _read_status(block: bytes) -> tuple[int, bool]:
    """Return the HTTP status and whether the type is HTML; a revisit may have kept neither: 0."""
    if not block:
        return 0, True
    if not block.startswith(b"HTTP/"):
        raise RecordError("no HTTP header in the record")
    head = parse_head(block)
    match = _STATUS_RE.match(head.rest)
    if not match:
        raise RecordError("unreadable HTTP status line")
    return int(match[0]), "html" in (head.get("content-type") or "").lower()


def is_posts_url(url: str) -> bool:
    """Whether an address is that of a REST list of posts.

    >>> is_posts_url("https://kontumtv.vn/wp-json/wp/v2/posts?page=2")
    True
    >>> is_posts_url("https://kontumtv.vn/?rest_route=/wp/v2/posts&page=2")
    True
    >>> is_posts_url("https://kontumtv.vn/wp-json/wp/v2/posts/12")
    False
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(POSTS_RE.search(parts.path) or PLAIN_POSTS_RE.search(parts.query))


def read_date(raw: str) -> str:
    """Return a WARC-Date (W3C date-time, UTC) in ISO form, to the second.

    Raises:
        RecordError: it is none.

    >>> read_date("2024-02-29T17:05:00.5Z")
    '2024-02-29T17:05:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(raw)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise RecordError("record without a readable WARC-Date") from error
    return moment.isoformat(timespec="seconds")
