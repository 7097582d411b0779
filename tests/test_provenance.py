from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response

from crawler.archives.warc import Capture
from crawler.items import WarcPosition
from crawler.provenance import read_fetch
from tests.articles import VIETNAM

URL = "https://kontumtv.vn/tin/a/"
CAPTURE = Capture(
    url=URL,
    timestamp=datetime(2022, 7, 13, 18, 30, tzinfo=UTC),
    status=200,
    headers=(),
    body=b"",
    file="a.warc.gz",
    offset=7,
    digest="sha1:A",
)


def test_live_answer_is_told_with_its_validators() -> None:
    headers = {"ETag": '"x"', "Last-Modified": "Thu, 14 Jul 2022 05:00:00 GMT"}
    fetch = read_fetch(Response(URL, headers=headers, request=Request(URL)))
    assert (fetch.source, fetch.archive_timestamp, fetch.warc) == ("live", None, None)
    assert (fetch.http_etag, fetch.http_last_modified) == ('"x"', headers["Last-Modified"])


def test_archived_answer_is_told_with_its_place_and_the_time_of_its_capture() -> None:
    request = Request(URL, meta={"capture": CAPTURE})
    fetch = read_fetch(Response(URL, request=request, flags=["archive"]))
    assert fetch.source == "warc"
    assert fetch.archive_timestamp == datetime(2022, 7, 14, 1, 30, tzinfo=VIETNAM)
    assert fetch.archive_timestamp.utcoffset() == VIETNAM.utcoffset(None)
    assert fetch.warc == WarcPosition("a.warc.gz", 7, "sha1:A")


def test_request_without_an_answer_still_has_its_time() -> None:
    fetch = read_fetch(None)
    assert fetch.date_crawled.utcoffset() == VIETNAM.utcoffset(None)
    assert (fetch.source, fetch.http_etag) == ("live", None)
