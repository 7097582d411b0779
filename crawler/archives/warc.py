"""WARC files as a place to get pages from: an index of what they hold, and its captures."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.archives.payloads import Answer, check_digests, parse_answer
from crawler.archives.records import Record, RecordError, Skipped, read_record, read_records
from crawler.archives.surt import surt_key, toggle_slash
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Capture", "WarcArchive", "surt_key"]

MAX_BYTES = 32 * 1024 * 1024
"""Largest record that is read into memory."""
MAX_PROBLEMS = 1000
"""Problems kept with their reasons; all are counted."""

_SCHEMA = """
CREATE TABLE captures (
    key TEXT, url TEXT, timestamp TEXT, status INT, is_html INT, file INT, offset INT, inner INT,
    digest TEXT, record_id TEXT,
    is_revisit INT, refers_id TEXT, refers_key TEXT, refers_timestamp TEXT, target INT
)
"""
_INSERT = "INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
_INDEXES = (
    "CREATE INDEX by_key ON captures (key)",
    "CREATE INDEX by_record ON captures (record_id)",
    "CREATE INDEX by_digest ON captures (digest)",
)
# A revisit (ISO 28500 §6.7) names the capture it repeats by record id, or by URL and date;
# failing both, the same digest is the same payload, of the same URL for choice.
_RESOLVE = (
    """
    UPDATE captures SET target = coalesce(
        (SELECT rowid FROM captures AS kept
            WHERE kept.record_id = captures.refers_id AND NOT kept.is_revisit LIMIT 1),
        (SELECT rowid FROM captures AS kept
            WHERE kept.key = captures.refers_key
                AND kept.timestamp = captures.refers_timestamp AND NOT kept.is_revisit LIMIT 1),
        (SELECT rowid FROM captures AS kept
            WHERE kept.key = captures.key
                AND kept.digest = captures.digest AND NOT kept.is_revisit LIMIT 1),
        (SELECT rowid FROM captures AS kept
            WHERE kept.digest = captures.digest AND NOT kept.is_revisit LIMIT 1))
    WHERE is_revisit
    """,
    # "Not modified" says nothing of the page: that is what the capture said.
    """
    UPDATE captures SET
        is_html = (SELECT is_html FROM captures AS kept WHERE kept.rowid = captures.target),
        status = CASE WHEN coalesce(status, 304) <> 304 THEN status ELSE
            (SELECT status FROM captures AS kept WHERE kept.rowid = captures.target) END
    WHERE target IS NOT NULL
    """,
)
_UNRESOLVED = "SELECT file, offset FROM captures WHERE is_revisit AND target IS NULL"
_PLACE = "SELECT file, offset, inner, url, timestamp, digest, status, target FROM captures"
# The page, newest first; then where it went (a redirect, 404, 410); a server in trouble last.
_BEST = f"""{_PLACE} WHERE key = ? AND (target IS NOT NULL OR NOT is_revisit)
    ORDER BY status BETWEEN 200 AND 299 DESC, status < 500 AND status <> 429 DESC,
    timestamp DESC, rowid DESC"""
_PAGES = """SELECT url, max(timestamp), is_html FROM captures WHERE status = 200
    AND (target IS NOT NULL OR NOT is_revisit) GROUP BY key ORDER BY min(rowid)"""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of a site, as an archive keeps it."""

    url: str
    timestamp: datetime
    """When it was captured; aware, UTC."""
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """As kept: content encoding still on, transfer chunking taken off."""
    file: str
    """Name of the WARC file that holds the body; a revisit's is that of the capture it repeats."""
    offset: int
    """Byte where that record, or its gzip member, begins."""
    digest: str | None
    """Payload digest as the archive declares it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the index."""

    file: int
    offset: int
    inner: int
    url: str
    timestamp: str
    digest: str | None
    status: int
    target: int | None


class WarcArchive:
    """The captures of some WARC files, plain or gzip, found by URL.

    The files are read through once, to index and check them; a body is read when it is asked for.
    The index is an SQLite database without a name: a temporary file that SQLite deletes, whatever
    ends the process, and beyond a small cache not memory. A dict would take some 500 bytes a
    capture, and a 10 GB WARC more memory than a small one.
    """

    def __init__(self, paths: Sequence[Path], max_bytes: int = MAX_BYTES) -> None:
        """Index ``paths``; a record over ``max_bytes`` is skipped.

        Raises:
            ArchiveError: a file is missing, or holds no readable record.

        """
        self._paths = tuple(paths)
        self._max_bytes = max_bytes
        self.problems: list[tuple[str, str]] = []
        """What was skipped: ``file/offset`` and the reason; the first ``MAX_PROBLEMS``."""
        self.skipped = 0
        """How many records were skipped."""
        self._index = sqlite3.connect("", isolation_level=None)
        try:
            self._build()
        except ArchiveError:
            self.close()
            raise

    def get(self, url: str) -> Capture | None:
        """Return the capture that stands for ``url``; None where the archive has none.

        The newest answer of 200 comes before any redirect or error. A URL that is not there is
        looked up once more with its trailing slash off, or on.

        Raises:
            ArchiveError: a file can no longer be read.

        """
        key = surt_key(url)
        for candidate in (key, toggle_slash(key)):
            for row in self._index.execute(_BEST, (candidate,)).fetchall():
                place = _Place(*row)
                try:
                    return self._read(place)
                except RecordError as error:
                    # Whole when it was indexed: the file has changed since.
                    self._skip(self._paths[place.file], place.offset, error.reason)
        return None

    def urls(self) -> Iterator[str]:
        """Yield the URL of each HTML page that was captured with 200, in file order."""
        for url, _, is_html in self._index.execute(_PAGES):
            if is_html:
                yield url

    def close(self) -> None:
        """Drop the index; may be called twice."""
        self._index.close()

    def _build(self) -> None:
        self._index.execute(_SCHEMA)
        self._index.execute("BEGIN")
        for number, path in enumerate(self._paths):
            try:
                self._scan(number, path)
            except OSError as error:
                raise ArchiveError(str(path), error.strerror or str(error)) from error
        for statement in (*_INDEXES, *_RESOLVE):
            self._index.execute(statement)
        for number, offset in self._index.execute(_UNRESOLVED):
            self._skip(self._paths[number], offset, "revisit of a capture that is not here")
        self._index.execute("COMMIT")

    def _scan(self, number: int, path: Path) -> None:
        records = 0
        reason = "is empty"
        with path.open("rb") as file:
            for found in read_records(file, self._max_bytes):
                if isinstance(found, Skipped):
                    reason = f"holds no readable record: {found.reason}"
                    self._skip(path, found.offset, found.reason)
                    continue
                records += 1
                self._add(number, path, found)
        if not records:
            raise ArchiveError(str(path), reason)

    def _add(self, number: int, path: Path, record: Record) -> None:
        try:
            row = _index_row(number, record)
        except RecordError as error:
            self._skip(path, record.offset, error.reason)
            return
        if row:
            self._index.execute(_INSERT, row)

    def _skip(self, path: Path, offset: int, reason: str) -> None:
        self.skipped += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append((f"{path.name}/{offset}", reason))

    def _read(self, place: _Place) -> Capture:
        kept, own = place, None
        if place.target is not None:
            kept = _Place(
                *self._index.execute(f"{_PLACE} WHERE rowid = ?", [place.target]).fetchone()
            )
            own = _parse_revisit(self._read_record(place))
        answer = parse_answer(self._read_record(kept).block)
        # A revisit of an empty body has a Location of its own; "not modified" has nothing.
        headers = own.headers if own and own.status != 304 else answer.headers
        return Capture(
            url=place.url,
            timestamp=datetime.fromisoformat(place.timestamp),
            status=place.status,
            headers=headers,
            body=answer.body,
            file=self._paths[kept.file].name,
            offset=kept.offset,
            digest=kept.digest,
        )

    def _read_record(self, place: _Place) -> Record:
        path = self._paths[place.file]
        try:
            with path.open("rb") as file:
                return read_record(file, place.offset, place.inner, self._max_bytes)
        except OSError as error:
            raise ArchiveError(str(path), error.strerror or str(error)) from error


def _index_row(number: int, record: Record) -> tuple[object, ...] | None:
    """Return the index's row of a record; None for one that is no capture of a page.

    Raises:
        RecordError: it is one, but cannot be used.

    """
    head = record.head
    kind = (head.get("warc-type") or "").lower()
    url = _strip_brackets(head.get("warc-target-uri"))
    if kind not in {"response", "revisit"} or not _is_http(url):
        return None
    if head.get("warc-truncated") or head.get("warc-segment-number"):
        raise RecordError("only a part of the answer was kept")
    is_revisit = kind == "revisit"
    answer = _parse_revisit(record) if is_revisit else parse_answer(record.block)
    check_digests(record, None if is_revisit else answer)
    if answer and not is_revisit and not _is_usable(answer.status):
        return None
    refers_url = _strip_brackets(head.get("warc-refers-to-target-uri"))
    refers_date = head.get("warc-refers-to-date")
    return (
        surt_key(url),
        url,
        _parse_timestamp(head.get("warc-date") or ""),
        answer.status if answer else None,
        bool(answer and answer.is_html),
        number,
        record.offset,
        record.inner,
        head.get("warc-payload-digest"),
        head.get("warc-record-id"),
        is_revisit,
        head.get("warc-refers-to"),
        surt_key(refers_url) if refers_url else None,
        _parse_timestamp(refers_date) if refers_date else None,
    )


def _parse_revisit(record: Record) -> Answer | None:
    """Return status and headers of a revisit; None where it kept none, as it may."""
    return parse_answer(record.block, has_body=False) if record.block else None


def _is_usable(status: int) -> bool:
    """Say whether an answer stands for the whole page: no interim, partial or unchanged one."""
    return status >= 200 and status not in {206, 304}


def _is_http(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _strip_brackets(url: str | None) -> str:
    """Return the URL without the angle brackets that wget 1.19 writes around it."""
    url = url or ""
    return url[1:-1] if url.startswith("<") and url.endswith(">") else url


def _parse_timestamp(raw: str) -> str:
    """Return a WARC-Date (W3C date-time, UTC) in ISO form that sorts as time does.

    >>> _parse_timestamp("2024-02-29T17:05:00Z")
    '2024-02-29T17:05:00.000000+00:00'
    """
    try:
        moment = datetime.fromisoformat(raw)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise RecordError("record without a readable WARC-Date") from error
    return moment.isoformat(timespec="microseconds")
