"""A folder of WARC files: every answer of a crawl, as it came from the network.

ISO 28500 (WARC 1.1), one gzip member a record. A file grows under its name with ``.open`` behind
it, locked by its run, and gets its name when it is whole; what a killed run left is cut to its
last whole member and published by the next run on that folder. A payload the folder holds already
is a revisit record.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from crawler.archives.exchange import Exchange, Kept, Renderer, warc_date
from crawler.archives.payload_index import KeptPayload, PayloadIndex
from crawler.archives.records import whole_length
from crawler.exceptions import WriteError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Exchange", "Kept", "WarcStore"]

OPEN_SUFFIX = ".open"
NOT_MODIFIED = 304


class WarcStore:
    """Writes the WARC files of one run into a folder that other runs write to as well.

    Raises:
        WriteError: the folder cannot be written.
    """

    def __init__(self, folder: Path, name: str, info: dict[str, str], max_bytes: int) -> None:
        """Take the folder, making good what dead runs left there.

        ``name`` begins the name of each file: ``<site>-<run_id>``; ``info`` goes into each
        file's warcinfo record; a file ends with the record that takes it to ``max_bytes``.
        """
        self._folder = folder
        self._name = name
        self._info = info
        self._max_bytes = max_bytes
        self._number = 0
        self._file: BinaryIO | None = None
        self._path = folder
        self._size = 0
        self._info_id = ""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.recovered = publish_left(folder)
            self._index = PayloadIndex(folder)
        except (OSError, sqlite3.Error) as error:
            raise WriteError(str(folder), str(error)) from error

    def add(self, exchange: Exchange) -> Kept:
        """Write request and answer, on their way to the disk on return; return where it is.

        The place of an unchanged payload is that of the record which holds it.

        Raises:
            WriteError: the disk refuses; what was written before stays readable.
        """
        try:
            if self._file is None:
                self._open()
            kept = self._write(exchange)
            if self._size >= self._max_bytes:
                self._publish()
        except (OSError, sqlite3.Error) as error:
            raise WriteError(str(self._path), str(error)) from error
        return kept

    def close(self) -> None:
        """Give the last file its name; may be called twice.

        Raises:
            WriteError: as of ``add``; the next run publishes the file.
        """
        try:
            self._publish()
        except (OSError, sqlite3.Error) as error:
            raise WriteError(str(self._path), str(error)) from error
        finally:
            if self._file is not None:
                with suppress(OSError):
                    self._file.close()
                self._file = None
            self._index.close()

    def _open(self) -> None:
        self._number += 1
        self._path = self._folder / f"{self._name}-{self._number:05}.warc.gz"
        self._file = _open_path(self._path).open("xb")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._size = 0
        renderer = Renderer()
        self._append(renderer.info(self._path.name, self._info))
        self._info_id = renderer.record_id

    def _append(self, data: bytes) -> int:
        """Write whole records and return where they begin; where that fails, none of them stay."""
        assert self._file is not None  # noqa: S101 - opened by the caller
        begin = self._size
        try:
            self._file.write(data)
            self._file.flush()
        except OSError:
            with suppress(OSError):
                os.truncate(_open_path(self._path), begin)
            raise
        self._size += len(data)
        return begin

    def _write(self, exchange: Exchange) -> Kept:
        digest = payload_digest(exchange.body)
        renderer = Renderer(self._info_id)
        known = self._known(exchange, digest)
        if known is None:
            begin = self._append(renderer.response(exchange, digest))
            kept = Kept(self._path.name, begin, digest, exchange.date)
            if exchange.body and exchange.status != NOT_MODIFIED:
                self._remember(exchange, kept, renderer.record_id)
            return kept
        self._append(renderer.revisit(exchange, digest, known))
        return Kept(known.file, known.offset, digest, exchange.date)

    def _known(self, exchange: Exchange, digest: str) -> KeptPayload | None:
        """Return the kept record that holds what came, or what "not modified" was said of."""
        if exchange.status == NOT_MODIFIED:
            return self._index.at(exchange.url)
        return self._index.find(digest) if exchange.body else None

    def _remember(self, exchange: Exchange, kept: Kept, record_id: str) -> None:
        date = warc_date(exchange.date)
        place = (kept.file, kept.offset, record_id)
        self._index.add(KeptPayload(kept.digest, exchange.url, date, *place))

    def _publish(self) -> None:
        if self._file is None:
            return
        os.fsync(self._file.fileno())
        _open_path(self._path).rename(self._path)
        self._file.close()
        self._file = None
        _sync(self._folder)
        self._index.commit(self._path.name)


def payload_digest(body: bytes) -> str:
    """Return the digest of a payload as WARC files write it.

    >>> payload_digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return "sha1:" + base64.b32encode(digest).decode("ascii")


def publish_left(folder: Path) -> list[Path]:
    """Cut the files of dead runs to their last whole record and give them their names.

    Files of runs that live, which they hold locked, are left alone; one that holds no record goes.

    Raises:
        OSError: the folder cannot be written.
    """
    published = []
    for path in sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}")):
        final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            length = whole_length(file)
            file.truncate(length)
            os.fsync(file.fileno())
            if not length:
                path.unlink()
                continue
            path.rename(final)
            published.append(final)
    _sync(folder)
    return published


def _open_path(final: Path) -> Path:
    return final.with_name(final.name + OPEN_SUFFIX)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
