from __future__ import annotations

import asyncio
import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.archives.asking import Answered, TooLargeError
from crawler.archives.commoncrawl import CommonCrawlArchive
from crawler.archives.records import RecordError
from crawler.exceptions import ArchiveError
from tests.archive_servers import CommonCrawl, Kept, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crawler.archives.captures import Capture

HOST = "kontumtv.vn"
A = f"http://{HOST}/tin/a/"
B = f"http://{HOST}/tin/b/"
SERVER = "http://mirror.example"
CAPTURES = [
    Kept("http://bao.example/tin/", "20240301000000", b"another site"),
    Kept(A, "20240301000000", b"one"),
    Kept(A, "20240302000000", b"two"),
    Kept(B, "20240301000000", b"b"),
    Kept("http://vung.example/tin/", "20240301000000", b"another site"),
]


def load(server: CommonCrawl, *crawls: str, place: str = SERVER) -> CommonCrawlArchive:
    archive = CommonCrawlArchive(place, server.ask)
    asyncio.run(archive.load(HOST, crawls))
    return archive


def read(archive: CommonCrawlArchive, url: str, at: datetime | None = None) -> Capture | None:
    return asyncio.run(archive.fetch(url, at))


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_every_page_of_the_index_is_read(page_size: int) -> None:
    archive = load(CommonCrawl(CAPTURES, page_size=page_size))
    assert sorted(archive.urls()) == [A, B]
    assert [each.day for each in archive.times(A, "all", None)] == [1, 2]
    archive.close()


def test_a_record_is_read_by_its_range() -> None:
    server = CommonCrawl(CAPTURES)
    archive = load(server)
    capture = read(archive, A, datetime(2024, 3, 1, tzinfo=UTC))
    assert capture is not None
    assert (capture.url, capture.status, capture.body) == (A, 200, b"one")
    assert capture.timestamp == datetime(2024, 3, 1, tzinfo=UTC)
    assert (capture.source, capture.file) == ("commoncrawl", CommonCrawl.FILE)
    row = next(each for each in server.rows if each["timestamp"] == "20240301000000"
               and each["url"] == A)  # fmt: skip
    assert capture.offset == int(row["offset"])
    assert server.asked[-1] == f"/{CommonCrawl.FILE}"
    archive.close()


def test_without_a_name_the_newest_crawl_is_taken() -> None:
    server = CommonCrawl(CAPTURES)
    load(server).close()
    assert server.asked[:2] == [
        "/collinfo.json",
        "/CC-MAIN-2024-10-index?url=kontumtv.vn%2F%2A&output=json&showNumPages=true",
    ]


def test_a_named_crawl_is_asked_at_once() -> None:
    server = CommonCrawl(CAPTURES)
    load(server, "CC-MAIN-2024-10").close()
    assert "/collinfo.json" not in server.asked


def test_what_was_cut_short_is_left_out_and_counted() -> None:
    archive = load(CommonCrawl(CAPTURES, truncated=frozenset([A])))
    assert list(archive.urls()) == [B]
    assert archive.skipped == 2
    assert archive.problems[0] == (A, "only a part of it was kept (length)")
    archive.close()


def test_a_server_that_gives_whole_files_is_one_clear_error() -> None:
    archive = load(CommonCrawl(CAPTURES, honours_range=False))
    with pytest.raises(ArchiveError, match="does not honour Range"):
        read(archive, A)
    archive.close()


def test_a_server_that_gives_whole_files_too_large_to_take_is_the_same_error() -> None:
    server = CommonCrawl(CAPTURES)

    async def ask(url: str, headers: Mapping[str, str]) -> Answered:
        if "Range" in headers:
            raise TooLargeError("larger than DOWNLOAD_MAXSIZE allows")
        return await server.ask(url, headers)

    archive = CommonCrawlArchive(SERVER, ask)
    asyncio.run(archive.load(HOST, ()))
    with pytest.raises(ArchiveError, match="does not honour Range"):
        read(archive, A)
    archive.close()


def test_another_part_than_asked_for_is_not_taken() -> None:
    server = CommonCrawl(CAPTURES)
    archive = load(server)
    server.data = server.data[:10] + server.data
    with pytest.raises(RecordError):
        read(archive, A)
    assert archive.skipped == 2
    archive.close()


def test_the_record_of_another_page_is_not_taken() -> None:
    server = CommonCrawl(CAPTURES)
    rows = {row["url"]: row for row in server.rows}
    rows[B] |= {name: rows[A][name] for name in ("offset", "length")}
    archive = load(server)
    with pytest.raises(RecordError, match="not what the index says"):
        read(archive, B)
    archive.close()


def test_a_missing_file_is_the_captures_fault_and_a_busy_server_is_not() -> None:
    server = CommonCrawl(CAPTURES)
    archive = load(server)
    for status, error in ((404, RecordError), (503, ArchiveError)):

        async def ask(url: str, headers: object, status: int = status) -> Answered:
            return say(status)

        archive._ask = ask
        with pytest.raises(error, match=f"HTTP {status}"):
            read(archive, A)
    archive.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (say(200, "<html>"), "no number of pages"),
        (say(429), "HTTP 429"),
        (say(404, '{"message": "No Captures found for: kontumtv.vn/*"}'), "has no capture of"),
        (say(404, "<html>no such crawl</html>"), "HTTP 404, no number of pages"),
        (say(200, '{"pages": 0}'), "has no capture of"),
    ],
)
def test_an_index_that_says_nothing_is_one_clear_error(answer: Answered, reason: str) -> None:
    async def ask(url: str, headers: object) -> Answered:
        return answer

    archive = CommonCrawlArchive(SERVER, ask)
    with pytest.raises(ArchiveError, match=reason):
        asyncio.run(archive.load(HOST, ["CC-MAIN-2024-10"]))
    archive.close()


def test_an_index_without_the_site_names_the_crawl() -> None:
    with pytest.raises(ArchiveError, match=r"no capture of kontumtv\.vn in CC-MAIN-2024-10"):
        load(CommonCrawl(CAPTURES[:1]), "CC-MAIN-2024-10")


# ---- a folder ----------------------------------------------------------------------------------


def make_folder(folder: Path, *, has_cluster: bool, size: int = 2) -> CommonCrawl:
    """Lay out a crawl as its data is: blocks of ``size`` lines, each a gzip member."""
    crawl = CommonCrawl(CAPTURES)
    indexes = folder / "cc-index" / "collections" / crawl.crawl / "indexes"
    indexes.mkdir(parents=True)
    blocks, cluster = b"", ""
    for begin in range(0, len(crawl.rows), size):
        rows = crawl.rows[begin : begin + size]
        lines = [f"{r['urlkey']} {r['timestamp']} {json.dumps(r)}\n" for r in rows]
        block = gzip.compress("".join(lines).encode(), mtime=0)
        first = f"{rows[0]['urlkey']} {rows[0]['timestamp']}"
        cluster += f"{first}\tcdx-00000.gz\t{len(blocks)}\t{len(block)}\t{begin}\n"
        blocks += block
    (indexes / "cdx-00000.gz").write_bytes(blocks)
    if has_cluster:
        (indexes / "cluster.idx").write_text(cluster, encoding="utf-8")
    data = folder / crawl.FILE
    data.parent.mkdir(parents=True)
    data.write_bytes(crawl.data)
    return crawl


@pytest.mark.parametrize("has_cluster", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_a_folder_laid_out_as_the_crawl_is_read_without_a_server(
    tmp_path: Path, has_cluster: bool, size: int
) -> None:
    crawl = make_folder(tmp_path, has_cluster=has_cluster, size=size)
    crawl.asked = []
    archive = load(crawl, place=str(tmp_path))
    assert sorted(archive.urls()) == [A, B]
    bodies = [read(archive, A, each) for each in archive.times(A, "all", None)]
    assert [each.body for each in bodies if each] == [b"one", b"two"]
    assert crawl.asked == []
    archive.close()


def test_a_file_name_that_leads_out_of_the_folder_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    crawl = make_folder(folder, has_cluster=False)
    (tmp_path / "secret").write_bytes(crawl.data)
    index = folder / "cc-index/collections/CC-MAIN-2024-10/indexes/cdx-00000.gz"
    lines = gzip.decompress(index.read_bytes()).replace(crawl.FILE.encode(), b"../secret")
    index.write_bytes(gzip.compress(lines))
    archive = load(crawl, place=str(folder))
    with pytest.raises(RecordError, match="leads out of the folder"):
        read(archive, A)
    archive.close()


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("other.txt", b"", "has no crawl"),
        ("cc-index/collections/CC-MAIN-2024-10/indexes/x", b"", "cannot be read"),
        ("cc-index/collections/CC-MAIN-2024-10/indexes/cdx-0.gz", b"no gzip", "cannot be read"),
        ("cc-index/collections/CC-MAIN-2024-10/indexes/cluster.idx", b"no line\n", "is none"),
    ],
)
def test_a_folder_that_is_none_is_one_clear_error(
    tmp_path: Path, path: str, data: bytes, reason: str
) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_bytes(data)
    with pytest.raises(ArchiveError, match=reason):
        load(CommonCrawl(CAPTURES), place=str(tmp_path))
