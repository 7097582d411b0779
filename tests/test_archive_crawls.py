"""Whole crawls of archives: files, the Wayback Machine in three dialects, Common Crawl."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, Literal

import pytest

from crawler.items import OLDER_VERSION
from tests.archive_servers import AnswerTo, CommonCrawl, Headers, Kept, Wayback, say, serve
from tests.archive_servers import serve_range as give_range
from tests.crawl_runs import Run, run_crawl
from tests.servers import SAMPLE, sample_site
from tests.spider_runs import article_page
from tests.warcs import make_record, write_warc

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.crawls

SITE = "http://kontumtv.vn"
# What says how a record came to be here, and nothing of the article.
PROVENANCE = frozenset(
    ("version", "date_crawled", "source", "archive_timestamp", "warc", "run_id", "http_etag",
     "http_last_modified")
)  # fmt: skip
NO_DELAY = {"ARCHIVE_DOWNLOAD_DELAY": 0, "NEAR_DUPLICATES": "off"}
DAYS = ("20230101", "20230201", "20230301")


def page(slug: str, number: int, text: str) -> bytes:
    body = article_page(slug, number, f"{text} trên địa bàn xã. " * 10).body
    assert isinstance(body, str)
    return body.encode()


def captures() -> list[Kept]:
    """Three articles; one captured three times as it changed, one that went in the end."""
    kept = [
        Kept(f"{SITE}/tin/a/", f"{day}010000", page("a", 7, f"Lần {number}"))
        for number, day in enumerate(DAYS)
    ]
    kept += [Kept(f"{SITE}/tin/b/", f"{day}020000", page("b", 8, "Như cũ")) for day in DAYS]
    kept += [
        Kept(f"{SITE}/tin/c/", f"{DAYS[0]}030000", page("c", 9, "Sắp gỡ")),
        Kept(f"{SITE}/tin/c/", f"{DAYS[1]}030000", b"gone", status=404),
        Kept(f"{SITE}/tin/cu/", f"{DAYS[0]}040000", status=301, location=f"{SITE}/tin/b/"),
        Kept(
            f"{SITE}/gioi-thieu/", f"{DAYS[0]}060000", b"<body class='page'><h1>Trang</h1></body>"
        ),
        Kept(f"{SITE}/anh.jpg", f"{DAYS[0]}050000", b"jpg", mime="image/jpeg"),
    ]
    return kept


def write_captures(path: Path, kept: list[Kept]) -> Path:
    records = []
    for each in kept:
        t = each.timestamp
        headers = [("Content-Type", f"{each.mime}; charset=UTF-8")]
        headers += [("Location", each.location)] if each.location else []
        date = f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:]}Z"
        status = f"{each.status} OK"
        records.append(make_record(each.url, each.body, status=status, headers=headers, date=date))
    return write_warc(path, *records)


def content(run: Run) -> list[dict[str, Any]]:
    """The articles of a run in the order they were written, provenance aside."""
    return [
        {name: value for name, value in row.items() if name not in PROVENANCE}
        for row in run.feed("articles")
    ]


def crawl(exports: Path, **arguments: Any) -> Run:
    return run_crawl(exports, settings=NO_DELAY, **arguments)


@pytest.fixture(scope="module")
def from_file(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("file")
    return crawl(folder, archive=write_captures(folder / "a.warc.gz", captures()))


def test_captures_of_a_file_are_versions_and_what_went_is_a_tombstone(from_file: Run) -> None:
    rows = from_file.feed("articles")
    assert [(row["id"][-1], row["version"], row["record_type"]) for row in rows] == [
        ("7", 1, "article"),
        ("7", 2, "article"),
        ("7", 3, "article"),
        ("8", 1, "article"),
        ("9", 1, "article"),
        ("9", 2, "tombstone"),
    ]
    assert [row["archive_timestamp"][:10] for row in rows[:3]] == [
        "2023-01-01",
        "2023-02-01",
        "2023-03-01",
    ]
    assert rows[-1]["tombstone_reason"] == "http_404"
    # A page of another kind that no list named as an article is nothing to tell of.
    assert from_file.feed("rejected") == []
    assert from_file.exit_code == 0, from_file.log


@pytest.mark.parametrize("dialect", ["ia", "pywb", "openwayback"])
def test_a_wayback_server_gives_the_same_records_as_a_file(
    dialect: Literal["ia", "pywb", "openwayback"], from_file: Run, tmp_path: Path
) -> None:
    server = Wayback(captures(), dialect)
    with serve(server.answer) as address:
        given = {"archive": "wayback", "captures": "all", "wayback_url": address + server.path}
        run = crawl(tmp_path, **given)
        assert content(run) == content(from_file), run.log
        assert {row["source"] for row in run.feed("articles")} == {"wayback"}
        assert run.exit_code == 0
        asked = len([path for path in server.asked if "id_/" in path])
        again = crawl(tmp_path, **given)
    assert again.report["counts"]["articles_new"] == 0
    assert again.lines() == 6
    # Only the index was asked: every capture had been read.
    assert len([path for path in server.asked if "id_/" in path]) == asked


def test_by_default_a_wayback_server_is_asked_for_the_latest_only(tmp_path: Path) -> None:
    server = Wayback(captures())
    with serve(server.answer) as address:
        run = crawl(tmp_path, archive="wayback", wayback_url=address)
    assert [(row["id"][-1], row["version"]) for row in run.feed("articles")] == [
        ("7", 1),
        ("8", 1),
        ("9", 1),
        ("9", 2),
    ]
    assert not any("robots.txt" in path for path in server.asked)


def test_common_crawl_gives_the_same_records_as_a_file(from_file: Run, tmp_path: Path) -> None:
    server = CommonCrawl(captures(), page_size=3)
    with serve(server.answer) as address:
        given = {"archive": "commoncrawl", "captures": "all", "commoncrawl_url": address}
        run = crawl(tmp_path, crawl="CC-MAIN-2024-10", **given)
    assert content(run) == content(from_file), run.log
    (position,) = {row["warc"]["file"] for row in run.feed("articles")}
    assert position == CommonCrawl.FILE
    assert run.exit_code == 0


def test_common_crawl_from_a_server_without_ranges_is_one_clear_error(tmp_path: Path) -> None:
    server = CommonCrawl(captures(), honours_range=False)
    with serve(server.answer) as address:
        run = crawl(tmp_path, archive="commoncrawl", commoncrawl_url=address)
    assert run.exit_code == 5
    assert run.log.count("does not honour Range") >= 1
    assert run.feed("articles") == []


@pytest.mark.parametrize(
    "fault",
    [say(200, "<html>Xin chào</html>"), say(429, retry_after="0"), say(200)],
    ids=["HTML", "429", "nothing"],
)
def test_a_wayback_server_that_has_no_index_ends_with_code_5(fault: Any, tmp_path: Path) -> None:
    with serve(Wayback(captures(), faults={"cdx": fault}).answer) as address:
        run = crawl(tmp_path, archive="wayback", wayback_url=address)
    assert run.exit_code == 5
    assert "Traceback" not in run.log


def test_a_server_that_asks_for_patience_is_asked_again(tmp_path: Path) -> None:
    server = Wayback(captures())
    first = server.answer
    asked: list[str] = []

    def answer(path: str, headers: Headers) -> Any:
        asked.append(path)
        return say(429, retry_after="0") if asked.count(path) == 1 else first(path, headers)

    with serve(answer) as address:
        run = crawl(tmp_path, archive="wayback", wayback_url=address)
    assert len(run.feed("articles")) == 4
    assert run.exit_code == 0


def test_a_capture_that_cannot_be_replayed_is_told_and_tried_again(tmp_path: Path) -> None:
    server = Wayback(captures(), faults={"id_/http://kontumtv.vn/tin/b/": say(404)})
    with serve(server.answer) as address:
        run = crawl(tmp_path, archive="wayback", wayback_url=address)
        assert run.exit_code == 3
        (rejected,) = [row for row in run.feed("rejected") if row["url"].endswith("/tin/b/")]
        assert (rejected["reason"], rejected["source"]) == ("archive", "wayback")
        assert "HTTP 404 for a capture of 200" in rejected["detail"]
        server.faults.clear()
        again = crawl(tmp_path, archive="wayback", wayback_url=address)
    assert again.exit_code == 0
    assert len(again.feed("articles")) == 4


def test_a_page_too_large_to_be_taken_costs_itself_only(tmp_path: Path) -> None:
    server = Wayback(captures(), faults={"id_/http://kontumtv.vn/tin/b/": say(200, bytes(300_000))})
    limit = {**NO_DELAY, "DOWNLOAD_MAXSIZE": 100_000}
    with serve(server.answer) as address:
        run = run_crawl(tmp_path, settings=limit, archive="wayback", wayback_url=address)
    assert run.exit_code == 3
    (rejected,) = run.feed("rejected")
    assert rejected["url"].endswith("/tin/b/")
    assert "larger than DOWNLOAD_MAXSIZE allows" in rejected["detail"]
    assert {row["id"] for row in run.feed("articles")} == {"kontumtv.vn:7", "kontumtv.vn:9"}
    assert sum(run.report["archive_skipped"].values()) == 3


def test_an_archive_after_the_live_site_loses_nothing_and_changes_nothing(tmp_path: Path) -> None:
    with sample_site() as site:
        live = run_crawl(tmp_path, base_url=site.base_url)
    before = len(live.feed("articles"))
    path = "/tin-tuc/van-hoa-xa-hoi/nha-rong-kon-klor-vao-hoi-cong-chieng/"
    (known,) = [row for row in live.feed("articles") if row["url"].endswith(path)]
    number = int(known["id"].rpartition(":")[2])
    older = article_page("x", number, "Bản cũ trên địa bàn xã. " * 20).body
    assert isinstance(older, str)
    archive = write_warc(tmp_path / "a.warc.gz", make_record(SITE + path, older.encode()))
    run = run_crawl(tmp_path, archive=archive)
    (line,) = run.feed("articles")[before:]
    assert (line["id"], line["version"]) == (known["id"], 2)
    assert OLDER_VERSION in line["quality_flags"]
    assert run.report["counts"]["articles_older"] == 1
    run_crawl(tmp_path, archive=archive)
    assert len(run.feed("articles")) == before + 1


def test_files_at_addresses_and_on_disk_are_one_archive(from_file: Run, tmp_path: Path) -> None:
    kept = captures()
    here = write_captures(tmp_path / "một phần.warc.gz", kept[5:])
    data = write_captures(tmp_path / "b.warc.gz", kept[:5]).read_bytes()

    def answer(path: str, headers: Headers) -> Any:
        return give_range(data, headers) if path == "/b.warc.gz" else say(404)

    serving: AnswerTo = answer
    with serve(serving) as address:
        run = crawl(tmp_path, archive=f"{here}, {address}/b.warc.gz")
        assert sorted(map(json.dumps, content(run))) == sorted(map(json.dumps, content(from_file)))
        assert run.exit_code == 0
        missing = crawl(tmp_path / "m", archive=f"{here}, {address}/c.warc.gz")
    assert missing.exit_code == 3
    assert missing.report["ledger"]["missing"] == [
        {"url": f"{address}/c.warc.gz", "why": f"archive {address}/c.warc.gz: HTTP 404"}
    ]


def test_bad_records_are_skipped_and_the_rest_is_read(tmp_path: Path) -> None:
    good = make_record(f"{SITE}/tin/a/", page("a", 7, "Còn đọc được"))
    old_http = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://kontumtv.vn/tin/x/\r\n"
    old_http += b"WARC-Date: 2023-01-01T00:00:00Z\r\nContent-Length: 6\r\n\r\n<html>\r\n\r\n"
    digested = make_record(f"{SITE}/tin/y/", page("y", 10, "Sai"), gzip=False)
    large = make_record(f"{SITE}/tin/to/", bytes(50_000_000))
    broken = [
        gzip.compress(old_http),
        gzip.compress(digested.replace(b"Sai", b"SAI")),
        large,
        good[:-30],
    ]
    path = write_warc(tmp_path / "a.warc.gz", broken[0], broken[1], large, good, broken[3])
    run = crawl(tmp_path, archive=path)
    assert [row["id"] for row in run.feed("articles")] == ["kontumtv.vn:7"]
    reasons = [line.rpartition(": ")[2] for line in run.log.splitlines() if "skipped" in line]
    assert run.report["archive_skipped"]["cut off within a gzip member"] == 1
    assert reasons == [
        "no HTTP header in the record, skipped",
        "wrong block digest, skipped",
        "gzip member over 33554432 bytes, or empty, skipped",
        "cut off within a gzip member, skipped",
    ]


def test_a_listed_article_that_was_captured_as_gone_only_is_told_once(tmp_path: Path) -> None:
    entry = f"<url><loc>{SITE}/tin/x/</loc></url><url><loc>{SITE}/tin/a/</loc></url>"
    xml = [("Content-Type", "application/xml")]
    path = write_warc(
        tmp_path / "a.warc.gz",
        make_record(f"{SITE}/wp-sitemap.xml", f"<urlset>{entry}</urlset>".encode(), headers=xml),
        make_record(f"{SITE}/tin/a/", page("a", 7, "Còn đây")),
        make_record(f"{SITE}/tin/x/", b"", status="404 Not Found"),
    )
    for _ in range(2):
        run = crawl(tmp_path, archive=path)
        assert run.exit_code == 0, run.log
    (rejected,) = run.feed("rejected")
    assert (rejected["url"][-3:], rejected["reason"], rejected["is_final"]) == (
        "/x/",
        "http_404",
        True,
    )
    assert len(run.feed("articles")) == 1


def test_the_sample_by_a_pattern_of_files_is_the_sample(tmp_path: Path) -> None:
    run = run_crawl(tmp_path, archive=SAMPLE.parent / "*.warc.gz")
    assert run.exit_code == 0, run.log
    assert len(run.feed("articles")) == len(
        run_crawl(tmp_path / "b", archive=SAMPLE).feed("articles")
    )
