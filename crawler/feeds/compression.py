"""Feed files as they stand on disk: plain, gzip or zstd; every reader takes all three."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import nullcontext
from typing import TYPE_CHECKING, BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # Scrapy depends on it for the same reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

# What a file whose compression is broken raises when it is read.
BROKEN = (OSError, EOFError, zlib.error, zstd.ZstdError)

SUFFIXES = {"none": "", "gzip": ".gz", "zstd": ".zst"}
"""Setting DATASET_COMPRESSION -> what it adds to a file's name."""

# Beyond this level gzip takes twice the time for one per cent.
_GZIP_LEVEL = 6


def open_feed(path: Path) -> BinaryIO:
    """Open a feed file for reading, decompressed as its name says."""
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if path.suffix == ".zst":
        return cast("BinaryIO", zstd.open(path, "rb"))
    return path.open("rb")


def open_packer(target: BinaryIO, suffix: str) -> AbstractContextManager[BinaryIO]:
    """Return a file that writes into ``target`` compressed; the same bytes each time."""
    if suffix == ".gz":
        packer = gzip.GzipFile("", "wb", _GZIP_LEVEL, target, mtime=0)
        return cast("AbstractContextManager[BinaryIO]", packer)
    if suffix == ".zst":
        checked = {int(zstd.CompressionParameter.checksum_flag): 1}
        return cast("AbstractContextManager[BinaryIO]", zstd.open(target, "wb", options=checked))
    return nullcontext(target)


def plain_name(name: str) -> str:
    """Return a feed file's name without what compression added.

    >>> plain_name("articles/r1.jsonl.zst"), plain_name("articles/r1.jsonl")
    ('articles/r1.jsonl', 'articles/r1.jsonl')
    """
    return name.removesuffix(".gz").removesuffix(".zst")


def forms_of(plain: Path) -> Iterator[Path]:
    """Yield every name the feed file ``plain`` may stand under."""
    return (plain.with_name(plain.name + suffix) for suffix in SUFFIXES.values())
