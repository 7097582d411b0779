"""One JSON Lines file of the dataset while a run writes it, and after.

Each step is safe to be the last one: what was written counts only up to the committed length, a
name changes only once the bytes behind it are on disk, and publishing twice does it once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from crawler.exceptions import StateError
from crawler.feeds.compression import SUFFIXES, forms_of, open_packer
from crawler.items import SCHEMA_VERSION
from crawler.storage.seen import FeedFile, PublishedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A file appears under its final name only when it is whole; until then a dot keeps it out of
# `*.jsonl` globs.
PARTIAL_PREFIX = "."


class FeedWriter:
    """Appends lines to the partial file of ``folder / name``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        self._lines = 0
        self._bytes = 0
        partial = partial_path(folder / name)
        make_folder(partial.parent)
        self._file: BinaryIO = partial.open("xb")
        try:
            sync_folder(partial.parent)
        except OSError:
            self._file.close()
            raise

    @property
    def position(self) -> FeedFile:
        """How far the file is written."""
        return FeedFile(self._name, self._bytes, self._lines)

    def append(self, line: str) -> int:
        """Write one line and return where it begins; it is on disk only after ``sync``.

        Raises:
            OSError: the disk is full or the folder read-only.
        """
        begin = self._bytes
        self._bytes += self._file.write(line.encode() + b"\n")
        self._lines += 1
        return begin

    def flush(self) -> None:
        """Let readers of the file see every line written so far."""
        self._file.flush()

    def sync(self) -> None:
        """Return when every line written so far is on disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def partial_path(final: Path) -> Path:
    """Return the name a file has while it is written.

    >>> from pathlib import Path
    >>> partial_path(Path("articles/run.jsonl")).name
    '.run.jsonl'
    """
    return final.with_name(PARTIAL_PREFIX + final.name)


def publish(folder: Path, file: FeedFile, compression: str = "none") -> PublishedFile | None:
    """Give a partial file its final name, cut to the ``file.bytes`` that are true.

    Without a true line there is nothing to publish and the partial file goes: None. Where a run
    died after the new name stood, only what it left behind is cleared away.

    Raises:
        StateError: the file is shorter than its committed length, or gone; nothing was changed.
        OSError: the disk is full or the folder read-only.
    """
    plain = folder / file.path
    partial = partial_path(plain)
    if not file.lines:
        partial.unlink(missing_ok=True)
        return None
    final = published_form(plain)
    if final is None:
        _cut(partial, file.bytes)
        final = _give_name(partial, plain, SUFFIXES[compression])
    partial.unlink(missing_ok=True)
    return describe(folder, final, file.lines)


def published_form(plain: Path) -> Path | None:
    """Return the name a feed file is published under, compressed or not, or None."""
    return next((form for form in forms_of(plain) if form.exists()), None)


def _give_name(partial: Path, plain: Path, suffix: str) -> Path:
    final = plain.with_name(plain.name + suffix)
    if suffix:
        with whole_file(final) as target, partial.open("rb") as plain_file:
            shutil.copyfileobj(plain_file, target)
    else:
        partial.replace(final)
        sync_folder(final.parent)
    return final


def describe(folder: Path, path: Path, rows: int) -> PublishedFile:
    """Return the manifest's line for a whole file."""
    name = path.relative_to(folder).as_posix()
    return PublishedFile(name, rows, path.stat().st_size, sha256_of(path), SCHEMA_VERSION)


def _cut(path: Path, size: int) -> None:
    if not path.exists():
        raise StateError(str(path), f"gone, with {size} bytes that were committed")
    with path.open("r+b") as file:
        found = file.seek(0, os.SEEK_END)
        if found < size:
            raise StateError(str(path), f"{found} bytes where {size} were committed")
        file.truncate(size)
        os.fsync(file.fileno())


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file, compressed as its name says, that appears only when it is whole.

    A reader sees the old one or the new one, never half of either; an error leaves the old one.
    """
    partial = partial_path(path)
    with partial.open("wb") as file:
        with open_packer(file, path.suffix) as target:
            yield target
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable in the one that holds it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make new names durable: a name lives in the folder, not in the file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def feed_files(folder: Path, feed: str) -> Iterator[Path]:
    """Yield the published files of a feed, the oldest run first."""
    names = [path.name for path in (folder / feed).glob("*.jsonl*")]
    return (folder / feed / name for name in sorted(names) if is_feed_name(name))


def is_feed_name(name: str) -> bool:
    """Whether a file of this name is a published feed.

    >>> is_feed_name("r1.jsonl"), is_feed_name("r1.jsonl.zst"), is_feed_name(".r1.jsonl")
    (True, True, False)
    """
    endings = tuple(".jsonl" + suffix for suffix in SUFFIXES.values())
    return name.endswith(endings) and not name.startswith(PARTIAL_PREFIX)


def stray_partials(folder: Path) -> list[Path]:
    """Return partial feed files below a site's folder, e.g. one a dead run never committed."""
    return sorted(folder.glob(f"*/{PARTIAL_PREFIX}*.jsonl*"))
