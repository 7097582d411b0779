"""Common Crawl: its index, and single records out of its WARC files.

From its servers, from a mirror at one address, or from a folder laid out as its data is.
https://commoncrawl.org/get-started, https://github.com/webrecorder/pywb/wiki/CDX-Server-API
"""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawler.archives.asking import BUSY, Ask, TooLargeError, ask_index
from crawler.archives.captures import Capture, Policy
from crawler.archives.cdx import CdxAnswer, make_row, parse_cdx, parse_cdxj
from crawler.archives.index import OK
from crawler.archives.indexed import IndexedArchive
from crawler.archives.payloads import parse_answer, remove_false_encoding
from crawler.archives.records import MAX_HEAD, RecordError, read_record
from crawler.archives.surt import surt_key
from crawler.archives.warc import MAX_BYTES, parse_row
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.archives.index import Row
    from crawler.items import Source

INDEX = "https://index.commoncrawl.org"
DATA = "https://data.commoncrawl.org"
COLLECTIONS = "cc-index/collections"
_NO_RANGE = "the server does not honour Range: it gives whole files only"
NOT_FOUND = 404
PARTIAL = 206


class CommonCrawlArchive(IndexedArchive):
    """The captures some crawls have of one site: their index first, records when asked for."""

    source: Source = "commoncrawl"
    # As of the Wayback Machine: a request a capture.
    policy: Policy = "latest"

    def __init__(self, place: str | None, ask: Ask) -> None:
        """``place`` is a mirror's address or a folder; None for Common Crawl's own servers."""
        super().__init__()
        self._folder = Path(place) if place and Path(place).is_dir() else None
        self._index_url, self._data_url = (place, place) if place else (INDEX, DATA)
        self._ask = ask

    async def load(self, host: str, crawls: Sequence[str]) -> None:
        """Read what the index of these crawls, or of the newest, has under ``host``.

        Raises:
            ArchiveError: it cannot be read, or there is nothing in it.
        """
        for crawl in crawls or (await self._newest(),):
            if self._folder:
                for row in _local_rows(self._folder, crawl, host):
                    self._add(CdxAnswer((row,)))
            else:
                await self._load(crawl, host)
        list(self._index.resolve())
        if not len(self._index):
            names = ", ".join(crawls) or "the newest crawl"
            place = str(self._folder or self._index_url)
            raise ArchiveError(place, f"has no capture of {host} in {names}")

    async def _newest(self) -> str:
        if self._folder:
            crawls = sorted(path.name for path in (self._folder / COLLECTIONS).glob("*/"))
            if not crawls:
                raise ArchiveError(str(self._folder), f"has no crawl in {COLLECTIONS}")
            return crawls[-1]
        url = f"{self._index_url}/collinfo.json"
        answered = await ask_index(self._ask, url)
        try:
            return str(json.loads(answered.body)[0]["id"])
        except (ValueError, LookupError, TypeError) as error:
            raise ArchiveError(url, "is no list of crawls; name one with `crawl`") from error

    async def _load(self, crawl: str, host: str) -> None:
        base = f"{self._index_url}/{crawl}-index"
        query = {"url": f"{host}/*", "output": "json"}
        pages = await self._count_pages(f"{base}?{urlencode({**query, 'showNumPages': 'true'})}")
        for page in range(pages):
            url = f"{base}?{urlencode({**query, 'page': page})}"
            answered = await ask_index(self._ask, url)
            if answered.status == NOT_FOUND and b"No Captures found" in answered.body:
                continue
            try:
                if answered.status != OK:
                    raise RecordError(f"HTTP {answered.status}")
                self._add(parse_cdx(answered.body))
            except RecordError as error:
                raise ArchiveError(url, error.reason) from error

    async def _count_pages(self, url: str) -> int:
        answered = await ask_index(self._ask, url)
        if answered.status == NOT_FOUND and b"No Captures found" in answered.body:
            return 0
        try:
            told = json.loads(answered.body)
            return int(told["pages"] if isinstance(told, dict) else told)
        except (ValueError, LookupError, TypeError) as error:
            reason = f"HTTP {answered.status}, no number of pages"
            raise ArchiveError(url, reason) from error

    def _add(self, answer: CdxAnswer) -> None:
        for found in answer.rows:
            number = self.file_number(found.get("filename", ""))
            try:
                row = make_row(found, number)
                if row and not row.inner:
                    raise RecordError("the index does not tell where its record is")
            except RecordError as error:
                self.skip(found.get("original", "a row of the index"), error.reason)
                continue
            if row:
                self._index.add(row)

    # ---- records --------------------------------------------------------------------------------

    async def fetch(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return the capture that stands for ``url`` at that time; see ``SiteArchive``."""
        refused: RecordError | None = None
        for row in self._index.find(url, at):
            name = self.file_name(row.file)
            try:
                if capture := _read_capture(await self._read(name, row), name, row):
                    return capture
            except RecordError as error:
                self.skip(f"{name}/{row.offset}", error.reason)
                refused = error
        if refused is not None:
            raise refused
        return None

    async def _read(self, name: str, row: Row) -> bytes:
        """Return the bytes of a record.

        Raises:
            ArchiveError: the file is not to be had, or the server gives no part of a file.
            RecordError: it does not give these.
        """
        if row.inner > MAX_BYTES + MAX_HEAD:
            raise RecordError(f"larger than {MAX_BYTES} bytes")
        if self._folder:
            return _read_part(self._folder, name, row)
        url = f"{self._data_url}/{name}"
        wanted = f"bytes={row.offset}-{row.offset + row.inner - 1}"
        try:
            answered = await self._ask(url, {"Range": wanted, "Accept-Encoding": "identity"})
        except TooLargeError as error:
            raise ArchiveError(url, _NO_RANGE) from error
        if answered.status == OK:
            raise ArchiveError(url, _NO_RANGE)
        if answered.status in BUSY:
            raise ArchiveError(url, f"HTTP {answered.status}")
        if answered.status != PARTIAL:
            raise RecordError(f"the server answers HTTP {answered.status}")
        if not answered.header("content-range").startswith(f"bytes {row.offset}-"):
            raise RecordError("the server gives another part of the file")
        return answered.body


def _read_capture(data: bytes, name: str, row: Row) -> Capture | None:
    """Return the capture a record holds; None where it stands for no page."""
    record = read_record(BytesIO(data), 0, 0, MAX_BYTES)
    found = parse_row(row.file, record)
    if found is None:
        return None
    if found.key != row.key or found.is_revisit:
        raise RecordError("the record is not what the index says")
    answer = parse_answer(record.block)
    return Capture(
        url=found.url,
        timestamp=datetime.fromisoformat(row.timestamp),
        status=answer.status,
        headers=remove_false_encoding(answer.headers, answer.body),
        body=answer.body,
        file=name,
        offset=row.offset,
        digest=found.digest or row.digest,
        source="commoncrawl",
    )


# ---- a folder --------------------------------------------------------------------------------


def _read_part(folder: Path, name: str, row: Row) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise RecordError("its file's name leads out of the folder")
    try:
        with path.open("rb") as file:
            file.seek(row.offset)
            return file.read(row.inner)
    except OSError as error:
        raise RecordError(f"{name}: {error.strerror or error}") from error


def _local_rows(folder: Path, crawl: str, host: str) -> Iterator[Mapping[str, str]]:
    """Yield what the index files of a crawl have under a host."""
    indexes = folder / COLLECTIONS / crawl / "indexes"
    prefix = surt_key(f"http://{host}/").removesuffix("/")
    try:
        for line in _index_lines(indexes, prefix):
            if line.startswith(prefix):
                yield parse_cdxj(line)
    except (OSError, EOFError, zlib.error, RecordError) as error:
        raise ArchiveError(str(indexes), f"cannot be read: {error}") from error


def _index_lines(indexes: Path, prefix: str) -> Iterator[str]:
    """Yield the lines that may begin with ``prefix``: those of the blocks a cluster index names.

    Without one every index file is read through.
    """
    cluster = indexes / "cluster.idx"
    if cluster.is_file():
        with cluster.open(encoding="utf-8") as file:
            blocks = list(_blocks(file, prefix))
        for name, offset, length in blocks:
            with (indexes / Path(name).name).open("rb") as part:
                part.seek(offset)
                yield from gzip.decompress(part.read(length)).decode("utf-8").splitlines()
        return
    paths = sorted(indexes.glob("cdx-*.gz"))
    if not paths:
        raise FileNotFoundError(f"neither cluster.idx nor cdx-*.gz in {indexes}")
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines


def _blocks(cluster: Iterable[str], prefix: str) -> Iterator[tuple[str, int, int]]:
    """Yield file, offset and length of each block that may hold keys of that prefix.

    A line of a cluster index: first key and time of a block, file, offset, length, number; blocks
    are sorted by key, so what has the prefix may begin within the block before.
    """
    before: tuple[str, int, int] | None = None
    for line in cluster:
        fields = line.rstrip("\n").split("\t")
        if len(fields) < 4 or not (fields[2].isdecimal() and fields[3].isdecimal()):
            raise RecordError("a line of cluster.idx that is none")
        key, block = fields[0], (fields[1], int(fields[2]), int(fields[3]))
        if before and key >= prefix:
            yield before
        before = block
        if key > prefix and not key.startswith(prefix):
            return
    if before:
        yield before
