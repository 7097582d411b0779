"""Archive files at http(s) addresses, fetched piece by piece into a temporary file."""

from __future__ import annotations

import re
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urljoin, urlsplit

from crawler.archives.asking import Answered, Ask, TooLargeError
from crawler.archives.parts import Part
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping

PIECE = 8 * 1024 * 1024
"""Bytes asked for at once: all that is in memory of a file."""
MAX_HOPS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# RFC 9110 §14.4: `bytes 0-99/1234`.
_RANGE_RE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")


async def download(url: str, ask: Ask, max_bytes: int, piece: int = PIECE) -> Part:
    """Return the file at an address; it has no name on disk and goes with the process.

    Asked for in ranges, each with the manners and retries of any request. A server that gives
    whole files only will do where the file is small enough to be taken at once.

    Raises:
        ArchiveError: it is not to be had, changes on the way, or is over ``max_bytes``.
    """
    out = TemporaryFile()  # noqa: SIM115 - the archive closes it
    try:
        await _fill(out, url, ask, max_bytes, piece)
    except ArchiveError:
        out.close()
        raise
    except OSError as error:
        out.close()
        raise ArchiveError(url, f"cannot be kept: {error.strerror or error}") from error
    return Part(unquote(urlsplit(url).path).rpartition("/")[2] or urlsplit(url).netloc, out)


async def _fill(out: BinaryIO, url: str, ask: Ask, max_bytes: int, piece: int) -> None:
    position, total, validator = 0, 1, ""
    while position < total:
        headers = {"Range": f"bytes={position}-{position + piece - 1}"}
        headers |= {"If-Range": validator} if validator else {}
        url, answered = await _ask_along(url, ask, headers)
        if answered.status == 200 and position == 0:
            out.write(answered.body)
            return
        begin, end, total = _range_of(url, answered)
        if begin != position or len(answered.body) != end - begin + 1:
            raise ArchiveError(url, "the server gives another part of the file than asked for")
        if total > max_bytes:
            raise ArchiveError(url, f"has {total} bytes, ARCHIVE_DOWNLOAD_MAXSIZE is {max_bytes}")
        out.write(answered.body)
        position = end + 1
        etag = answered.header("etag")
        validator = etag if etag and not etag.startswith("W/") else ""


async def _ask_along(url: str, ask: Ask, headers: Mapping[str, str]) -> tuple[str, Answered]:
    """Return the answer at the end of the redirects, and its address."""
    for _ in range(MAX_HOPS):
        try:
            answered = await ask(url, {**headers, "Accept-Encoding": "identity"})
        except TooLargeError as error:
            reason = "the server does not honour Range, and the file is too large to be taken whole"
            raise ArchiveError(url, reason) from error
        location = answered.header("location")
        if answered.status not in _REDIRECTS or not location:
            return url, answered
        url = urljoin(url, location)
        if not url.startswith(("http://", "https://")):
            raise ArchiveError(url, "is no http(s) address")
    raise ArchiveError(url, "redirects without an end")


def _range_of(url: str, answered: Answered) -> tuple[int, int, int]:
    """Return first and last byte of a part and the length of the whole."""
    if answered.status == 200:
        raise ArchiveError(url, "has changed while it was fetched")
    match = _RANGE_RE.fullmatch(answered.header("content-range"))
    if answered.status != 206 or not match:
        raise ArchiveError(url, f"HTTP {answered.status}")
    begin, end, total = map(int, match.groups())
    return begin, end, total
