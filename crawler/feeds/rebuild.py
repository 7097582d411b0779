"""The state of a dataset, made again from its feeds alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.exceptions import ManifestError, RecordError, StateError
from crawler.feeds.files import (
    describe,
    partial_path,
    publish,
    published_form,
    sha256_of,
    stray_partials,
    sync_folder,
)
from crawler.feeds.history import history_files, read_lines
from crawler.feeds.manifest import MANIFEST_NAME, read_manifest, write_manifest
from crawler.feeds.names import FEED_NAMES, FEEDS, STATE_NAME, outcome_of
from crawler.items import Article, Rejected
from crawler.records import parse_line
from crawler.storage.remember import is_older, remember_article, remember_rejected
from crawler.storage.seen import FeedFile, Outcome, SeenStore

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.feeds.history import Line

OLD_SUFFIX = ".old"
_SQLITE_FILES = ("", "-wal", "-shm")


def rebuild_state(folder: Path, compression: str = "none") -> dict[Outcome, int]:
    """Make the state from the exports; return how many articles of each outcome it holds.

    The old one is kept beside it as ``state.sqlite3.old``. What runs remembered without writing
    a line (watermarks, pages looked at again and unchanged) is gone: the next run asks for more
    than it would have and writes nothing twice. The caller holds the lock.

    Raises:
        StateError: a feed file is not what the manifest says, or a line is no record; nothing
            but the files of a dead run was changed.
        OSError: the disk is full or the folder read-only.
    """
    _check_manifest(folder)
    for partial in stray_partials(folder):
        _salvage(folder, partial, compression)
    new = partial_path(folder / STATE_NAME)
    for suffix in _SQLITE_FILES:
        new.with_name(new.name + suffix).unlink(missing_ok=True)
    counts = _fill(folder, new)
    _exchange(folder / STATE_NAME, new)
    return counts


def _fill(folder: Path, path: Path) -> dict[Outcome, int]:
    seen = SeenStore(path)
    try:
        for feed_file in history_files(folder, *FEED_NAMES):
            rows = 0
            for line in read_lines(feed_file):
                remember_line(seen, line)
                rows = line.number
            seen.record_published("", describe(folder, feed_file, rows))
        seen.commit()
        write_manifest(folder, seen.published())
        return seen.counts()
    finally:
        seen.close()


def remember_line(seen: SeenStore, line: Line) -> None:
    """Remember what the run that wrote a line remembered.

    Raises:
        StateError: the line is no record; says where.
    """
    try:
        if line.feed == FEEDS[Outcome.REJECTED]:
            rejected = parse_line(Rejected, line.content)
            if rejected.is_final:
                remember_rejected(seen, rejected, line.run_id)
            return
        article = parse_line(Article, line.content)
    except RecordError as error:
        raise StateError(line.place, str(error)) from error
    known = seen.by_id(article.id)
    # Feeds of one run are read one after the other, so a lower version may come later.
    if known is None or known.version < article.version or is_older(article):
        is_tombstone = article.record_type == "tombstone"
        outcome = outcome_of(line.feed, is_tombstone=is_tombstone)
        remember_article(seen, article, outcome, run_id=line.run_id, line_at=line.begin)
    else:
        seen.past.record(article)


def _check_manifest(folder: Path) -> None:
    """Refuse to take damaged files for the truth."""
    if not (folder / MANIFEST_NAME).exists():
        return
    try:
        files = read_manifest(folder)
    except ManifestError as error:
        raise StateError(error.path, error.reason) from error
    for file in files:
        path = folder / file.path
        if not path.is_file() or sha256_of(path) != file.sha256:
            raise StateError(
                str(path),
                "is not what the manifest says; bring the file back, or delete the manifest to "
                "take the files as they are",
            )


def _salvage(folder: Path, partial: Path, compression: str) -> None:
    """Publish the whole lines of a file a dead run left; without a state all of them count."""
    plain = partial.with_name(partial.name[1:])
    if published_form(plain) or plain.suffix != ".jsonl":
        partial.unlink()
        return
    size = lines = 0
    for line in read_lines(partial):
        if line.content.endswith(b"\n"):
            size, lines = line.begin + len(line.content), line.number
    publish(folder, FeedFile(plain.relative_to(folder).as_posix(), size, lines), compression)


def _exchange(state: Path, new: Path) -> None:
    """Put the new state in the place of the old one, which is kept under another name.

    A write-ahead log belongs to the file it stands beside and goes with it. Between the renames
    there is no state, and no run starts without one.
    """
    for suffix in _SQLITE_FILES:
        part = state.with_name(state.name + suffix)
        old = state.with_name(state.name + OLD_SUFFIX + suffix)
        if part.exists():
            part.replace(old)
        else:
            old.unlink(missing_ok=True)
    new.replace(state)
    sync_folder(state.parent)
