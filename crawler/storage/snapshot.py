"""The state as it was committed, read without changing a byte of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler.exceptions import StateError
from crawler.storage.schema import SCHEMA_VERSION
from crawler.storage.seen import FeedFile, PublishedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class UnreadableStateError(StateError):
    """The state may be whole, but cannot be read where and when it was tried."""


def _unreadable(path: Path, error: sqlite3.DatabaseError) -> StateError:
    passing = isinstance(error, sqlite3.OperationalError)
    kind = UnreadableStateError if passing else StateError
    return kind(str(path), f"cannot be read: {error}")


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """What the state says of the last line of an article."""

    id: str
    outcome: str
    version: int
    content_hash: str
    run_id: str
    line_at: int | None


class StateSnapshot:
    """A state file opened for reading; what a dead run committed is in it.

    Raises:
        StateError: it is no database, damaged, or a newer version's.
        UnreadableStateError: it cannot be read now: another program writes it, or there is no
            room for the file that reading its log takes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Without a log there is nothing to bring in, and a read-only medium is read as it is.
        log = path.with_name(path.name + "-wal")
        mode = "mode=ro" if log.exists() else "immutable=1"
        uri = f"file:{quote(str(path.absolute()))}?{mode}"
        self._db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0)
        try:
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            self._db.close()
            kind = (
                UnreadableStateError if isinstance(error, sqlite3.OperationalError) else StateError
            )
            raise kind(str(path), f"cannot be read: {error}") from error
        self.is_current = version == SCHEMA_VERSION
        """Whether it holds anything: a run killed before its first commit leaves an empty one."""
        if version > SCHEMA_VERSION:
            self._db.close()
            raise StateError(str(path), f"was written by a newer version ({version})")

    def close(self) -> None:
        self._db.close()

    def articles(self) -> Iterator[ExportedArticle]:
        """Yield every article that has a line in articles or duplicates."""
        rows = self._db.execute(
            "SELECT id, outcome, version, content_hash, run_id, line_at FROM article"
            " WHERE version > 0 ORDER BY id"
        )
        return (ExportedArticle(*row) for row in rows)

    def published(self) -> list[PublishedFile]:
        rows = self._db.execute(
            "SELECT path, rows, bytes, sha256, schema_version FROM published_file ORDER BY path"
        )
        return [PublishedFile(*row) for row in rows]

    def unpublished(self) -> list[FeedFile]:
        rows = self._db.execute("SELECT path, bytes, lines FROM feed_file ORDER BY path")
        return [FeedFile(*row) for row in rows]
