from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archives.cdx import (
    format_timestamp,
    make_row,
    parse_cdx,
    parse_cdxj,
    parse_timestamp,
)
from crawler.archives.records import RecordError

URL = "http://kontumtv.vn/tin/a/"
KEY = "vn,kontumtv)/tin/a"
ROW = {
    "timestamp": "20240301013000",
    "original": URL,
    "mimetype": "text/html",
    "statuscode": "200",
    "digest": "ABC",
}
ARRAY = f'[["urlkey","timestamp","original","statuscode"],["{KEY}","20240301013000","{URL}","200"]'


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (f"{ARRAY}]", None),
        (f'{ARRAY},[],["vn,kontumtv)/tin/b 2024"]]', "vn,kontumtv)/tin/b 2024"),
        (f'[["{KEY}","20240301013000","{URL}","text/html","200","ABC"]]', None),
        (f'{{"urlkey":"{KEY}","timestamp":"20240301013000","url":"{URL}","status":"200"}}', None),
        (f"{KEY} 20240301013000 {URL} text/html 200 ABC 99", None),
        (f" CDX N b a m s k\n{KEY} 20240301013000 {URL} text/html 200 ABC - - 9 0 f.warc", None),
        (f"{KEY} 20240301013000 {URL} text/html 200 ABC 99\n\nvn,b)/ 2024\n", "vn,b)/ 2024"),
    ],
    ids=["array", "array with key", "array without names", "objects", "text", "eleven columns",
         "text with key"],
)  # fmt: skip
def test_a_row_is_the_same_in_every_dialect(body: str, key: str | None) -> None:
    answer = parse_cdx(body.encode())
    (row,) = answer.rows
    assert (row["timestamp"], row["original"], row["statuscode"]) == ("20240301013000", URL, "200")
    assert answer.resume_key == key


@pytest.mark.parametrize("body", [b"", b"[]", b"\n", b'{"message": "No Captures found for: x"}'])
def test_nothing_is_no_row(body: bytes) -> None:
    assert parse_cdx(body).rows == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><title>Hi</title>", "HTML"),
        (b'[["urlkey"', "no readable index"),
        (b"[1, 2]", "no readable index"),
        (b'{"message": "Blocked Site Error"}', "Blocked Site Error"),
        (b'{"urlkey": "a"}\n<html>', "no readable index|without a time"),
        (b"Too many requests, wait.", "no index of captures: Too many"),
    ],
)
def test_what_is_no_index_is_an_error(body: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_cdx(body)


def test_a_capture_is_a_row_of_the_index() -> None:
    row = make_row({**ROW, "offset": "12", "length": "34"}, file=5)
    assert row is not None
    assert (row.url, row.status, row.is_html, row.digest) == (URL, 200, True, "ABC")
    assert (row.file, row.offset, row.inner) == (5, 12, 34)
    assert row.timestamp == "2024-03-01T01:30:00.000000+00:00"


@pytest.mark.parametrize(
    "changes",
    [
        {"statuscode": "-"},
        {"statuscode": "206"},
        {"statuscode": "304"},
        {"original": "ftp://kontumtv.vn/a"},
        {"original": ""},
    ],
)
def test_what_stands_for_no_page_is_left_out(changes: dict[str, str]) -> None:
    assert make_row({**ROW, **changes}) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"truncated": "length"}, r"only a part of it was kept \(length\)"),
        ({"timestamp": "20241301000000"}, "timestamp"),
        ({"timestamp": "today"}, "timestamp"),
    ],
)
def test_what_cannot_be_used_says_why(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        make_row({**ROW, **changes})


def test_a_revisit_waits_for_what_it_repeats() -> None:
    row = make_row({**ROW, "mimetype": "warc/revisit", "statuscode": "-"})
    assert row is not None
    assert (row.is_revisit, row.status) == (True, None)


def test_a_line_without_an_object_is_an_error() -> None:
    for line in ("", "vn,a)/ 2024", "vn,a)/ 2024 []", "vn,a)/ 2024 {"):
        with pytest.raises(RecordError, match="line of the index"):
            parse_cdxj(line)


class TestCdxProperties:
    @given(st.binary(max_size=300))
    def test_any_bytes_are_rows_or_the_error(self, body: bytes) -> None:
        try:
            answer = parse_cdx(body)
        except RecordError:
            return
        for row in answer.rows:
            with suppress(RecordError):
                make_row(row)

    @given(st.datetimes().map(lambda moment: moment.replace(microsecond=0)))
    def test_a_timestamp_comes_back(self, moment: object) -> None:
        raw = f"{moment:%Y%m%d%H%M%S}".rjust(14, "0")
        assert format_timestamp(parse_timestamp(raw)).rjust(14, "0") == raw
