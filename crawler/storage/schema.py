"""The tables of the state file, and how an older file becomes a current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

# "KTV1": marks the file as ours, so that no other program's database is ever written to.
# https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID = 0x4B545631
SCHEMA_VERSION = 7

_SCHEMA_1 = """
CREATE TABLE article (
    id TEXT PRIMARY KEY,
    outcome TEXT NOT NULL,          -- article, duplicate, rejected or tombstone
    version INTEGER NOT NULL,       -- of its last line; 0 before the first
    content_hash TEXT,
    modified TEXT,                  -- last change the site told, ISO 8601 at +07:00
    crawled TEXT NOT NULL,          -- when the site last said so, ISO 8601 at +07:00
    run_id TEXT NOT NULL            -- names the file its last line is in
) WITHOUT ROWID;
CREATE TABLE address (
    url_key TEXT PRIMARY KEY,       -- canonical URL and every other that led to the article
    article_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE fingerprint (
    digest TEXT PRIMARY KEY,        -- of the exact text; names the first article that had it
    article_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE feed_file (
    path TEXT PRIMARY KEY,          -- relative to the site's folder, before compression
    bytes INTEGER NOT NULL,         -- of these many bytes every line is true
    lines INTEGER NOT NULL,
    published INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE watermark (
    discovery TEXT PRIMARY KEY,     -- the last run by this strategy that left nothing out
    value TEXT NOT NULL
) WITHOUT ROWID;
"""

# `feed_file` keeps only files that are still being written; a published one is a line of the
# manifest. Files of version 1 count as left by a dead run, so that the next start enters them.
_SCHEMA_2 = """
ALTER TABLE article ADD COLUMN line_at INTEGER; -- where its last line begins, before compression
UPDATE article SET version = 0 WHERE outcome = 'rejected';
CREATE INDEX fingerprint_of ON fingerprint (article_id);
ALTER TABLE feed_file DROP COLUMN published;
CREATE TABLE published_file (
    path TEXT PRIMARY KEY,          -- relative to the site's folder, as it stands on disk
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    schema_version TEXT NOT NULL    -- of the record
) WITHOUT ROWID;
"""

# The index of near-duplicates: `near` says what is in it. A change of `sketches` is a new version,
# whose step empties these tables: the dataset fills an empty index when it is opened.
_SCHEMA_3 = """
CREATE TABLE near_document (
    number INTEGER PRIMARY KEY,     -- order of arrival
    article_id TEXT NOT NULL UNIQUE,
    kept_id TEXT NOT NULL,          -- the article it is a copy of; its own id where it is kept
    digest BLOB NOT NULL,           -- one byte for each bin of the sketch
    content BLOB NOT NULL           -- film, headline and text, zstd
);
CREATE TABLE near_link (
    article_id TEXT NOT NULL,       -- the later to arrive
    other_id TEXT NOT NULL,
    similarity REAL NOT NULL,
    PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
CREATE INDEX near_link_other ON near_link (other_id);
CREATE TABLE near_band_0 (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE near_band_1 (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE near_band_2 (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
"""

# What the site last said of its lists, for conditional requests, and what it lists no longer.
_SCHEMA_4 = """
CREATE TABLE list_answer (
    url TEXT PRIMARY KEY,           -- as asked, at the site's own address
    etag TEXT,                      -- validators of RFC 9110 section 8.8, as sent
    last_modified TEXT,
    content_type TEXT,
    body BLOB NOT NULL              -- zlib
) WITHOUT ROWID;
CREATE TABLE unlisted (
    article_id TEXT PRIMARY KEY,    -- its page answered though no list names it
    asked TEXT NOT NULL             -- when, ISO 8601 with offset
) WITHOUT ROWID;
"""

# Texts of the index are packed with zstd, not zlib.
_SCHEMA_5 = """
DELETE FROM near_document;
DELETE FROM near_link;
DELETE FROM near_band_0;
DELETE FROM near_band_1;
DELETE FROM near_band_2;
"""

# For the ledger. Of articles already there both are unknown until they change.
_SCHEMA_6 = """
ALTER TABLE article ADD COLUMN section TEXT;
ALTER TABLE article ADD COLUMN month TEXT;      -- of publication in Vietnam, 2022-07
"""

# What an article said before, for captures that come later than what they were taken from; of
# articles already there only what they say now is known. `crawled` is from here on the time the
# site said so: of a capture, its own.
_SCHEMA_7 = """
CREATE TABLE content (
    article_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    version INTEGER NOT NULL,       -- the last line that says it
    PRIMARY KEY (article_id, content_hash)
) WITHOUT ROWID;
INSERT INTO content SELECT id, content_hash, version FROM article WHERE content_hash IS NOT NULL;
CREATE TABLE capture (
    url_key TEXT NOT NULL,          -- an address that led to it
    observed TEXT NOT NULL,         -- when an archive took it, ISO 8601, UTC
    PRIMARY KEY (url_key, observed)
) WITHOUT ROWID;
"""

STEPS = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3, _SCHEMA_4, _SCHEMA_5, _SCHEMA_6, _SCHEMA_7)


def upgrade(db: sqlite3.Connection, version: int) -> None:
    """Bring a state of this version, 0 for an empty one, to the current.

    The caller has a transaction open.
    """
    run_steps(db, STEPS[version:])
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def run_steps(db: sqlite3.Connection, steps: Iterable[str]) -> None:
    """Run the statements of some versions; comments go first: one may hold a semicolon."""
    for step in steps:
        lines = (line.partition("--")[0] for line in step.splitlines())
        for statement in "\n".join(lines).split(";"):
            db.execute(statement)
