from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import sqlite3
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archives.index import CaptureIndex, Row
from crawler.archives.warc import MAX_PROBLEMS, WarcArchive
from crawler.exceptions import ArchiveError
from tests.warcs import DAY, HTML, frame, make_record, write_warc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Opener = Callable[..., WarcArchive]

URL = "http://kontumtv.vn/ban-tin/"
OTHER = "http://kontumtv.vn/tin-khac/"
NEXT = "http://kontumtv.vn/tin-sau/"
PAGE = "<p>Sáng ngày 3/3, hội nghị khai mạc./.</p>".encode()
SHARED = Path(__file__).parents[1] / "../shared/data/warc"


@pytest.fixture
def open_warc(tmp_path: Path) -> Iterator[Opener]:
    """Opens an archive of one file that holds these records, in this order."""
    opened = []

    def build(*records: bytes, name: str = "a.warc.gz", max_bytes: int = 1 << 20) -> WarcArchive:
        archive = WarcArchive([write_warc(tmp_path / name, *records)], max_bytes)
        opened.append(archive)
        return archive

    yield build
    for archive in opened:
        archive.close()


def body_of(archive: WarcArchive, url: str) -> bytes | None:
    capture = archive.get(url)
    return capture.body if capture else None


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def reasons(archive: WarcArchive) -> list[str]:
    return [reason for _, reason in archive.problems]


# ---- what is found -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_capture_is_what_was_archived(open_warc: Opener, is_gzip: bool) -> None:
    first = make_record(OTHER, b"khac", gzip=is_gzip)
    fields = {"WARC-Payload-Digest": sha1(PAGE)}
    headers = [HTML, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    record = make_record(URL, PAGE, headers=headers, fields=fields, gzip=is_gzip)
    capture = open_warc(first, record).get("https://www.kontumtv.vn/ban-tin/")
    assert capture is not None
    assert (capture.url, capture.status, capture.body) == (URL, 200, PAGE)
    assert capture.timestamp == datetime(2024, 3, 1, 1, 30, tzinfo=UTC)
    assert capture.headers == tuple(headers)
    assert (capture.file, capture.offset) == ("a.warc.gz", len(first))
    assert capture.digest == sha1(PAGE)


def test_what_is_not_there_is_none(open_warc: Opener) -> None:
    assert open_warc(make_record(URL, PAGE)).get(OTHER) is None


def test_the_other_slash_is_found_after_the_exact_one(open_warc: Opener) -> None:
    archive = open_warc(
        make_record(URL, PAGE),
        make_record(OTHER.rstrip("/"), b"", status="301 Moved", headers=[("Location", OTHER)]),
        make_record(OTHER, PAGE),
    )
    assert body_of(archive, URL.rstrip("/")) == PAGE
    moved = archive.get(OTHER.rstrip("/"))
    assert moved is not None
    assert (moved.status, dict(moved.headers)["Location"]) == (301, OTHER)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["200 OK", "200 OK"], 1),
        (["200 OK", "404 Not Found", "301 Moved", "503 Busy"], 0),
        (["503 Busy", "404 Not Found", "500 Error", "429 Slow"], 1),
        (["301 Moved", "410 Gone"], 1),
        (["404 Not Found", "206 Part", "304 Same"], 0),
    ],
)
def test_the_newest_page_comes_before_redirects_and_errors(
    open_warc: Opener, answers: list[str], expected: int
) -> None:
    records = [
        make_record(URL, b"%d" % number, status=status, date=DAY.format(number + 1))
        for number, status in enumerate(answers)
    ]
    records.append(records.pop(0))
    assert body_of(open_warc(*records), URL) == b"%d" % expected


def test_a_redirect_to_the_same_key_is_no_answer(open_warc: Opener) -> None:
    location = [("Location", URL.replace("http:", "https:"))]
    archive = open_warc(
        make_record(URL, status="301 Moved", headers=location),
        make_record(URL.rstrip("/"), PAGE),
    )
    assert body_of(archive, URL) == PAGE


def test_urls_are_the_html_pages_once_each(open_warc: Opener) -> None:
    archive = open_warc(
        make_record(NEXT, PAGE),
        make_record(URL, PAGE),
        make_record(URL, PAGE, date=DAY.format(2)),
        make_record(OTHER, PAGE, status="404 Not Found"),
        make_record("http://kontumtv.vn/a.json", b"[]", headers=[("Content-Type", "text/json")]),
        make_record("http://kontumtv.vn/x/", PAGE, headers=[("content-type", "TEXT/HTML")]),
        make_record("http://kontumtv.vn/x/", PAGE, kind="request"),
    )
    assert list(archive.urls()) == [NEXT, URL, "http://kontumtv.vn/x/"]


def test_several_files_are_one_archive(tmp_path: Path) -> None:
    one = write_warc(tmp_path / "1.warc.gz", make_record(URL, b"old"), make_record(NEXT, PAGE))
    new = make_record(URL, b"new", date=DAY.format(2), gzip=False)
    archive = WarcArchive([write_warc(tmp_path / "2.warc", new), one])
    capture = archive.get(URL)
    assert capture is not None
    assert (capture.body, capture.file) == (b"new", "2.warc")
    assert body_of(archive, NEXT) == PAGE
    archive.close()


# ---- bodies ------------------------------------------------------------------------------------


def test_content_encoding_stays_and_chunks_go(open_warc: Opener) -> None:
    packed = gzip.compress(PAGE)
    chunked = b"5;x=1\r\n" + packed[:5] + b"\r\n%X\r\n" % len(packed[5:]) + packed[5:]
    headers = [HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    fields = {"WARC-Payload-Digest": sha1(packed)}
    record = make_record(URL, chunked + b"\r\n0\r\n\r\n", headers=headers, fields=fields)
    capture = open_warc(record).get(URL)
    assert capture is not None
    assert capture.body == packed
    assert capture.headers == (HTML, ("Content-Encoding", "gzip"))


def test_chunks_taken_off_before_archiving_are_not_missed(open_warc: Opener) -> None:
    record = make_record(URL, PAGE, headers=[HTML, ("Transfer-Encoding", "chunked")])
    assert body_of(open_warc(record), URL) == PAGE


def test_an_encoding_taken_off_before_archiving_is_not_declared(open_warc: Opener) -> None:
    capture = open_warc(make_record(URL, PAGE, headers=[HTML, ("Content-Encoding", "gzip")])).get(
        URL
    )
    assert capture is not None
    assert (capture.body, capture.headers) == (PAGE, (HTML,))


@pytest.mark.parametrize("body", [b"5\r\nhello\r\n5\r\nhel", b"5\r\nhello\r\n", b"FF\r\nhello"])
def test_torn_chunks_are_skipped(open_warc: Opener, body: bytes) -> None:
    record = make_record(URL, body, headers=[HTML, ("Transfer-Encoding", "chunked")])
    archive = open_warc(make_record(OTHER, PAGE), record)
    assert archive.get(URL) is None
    assert reasons(archive) == ["torn chunk in the body"]


def test_a_body_shorter_than_declared_is_skipped(open_warc: Opener) -> None:
    headers = [HTML, ("Content-Length", str(len(PAGE)))]
    archive = open_warc(make_record(URL, PAGE[:-1], headers=headers), make_record(OTHER, PAGE))
    assert archive.get(URL) is None
    assert reasons(archive) == ["body shorter than its HTTP Content-Length"]


# ---- revisits ----------------------------------------------------------------------------------


def revisit(url: str, status: str = "200 OK", **fields: str) -> bytes:
    names = {name.replace("_", "-"): value for name, value in fields.items()}
    return make_record(
        url,
        status=status,
        headers=[HTML, ("X-Own", "1"), ("Content-Length", str(len(PAGE)))],
        date=DAY.format(5),
        kind="revisit",
        fields=names,
    )


ID = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
KEPT = make_record(OTHER, PAGE, fields={"WARC-Record-ID": ID, "WARC-Payload-Digest": sha1(PAGE)})
REVISITS = {
    "by record id": {"WARC_Refers_To": ID},
    "by url and date": {
        "WARC_Refers_To_Target_URI": OTHER,
        "WARC_Refers_To_Date": DAY.format(1),
    },
    "by digest": {"WARC_Payload_Digest": sha1(PAGE)},
}


@pytest.mark.parametrize("fields", REVISITS.values(), ids=REVISITS)
@pytest.mark.parametrize("comes_first", [True, False])
def test_a_revisit_has_the_payload_it_repeats(
    open_warc: Opener, fields: dict[str, str], comes_first: bool
) -> None:
    records = [revisit(URL, **fields), KEPT]
    archive = open_warc(*(records if comes_first else reversed(records)))
    capture = archive.get(URL)
    assert capture is not None
    assert (capture.body, capture.url, capture.timestamp.day) == (PAGE, URL, 5)
    assert ("X-Own", "1") in capture.headers
    assert capture.offset == (len(records[0]) if comes_first else 0)
    assert set(archive.urls()) == {URL, OTHER}
    assert archive.problems == []


def test_not_modified_is_the_page_it_was(open_warc: Opener) -> None:
    archive = open_warc(KEPT, revisit(OTHER, "304 Not Modified", WARC_Refers_To=ID))
    capture = archive.get(OTHER)
    assert capture is not None
    assert (capture.status, capture.body, capture.headers) == (200, PAGE, (HTML,))
    assert capture.timestamp.day == 5


def test_a_revisit_without_a_header_has_the_old_one(open_warc: Opener) -> None:
    head = f"WARC/1.1\nWARC-Type: revisit\nWARC-Target-URI: {URL}\nWARC-Date: {DAY.format(2)}"
    bare = gzip.compress(frame(f"{head}\nWARC-Refers-To: {ID}\nContent-Length: 0", b""))
    capture = open_warc(bare, KEPT).get(URL)
    assert capture is not None
    assert (capture.status, capture.body, capture.headers) == (200, PAGE, (HTML,))


def test_a_revisit_of_nothing_here_is_skipped(open_warc: Opener) -> None:
    archive = open_warc(revisit(URL, WARC_Refers_To=ID), revisit(NEXT, WARC_Refers_To="<x>"))
    assert archive.get(URL) is None
    assert list(archive.urls()) == []
    assert reasons(archive) == ["revisit of a capture that is not here"] * 2


# ---- broken bytes ------------------------------------------------------------------------------

BROKEN_GZIP = {
    "flipped byte": lambda record: record[:-12] + bytes([record[-12] ^ 8]) + record[-11:],
    "wrong check sum": lambda record: record[:-8] + b"\0\0\0\0" + record[-4:],
    "torn in the middle": lambda record: record[: len(record) // 2],
    "junk instead": lambda _: b"khong phai gzip",
    "page beside the archive": lambda _: gzip.compress(PAGE),
    "empty member": lambda _: gzip.compress(b""),
}


@pytest.mark.parametrize("break_record", BROKEN_GZIP.values(), ids=BROKEN_GZIP)
def test_a_broken_member_costs_itself_only(
    open_warc: Opener, break_record: Callable[[bytes], bytes]
) -> None:
    broken = break_record(make_record(URL, PAGE))
    before, after = make_record(OTHER, PAGE), make_record(NEXT, PAGE)
    archive = open_warc(before, broken, after)
    assert archive.get(URL) is None
    assert body_of(archive, OTHER) == body_of(archive, NEXT) == PAGE
    assert (archive.skipped, archive.problems[0][0]) == (1, f"a.warc.gz/{len(before)}")


HEAD = f"WARC/1.1\nWARC-Type: response\nWARC-Target-URI: {URL}\nWARC-Date: {DAY.format(2)}"
BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
BROKEN_FRAMES = {
    "longer than declared": (f"{HEAD}\nContent-Length: {len(BLOCK) - 9}", BLOCK),
    "shorter than declared": (f"{HEAD}\nContent-Length: {len(BLOCK) + 9}", BLOCK),
    "far shorter than declared": (f"{HEAD}\nContent-Length: {10**15}", BLOCK),
    "no length": (HEAD, BLOCK),
    "length that is none": (f"{HEAD}\nContent-Length: -5", BLOCK),
    "no end of the header": (f"{HEAD}\n" + "X: 1\n" * 20_000, BLOCK),
    "no date": (HEAD.rpartition("\n")[0] + f"\nContent-Length: {len(BLOCK)}", BLOCK),
    "date that is none": (HEAD + f"x\nContent-Length: {len(BLOCK)}", BLOCK),
    "HTTP/0.9": (f"{HEAD}\nContent-Length: {len(PAGE)}", PAGE),
    "status that is none": (f"{HEAD}\nContent-Length: 17", b"HTTP/1.1 2x0\r\n\r\n!"),
    "no end of the HTTP header": (f"{HEAD}\nContent-Length: 17", b"HTTP/1.1 200 OK\r\n"),
    "empty block": (f"{HEAD}\nContent-Length: 0", b""),
    "part of the answer": (f"{HEAD}\nWARC-Truncated: length\nContent-Length: {len(BLOCK)}", BLOCK),
    "segment": (f"{HEAD}\nWARC-Segment-Number: 1\nContent-Length: {len(BLOCK)}", BLOCK),
}


@pytest.mark.parametrize("is_gzip", [True, False])
@pytest.mark.parametrize("parts", BROKEN_FRAMES.values(), ids=BROKEN_FRAMES)
def test_a_broken_record_costs_itself_only(
    open_warc: Opener, parts: tuple[str, bytes], is_gzip: bool
) -> None:
    broken = gzip.compress(frame(*parts)) if is_gzip else frame(*parts)
    before = make_record(OTHER, PAGE, gzip=is_gzip)
    archive = open_warc(before, broken, make_record(NEXT, PAGE, gzip=is_gzip))
    assert archive.get(URL) is None
    assert body_of(archive, OTHER) == body_of(archive, NEXT) == PAGE
    assert [place for place, _ in archive.problems] == [f"a.warc.gz/{len(before)}"]


@pytest.mark.parametrize("digest", ["WARC-Block-Digest", "WARC-Payload-Digest"])
@pytest.mark.parametrize("value", [sha1(b"khac"), "sha256:" + "0" * 64, "md5:" + "f" * 32])
def test_a_wrong_digest_is_skipped(open_warc: Opener, digest: str, value: str) -> None:
    wrong = gzip.compress(frame(f"{HEAD}\n{digest}: {value}\nContent-Length: {len(BLOCK)}", BLOCK))
    archive = open_warc(wrong, make_record(OTHER, PAGE))
    assert archive.get(URL) is None
    assert reasons(archive) == [f"wrong {digest[5:].lower().replace('-', ' ')}"]


@pytest.mark.parametrize(
    "value", ["sha256:" + hashlib.sha256(PAGE).hexdigest(), "blake9:AAAA", "nothing at all"]
)
def test_a_digest_is_read_in_any_form_or_not_at_all(open_warc: Opener, value: str) -> None:
    head = f"{HEAD}\nWARC-Payload-Digest: {value}\nContent-Length: {len(BLOCK)}"
    assert body_of(open_warc(frame(head, BLOCK), name="a.warc"), URL) == PAGE


def test_odd_headers_are_read(open_warc: Opener) -> None:
    lines = BLOCK.replace(b"\r\n", b"\n").replace(b"HTTP/1.1 200 OK", b"HTTP/2 200 ")
    head = (
        "WARC/0.18\nwarc-type:RESPONSE\nWARC-TARGET-URI : <http://kontumtv.vn/ban-tin/>\n"
        "warc-date: 2024-03-01T08:30:00.123456789+07:00\nX-Folded: a\n b\nno colon\n: no name\n"
        f"X-Odd: \u1ea3\ncontent-length:\t{len(lines)}"
    )
    capture = open_warc(frame(head, lines), name="a.warc").get(URL)
    assert capture is not None
    assert (capture.body, capture.timestamp.hour) == (PAGE, 1)


def test_a_torn_tail_is_never_a_capture(tmp_path: Path) -> None:
    whole = make_record(OTHER, PAGE, gzip=False)
    last = make_record(URL, PAGE, gzip=False)
    complete = len(last) - len(b"\r\n\r\n")
    for cut in range(1, complete):
        archive = WarcArchive([write_warc(tmp_path / "a.warc", whole, last[:cut])])
        assert archive.get(URL) is None
        assert archive.skipped == 1
        assert body_of(archive, OTHER) == PAGE
        archive.close()


def test_a_torn_gzip_tail_is_never_a_capture(tmp_path: Path) -> None:
    whole, last = make_record(OTHER, PAGE), make_record(URL, PAGE)
    for cut in range(1, len(last)):
        archive = WarcArchive([write_warc(tmp_path / "a.warc.gz", whole, last[:cut])])
        assert archive.get(URL) is None
        assert archive.skipped == 1
        assert body_of(archive, OTHER) == PAGE
        archive.close()


def test_noise_never_makes_a_page_that_was_not(tmp_path: Path) -> None:
    rng = random.Random(20240303)  # noqa: S311 - the same noise in each run
    bodies = {f"http://kontumtv.vn/{n}/": PAGE * n for n in range(1, 9)}
    clean = b"".join(make_record(url, body) for url, body in bodies.items())
    for _ in range(300):
        noisy = bytearray(clean)
        for _ in range(rng.randrange(1, 6)):
            start = rng.randrange(len(noisy))
            noisy[start : start + rng.randrange(40)] = rng.randbytes(rng.randrange(40))
        try:
            archive = WarcArchive([write_warc(tmp_path / "a.warc.gz", bytes(noisy))])
        except ArchiveError:
            continue
        assert all(body_of(archive, url) in (None, body) for url, body in bodies.items())
        archive.close()


# ---- size --------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_large_record_is_never_in_memory(open_warc: Opener, is_gzip: bool) -> None:
    large = make_record(URL, bytes(20_000_000), gzip=is_gzip)
    records = [large, make_record(NEXT, PAGE, gzip=is_gzip)]
    del large
    tracemalloc.start()
    archive = open_warc(*records, max_bytes=100_000)
    peak = tracemalloc.get_traced_memory()[1] - sum(map(len, records))
    tracemalloc.stop()
    assert peak < 2_000_000
    assert archive.get(URL) is None
    assert body_of(archive, NEXT) == PAGE
    assert archive.skipped == 1
    assert "100000 bytes" in archive.problems[0][1]


def test_problems_are_counted_beyond_those_kept(open_warc: Opener) -> None:
    broken = frame(f"{HEAD}\nContent-Length: {len(PAGE)}", PAGE)
    archive = open_warc(broken * (MAX_PROBLEMS + 5), name="a.warc")
    assert (archive.skipped, len(archive.problems)) == (MAX_PROBLEMS + 5, MAX_PROBLEMS)


def test_a_file_compressed_as_a_whole_is_read(open_warc: Opener) -> None:
    plain = [make_record(url, PAGE + url.encode(), gzip=False) for url in (URL, OTHER, NEXT)]
    archive = open_warc(gzip.compress(b"".join(plain)))
    assert body_of(archive, OTHER) == PAGE + OTHER.encode()
    assert archive.problems == []


# ---- files that are none -----------------------------------------------------------------------

NO_WARC = {
    "empty": b"",
    "text": b"WARC? Kh\xc3\xb4ng.\n" * 9,
    "gzip of text": gzip.compress(PAGE),
    "torn gzip": make_record(URL, PAGE)[:40],
    "nothing but gzip's mark": b"\x1f\x8b\x08",
    "warc's mark": b"WARC/1.0\r\n\r\n",
    "zeros": bytes(100_000),
}


@pytest.mark.parametrize("data", NO_WARC.values(), ids=NO_WARC)
def test_a_file_without_a_record_is_one_clear_error(tmp_path: Path, data: bytes) -> None:
    path = write_warc(tmp_path / "a.warc.gz", data)
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz: (is empty|holds no readable record)"):
        WarcArchive([path])


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"b\.warc\.gz: No such file"):
        WarcArchive([tmp_path / "b.warc.gz"])


def test_a_file_that_cannot_be_read_is_told_beside_those_that_can(tmp_path: Path) -> None:
    good = write_warc(tmp_path / "a.warc.gz", make_record(URL, PAGE))
    archive = WarcArchive([tmp_path / "b.warc.gz", good, write_warc(tmp_path / "c.warc.gz")])
    assert body_of(archive, URL) == PAGE
    assert [Path(error.path).name for error in archive.unread] == ["b.warc.gz", "c.warc.gz"]
    archive.close()


def test_a_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="directory"):
        WarcArchive([tmp_path])


def test_a_file_taken_away_is_one_clear_error(open_warc: Opener, tmp_path: Path) -> None:
    archive = open_warc(make_record(URL, PAGE))
    (tmp_path / "a.warc.gz").unlink()
    with pytest.raises(ArchiveError, match="No such file"):
        archive.get(URL)


def test_a_file_changed_meanwhile_gives_no_page(open_warc: Opener, tmp_path: Path) -> None:
    archive = open_warc(make_record(URL, PAGE), make_record(OTHER, PAGE))
    write_warc(tmp_path / "a.warc.gz", b"x" * 500)
    assert archive.get(OTHER) is None
    assert archive.skipped == 1


def test_a_full_disk_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(self: CaptureIndex, row: Row) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(CaptureIndex, "add", fill)
    path = write_warc(tmp_path / "a.warc.gz", make_record(URL, PAGE))
    with pytest.raises(ArchiveError, match="disk is full"):
        WarcArchive([path])


# ---- a recorded site ---------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded WordPress is not beside the checkout")
class TestRecordedSite:
    def test_every_url_answers_as_recorded(self) -> None:
        archive = WarcArchive([SHARED / "kontumtv-day1.warc.gz"])
        for row in read_rows("urls-day1.jsonl"):
            capture = archive.get("https://kontumtv.vn" + row["path"])
            assert capture is not None, row["path"]
            # The list follows a missing slash; the recording holds the redirect itself.
            if capture.status == 301 and row["status"] == 200:
                capture = archive.get(dict(capture.headers)["Location"])
            assert capture is not None
            assert capture.status == row["status"], row["path"]
        assert archive.problems == []
        archive.close()

    def test_every_article_is_a_page(self) -> None:
        archive = WarcArchive([SHARED / "kontumtv-day1.warc.gz"])
        listed = set(archive.urls())
        for row in read_rows("truth-day1.jsonl"):
            capture = archive.get(row["url"])
            assert capture is not None, row["url"]
            assert capture.status == 200
            assert capture.url in listed
        archive.close()

    def test_the_second_day_comes_before_the_first(self) -> None:
        paths = [SHARED / f"kontumtv-day{day}.warc.gz" for day in (2, 1)]
        archive = WarcArchive(paths)
        capture = archive.get("http://kontumtv.vn/")
        assert capture is not None
        assert capture.file == "kontumtv-day2.warc.gz"
        archive.close()


def read_rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SHARED / name).read_text("utf-8").splitlines()]
