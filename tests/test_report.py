from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from scrapy import signals

from crawler import __version__
from crawler.extensions.report import RunReport, closing_lines, run_report
from crawler.feeds.dataset import Dataset
from crawler.items import SCHEMA_VERSION
from tests.articles import make_article
from tests.crawlers import make_crawler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider

STATS = {
    "discovery/strategy": "rest",
    "discovery/listed": 9,
    "discovery/unchanged": 2,
    "article/new": 3,
    "article/changed": 1,
    "article/duplicate": 1,
    "rejected/empty": 1,
    "rejected/http_503": 1,
    "rejected/to_retry": 1,
    "article/flag/no_byline": 2,
    "article/flag/empty_text": 1,
    "downloader/request_count": 12,
}


def _spider(crawler: Crawler) -> NewsSpider:
    return cast("NewsSpider", crawler.spider)


def _report(stats: dict[str, Any], reason: str = "finished", **arguments: str) -> dict[str, Any]:
    return run_report(_spider(make_crawler(**arguments)), stats, reason)


def test_counts_are_told_and_those_not_counted_are_zero() -> None:
    counts = _report(STATS)["counts"]
    assert counts == {
        "listed": 9,
        "known": 2,
        "articles_new": 3,
        "articles_changed": 1,
        "articles_older": 0,
        "articles_unchanged": 0,
        "articles_not_modified": 0,
        "gone": 0,
        "rechecked": 0,
        "duplicates": 1,
        "rejected": 2,
        "rejected_to_retry": 1,
        "discovery_failed": 0,
        "missing": 0,
        "requests": 12,
    }


def test_rejections_and_flags_are_told_by_word_sorted() -> None:
    report = _report(STATS)
    assert list(report["rejected"].items()) == [("empty", 1), ("http_503", 1)]
    assert list(report["quality_flags"]) == ["empty_text", "no_byline"]


def test_versions_are_told() -> None:
    report = _report(STATS)
    assert report["schema_version"] == SCHEMA_VERSION
    assert report["crawler_version"] == __version__
    assert (report["site"], report["strategy"]) == ("kontumtv.vn", "rest")


@pytest.mark.parametrize(
    ("stats", "reason", "complete"),
    [
        ({}, "finished", True),
        ({"rejected/empty": 1}, "finished", True),
        ({"rejected/to_retry": 1}, "finished", False),
        ({"discovery/missing": 1}, "finished", False),
        ({}, "shutdown", False),
    ],
)
def test_run_is_complete_only_without_a_gap(
    stats: dict[str, Any], reason: str, complete: bool
) -> None:
    report = _report(stats, reason)
    assert (report["complete"], report["finish_reason"]) == (complete, reason)


def test_only_arguments_that_were_given_are_told() -> None:
    assert _report({})["arguments"] == {}
    given = {"since": "2022-07-14", "limit": "5", "urls": "https://kontumtv.vn/a/"}
    assert _report({}, **given)["arguments"] == {
        "since": "2022-07-14",
        "limit": 5,
        "urls": ["https://kontumtv.vn/a/"],
    }


def test_archives_are_told_as_given(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"")
    assert _report({}, archive=str(path))["arguments"] == {"archive": [str(path)]}


def test_report_is_json() -> None:
    report = _report(STATS, since="2022-07-14")
    assert json.loads(json.dumps(report)) == report


def test_last_lines_sum_the_run_up() -> None:
    report = _report({**STATS, "discovery/missing": 4})
    report["files"] = [{"path": "articles/r1.jsonl", "rows": 4}]
    assert closing_lines(report) == [
        "9 listed by rest, 2 of them known; 3 new, 1 changed, 1 duplicates, 2 rejected, "
        "5 to try again; 12 requests",
        "missing: 4 more",
        "4 lines in articles/r1.jsonl",
    ]


def test_run_that_wrote_nothing_says_so() -> None:
    first, second = closing_lines(_report({}))
    assert "listed by argument urls" in first
    assert second == "nothing new: no line written"


# ---- the extension -------------------------------------------------------------------------------


def test_report_stands_beside_the_feeds(tmp_path: Path) -> None:
    crawler = make_crawler()
    extension = RunReport.from_crawler(crawler)
    spider = _spider(crawler)
    spider.dataset = Dataset(tmp_path, spider.run_id)
    spider.dataset.add(make_article())
    spider.published = [asdict(file) for file in spider.dataset.publish()]
    extension.spider_closed(spider, "finished")
    spider.dataset.close()
    (path,) = (tmp_path / "runs").iterdir()
    assert path.name == f"{spider.run_id}.json"
    report = json.loads(path.read_text("utf-8"))
    assert report["files"] == spider.published
    assert report["complete"]


def test_faults_are_counted_before_the_report_is_made(tmp_path: Path) -> None:
    crawler = make_crawler()
    extension = RunReport.from_crawler(crawler)
    spider = _spider(crawler)
    spider.dataset = Dataset(tmp_path, spider.run_id)
    for signal in (signals.item_error, signals.item_error, signals.spider_error):
        crawler.signals.send_catch_log(signal)
    extension.spider_closed(spider, "finished")
    spider.dataset.close()
    assert crawler.stats.get_value("errors/item") == 2
    assert crawler.stats.get_value("errors/spider") == 1
    (path,) = (tmp_path / "runs").iterdir()
    assert not json.loads(path.read_text("utf-8"))["complete"]


def test_run_that_stands_alone_leaves_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    crawler = make_crawler()
    extension = RunReport.from_crawler(crawler)
    spider = _spider(crawler)
    spider.dataset = Dataset(None, spider.run_id)
    with caplog.at_level("INFO"):
        extension.spider_closed(spider, "finished")
    spider.dataset.close()
    assert list(Path().iterdir()) == []
    assert "nothing new" in caplog.text


def test_run_that_could_not_begin_leaves_no_report(caplog: pytest.LogCaptureFixture) -> None:
    crawler = make_crawler()
    extension = RunReport.from_crawler(crawler)
    with caplog.at_level("INFO"):
        extension.spider_closed(_spider(crawler), "state_error")
    assert "listed by" not in caplog.text
