"""The files of `-o` and `-O`: Scrapy's feed exports write them, these classes keep them whole.

Scrapy truncates the file of `-O` when the first item comes, so that a run that is killed, or ends
with nothing, leaves less than there was; and it appends behind the torn last line of a killed
`-o`. Named in FEED_STORAGES for local files; other places are Scrapy's.
"""

from __future__ import annotations

import errno
import fcntl
import io
import json
import logging
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from crawler.feeds.ending import end_with_write_error
from crawler.feeds.files import make_folder, partial_path, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

LINE_FORMATS = frozenset(("jsonlines", "jsonl", "jl"))
_BLOCK = 64 * 1024


class FileOutput:
    """One local file of a run; `overwrite` makes it whole anew, otherwise it is added to."""

    def __init__(self, crawler: Crawler, uri: str, feed_options: dict[str, Any] | None) -> None:
        options = feed_options or {}
        self._crawler = crawler
        self._path = local_path(uri)
        self._is_lines = options.get("format") in LINE_FORMATS
        # A device or a pipe is no file: nothing stands beside it, and it takes no other's name.
        self._is_regular = not self._path.exists() or self._path.is_file()
        self._is_anew = bool(options.get("overwrite")) and self._is_regular
        self._is_lost = False

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        return cls(crawler, uri, feed_options)

    def open(self, spider: Spider) -> BinaryIO:
        """Return the file to write; where it cannot be opened the run ends and nothing is kept."""
        try:
            return io.BufferedWriter(self._open())
        except OSError as error:
            self._fail(error)
            self._is_lost = True
            return Path(os.devnull).open("wb")

    def _open(self) -> GuardedFile:
        make_folder(self._path.parent)
        if not self._is_anew:
            if self._is_lines and self._path.is_file():
                self._mend()
            return GuardedFile(self._path, "ab", self._fail)
        file = GuardedFile(partial_path(self._path), "ab", self._fail)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.truncate(0)
        except BlockingIOError as error:
            file.close()
            raise OSError(errno.EBUSY, "another run is writing it") from error
        return file

    def _mend(self) -> None:
        if cut := mend_last_line(self._path):
            logger.warning("%s: %s bytes of a torn last line cut off", self._path, cut)

    def _fail(self, error: OSError) -> None:
        logger.error("cannot write %s: %s", self._path, error.strerror or error)
        end_with_write_error(self._crawler)

    def store(self, file: BinaryIO) -> None:
        """Close the file; that of `-O` gets its name if the run came to its end."""
        try:
            file.flush()
            if not self._is_lost and self._is_regular:
                os.fsync(file.fileno())
                self._give_name()
        except OSError as error:
            self._fail(error)
        finally:
            file.close()

    def _give_name(self) -> None:
        if not self._is_anew:
            return
        partial = partial_path(self._path)
        stats = self._crawler.stats
        if not is_whole(stats.get_value("finish_reason")) or stats.get_value("errors/write"):
            logger.warning("the run did not finish: %s is as it was, see %s", self._path, partial)
            return
        if self._path.exists():
            shutil.copymode(self._path, partial)
        partial.replace(self._path)
        sync_folder(self._path.parent)


class GuardedFile(io.FileIO):
    """A file whose first failure to write is told once; what comes after goes nowhere.

    Scrapy's exporter would log a traceback for every item from then on and end with success.
    """

    def __init__(self, path: Path, mode: str, tell: Callable[[OSError], None]) -> None:
        super().__init__(path, mode)
        self._tell = tell
        self._has_failed = False

    def write(self, data: Any, /) -> int:
        if not self._has_failed:
            try:
                return super().write(data)
            except OSError as error:
                self._has_failed = True
                self._tell(error)
        return memoryview(data).nbytes


def is_whole(finish_reason: str | None) -> bool:
    """Whether a run that ends so has written all it was asked for; None: one batch of several.

    >>> is_whole("finished"), is_whole("closespider_itemcount"), is_whole("shutdown")
    (True, True, False)
    """
    return finish_reason in (None, "finished") or finish_reason.startswith("closespider_")


def local_path(uri: str) -> Path:
    """Return the file a feed URI names, links followed.

    >>> local_path("file:///srv/a%20b.jsonl")
    PosixPath('/srv/a b.jsonl')
    """
    path = url2pathname(urlsplit(uri).path) if uri.startswith("file:") else uri
    return Path(path).resolve()


def mend_last_line(path: Path) -> int:
    """Let a JSON Lines file end with a whole line; return how many bytes were cut off.

    A last line that is whole JSON only lacks its line feed and gets it.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("r+b") as file:
        begin = _last_line_begin(file)
        file.seek(begin)
        tail = file.read()
        if not tail:
            return 0
        try:
            json.loads(tail)
        except ValueError:
            file.truncate(begin)
            return len(tail)
        file.write(b"\n")
    return 0


def _last_line_begin(file: BinaryIO) -> int:
    """Return the byte after the last line feed, 0 where there is none."""
    end = file.seek(0, os.SEEK_END)
    while end:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        found = file.read(end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0
