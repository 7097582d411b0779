"""WARC files wherever they are: on disk, within another file, or fetched and without a name."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One WARC file, or a file that holds several."""

    name: str
    """What records call it: a file's own name; `a.wacz/archive/data.warc.gz` within another."""
    held: BinaryIO | None = None
    """An open file; a temporary one has no name, so that nothing of it survives the process."""
    path: Path | None = None
    """A file opened for each use; exactly one of the two is there."""
    start: int = 0
    """Byte at which it begins in that file."""
    size: int | None = None
    """Bytes of it; None for all there are."""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self.path) if self.path and self.size is None else self.name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading.

        Raises:
            OSError: it cannot be.
        """
        if self.path is None:
            assert self.held is not None  # noqa: S101 - one of the two is there
            yield self._within(self.held)
            return
        with self.path.open("rb") as file:
            yield self._within(file)

    def _within(self, file: BinaryIO) -> BinaryIO:
        if self.size is None:
            return file
        return io.BufferedReader(_Window(file, self.start, self.size))


class _Window(io.RawIOBase):
    """Some bytes of a file, as a file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, begin + offset)
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # one kind will do
        self._file.seek(self._start + self._position)
        data = self._file.read(min(len(buffer), max(0, self._size - self._position)))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
