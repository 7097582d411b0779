"""One JSON Lines file of the dataset while a run writes it, and after."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, BinaryIO

from crawler.storage.seen import FeedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A file appears under its final name only when it is whole; until then a dot keeps it out of
# `*.jsonl` globs.
PARTIAL_PREFIX = "."


class FeedWriter:
    """Appends lines to the partial file of ``folder / name`` and publishes it when whole."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._lines = 0
        partial = partial_path(folder / name)
        partial.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = partial.open("xb")

    @property
    def position(self) -> FeedFile:
        """How far the file is written."""
        return FeedFile(self._name, self._file.tell(), self._lines)

    def append(self, line: str) -> None:
        """Write one line; it is on disk only after ``sync``.

        Raises:
            OSError: the disk is full or the folder read-only.
        """
        self._file.write(line.encode() + b"\n")
        self._lines += 1

    def sync(self) -> None:
        """Return when every line written so far is on disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def partial_path(final: Path) -> Path:
    """Return the name a feed file has while it is written.

    >>> from pathlib import Path
    >>> partial_path(Path("articles/run.jsonl")).name
    '.run.jsonl'
    """
    return final.with_name(PARTIAL_PREFIX + final.name)


def publish(folder: Path, file: FeedFile) -> None:
    """Give a partial file its final name, cut to the ``file.bytes`` that are true.

    Without a true line there is nothing to publish and the partial file goes. Does nothing where
    it was published already: a run may have died between the two names.

    Raises:
        OSError: the file is shorter than its committed length, or cannot be renamed.
    """
    final = folder / file.path
    partial = partial_path(final)
    if not partial.exists():
        return
    if not file.lines:
        partial.unlink()
        return
    _cut(partial, file.bytes)
    partial.replace(final)
    _sync_folder(final.parent)


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        found = file.seek(0, os.SEEK_END)
        if found < size:
            raise OSError(f"{path}: {found} bytes where {size} were committed")
        file.truncate(size)
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: the name lives in the folder, not in the file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stray_partials(folder: Path) -> Iterator[Path]:
    """Yield partial files below a site's folder, e.g. one a dead run never committed."""
    return folder.glob(f"*/{PARTIAL_PREFIX}*.jsonl")
