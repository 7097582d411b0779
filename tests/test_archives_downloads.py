from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from crawler.archives.asking import Answered, TooLargeError
from crawler.archives.downloads import download
from crawler.archives.warc import WarcArchive
from crawler.exceptions import ArchiveError
from tests.archive_servers import say, serve_range
from tests.warcs import make_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.archives.asking import Ask

URL = "http://kho.example/luu/b%E1%BA%A3n.warc.gz"
DATA = make_record("http://kontumtv.vn/a/", b"a") + make_record("http://kontumtv.vn/b/", b"b")


def server(answer: Callable[[str, Mapping[str, str]], Answered]) -> Ask:
    async def ask(url: str, headers: Mapping[str, str]) -> Answered:
        return answer(url, headers)

    return ask


def get(
    answer: Callable[[str, Mapping[str, str]], Answered],
    url: str = URL,
    most: int = 1 << 20,
    piece: int = 100,
) -> WarcArchive:
    return WarcArchive([asyncio.run(download(url, server(answer), most, piece))])


@pytest.mark.parametrize("piece", [1, 7, 100, len(DATA) - 1, len(DATA), len(DATA) + 1])
def test_a_file_comes_piece_by_piece(piece: int) -> None:
    asked: list[str] = []

    def answer(url: str, headers: Mapping[str, str]) -> Answered:
        asked.append(headers["Range"])
        return serve_range(DATA, headers)

    archive = get(answer, piece=piece)
    assert len(list(archive.urls())) == 2
    assert len(asked) == -(-len(DATA) // piece)
    capture = archive.get("http://kontumtv.vn/b/")
    assert capture is not None
    assert (capture.body, capture.file) == (b"b", "bản.warc.gz")
    archive.close()


def test_a_server_without_ranges_gives_it_whole() -> None:
    archive = get(lambda url, headers: say(200, DATA))
    assert len(list(archive.urls())) == 2
    archive.close()


def test_a_redirect_is_followed() -> None:
    def answer(url: str, headers: Mapping[str, str]) -> Answered:
        if url == URL:
            return say(302, location="/that.warc.gz")
        assert url == "http://kho.example/that.warc.gz"
        return serve_range(DATA, headers)

    get(answer).close()


def test_a_file_that_changes_meanwhile_is_not_put_together() -> None:
    tags = iter(['"one"', '"two"'])

    def answer(url: str, headers: Mapping[str, str]) -> Answered:
        tag = next(tags)
        if headers.get("If-Range", tag) != tag:
            return say(200, DATA, etag=tag)
        part = serve_range(DATA, headers)
        return Answered(part.status, (*part.headers, ("ETag", tag)), part.body)

    with pytest.raises(ArchiveError, match="has changed while it was fetched"):
        get(answer)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (say(404), "HTTP 404"),
        (say(429), "HTTP 429"),
        (say(206, b"abc"), "HTTP 206"),
        (say(206, b"abc", content_range="bytes 5-7/10"), "another part"),
        (say(206, b"abc", content_range="bytes 0-9/10"), "another part"),
        (say(206, b"a", content_range="bytes 0-0/99999999"), "ARCHIVE_DOWNLOAD_MAXSIZE"),
        (say(302, location=URL), "redirects without an end"),
        (say(302, location="file:///etc/passwd"), r"is no http\(s\) address"),
    ],
)
def test_what_is_not_to_be_had_is_one_clear_error(answer: Answered, reason: str) -> None:
    with pytest.raises(ArchiveError, match=reason):
        get(lambda url, headers: answer)


def test_a_whole_file_too_large_to_take_is_one_clear_error() -> None:
    def answer(url: str, headers: Mapping[str, str]) -> Answered:
        raise TooLargeError("larger than DOWNLOAD_MAXSIZE allows")

    with pytest.raises(ArchiveError, match="does not honour Range"):
        get(answer)
