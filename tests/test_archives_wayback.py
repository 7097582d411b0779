from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import pytest

from crawler.archives.records import RecordError
from crawler.archives.wayback import WaybackArchive
from crawler.exceptions import ArchiveError
from tests.archive_servers import Kept, Wayback, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archives.asking import Answered
    from crawler.archives.captures import Capture, Policy

HOST = "kontumtv.vn"
A = f"http://{HOST}/tin/a/"
B = f"http://{HOST}/tin/b/"
SERVER = "http://archive.example"
Dialect = Literal["ia", "pywb", "openwayback"]
DIALECTS: tuple[Dialect, ...] = ("ia", "pywb", "openwayback")
CAPTURES = [
    Kept(A, "20230101000000", b"one"),
    Kept(A, "20230201000000", b"two"),
    Kept(A, "20230301000000", b"two"),
    Kept(A, "20230401000000", b"three"),
    Kept(B, "20230105000000", b"b"),
    Kept(f"http://{HOST}/anh.jpg", "20230105000000", b"jpg", mime="image/jpeg"),
    Kept("http://elsewhere.example/tin/", "20230105000000", b"x"),
]


def load(server: Wayback, limit: int = 5000) -> WaybackArchive:
    archive = WaybackArchive(SERVER + server.path, server.ask, limit)
    asyncio.run(archive.load(HOST))
    return archive


def read(archive: WaybackArchive, url: str, at: datetime | None = None) -> Capture | None:
    return asyncio.run(archive.fetch(url, at))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("limit", [2, 3, 5000])
def test_every_dialect_tells_every_capture(dialect: Dialect, limit: int) -> None:
    archive = load(Wayback(CAPTURES, dialect), limit)
    assert sorted(archive.urls()) == [A, B]
    assert [f"{each:%m}" for each in archive.times(A, "all", None)] == ["01", "02", "04"]
    archive.close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_capture_is_the_page_as_it_was(dialect: Dialect) -> None:
    archive = load(Wayback(CAPTURES, dialect))
    capture = read(archive, f"https://www.{HOST}/tin/a/", datetime(2023, 2, 1, tzinfo=UTC))
    assert capture is not None
    assert (capture.url, capture.status, capture.body) == (A, 200, b"two")
    assert capture.timestamp == datetime(2023, 2, 1, tzinfo=UTC)
    assert {name.lower(): value for name, value in capture.headers} == {
        "content-type": "text/html; charset=UTF-8",
        "etag": '"20230201000000"',
    }
    assert (capture.source, capture.file) == ("wayback", "")
    archive.close()


@pytest.mark.parametrize(
    ("policy", "months"), [("latest", ["04"]), ("first", ["01"]), ("all", ["01", "02", "04"])]
)
def test_the_policy_chooses(policy: Policy, months: list[str]) -> None:
    archive = load(Wayback(CAPTURES))
    assert [f"{each:%m}" for each in archive.times(A, policy, None)] == months
    archive.close()


def test_what_was_taken_before_is_left_out() -> None:
    archive = load(Wayback(CAPTURES))
    since = datetime(2023, 2, 15, tzinfo=UTC)
    assert [f"{each:%m}" for each in archive.times(A, "all", since)] == ["03", "04"]
    archive.close()


def test_what_is_not_there_costs_no_question() -> None:
    server = Wayback(CAPTURES)
    archive = load(server)
    asked = len(server.asked)
    assert read(archive, f"http://{HOST}/khong-co/") is None
    assert len(server.asked) == asked
    archive.close()


def test_a_page_that_went_is_told_after_its_last_capture() -> None:
    gone = Kept(A, "20230501000000", b"gone", status=404)
    archive = load(Wayback([*CAPTURES, gone]))
    assert [f"{each:%m}" for each in archive.times(A, "latest", None)] == ["04", "05"]
    capture = read(archive, A, datetime(2023, 5, 1, tzinfo=UTC))
    assert capture is not None
    assert capture.status == 404
    archive.close()


def test_a_revisit_is_the_page_it_repeats_and_no_version_of_its_own() -> None:
    first = Kept(A, "20230101000000", b"one", digest="SAME")
    again = Kept(A, "20230201000000", b"one", mime="warc/revisit", digest="SAME")
    alone = Kept(B, "20230201000000", b"b", mime="warc/revisit", digest="ELSEWHERE")
    archive = load(Wayback([first, again, alone]))
    assert len(archive.times(A, "all", None)) == 1
    capture = read(archive, B)
    assert capture is not None
    assert capture.body == b"b"
    archive.close()


def test_a_redirect_within_the_archive_is_followed_to_the_time_it_names() -> None:
    server = Wayback(CAPTURES)
    archive = load(server)
    server.captures = [Kept(A, "20230402000000", b"next")]
    capture = read(archive, A)
    assert capture is not None
    assert (capture.body, capture.timestamp.day) == (b"next", 2)
    archive.close()


def test_a_redirect_of_the_site_leads_to_the_sites_own_address() -> None:
    moved = Kept(A, "20230101000000", status=301, location=f"/web/20230101000000id_/{B}")
    archive = load(Wayback([moved]))
    capture = read(archive, A)
    assert capture is not None
    assert (capture.status, dict(capture.headers)["Location"]) == (301, B)
    archive.close()


def test_a_redirect_to_the_same_page_is_no_answer() -> None:
    secure = f"https://www.{HOST}/tin/a/"
    moved = Kept(A, "20230101000000", status=301, location=f"/web/20230101000001id_/{secure}")
    server = Wayback([moved])
    archive = load(server)
    server.faults = {"000001id_": say(301, location=secure)}
    assert read(archive, A) is None
    archive.close()


def test_a_capture_that_cannot_be_replayed_gives_way_to_the_next() -> None:
    server = Wayback(CAPTURES)
    archive = load(server)
    server.faults = {"20230401000000id_": say(404, "<html>robots.txt</html>")}
    capture = read(archive, A)
    assert capture is not None
    assert capture.timestamp.month == 3
    assert archive.skipped == 1
    assert archive.problems[0][1] == "the archive answers HTTP 404 for a capture of 200"
    archive.close()


def test_a_page_of_which_no_capture_can_be_replayed_is_an_error() -> None:
    server = Wayback(CAPTURES)
    archive = load(server)
    server.faults = {"id_/": say(404)}
    with pytest.raises(RecordError, match="HTTP 404 for a capture of 200"):
        read(archive, B)
    archive.close()


def test_a_busy_server_is_not_the_captures_fault() -> None:
    server = Wayback(CAPTURES)
    archive = load(server)
    server.faults = {"id_/": say(429)}
    with pytest.raises(ArchiveError, match="HTTP 429"):
        read(archive, A)
    assert archive.skipped == 0
    archive.close()


def test_hops_without_an_end_are_an_error() -> None:
    server = Wayback(CAPTURES)
    archive = load(server)
    server.faults = {"id_/": say(302, location=f"/web/20230101000000id_/{B}")}
    with pytest.raises(RecordError, match="without an end"):
        read(archive, B)
    archive.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (say(200, "<html>Welcome</html>"), "HTML"),
        (say(429), "HTTP 429"),
        (say(503, "<html>"), "HTTP 503"),
        (say(404, "no"), "HTTP 404"),
        (say(200, "[[1"), "no readable index"),
        (say(200, ""), "has no capture of kontumtv.vn"),
        (say(200, "[]"), "has no capture of kontumtv.vn"),
    ],
    ids=["HTML", "429", "503", "404", "torn", "nothing", "empty"],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_index_that_says_nothing_is_one_clear_error(
    dialect: Dialect, answer: Answered, reason: str
) -> None:
    with pytest.raises(ArchiveError, match=reason):
        load(Wayback(CAPTURES, dialect, {"": answer}))


def test_an_index_without_the_site_is_one_clear_error() -> None:
    with pytest.raises(ArchiveError, match=r"has no capture of kontumtv\.vn"):
        load(Wayback([Kept("http://elsewhere.example/", "20230101000000", b"x")]))


def test_a_server_that_does_not_answer_is_one_clear_error() -> None:
    async def silent(url: str, headers: Mapping[str, str]) -> Answered:
        raise ArchiveError(url, "DownloadTimeoutError: 60 s")

    archive = WaybackArchive(SERVER, silent)
    with pytest.raises(ArchiveError, match="60 s"):
        asyncio.run(archive.load(HOST))
    archive.close()


def test_a_resume_key_that_leads_nowhere_ends_the_run() -> None:
    server = Wayback(CAPTURES)
    body = (
        '[["urlkey","timestamp","original"],["k","20230101000000","http://kontumtv.vn/"],[],["k"]]'
    )
    server.faults = {"cdx": say(200, body)}
    with pytest.raises(ArchiveError, match="same page of its index again"):
        load(server)


def test_rows_that_cannot_be_used_are_counted() -> None:
    torn = Kept(B, "20239901000000", b"x")
    archive = load(Wayback([*CAPTURES[:4], torn]))
    assert archive.problems == [(B, "capture without a readable timestamp")]
    archive.close()
