"""The files of `-o` and `-O` stay whole, whatever ends the run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from crawler.feeds.files import partial_path, whole_file
from crawler.feeds.outputs import FileOutput, mend_last_line
from tests.crawlers import make_crawler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@pytest.fixture
def crawler() -> Crawler:
    return make_crawler()


@pytest.fixture(autouse=True)
def _without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def count(crawler: Crawler) -> None:
        crawler.stats.inc_value("errors/write")

    monkeypatch.setattr("crawler.feeds.outputs.end_with_write_error", count)


def _output(crawler: Crawler, path: Path, **options: Any) -> FileOutput:
    given = {"format": "jsonlines", **options}
    return FileOutput.from_crawler(crawler, str(path), feed_options=given)


def _write(output: FileOutput, crawler: Crawler, content: bytes) -> BinaryIO:
    assert crawler.spider is not None
    file = output.open(crawler.spider)
    file.write(content)
    return file


def _end(crawler: Crawler, reason: str) -> None:
    crawler.stats.set_value("finish_reason", reason)


def test_overwritten_file_appears_when_the_run_has_finished(
    crawler: Crawler, tmp_path: Path
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("old\n")
    path.chmod(0o640)
    output = _output(crawler, path, overwrite=True)
    file = _write(output, crawler, b"new\n")
    file.flush()
    assert path.read_text() == "old\n"
    _end(crawler, "finished")
    output.store(file)
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert not partial_path(path).exists()


@pytest.mark.parametrize("reason", ["shutdown", "write_error", "cancelled"])
def test_good_file_stays_when_the_run_did_not_finish(
    reason: str, crawler: Crawler, tmp_path: Path
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("old\n")
    output = _output(crawler, path, overwrite=True)
    file = _write(output, crawler, b"half\n")
    _end(crawler, reason)
    output.store(file)
    assert path.read_text() == "old\n"
    assert partial_path(path).read_text() == "half\n"


def test_two_runs_do_not_write_the_same_file_anew(crawler: Crawler, tmp_path: Path) -> None:
    first = _output(crawler, tmp_path / "mine.jsonl", overwrite=True)
    file = _write(first, crawler, b"first\n")
    file.flush()
    other = make_crawler()
    second = _output(other, tmp_path / "mine.jsonl", overwrite=True)
    second.store(_write(second, other, b"second\n"))
    assert other.stats.get_value("errors/write") == 1
    _end(crawler, "finished")
    first.store(file)
    assert (tmp_path / "mine.jsonl").read_text() == "first\n"


def test_added_lines_follow_a_whole_line(crawler: Crawler, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"a":1}\n{"b":')
    output = _output(crawler, path)
    output.store(_write(output, crawler, b'{"c":3}\n'))
    assert path.read_text() == '{"a":1}\n{"c":3}\n'


@pytest.mark.parametrize(
    ("content", "left", "cut"),
    [
        (b"", b"", 0),
        (b'{"a":1}\n', b'{"a":1}\n', 0),
        (b'{"a":1}\n{"b":2}', b'{"a":1}\n{"b":2}\n', 0),
        (b'{"a":1}\n{"b":2', b'{"a":1}\n', 6),
        (b'{"a":1}\n"\xe1\xba', b'{"a":1}\n', 3),
        (b"x" * 200_000, b"", 200_000),
        (b"{}\n" + b"x" * 200_000, b"{}\n", 200_000),
    ],
    ids=["empty", "whole", "no line feed", "torn", "torn letter", "one long", "long after whole"],
)
def test_torn_last_line_is_cut_and_a_whole_one_kept(
    content: bytes, left: bytes, cut: int, tmp_path: Path
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(content)
    assert mend_last_line(path) == cut
    assert path.read_bytes() == left


def test_other_formats_are_not_mended(crawler: Crawler, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("a,b")
    output = _output(crawler, path, format="csv")
    output.store(_write(output, crawler, b"\n1,2\n"))
    assert path.read_text() == "a,b\n1,2\n"


def test_full_disk_is_told_once_and_ends_the_run(
    crawler: Crawler, caplog: pytest.LogCaptureFixture
) -> None:
    output = _output(crawler, Path("/dev/full"), overwrite=True)
    file = _write(output, crawler, b"x" * 100_000)
    file.write(b"y" * 100_000)
    output.store(file)
    assert crawler.stats.get_value("errors/write") >= 1
    assert caplog.text.count("No space left on device") == 1
    assert Path("/dev/full").is_char_device()


def test_device_is_written_not_replaced(crawler: Crawler) -> None:
    output = _output(crawler, Path(os.devnull), overwrite=True)
    _end(crawler, "finished")
    output.store(_write(output, crawler, b"x"))
    assert Path(os.devnull).is_char_device()


def test_file_that_cannot_be_opened_ends_the_run(
    crawler: Crawler, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    output = _output(crawler, tmp_path / "file" / "mine.jsonl", overwrite=True)
    output.store(_write(output, crawler, b"x"))
    assert crawler.stats.get_value("errors/write") == 1
    assert caplog.text.count("cannot write") == 1


def test_whole_file_leaves_the_old_one_on_an_error(tmp_path: Path) -> None:
    path = tmp_path / "view.jsonl"
    path.write_text("old\n")

    def write_half() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text() == "old\n"
