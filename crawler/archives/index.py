"""Which captures some WARC files hold, and where: found by key, on disk rather than in memory."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

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
# The page, newest first; then where it went (a redirect, 404, 410); a server in trouble last.
_BY_KEY = """
SELECT * FROM captures WHERE key = ? AND (target IS NOT NULL OR NOT is_revisit)
ORDER BY status BETWEEN 200 AND 299 DESC, status < 500 AND status <> 429 DESC,
    timestamp DESC, rowid DESC
"""
_PAGES = """
SELECT url, max(timestamp), is_html FROM captures
WHERE status = 200 AND (target IS NOT NULL OR NOT is_revisit) GROUP BY key ORDER BY min(rowid)
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

    def find(self, key: str) -> list[Row]:
        """Return the captures of a key, the one that stands for it first."""
        return [Row._make(row) for row in self._database.execute(_BY_KEY, (key,))]

    def read(self, rowid: int) -> Row:
        return Row._make(self._database.execute(_BY_ROWID, (rowid,)).fetchone())

    def pages(self) -> Iterator[str]:
        """Yield the URL of each HTML page captured with 200, once a key, in order of addition."""
        for url, _, is_html in self._database.execute(_PAGES):
            if is_html:
                yield url

    def close(self) -> None:
        self._database.close()
