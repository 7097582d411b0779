"""Which line of the history is which version of which article, in a temporary file.

A history of half a million articles does not fit in memory as Python objects; SQLite's temporary
database keeps a few megabytes of it there and the rest on disk until it is closed.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from crawler.exceptions import RecordError
from crawler.feeds.history import read_lines
from crawler.feeds.names import outcome_of
from crawler.items import OLDER_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from crawler.feeds.history import Line
    from crawler.storage.seen import Outcome

    Values = Sequence[object] | Mapping[str, object]

_TABLE = """
CREATE TABLE line (
    seq INTEGER PRIMARY KEY,        -- its place in the history
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    place TEXT NOT NULL,            -- file and line, for people
    feed TEXT NOT NULL,
    outcome TEXT NOT NULL,          -- article, duplicate or tombstone
    run_id TEXT NOT NULL,
    begin INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    duplicate_of TEXT,
    date_published TEXT,
    is_older INTEGER NOT NULL       -- an old copy, found when a newer version was there
)
"""

# The last line of every article: of those with the highest version the one that came last. An
# old copy is another version, but never what the article says now.
_LATEST = """
CREATE VIEW latest AS SELECT line.* FROM line JOIN (
    SELECT max(seq) AS seq FROM line JOIN (
        SELECT id, max(version) AS version FROM line WHERE NOT is_older GROUP BY id
    ) USING (id, version) GROUP BY id
) USING (seq)
"""


class HistoryIndex(closing["HistoryIndex"]):
    """Lines of articles and duplicates by id and version; use it in a ``with`` block."""

    def __init__(self) -> None:
        super().__init__(self)
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute(_TABLE)
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.close()

    def add(self, seq: int, line: Line, record: dict[str, Any]) -> None:
        """Enter the line at this place of the history."""
        self._db.execute(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seq,
                record["id"],
                record["version"],
                line.place,
                line.feed,
                _outcome(line, record).value,
                line.run_id,
                line.begin,
                record["content_hash"],
                record["duplicate_of"] if line.feed == "duplicates" else None,
                record["date_published"],
                OLDER_VERSION in record["quality_flags"],
            ),
        )

    def finish(self) -> None:
        """Let ``latest`` be asked: made once, after the last line."""
        self._db.execute("CREATE INDEX by_version ON line (id, version)")
        self._db.execute(_LATEST)

    def ask(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query over ``line`` and ``latest``, the last line of each article."""
        yield from self._db.execute(query, values)

    def do(self, statement: str, values: Values = ()) -> None:
        """Change the temporary file, e.g. add a table to it."""
        self._db.execute(statement, values)

    def fill(self, files: Iterable[Path]) -> None:
        """Enter every line of these files.

        Raises:
            RecordError: a line is not a record; `verify` tells all of them.
        """
        for seq, line in enumerate_lines(files):
            try:
                self.add(seq, line, json.loads(line.content))
            except (ValueError, KeyError, TypeError, sqlite3.IntegrityError) as error:
                raise RecordError(line.place, f"is not a record: {error!r}") from error
        self.finish()


def _outcome(line: Line, record: dict[str, Any]) -> Outcome:
    return outcome_of(line.feed, is_tombstone=record["record_type"] == "tombstone")


def enumerate_lines(files: Iterable[Path]) -> Iterator[tuple[int, Line]]:
    """Yield every line with its place in the history, 0 for the first."""
    seq = 0
    for path in files:
        for line in read_lines(path):
            yield seq, line
            seq += 1
