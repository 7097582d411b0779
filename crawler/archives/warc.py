"""WARC files as a place to get pages from: an index of what they hold, and its captures."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.archives.captures import Capture, Policy
from crawler.archives.index import Row, utc_iso
from crawler.archives.indexed import MAX_PROBLEMS, IndexedArchive
from crawler.archives.parts import Part
from crawler.archives.payloads import (
    Answer,
    check_digests,
    find_header,
    parse_answer,
    remove_false_encoding,
)
from crawler.archives.records import Record, RecordError, Skipped, read_record, read_records
from crawler.archives.surt import surt_key
from crawler.archives.wacz import is_wacz, read_wacz
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.items import Source

__all__ = ["MAX_PROBLEMS", "Capture", "WarcArchive", "surt_key"]

MAX_BYTES = 32 * 1024 * 1024
"""Largest record that is read into memory."""


class WarcArchive(IndexedArchive):
    """The captures of some WARC files, plain or gzip, found by URL.

    The files are read through once, to index and check them; a body is read when it is asked for.
    """

    source: Source = "warc"
    # To read what is at hand costs nothing, and what is not read is lost.
    policy: Policy = "all"

    def __init__(self, paths: Sequence[Path | Part], max_bytes: int = MAX_BYTES) -> None:
        """Index ``paths``, WARC or WACZ files; a record over ``max_bytes`` is skipped.

        A file without a readable record is skipped where another has one.

        Raises:
            ArchiveError: there is no readable record at all.

        """
        super().__init__()
        self._given = [path if isinstance(path, Part) else _part(path) for path in paths]
        self._parts: list[Part] = []
        self._max_bytes = max_bytes
        try:
            self._build()
        except ArchiveError:
            self.close()
            raise

    def get(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return the capture that stands for ``url``; None where the archive has none.

        The newest answer of 200, or that next in time to ``at``, comes before any redirect or
        error; one of just that time before all. A URL that is not there is looked up once more
        with its trailing slash off, or on.

        Raises:
            ArchiveError: a file can no longer be read.

        """
        for row in self._index.find(url, at):
            try:
                return self._read(row)
            except RecordError as error:
                # Whole when it was indexed: the file has changed since.
                self._skip(self._parts[row.file], row.offset, error.reason)
        return None

    async def fetch(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return what ``get`` does."""
        return self.get(url, at)

    def close(self) -> None:
        """Drop the index and the temporary files; may be called twice."""
        super().close()
        for part in (*self._given, *self._parts):
            if part.held is not None:
                part.held.close()

    def _build(self) -> None:
        for given in self._given:
            try:
                self._take(given)
            except ArchiveError as error:
                self.unread.append(error)
            except OSError as error:
                self.unread.append(ArchiveError(given.place, error.strerror or str(error)))
            except sqlite3.Error as error:
                raise ArchiveError(given.place, f"cannot be indexed: {error}") from error
        if len(self.unread) == len(self._given) and self.unread:
            raise self.unread[0]
        for row in self._index.resolve():
            self._skip(self._parts[row.file], row.offset, "revisit of a capture that is not here")

    def _take(self, given: Part) -> None:
        """Index a file, or the files it holds.

        Raises:
            ArchiveError: nothing of it can be read.
            OSError: the same.
        """
        parts = list(read_wacz(given, self.skip)) if is_wacz(given) else [given]
        reason = "holds no WARC file in its folder archive"
        records = 0
        for part in parts:
            self._parts.append(part)
            found, reason = self._scan(len(self._parts) - 1, part)
            records += found
        if not records:
            raise ArchiveError(given.place, reason)

    def _scan(self, number: int, part: Part) -> tuple[int, str]:
        """Index a WARC file; return how many records it holds, and why it may hold none."""
        records, reason = 0, "is empty"
        with part.open() as file:
            for found in read_records(file, self._max_bytes):
                if isinstance(found, Skipped):
                    reason = f"holds no readable record: {found.reason}"
                    self._skip(part, found.offset, found.reason)
                    continue
                records += 1
                self._add(number, part, found)
        return records, reason

    def _add(self, number: int, part: Part, record: Record) -> None:
        try:
            row = parse_row(number, record)
        except RecordError as error:
            self._skip(part, record.offset, error.reason)
            return
        if row:
            self._index.add(row)

    def _skip(self, part: Part, offset: int, reason: str) -> None:
        self.skip(f"{part.name}/{offset}", reason)

    def _read(self, row: Row) -> Capture:
        kept, own = row, None
        if row.target is not None:
            kept, own = self._index.read(row.target), parse_revisit(self._read_record(row))
        answer = parse_answer(self._read_record(kept).block)
        # A revisit of an empty body has a Location of its own; "not modified" has nothing.
        headers = own.headers if own and own.status != 304 else answer.headers
        return Capture(
            url=row.url,
            timestamp=datetime.fromisoformat(row.timestamp),
            status=row.status or answer.status,
            headers=remove_false_encoding(headers, answer.body),
            body=answer.body,
            file=self._parts[kept.file].name,
            offset=kept.offset,
            digest=kept.digest,
        )

    def _read_record(self, row: Row) -> Record:
        part = self._parts[row.file]
        try:
            with part.open() as file:
                return read_record(file, row.offset, row.inner, self._max_bytes)
        except OSError as error:
            raise ArchiveError(part.place, error.strerror or str(error)) from error


def _part(path: Path) -> Part:
    return Part(path.name, path=path)


def parse_row(number: int, record: Record) -> Row | None:
    """Return the index's row of a record in file ``number``; None if it is no capture of a page.

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
    answer = parse_revisit(record) if is_revisit else parse_answer(record.block)
    check_digests(record, None if is_revisit else answer)
    if answer and not _is_usable(answer, url, is_revisit):
        return None
    refers_url = _strip_brackets(head.get("warc-refers-to-target-uri"))
    refers_date = head.get("warc-refers-to-date")
    return Row(
        file=number,
        offset=record.offset,
        inner=record.inner,
        key=surt_key(url),
        url=url,
        timestamp=_parse_timestamp(head.get("warc-date") or ""),
        status=answer.status if answer else None,
        is_html=bool(answer and answer.is_html),
        digest=head.get("warc-payload-digest"),
        record_id=head.get("warc-record-id"),
        is_revisit=is_revisit,
        refers_id=head.get("warc-refers-to"),
        refers_key=surt_key(refers_url) if refers_url else None,
        refers_timestamp=_parse_timestamp(refers_date) if refers_date else None,
    )


def parse_revisit(record: Record) -> Answer | None:
    """Return status and headers of a revisit; None where it kept none, as it may."""
    return parse_answer(record.block, has_body=False) if record.block else None


def _is_usable(answer: Answer, url: str, is_revisit: bool) -> bool:
    """Say whether an answer stands for the page: no interim, partial or unchanged one.

    Nor a redirect to the same key (http to https): that says only that the page was not kept.
    """
    if answer.status < 200 or answer.status == 206 or (answer.status == 304 and not is_revisit):
        return False
    location = find_header(answer.headers, "location") if answer.status // 100 == 3 else ""
    # The page itself is written in full; a relative one is of the same scheme and host.
    return not (_is_http(location) and surt_key(location) == surt_key(url))


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
    return utc_iso(moment)
