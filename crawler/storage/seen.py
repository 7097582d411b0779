"""What is already in the dataset: open, look up, record, commit, close. No business rules.

One SQLite file a site. A row exists only for what stands on disk in a feed: the caller writes the
line first, calls ``record_*``, and ``commit`` makes rows and the length of each feed file durable
in one transaction. What a dead run wrote beyond its last commit is not true (``unpublished``).
"""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from crawler.exceptions import StateError
from crawler.storage.lists import ListMemory
from crawler.storage.near import NearIndex
from crawler.storage.past import PastMemory
from crawler.storage.schema import APPLICATION_ID, SCHEMA_VERSION, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


# In the order of SeenArticle's fields.
_COLUMNS = "id, outcome, version, content_hash, modified, crawled, run_id, line_at, section, month"


class Outcome(Enum):
    """The feed an article's line went to."""

    ARTICLE = "article"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    TOMBSTONE = "tombstone"


class Freshness(Enum):
    """How what discovery lists compares with what the dataset holds."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """One row: what the dataset holds of an article."""

    id: str
    outcome: Outcome
    version: int
    content_hash: str | None
    modified: datetime | None
    crawled: datetime
    """When the site last said this: of a capture, when it was taken."""
    run_id: str
    line_at: int | None = None
    """Where its last line begins in the feed of that run, before compression; None for none."""
    section: str | None = None
    month: str | None = None
    """Of publication in Vietnam, `2022-07`."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How many living articles of a section and a month the dataset has."""

    section: str | None
    month: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A feed file still written, as far as it is committed; ``path`` is relative to the folder."""

    path: str
    bytes: int
    lines: int


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A whole file of the dataset, as the manifest has it; ``path`` as it stands on disk."""

    path: str
    rows: int
    bytes: int
    sha256: str
    schema_version: str


class SeenStore:
    """The state file of one site; ``path=None`` keeps it in memory for a run that stands alone.

    Raises:
        StateError: the file is another program's, a newer version's, damaged, or in use by
            another run. It is left as it is.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=0)
        except sqlite3.OperationalError as error:
            raise StateError(str(path), _explain(error)) from error
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StateError(str(path), _explain(error)) from error
        except StateError:
            self._db.close()
            raise
        self.near = NearIndex(self._db)
        """The index of near-duplicates, in the same transaction."""
        self.lists = ListMemory(self._db)
        self.past = PastMemory(self._db)

    def _prepare(self) -> None:
        # An exclusive lock for as long as the process lives: two runs on one state would double
        # lines. The kernel drops it with the process, so nothing stale survives a kill.
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._check_owner()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA cache_size=-8192")  # kB: a crawl of any size in little memory
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version < SCHEMA_VERSION:
            upgrade(self._db, version)

    def _check_owner(self) -> None:
        (owner,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if self._tables() and owner != APPLICATION_ID:
            raise StateError(str(self._path), "belongs to another program; it is left untouched")
        if version > SCHEMA_VERSION:
            raise StateError(str(self._path), f"was written by a newer version ({version})")

    def _tables(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return int(count)

    # ---- look up ----------------------------------------------------------------------------

    def by_id(self, article_id: str) -> SeenArticle | None:
        """Return what is known of the article, or None."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM article WHERE id = ?",  # noqa: S608 - our own names
            (article_id,),
        ).fetchone()
        return _seen_article(row) if row else None

    def by_address(self, url_key: str) -> SeenArticle | None:
        """Return the article this address (``urls.url_key``) led to, or None."""
        row = self._db.execute(
            "SELECT article_id FROM address WHERE url_key = ?", (url_key,)
        ).fetchone()
        return self.by_id(row[0]) if row else None

    def by_fingerprint(self, digest: str) -> str | None:
        """Return the id of the first article with this exact text, or None."""
        row = self._db.execute(
            "SELECT article_id FROM fingerprint WHERE digest = ?", (digest,)
        ).fetchone()
        return row[0] if row else None

    def watermark(self, discovery: str) -> str | None:
        """Return what the last complete run by this strategy left as its mark, or None."""
        row = self._db.execute(
            "SELECT value FROM watermark WHERE discovery = ?", (discovery,)
        ).fetchone()
        return row[0] if row else None

    def living(self) -> Iterator[SeenArticle]:
        """Yield every article that has a line and is not gone, sorted by id."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM article"  # noqa: S608 - our own names
            " WHERE outcome IN ('article', 'duplicate') ORDER BY id"
        )
        return map(_seen_article, rows)

    def counts(self) -> dict[Outcome, int]:
        """Return how many articles stand in each feed."""
        rows = self._db.execute("SELECT outcome, count(*) FROM article GROUP BY outcome")
        return {Outcome(outcome): count for outcome, count in rows}

    def holdings(self) -> Iterator[Holding]:
        """Yield how many living articles there are, by section and month."""
        rows = self._db.execute(
            "SELECT section, month, count(*) FROM article"
            " WHERE outcome IN ('article', 'duplicate') GROUP BY section, month ORDER BY 1, 2"
        )
        return (Holding(*row) for row in rows)

    # ---- record -----------------------------------------------------------------------------

    def record(self, seen: SeenArticle, url_keys: Iterable[str] = ()) -> None:
        """Remember an article and the addresses that led to it, replacing what was known."""
        self._db.execute(
            f"INSERT OR REPLACE INTO article ({_COLUMNS})"  # noqa: S608 - our own names
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seen.id,
                seen.outcome.value,
                seen.version,
                seen.content_hash,
                seen.modified.isoformat() if seen.modified else None,
                seen.crawled.isoformat(),
                seen.run_id,
                seen.line_at,
                seen.section,
                seen.month,
            ),
        )
        self.record_addresses(seen.id, url_keys)

    def record_addresses(self, article_id: str, url_keys: Iterable[str]) -> None:
        """Remember addresses that led to an article already known."""
        self._db.executemany(
            "INSERT OR REPLACE INTO address VALUES (?, ?)",
            [(url_key, article_id) for url_key in url_keys],
        )

    def record_fingerprint(self, digest: str, article_id: str) -> None:
        """Remember the text of an article; the first to have it keeps it."""
        self._db.execute("INSERT OR IGNORE INTO fingerprint VALUES (?, ?)", (digest, article_id))

    def forget_fingerprints(self, article_id: str) -> None:
        """Let the texts of an article that is gone be another's."""
        self._db.execute("DELETE FROM fingerprint WHERE article_id = ?", (article_id,))

    def record_file(self, file: FeedFile) -> None:
        """Remember how much of a feed file is true."""
        self._db.execute(
            "INSERT OR REPLACE INTO feed_file VALUES (?, ?, ?)", (file.path, file.bytes, file.lines)
        )

    def record_published(self, path: str, file: PublishedFile | None) -> None:
        """Remember that the feed file ``path`` is whole; None where it held no true line."""
        self._db.execute("DELETE FROM feed_file WHERE path = ?", (path,))
        if file is not None:
            self._db.execute(
                "INSERT OR REPLACE INTO published_file VALUES (?, ?, ?, ?, ?)", astuple(file)
            )

    def record_watermark(self, discovery: str, value: str) -> None:
        """Remember that a run by this strategy left nothing out."""
        self._db.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?)", (discovery, value))

    def unpublished(self) -> list[FeedFile]:
        """Return the files still being written, or left by a dead run, as far as they are true."""
        rows = self._db.execute("SELECT path, bytes, lines FROM feed_file ORDER BY path")
        return [FeedFile(*row) for row in rows]

    def published(self) -> list[PublishedFile]:
        """Return every whole file of the dataset, sorted by path."""
        rows = self._db.execute(
            "SELECT path, rows, bytes, sha256, schema_version FROM published_file ORDER BY path"
        )
        return [PublishedFile(*row) for row in rows]

    def commit(self) -> None:
        """Make everything recorded so far durable, in one transaction."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Forget what was not committed and let the file go."""
        if self._db.in_transaction:  # a full disk ends it
            self._db.execute("ROLLBACK")
        self._db.close()


def _seen_article(row: tuple[Any, ...]) -> SeenArticle:
    article_id, outcome, version, content_hash, modified, crawled, *rest = row
    return SeenArticle(
        article_id,
        Outcome(outcome),
        version,
        content_hash,
        datetime.fromisoformat(modified) if modified else None,
        datetime.fromisoformat(crawled),
        *rest,
    )


def _explain(error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        return "another run is using it"
    return f"cannot be used as state: {error}"
