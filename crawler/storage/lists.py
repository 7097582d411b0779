"""What the site's lists of articles said last, and which articles they name no more."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """What a list said, with what tells the site that we have it (RFC 9110 §8.8)."""

    url: str
    etag: str | None
    last_modified: str | None
    content_type: str | None
    body: bytes
    """Compressed with zlib."""


class ListMemory:
    """Two tables of the state file, in its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def answer(self, url: str) -> ListAnswer | None:
        """Return what this list said last, or None."""
        row = self._db.execute(
            "SELECT url, etag, last_modified, content_type, body FROM list_answer WHERE url = ?",
            (url,),
        ).fetchone()
        return ListAnswer(*row) if row else None

    def record_answer(self, answer: ListAnswer) -> None:
        """Remember what a list said, in place of what it said before."""
        self._db.execute(
            "INSERT OR REPLACE INTO list_answer VALUES (?, ?, ?, ?, ?)", astuple(answer)
        )

    def unlisted(self) -> dict[str, datetime]:
        """Return the articles whose page answered though no list names them, and when it did."""
        rows = self._db.execute("SELECT article_id, asked FROM unlisted")
        return {article_id: datetime.fromisoformat(asked) for article_id, asked in rows}

    def record_unlisted(self, article_id: str, asked: datetime) -> None:
        """Remember that the page of an article no list names was asked for."""
        self._db.execute(
            "INSERT OR REPLACE INTO unlisted VALUES (?, ?)", (article_id, asked.isoformat())
        )
