from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import HtmlResponse, JsonResponse, Response, XmlResponse
from scrapy.utils.test import get_crawler

from crawler.archives.middleware import ArchiveMiddleware, build_response
from crawler.archives.warc import Capture, WarcArchive
from crawler.arguments import Arguments
from crawler.urls import Site
from tests.warcs import HTML, make_record, write_warc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.statscollectors import StatsCollector

SITE = "http://kontumtv.vn"
SITE_OF_TESTS = Site("kontumtv.vn", "https://kontumtv.vn")
PAGE = "<html><p>Bản tin sáng 3/3</p></html>".encode()


def make_capture(body: bytes = PAGE, *headers: tuple[str, str]) -> Capture:
    return Capture(
        url=f"{SITE}/",
        timestamp=datetime(2024, 3, 3, tzinfo=UTC),
        status=200,
        headers=headers,
        body=body,
        file="a.warc.gz",
        offset=0,
        digest=None,
    )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[WarcArchive]:
    records = [
        make_record(f"{SITE}/tin/", PAGE),
        make_record(f"{SITE}/cu/", status="301 Moved", headers=[("Location", f"{SITE}/tin/")]),
    ]
    archive = WarcArchive([write_warc(tmp_path / "a.warc.gz", *records)])
    yield archive
    archive.close()


def open_middleware(archive: object) -> ArchiveMiddleware:
    crawler = get_crawler(Spider)
    crawler.stats.open_spider()
    middleware = ArchiveMiddleware.from_crawler(crawler)
    asyncio.run(middleware.spider_opened(Spider("kontumtv", archive=archive)))
    return middleware


def ask(archive: object, request: Request) -> Response:
    response = asyncio.run(open_middleware(archive).process_request(request))
    assert response is not None
    return response


def test_a_capture_is_the_answer(archive: WarcArchive) -> None:
    request = Request(f"{SITE}/tin/")
    response = ask(archive, request)
    assert isinstance(response, HtmlResponse)
    assert (response.status, response.body, response.flags) == (200, PAGE, ["archive"])
    assert (response.url, response.request) == (request.url, request)


def test_provenance_is_in_meta_without_the_body(archive: WarcArchive) -> None:
    request = Request(f"{SITE}/tin/")
    ask(archive, request)
    capture = request.meta["capture"]
    assert (capture.file, capture.offset, capture.body) == ("a.warc.gz", 0, b"")


def test_a_redirect_is_returned_as_it_is(archive: WarcArchive) -> None:
    response = ask(archive, Request(f"{SITE}/cu/"))
    assert (response.status, response.headers["Location"]) == (301, b"http://kontumtv.vn/tin/")


@pytest.mark.parametrize(
    "request_",
    [
        Request(f"{SITE}/khong-co/"),
        Request(f"{SITE}/tin/", method="POST"),
        Request("ftp://kontumtv.vn/tin/"),
    ],
    ids=["not kept", "not a GET", "another scheme"],
)
def test_what_is_not_archived_is_a_404(archive: WarcArchive, request_: Request) -> None:
    response = ask(archive, request_)
    assert (response.status, response.flags) == (404, ["archive", "not-archived"])


def test_a_miss_drops_the_provenance_of_the_request_before(archive: WarcArchive) -> None:
    request = Request(f"{SITE}/khong-co/", meta={"capture": make_capture()})
    ask(archive, request)
    assert "capture" not in request.meta


def test_without_an_archive_requests_go_on() -> None:
    assert asyncio.run(open_middleware(None).process_request(Request(SITE))) is None


def test_a_spider_that_knows_no_archive_is_left_alone() -> None:
    middleware = ArchiveMiddleware.from_crawler(get_crawler(Spider))
    asyncio.run(middleware.spider_opened(Spider("plain")))
    assert asyncio.run(middleware.process_request(Request(SITE))) is None


def test_hits_and_misses_are_counted(archive: WarcArchive) -> None:
    crawler = get_crawler(Spider)
    crawler.stats.open_spider()
    middleware = ArchiveMiddleware.from_crawler(crawler)
    asyncio.run(middleware.spider_opened(Spider("kontumtv", archive=archive)))
    for path in ("tin/", "cu/", "khong-co/"):
        asyncio.run(middleware.process_request(Request(f"{SITE}/{path}")))
    assert crawler.stats.get_value("archive/hit") == 2
    assert crawler.stats.get_value("archive/miss") == 1


def open_argument(*paths: Path) -> tuple[ArchiveMiddleware, StatsCollector]:
    crawler = get_crawler(Spider)
    crawler.stats.open_spider()
    middleware = ArchiveMiddleware.from_crawler(crawler)
    given = {"archive": None, "arguments": Arguments(archive=paths), "site": SITE_OF_TESTS}
    asyncio.run(middleware.spider_opened(Spider("kontumtv", **given)))
    return middleware, crawler.stats


def test_the_spiders_argument_is_opened(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    page = make_record(f"{SITE}/tin/", PAGE)
    middleware, stats = open_argument(write_warc(tmp_path / "a.warc.gz", page, page[:50]))
    response = asyncio.run(middleware.process_request(Request(f"{SITE}/tin/")))
    assert response is not None
    assert response.body == PAGE
    assert stats.get_value("archive/skipped") == 1
    assert caplog.messages == [f"a.warc.gz/{len(page)}: cut off within a gzip member, skipped"]
    middleware.spider_closed()


def test_an_unreadable_archive_ends_the_run_with_one_clear_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(CloseSpider) as raised:
        open_argument(tmp_path / "khong-co.warc.gz")
    assert raised.value.reason == "archive_error"
    assert len(caplog.messages) == 1
    assert "khong-co.warc.gz: No such file" in caplog.messages[0]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html; charset=UTF-8", PAGE, HtmlResponse),
        ("application/rss+xml", b"<rss/>", XmlResponse),
        ("application/json", b"[]", JsonResponse),
        (None, PAGE, HtmlResponse),
        (None, b"\0\1", Response),
    ],
)
def test_the_response_is_of_the_right_class(
    content_type: str | None, body: bytes, expected: type[Response]
) -> None:
    headers = [("Content-Type", content_type)] if content_type else []
    response = build_response(Request(f"{SITE}/x"), make_capture(body, *headers))
    assert type(response) is expected


def test_every_value_of_a_header_is_kept() -> None:
    capture = make_capture(PAGE, ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))
    response = build_response(Request(SITE), capture)
    assert response.headers.getlist("Set-Cookie") == [b"a=1", b"b=2"]


CRAWL = textwrap.dedent(
    """
    import json, sys
    from pathlib import Path
    from scrapy import Spider
    from scrapy.crawler import CrawlerProcess
    from crawler.archives.warc import WarcArchive

    class ArchiveSpider(Spider):
        name = "archive"
        allowed_domains = ["kontumtv.vn"]
        start_urls = [f"http://kontumtv.vn/{path}" for path in ("cu/", "khong-co/", "cam/")]
        handle_httpstatus_list = [404]
        archive = WarcArchive([Path(sys.argv[1])])
        answers = []

        def parse(self, response):
            kept = response.meta.get("capture")
            self.answers.append([response.url, response.status, response.text if kept else None])

    class Forbidden:
        lazy = False
        async def download_request(self, request):
            raise AssertionError("asked the network for " + request.url)
        async def close(self):
            pass

    process = CrawlerProcess({
        "DOWNLOADER_MIDDLEWARES": {"crawler.archives.middleware.ArchiveMiddleware": 950},
        "DOWNLOAD_HANDLERS": {"http": Forbidden, "https": Forbidden},
        "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
    })
    crawler = process.create_crawler(ArchiveSpider)
    process.crawl(crawler)
    process.start()
    stats = crawler.stats.get_stats()
    print(json.dumps({
        "answers": sorted(ArchiveSpider.answers),
        "forbidden": stats.get("robotstxt/forbidden"),
        "sent": stats.get("downloader/response_count"),
    }))
    """
)


def test_a_crawl_is_answered_by_the_archive_alone(tmp_path: Path) -> None:
    packed = [HTML, ("Content-Encoding", "gzip")]
    robots = b"User-agent: *\nDisallow: /cam/\n"
    path = write_warc(
        tmp_path / "a.warc.gz",
        make_record(f"{SITE}/robots.txt", robots, headers=[("Content-Type", "text/plain")]),
        make_record(f"{SITE}/cu/", status="301 Moved", headers=[("Location", "/tin/")]),
        make_record(f"{SITE}/tin/", gzip.compress(PAGE), headers=packed),
        make_record(f"{SITE}/cam/", PAGE),
    )
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "answers": [
            [f"{SITE}/khong-co/", 404, None],
            [f"{SITE}/tin/", 200, PAGE.decode()],
        ],
        "forbidden": 1,
        "sent": 4,
    }
