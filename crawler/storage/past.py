"""What articles said before, and which captures were read: the state's part for old copies."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.items import Article


class PastMemory:
    """Two tables of the state, in its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def holds(self, article: Article) -> bool:
        """Whether a line of the article's history says what this one does."""
        query = "SELECT 1 FROM content WHERE article_id = ? AND content_hash = ?"
        found = self._db.execute(query, (article.id, article.content_hash)).fetchone()
        return found is not None

    def last_version(self, article_id: str) -> int:
        """Return the highest version number given, the older ones found late included; 0: none."""
        query = """
            SELECT max(
                coalesce((SELECT version FROM article WHERE id = :id), 0),
                coalesce((SELECT max(version) FROM content WHERE article_id = :id), 0))
        """
        (version,) = self._db.execute(query, {"id": article_id}).fetchone()
        return int(version)

    def record(self, article: Article) -> None:
        """Remember what a line says."""
        values = (article.id, article.content_hash, article.version)
        self._db.execute("INSERT OR REPLACE INTO content VALUES (?, ?, ?)", values)

    def has_read(self, url_key: str, observed: datetime) -> bool:
        """Whether the capture of an address, taken then, was read before."""
        query = "SELECT 1 FROM capture WHERE url_key = ? AND observed = ?"
        return self._db.execute(query, (url_key, _utc(observed))).fetchone() is not None

    def record_read(self, url_keys: Iterable[str], observed: datetime) -> None:
        """Remember that a capture was read, under each address that led to it."""
        rows = [(key, _utc(observed)) for key in url_keys]
        self._db.executemany("INSERT OR IGNORE INTO capture VALUES (?, ?)", rows)


def _utc(moment: datetime) -> str:
    # Records carry seconds; a capture found again must be the same.
    return moment.astimezone(UTC).isoformat(timespec="seconds")
