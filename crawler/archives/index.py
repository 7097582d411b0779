"""Which captures some WARC files hold, and where: found by key, on disk rather than in memory."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from crawler.archives.surt import surt_key, toggle_slash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archives.captures import Policy

OK = 200

_SCHEMA = """
CREATE TABLE captures (
    file INT, offset INT, inner INT, key TEXT, url TEXT, timestamp TEXT, status INT, is_html INT,
    digest TEXT, record_id TEXT,
    is_revisit INT, refers_id TEXT, refers_key TEXT, refers_timestamp TEXT, target INT
)
"""
_INSERT = "INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
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
_UNRESOLVED = "SELECT * FROM captures WHERE is_revisit AND target IS NULL"
_BY_ROWID = "SELECT * FROM captures WHERE rowid = ?"
# The capture of just that time; the page, the nearest in time or the newest first; then where it
# went (a redirect, 404, 410); a server in trouble last.
_BY_KEY = """
SELECT * FROM captures WHERE key = :key AND (target IS NOT NULL OR NOT is_revisit)
ORDER BY timestamp = :at DESC, status BETWEEN 200 AND 299 DESC, status < 500 AND status <> 429 DESC,
    abs(julianday(timestamp) - julianday(:at)), timestamp DESC, rowid DESC
"""
_PAGES = """
SELECT url, max(timestamp), is_html FROM captures
WHERE status = 200 AND (target IS NOT NULL OR NOT is_revisit)
GROUP BY key ORDER BY min(timestamp), min(rowid)
"""
_IN_TIME = """
SELECT timestamp, status, digest FROM captures
WHERE key = ? AND timestamp >= ? AND status IN (200, 404, 410)
    AND (target IS NOT NULL OR NOT is_revisit)
ORDER BY timestamp, rowid
"""


class Row(NamedTuple):
    """One capture; the order is that of the table's columns."""

    file: int
    """Number of the file it is in."""
    offset: int
    inner: int
    key: str
    url: str
    timestamp: str
    """ISO form, UTC, microseconds: sorts as time does."""
    status: int | None
    """None, before ``resolve``, for a revisit that kept no HTTP header."""
    is_html: bool
    digest: str | None
    record_id: str | None
    is_revisit: bool
    refers_id: str | None
    refers_key: str | None
    refers_timestamp: str | None
    target: int | None = None
    """Row of the capture that a revisit repeats; ``resolve`` finds it."""


class CaptureIndex:
    """An SQLite database without a name: a temporary file.

    SQLite deletes it, whatever ends the process, and keeps no more than a small cache in memory;
    a dict would take some 500 bytes a capture, and a 10 GB WARC more memory than a small one.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(_SCHEMA)
        self._database.execute("BEGIN")

    def add(self, row: Row) -> None:
        self._database.execute(_INSERT, row)

    def resolve(self) -> Iterator[Row]:
        """Find what revisits repeat, once all rows are in; yield those that repeat nothing here."""
        for statement in (*_INDEXES, *_RESOLVE, "COMMIT"):
            self._database.execute(statement)
        return map(Row._make, self._database.execute(_UNRESOLVED))

    def trust_revisits(self) -> None:
        """Take every revisit for a page of its own: the server that has it finds what it repeats.

        Those that ``resolve`` found are known better.
        """
        self._database.execute(
            "UPDATE captures SET target = rowid, status = coalesce(status, 200), is_html = 1"
            " WHERE is_revisit AND target IS NULL"
        )

    def find(self, url: str, at: datetime | None = None) -> Iterator[Row]:
        """Yield the captures of a URL, the one that stands for it at that time first.

        One that is not there is looked up once more with its trailing slash off, or on.
        """
        key = surt_key(url)
        moment = utc_iso(at) if at else None
        for each in (key, toggle_slash(key)):
            rows = self._database.execute(_BY_KEY, {"key": each, "at": moment}).fetchall()
            yield from map(Row._make, rows)

    def times(self, url: str, policy: Policy, since: datetime | None) -> list[datetime]:
        """Return when the captures of a page to be read were taken; see ``SiteArchive``."""
        key = surt_key(url)
        earliest = utc_iso(since) if since else ""
        for each in (key, toggle_slash(key)):
            rows = self._database.execute(_IN_TIME, (each, earliest)).fetchall()
            if any(status == OK for _, status, _ in rows):
                return [datetime.fromisoformat(moment) for moment in _chosen(rows, policy)]
        return []

    def __len__(self) -> int:
        (count,) = self._database.execute("SELECT count(*) FROM captures").fetchone()
        return int(count)

    def read(self, rowid: int) -> Row:
        return Row._make(self._database.execute(_BY_ROWID, (rowid,)).fetchone())

    def pages(self) -> Iterator[str]:
        """Yield the URL of each HTML page captured with 200, once a key, the first taken first."""
        for url, _, is_html in self._database.execute(_PAGES):
            if is_html:
                yield url

    def close(self) -> None:
        self._database.close()


def utc_iso(moment: datetime) -> str:
    """Return a time in ISO form, UTC, that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _chosen(rows: list[tuple[str, int, str | None]], policy: Policy) -> list[str]:
    """Return the times of the captures to read, given all of a page in order of time."""
    pages: list[str] = []
    last: str | None = None
    for moment, status, digest in rows:
        if status == OK and (digest is None or digest != last or not pages):
            pages.append(moment)
        last = digest if status == OK else None
    if policy == "first":
        return pages[:1]
    went = [rows[-1][0]] if rows[-1][1] != OK else []
    return (pages[-1:] if policy == "latest" else pages) + went
