"""WACZ: a zip file of WARC files, an index of them and a description.

https://specs.webrecorder.net/wacz/1.1.1/. The WARC files are read where they lie, for they are
stored, not packed, as the specification asks; a packed one is unpacked to a temporary file without
a name, so no name within the zip is ever a path. Its index is not believed: the files are read
through as any others, which finds what an index leaves out and checks every digest.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from crawler.archives.parts import Part
from crawler.archives.records import RecordError
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ZIP_MAGIC = b"PK\x03\x04"
MAX_UNPACKED = 8 * 1024**3
"""Bytes a packed WARC file may have once it is unpacked."""
MAX_RATIO = 200
"""And how many times its packed size: text packs ten to fifty times, a bomb a thousand."""
_FOLDER = "archive"
_SUFFIXES = (".warc", ".warc.gz")
_ENCRYPTED = 0x1
_CHUNK = 1024 * 1024
# APPNOTE 4.3.7: a local header's signature, 22 bytes, the lengths of name and extra field.
_LOCAL_HEADER = struct.Struct("<4s22xHH")


def is_wacz(part: Part) -> bool:
    """Whether it is a zip file, whatever its name.

    Raises:
        OSError: it cannot be read.
    """
    with part.open() as file:
        return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC


def read_wacz(part: Part, skip: Callable[[str, str], None]) -> Iterator[Part]:
    """Yield the WARC files of a WACZ; ``skip`` is told the place and reason of what is no use.

    Raises:
        ArchiveError: it is no zip file that can be read.
        OSError: it, or a temporary file, cannot be read or written.
    """
    with part.open() as file:
        # Of a version or a packing it does not know, zipfile says NotImplementedError.
        try:
            packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ArchiveError(part.place, f"is no readable WACZ: {error}") from error
        with packed:
            for member in packed.infolist():
                if not member.filename.endswith(_SUFFIXES):
                    continue
                try:
                    yield _open_member(part, file, packed, member)
                except RecordError as error:
                    skip(f"{part.name}/{member.filename[:200]}", error.reason)


def _open_member(
    part: Part, file: BinaryIO, packed: zipfile.ZipFile, member: zipfile.ZipInfo
) -> Part:
    """Return one member.

    Raises:
        RecordError: it cannot be used, or would be more than it says.
    """
    path = PurePosixPath(member.filename)
    if ".." in path.parts or path.parts[:1] != (_FOLDER,) or "\\" in member.filename:
        raise RecordError(f"not in the folder {_FOLDER} of the WACZ")
    if member.flag_bits & _ENCRYPTED:
        raise RecordError("encrypted")
    name = f"{part.name}/{member.filename}"
    if member.compress_type == zipfile.ZIP_STORED:
        start = _data_start(file, member)
        return Part(name, part.held, part.path, part.start + start, member.compress_size)
    if member.file_size > min(MAX_UNPACKED, MAX_RATIO * max(member.compress_size, 1)):
        raise RecordError(f"unpacks to {member.file_size} bytes from {member.compress_size}")
    return Part(name, _unpack(packed, member))


def _data_start(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(ZIP_MAGIC):
        raise RecordError("not where the zip's directory says")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = member.header_offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)
    if start + member.compress_size > file.seek(0, 2) or member.file_size != member.compress_size:
        raise RecordError("longer than the zip file")
    return start


def _unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    """Return a temporary file of the member's bytes; what is torn ends where it tears."""
    out = TemporaryFile()  # noqa: SIM115 - the archive closes it
    total = 0
    try:
        with packed.open(member) as stream:
            while data := stream.read(_CHUNK):
                total += len(data)
                if total > member.file_size:
                    raise RecordError("unpacks to more than it declares")
                out.write(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RecordError) as error:
        out.close()
        raise RecordError(f"cannot be unpacked: {error}") from error
    return out
