"""The WARC files of a crawl: readable by anybody, whole after a kill, nothing kept twice."""

from __future__ import annotations

import errno
import fcntl
import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archives.exchange import SAME_PAYLOAD, SERVER_NOT_MODIFIED, Exchange
from crawler.archives.payload_index import INDEX_NAME
from crawler.archives.records import Record, Skipped, read_record, read_records, whole_length
from crawler.archives.warc import WarcArchive
from crawler.archives.writer import OPEN_SUFFIX, WarcStore
from crawler.exceptions import WriteError

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://kontumtv.vn/tin/a/"
MOMENT = datetime(2024, 3, 1, 1, 30, tzinfo=UTC)
PAGE = gzip.compress(b"<p>Tin</p>" * 50, mtime=0)
HEADERS = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=1"),
           ("Set-Cookie", "b=2"))  # fmt: skip
MAX_BYTES = 10_000_000


def exchange(url: str = URL, body: bytes = PAGE, status: int = 200, **more: Any) -> Exchange:
    values = {"date": MOMENT, "headers": HEADERS, **more}
    return Exchange(url=url, status=status, body=body, **values)


def store(folder: Path, run_id: str = "r1", max_bytes: int = MAX_BYTES) -> WarcStore:
    info = {"software": "tests", "isPartOf": run_id}
    return WarcStore(folder, f"kontumtv.vn-{run_id}", info, max_bytes)


def write(folder: Path, *exchanges: Exchange, run_id: str = "r1") -> list[Path]:
    writer = store(folder, run_id)
    for each in exchanges:
        writer.add(each)
    writer.close()
    return sorted(folder.glob("*.warc.gz"))


def records(*paths: Path) -> list[Record]:
    found = []
    for path in paths:
        with path.open("rb") as file:
            found += list(read_records(file, MAX_BYTES))
    broken = [each for each in found if isinstance(each, Skipped)]
    assert not broken
    return [each for each in found if isinstance(each, Record)]


def kinds(*paths: Path) -> list[str | None]:
    return [each.head.get("warc-type") for each in records(*paths)]


def by_kind(kind: str, *paths: Path) -> Record:
    return next(each for each in records(*paths) if each.head.get("warc-type") == kind)


def test_answer_stands_as_it_came_with_its_request(tmp_path: Path) -> None:
    (path,) = write(tmp_path, exchange(request_headers=(("User-Agent", "tests"),)))
    assert kinds(path) == ["warcinfo", "response", "request"]
    answer, request = by_kind("response", path), by_kind("request", path)
    assert answer.block.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.block.endswith(b"\r\n\r\n" + PAGE)
    assert answer.block.count(b"Set-Cookie") == 2
    assert request.block.startswith(b"GET /tin/a/ HTTP/1.1\r\n")
    assert request.head.get("warc-concurrent-to") == answer.head.get("warc-record-id")


def test_another_tool_reads_every_record_and_agrees_with_the_digests(tmp_path: Path) -> None:
    (path,) = write(tmp_path, exchange(), exchange(URL + "2/", PAGE + b"x"), exchange())
    with path.open("rb") as file:
        iterator = ArchiveIterator(file, check_digests="raise")
        types = [(record.rec_type, bool(record.content_stream().read())) for record in iterator]
    assert [kind for kind, _ in types].count("response") == 2
    assert len(types) == 7


def test_place_told_is_that_of_the_record(tmp_path: Path) -> None:
    writer = store(tmp_path)
    writer.add(exchange(URL + "0/", b"x"))
    kept = writer.add(exchange())
    writer.close()
    with (tmp_path / kept.file).open("rb") as file:
        found = read_record(file, kept.offset, 0, MAX_BYTES)
    assert found.head.get("warc-target-uri") == URL
    assert found.head.get("warc-payload-digest") == kept.digest


def test_unchanged_payload_is_kept_once_over_all_runs(tmp_path: Path) -> None:
    first = store(tmp_path)
    kept = first.add(exchange())
    assert first.add(exchange(date=MOMENT.replace(hour=2))).offset == kept.offset
    first.close()
    second = store(tmp_path, "r2")
    again = second.add(exchange(date=MOMENT.replace(day=2)))
    second.close()
    assert (again.file, again.offset, again.digest) == (kept.file, kept.offset, kept.digest)
    paths = sorted(tmp_path.glob("*.warc.gz"))
    assert [kinds(path)[1] for path in paths] == ["response", "revisit"]
    revisit = by_kind("revisit", paths[1]).head
    original = by_kind("response", paths[0]).head
    assert revisit.get("warc-profile") == SAME_PAYLOAD
    assert revisit.get("warc-refers-to") == original.get("warc-record-id")
    assert revisit.get("warc-refers-to-date") == original.get("warc-date")


def test_not_modified_refers_to_what_was_kept_of_that_address(tmp_path: Path) -> None:
    paths = write(tmp_path, exchange(), exchange(body=b"", status=304))
    revisit = by_kind("revisit", *paths)
    assert revisit.head.get("warc-profile") == SERVER_NOT_MODIFIED
    assert revisit.head.get("warc-refers-to-target-uri") == URL
    assert revisit.block.startswith(b"HTTP/1.1 304 ")


def test_not_modified_of_what_was_never_kept_is_an_answer_as_any(tmp_path: Path) -> None:
    (path,) = write(tmp_path, exchange(body=b"", status=304))
    assert kinds(path) == ["warcinfo", "response", "request"]


def test_empty_answers_are_no_payload_to_refer_to(tmp_path: Path) -> None:
    paths = write(tmp_path, exchange(body=b"", status=301), exchange(URL + "b/", b"", status=404))
    assert kinds(*paths).count("response") == 2


@pytest.mark.parametrize("name", ["Cookie", "Authorization", "Proxy-Authorization"])
def test_secrets_of_the_request_are_left_out(tmp_path: Path, name: str) -> None:
    sent = exchange("https://ai-do:bi-mat@kontumtv.vn/", request_headers=((name, "bi-mat"),))
    (path,) = write(tmp_path, sent)
    with gzip.open(path) as file:
        content = file.read()
    assert b"bi-mat" not in content
    assert f"{name}:".encode() in content


def test_what_the_crawler_knew_stands_beside_the_answer(tmp_path: Path) -> None:
    (path,) = write(tmp_path, exchange(facts=(("listed", URL), ("via", "a\r\nWARC-Type: b"))))
    note = by_kind("metadata", path)
    assert note.block == f"listed: {URL}\r\nvia: a WARC-Type: b\r\n".encode()
    assert note.head.get("warc-concurrent-to") == by_kind("response", path).head.get(
        "warc-record-id"
    )


def test_odd_headers_and_status_are_written_as_they_came(tmp_path: Path) -> None:
    odd = (("X-Tên".encode().decode("latin-1"), "Kon Plông".encode().decode("latin-1")),)
    (path,) = write(tmp_path, exchange(status=599, headers=odd))
    block = by_kind("response", path).block
    assert block.startswith(b"HTTP/1.1 599 Unknown\r\n" + "X-Tên: Kon Plông\r\n".encode())
    assert block.endswith(PAGE)


def test_files_end_at_their_size_and_are_numbered(tmp_path: Path) -> None:
    writer = store(tmp_path, max_bytes=2000)
    for number in range(6):
        writer.add(exchange(f"{URL}{number}/", PAGE + bytes([number])))
        names = sorted(path.name for path in tmp_path.glob("*.warc.gz"))
    writer.close()
    assert names[0] == "kontumtv.vn-r1-00001.warc.gz"
    paths = sorted(tmp_path.glob("*.warc.gz"))
    assert len(paths) > 1
    assert kinds(*paths).count("response") == 6
    assert all(kinds(path)[0] == "warcinfo" for path in paths)


# ---- kills and full disks --------------------------------------------------------------------


@pytest.fixture
def torn(tmp_path: Path) -> tuple[Path, bytes]:
    """The file of a run that was killed, as it stood."""
    folder = tmp_path / "store"
    writer = store(folder)
    for number in range(3):
        writer.add(exchange(f"{URL}{number}/", PAGE + bytes([number])))
    path = folder / f"kontumtv.vn-r1-00001.warc.gz{OPEN_SUFFIX}"
    content = path.read_bytes()
    writer.close()
    (folder / path.name.removesuffix(OPEN_SUFFIX)).unlink()
    (folder / INDEX_NAME).unlink()
    return path, content


def test_growing_file_has_another_name(tmp_path: Path) -> None:
    writer = store(tmp_path)
    writer.add(exchange())
    assert [path.suffix for path in tmp_path.glob("kontumtv*")] == [OPEN_SUFFIX]
    writer.close()
    assert [path.suffix for path in tmp_path.glob("kontumtv*")] == [".gz"]


@pytest.mark.parametrize("missing", range(0, 1500, 37))
def test_next_run_cuts_a_torn_record_and_publishes_the_rest(
    torn: tuple[Path, bytes], missing: int
) -> None:
    path, content = torn
    path.write_bytes(content[: max(1, len(content) - missing)])
    writer = store(path.parent, "r2")
    writer.close()
    assert not path.exists()
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    assert writer.recovered == ([final] if final.exists() else [])
    if final.exists():
        whole = final.read_bytes()
        assert content.startswith(whole)
        assert len(content) - len(whole) <= missing + 600
        assert kinds(final)[0] == "warcinfo"


def test_next_run_knows_the_payloads_of_a_killed_one(torn: tuple[Path, bytes]) -> None:
    path, content = torn
    path.write_bytes(content)
    (new,) = write(path.parent, exchange(f"{URL}0/", PAGE + b"\0"), run_id="r2")[1:]
    assert kinds(new) == ["warcinfo", "revisit", "request"]


def test_file_of_a_run_that_lives_is_left_alone(torn: tuple[Path, bytes]) -> None:
    path, content = torn
    path.write_bytes(content[:-10])
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write(path.parent, exchange(), run_id="r2")
    assert path.read_bytes() == content[:-10]


def test_only_the_tail_is_cut_where_a_middle_record_is_broken(torn: tuple[Path, bytes]) -> None:
    path, content = torn
    middle = len(content) // 2
    path.write_bytes(content[:middle] + b"????" + content[middle + 4 :])
    with path.open("rb") as file:
        assert whole_length(file) == len(content)


def test_refused_record_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = store(tmp_path)
    writer.add(exchange())
    assert writer._file is not None
    whole = (tmp_path / f"kontumtv.vn-r1-00001.warc.gz{OPEN_SUFFIX}").stat().st_size
    file = writer._file

    class Full:
        def write(self, data: bytes) -> None:
            file.write(data[: len(data) // 2])
            file.flush()
            raise OSError(errno.ENOSPC, "No space left on device")

        def __getattr__(self, name: str) -> Any:
            return getattr(file, name)

    monkeypatch.setattr(writer, "_file", Full())
    with pytest.raises(WriteError, match="No space left"):
        writer.add(exchange(URL + "b/", b"b"))
    monkeypatch.setattr(writer, "_file", file)
    writer.close()
    (path,) = tmp_path.glob("*.warc.gz")
    assert path.stat().st_size == whole
    assert kinds(path) == ["warcinfo", "response", "request"]


def test_folder_that_cannot_be_made_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="file"):
        store(tmp_path / "file" / "store")


def test_payload_of_a_file_taken_away_is_kept_anew(tmp_path: Path) -> None:
    for path in write(tmp_path, exchange()):
        path.unlink()
    (path,) = write(tmp_path, exchange(), run_id="r2")
    assert kinds(path) == ["warcinfo", "response", "request"]


def test_lost_index_is_made_again_from_the_files(tmp_path: Path) -> None:
    write(tmp_path, exchange())
    (tmp_path / INDEX_NAME).unlink()
    assert kinds(write(tmp_path, exchange(), run_id="r2")[1])[1] == "revisit"


def test_own_files_answer_a_crawl(tmp_path: Path) -> None:
    paths = write(tmp_path, exchange(), exchange(date=MOMENT.replace(day=3)))
    archive = WarcArchive(paths)
    capture = archive.get(URL)
    archive.close()
    assert archive.problems == []
    assert capture is not None
    assert (capture.timestamp.day, capture.body) == (3, PAGE)


def test_parts_of_a_file_hold_every_record_once(tmp_path: Path) -> None:
    exchanges = [exchange(f"{URL}{number}/", PAGE + bytes([number])) for number in range(20)]
    (path,) = write(tmp_path, *exchanges)
    size = path.stat().st_size
    whole = [each.offset for each in records(path)]
    for stride in (1000, 4097, size, size * 2):
        found: list[int] = []
        with path.open("rb") as file:
            for begin in range(0, size, stride):
                part = read_records(file, MAX_BYTES, begin, begin + stride)
                found += [each.offset for each in part]
        assert found == whole
