"""Which payloads a folder of WARC files holds, so that one is not kept twice.

A cache: what it lacks is read from the files themselves.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from crawler.archives.records import Record, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX_NAME = "payloads.sqlite3"
MAX_BYTES = 64 * 1024 * 1024
"""Largest record read when a file is taken in; more than a crawl downloads."""
_WAIT_SECONDS = 60.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payloads (
    digest TEXT PRIMARY KEY, url TEXT, date TEXT, file TEXT, offset INT, record_id TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_url ON payloads (url, date);
"""
_COLUMNS = "digest, url, date, file, offset, record_id"
_INSERT = "INSERT OR IGNORE INTO payloads VALUES (?, ?, ?, ?, ?, ?)"
_BY_DIGEST = f"SELECT {_COLUMNS} FROM payloads WHERE digest = ?"  # noqa: S608 - fixed text
_BY_URL = f"SELECT {_COLUMNS} FROM payloads WHERE url = ? ORDER BY date DESC LIMIT 1"  # noqa: S608


class KeptPayload(NamedTuple):
    """A response record; the order is that of the table's columns."""

    digest: str
    url: str
    date: str
    """Its WARC-Date."""
    file: str
    offset: int
    record_id: str


class PayloadIndex:
    """The payloads of the published files in a table, those of the growing file in memory.

    So no transaction is open while a crawl runs, and several runs can share a folder.
    """

    def __init__(self, folder: Path) -> None:
        """Take in every file of ``folder`` that the table does not know.

        Raises:
            OSError: a file cannot be read.
            sqlite3.Error: the table cannot be written.
        """
        self._fresh: dict[str, KeptPayload] = {}
        self._fresh_urls: dict[str, str] = {}
        self._database = sqlite3.connect(
            folder / INDEX_NAME, isolation_level=None, timeout=_WAIT_SECONDS
        )
        try:
            self._database.executescript(_SCHEMA)
            known = {name for (name,) in self._database.execute("SELECT name FROM files")}
            paths = {path.name: path for path in sorted(folder.glob("*.warc.gz"))}
            for name in known - set(paths):
                self._forget(name)
            for name, path in paths.items():
                if name not in known:
                    self._enter(name, list(read_payloads(path)))
        except (OSError, sqlite3.Error):
            self._database.close()
            raise

    def find(self, digest: str) -> KeptPayload | None:
        """Return the record that holds the payload of that digest."""
        return self._fresh.get(digest) or self._one(_BY_DIGEST, digest)

    def at(self, url: str) -> KeptPayload | None:
        """Return the latest record of that address whose payload came with it."""
        digest = self._fresh_urls.get(url)
        return self._fresh[digest] if digest else self._one(_BY_URL, url)

    def add(self, payload: KeptPayload) -> None:
        """Take in a record of the growing file."""
        self._fresh.setdefault(payload.digest, payload)
        self._fresh_urls[payload.url] = payload.digest

    def commit(self, file: str) -> None:
        """Enter what was added in the table: its file has its name now."""
        self._enter(file, list(self._fresh.values()))
        self._fresh.clear()
        self._fresh_urls.clear()

    def close(self) -> None:
        self._database.close()

    def _one(self, query: str, value: str) -> KeptPayload | None:
        row = self._database.execute(query, (value,)).fetchone()
        return KeptPayload(*row) if row else None

    def _enter(self, file: str, payloads: list[KeptPayload]) -> None:
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_INSERT, payloads)
            self._database.execute("INSERT OR IGNORE INTO files VALUES (?)", (file,))

    def _forget(self, file: str) -> None:
        """Drop a file that was taken away: nothing may refer to it any more."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("DELETE FROM payloads WHERE file = ?", (file,))
            self._database.execute("DELETE FROM files WHERE name = ?", (file,))


def read_payloads(path: Path) -> Iterator[KeptPayload]:
    """Yield the response records of a WARC file that hold a payload."""
    with path.open("rb") as file:
        for record in read_records(file, MAX_BYTES):
            if not isinstance(record, Record) or record.head.get("warc-type") != "response":
                continue
            names = ("warc-payload-digest", "warc-target-uri", "warc-date", "warc-record-id")
            digest, url, date, record_id = (record.head.get(name) or "" for name in names)
            if digest and record_id and not record.block.endswith(b"\r\n\r\n"):
                yield KeptPayload(digest, url, date, path.name, record.offset, record_id)
