"""The records of one WARC file, framed and checked, with bounded memory.

ISO 28500 (WARC 1.1): a record is a header, a blank line, a block of ``Content-Length`` bytes and
two line ends; a ``.warc.gz`` holds one gzip member a record. warcio reads the headers; the framing
is ours, because warcio takes a torn last record for a whole one, and stops at the first gzip
member that is broken.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from warcio.statusandheaders import StatusAndHeadersParser

from crawler.exceptions import CrawlerError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_HEAD = 64 * 1024
"""Bytes of a header, WARC's or HTTP's; a longer one is none."""
_CHUNK = 64 * 1024
_START = b"WARC/"
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP_WBITS = 16 + zlib.MAX_WBITS
# A line end and an empty line: fixed lengths, cannot run away.
_HEAD_END_RE = re.compile(rb"\r?\n\r?\n")
_LENGTH_RE = re.compile(r"[0-9]{1,18}")


class RecordError(CrawlerError):
    """A record cannot be used; it is skipped, and the archive keeps the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Head:
    """A header block: its first line and its fields."""

    protocol: str
    """First word of the first line, e.g. ``HTTP/1.1``."""
    rest: str
    """The first line after it, e.g. ``200 OK``."""
    fields: tuple[tuple[str, str], ...]
    size: int
    """Bytes, the empty line included."""

    def get(self, name: str) -> str | None:
        """Return the first field of that name (lower case), stripped; None where it has none."""
        return next((value.strip() for key, value in self.fields if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record; ``offset`` and ``inner`` find it again."""

    offset: int
    """Byte of the file where the record, or the gzip member it is in, begins."""
    inner: int
    """Byte of the inflated member where it begins; 0 in a plain file."""
    head: Head
    block: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that are no usable record."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Frame:
    head: Head
    start: int
    length: int
    end: int
    """First byte of the next record."""


def read_records(
    file: BinaryIO, max_bytes: int, begin: int = 0, end: int | None = None
) -> Iterator[Record | Skipped]:
    """Yield every record of a plain or gzip WARC in file order, and what had to be skipped.

    Reads on after broken bytes: at the next line, or gzip member, that begins a record. Never
    holds more than one record; a block over ``max_bytes`` is skipped without being kept. Of a
    gzip file ``begin`` and ``end`` take the records whose member begins there and before, so that
    several processes can share it; a plain one stands whole in the part that begins at 0.
    """
    size = file.seek(0, 2)
    if _is_gzip(file, 0):
        first = _find_member(file, begin, size) if begin else 0
        yield from _read_members(file, first, min(size, size if end is None else end), max_bytes)
        return
    for position, found in _split(file, size, max_bytes) if not begin else ():
        if isinstance(found, str):
            yield Skipped(position, found)
        else:
            yield Record(position, 0, *found)


def read_record(file: BinaryIO, offset: int, inner: int, max_bytes: int) -> Record:
    """Return the record that ``read_records`` found there.

    Raises:
        RecordError: it is not there (any more).

    """
    stream, start = file, offset
    if _is_gzip(file, offset):
        data, _ = _inflate(file, offset, max_bytes)
        stream, start = BytesIO(data), inner
    frame = _frame(stream, start, stream.seek(0, 2))
    return Record(offset, inner, frame.head, _read_block(stream, frame, max_bytes))


def parse_head(data: bytes) -> Head:
    """Return the header block at the beginning of ``data``.

    Raises:
        RecordError: no empty line ends it within ``MAX_HEAD`` bytes.

    """
    end = _HEAD_END_RE.search(data, 0, MAX_HEAD)
    if not end:
        raise RecordError("header without an end")
    parsed = StatusAndHeadersParser([], verify=False).parse(BytesIO(data[: end.end()]))
    return Head(parsed.protocol, parsed.statusline, tuple(parsed.headers), end.end())


# ---- plain bytes -----------------------------------------------------------------------------


def _split(
    stream: BinaryIO, size: int, max_bytes: int
) -> Iterator[tuple[int, tuple[Head, bytes] | str]]:
    """Yield where each record begins, and its header and block or why it is skipped."""
    position = 0
    while position < size:
        start = position
        try:
            frame = _frame(stream, start, size)
        except RecordError as error:
            yield start, error.reason
            found = _find(stream, b"\n" + _START, start)
            position = size if found is None else found + 1
            continue
        position = frame.end
        try:
            block = _read_block(stream, frame, max_bytes)
        except RecordError as error:
            yield start, error.reason
        else:
            yield start, (frame.head, block)


def _frame(stream: BinaryIO, position: int, size: int) -> _Frame:
    """Return header and bounds of the record at ``position``, its block not yet read."""
    stream.seek(position)
    data = stream.read(MAX_HEAD)
    if not data.startswith(_START):
        raise RecordError("no WARC record begins here")
    head = parse_head(data)
    length = head.get("content-length") or ""
    if not _LENGTH_RE.fullmatch(length):
        raise RecordError("record without a readable Content-Length")
    start = position + head.size
    return _Frame(head, start, int(length), _next_start(stream, start + int(length), size))


def _next_start(stream: BinaryIO, block_end: int, size: int) -> int:
    """Return where the record after a block begins, or the end of the stream."""
    if block_end > size:
        raise RecordError("cut off: shorter than its Content-Length")
    stream.seek(block_end)
    tail = stream.read(16)
    rest = tail.lstrip(b"\r\n")
    # Empty at the end, and a last record may be torn within these five letters.
    if not _START.startswith(rest[: len(_START)]):
        raise RecordError("its Content-Length is not the record's length")
    return block_end + len(tail) - len(rest)


def _read_block(stream: BinaryIO, frame: _Frame, max_bytes: int) -> bytes:
    if frame.length > max_bytes:
        raise RecordError(f"larger than {max_bytes} bytes")
    stream.seek(frame.start)
    return stream.read(frame.length)


def _find(stream: BinaryIO, needle: bytes, position: int) -> int | None:
    """Return where ``needle`` stands next, at ``position`` or after."""
    stream.seek(position)
    window = b""
    while data := stream.read(_CHUNK):
        window += data
        found = window.find(needle)
        if found >= 0:
            return stream.tell() - len(window) + found
        window = window[1 - len(needle) :]
    return None


# ---- gzip ------------------------------------------------------------------------------------


def _is_gzip(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    return file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC


def whole_length(file: BinaryIO) -> int:
    """Return where the last whole member of a gzip WARC ends; broken ones before it count."""
    size = file.seek(0, 2)
    offset = end = 0
    while offset < size:
        try:
            _, offset = _inflate(file, offset, 0)
            end = offset
        except RecordError:
            offset = _find_member(file, offset + 1, size)
    return end


def _read_members(
    file: BinaryIO, offset: int, end: int, max_bytes: int
) -> Iterator[Record | Skipped]:
    while offset < end:
        start = offset
        try:
            data, offset = _inflate(file, start, max_bytes)
        except RecordError as error:
            yield Skipped(start, error.reason)
            offset = _find_member(file, start + 1, file.seek(0, 2))
            continue
        if not data:
            yield Skipped(start, f"gzip member over {max_bytes} bytes, or empty")
        for inner, found in _split(BytesIO(data), len(data), max_bytes):
            if isinstance(found, str):
                yield Skipped(start, found)
            else:
                yield Record(start, inner, *found)


def _inflate(file: BinaryIO, offset: int, max_bytes: int) -> tuple[bytes, int]:
    """Return the gzip member at ``offset``, inflated, and where the next one begins.

    An oversized one is inflated to its end, since only that tells where it is, but nothing of it
    is kept: the bytes are empty.

    Raises:
        RecordError: it is torn, or its bytes or their check sum are wrong.

    """
    file.seek(offset)
    inflater = zlib.decompressobj(_GZIP_WBITS)
    parts: list[bytes] = []
    total = 0
    while not inflater.eof:
        raw = inflater.unconsumed_tail or file.read(_CHUNK)
        try:
            parts.append(inflater.decompress(raw, _CHUNK))
        except zlib.error as error:
            raise RecordError(f"broken gzip member: {error}") from error
        if not (raw or parts[-1] or inflater.eof):
            raise RecordError("cut off within a gzip member")
        total += len(parts[-1])
        if total > max_bytes + MAX_HEAD:
            parts = [b""]
    return b"".join(parts), file.tell() - len(inflater.unused_data)


def _find_member(file: BinaryIO, position: int, size: int) -> int:
    """Return where the next gzip member that holds a record begins; ``size`` if none does."""
    while (found := _find(file, _GZIP_MAGIC, position)) is not None:
        file.seek(found)
        try:
            begin = zlib.decompressobj(_GZIP_WBITS).decompress(file.read(512), len(_START))
        except zlib.error:
            begin = b""
        if begin == _START:
            return found
        position = found + 1
    return size
