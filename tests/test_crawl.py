"""Whole crawls of the sample site, from its WARC and over HTTP."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from crawler.items import Article, Rejected
from crawler.records import json_schema
from tests.crawl_runs import Run, run_crawl
from tests.servers import SAMPLE, Answer, SampleSite, sample_site

if TYPE_CHECKING:
    from collections.abc import Iterator

STRATEGIES = ("rest", "sitemap", "feed", "listing")
EXPECTED = Path(__file__).parent / "sample" / "expected.jsonl"


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with sample_site() as running:
        yield running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What `make demo` makes."""
    return run_crawl(tmp_path_factory.mktemp("demo"), archive=SAMPLE)


def _expected(feed: str) -> dict[str, dict[str, object]]:
    rows = [json.loads(line) for line in EXPECTED.read_text("utf-8").splitlines()]
    return {row["url"]: row for row in rows if row["feed"] == feed}


def _urls(run: Run, feed: str) -> list[str]:
    return sorted(row["url"] for row in run.feed(feed))


def test_demo_is_complete(demo: Run) -> None:
    assert demo.exit_code == 0, demo.log
    assert demo.report["complete"]
    assert demo.report["strategy"] == "rest"
    total = demo.report["ledger"]["total"]
    fates = ("unchanged", "fetched", "duplicate", "rejected", "failed", "outside", "no_article")
    assert sum(total[fate] for fate in fates) == demo.report["counts"]["listed"]


@pytest.mark.parametrize("feed", ["articles", "duplicates", "rejected"])
def test_demo_puts_every_url_into_its_feed(demo: Run, feed: str) -> None:
    assert _urls(demo, feed) == sorted(_expected(feed))


def test_demo_gives_the_records_written_by_hand(demo: Run) -> None:
    expected = {**_expected("articles"), **_expected("duplicates")}
    ids = {row["url"]: row["id"] for row in demo.feed("articles")}
    wrong = []
    for row in demo.feed("articles") + demo.feed("duplicates"):
        for field, value in expected[row["url"]].items():
            if field == "duplicate_of" and value is not None:
                value = ids[value]
            if field in row and row[field] != value:
                wrong.append(f"{row['url']} {field}: {row[field]!r} for {value!r}")
    assert not wrong, "\n".join(wrong)


def test_every_exported_line_is_valid(demo: Run) -> None:
    article = jsonschema.Draft202012Validator(json_schema(Article))
    rejected = jsonschema.Draft202012Validator(json_schema(Rejected))
    for row in demo.feed("articles") + demo.feed("duplicates"):
        article.validate(row)
    for row in demo.feed("rejected"):
        rejected.validate(row)


@pytest.mark.crawls
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_finds_every_article_once_and_then_nothing(
    strategy: str, site: SampleSite, tmp_path: Path
) -> None:
    first = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
    assert first.exit_code == 0, first.log
    # Which of two copies is the duplicate depends on which was listed first.
    for feeds in (("articles", "duplicates"), ("rejected",)):
        found = [url for feed in feeds for url in _urls(first, feed)]
        assert sorted(found) == sorted(url for feed in feeds for url in _expected(feed))
    assert len(first.feed("duplicates")) == len(_expected("duplicates"))
    site.asked.clear()
    lines = first.lines()
    second = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
    assert second.exit_code == 0, second.log
    assert second.lines() == lines
    assert site.asked_for_articles() == []
    assert "nothing new: no line written" in second.log
    if strategy == "rest":
        assert len(site.asked) <= 3


@pytest.mark.crawls
def test_auto_falls_through_what_is_closed(site: SampleSite, tmp_path: Path) -> None:
    site.faults["*"] = Answer(status=403, times=0)
    query = "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"
    site.faults[query] = Answer(body=b"<!DOCTYPE html><title>Trang ch\xe1\xbb\xa7</title>")
    site.faults["/wp-sitemap.xml"] = Answer(body=b"<sitemapindex><sitemap>", times=1)
    run = run_crawl(tmp_path, base_url=site.base_url)
    assert run.exit_code == 0, run.log
    assert "discovery by rest failed" in run.log
    assert "HTML instead of JSON" in run.log
    assert "discovery by sitemap failed" in run.log
    assert run.report["strategy"] == "feed"
    assert len(_urls(run, "articles")) == len(_expected("articles"))


@pytest.mark.crawls
def test_faulty_answers_are_told_counted_and_tried_again(site: SampleSite, tmp_path: Path) -> None:
    """Every kind of bad article page at once: the crawl goes on and the next run mends it."""
    paths = [url.removeprefix("https://kontumtv.vn") for url in sorted(_expected("articles"))]
    plain = [path for path in paths if path.count("/") > 2][:7]
    faults = {
        "http_404": Answer(status=404),
        "http_403": Answer(status=403),
        "http_503": Answer(status=503, headers={"Retry-After": "1"}),
        "empty_page": Answer(body=b""),
        "not_html": Answer(body=b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"}),
        "not_an_article": Answer(body=b"<html><body><h1>B\xe1\xba\xa3o tr\xc3\xac</h1></body>"),
        "response_data_loss": Answer(
            body=b"<html>", headers={"Content-Length": "60000", "Connection": "close"}
        ),
    }
    for path, fault in zip(plain, faults.values(), strict=True):
        site.faults[path] = fault
    run = run_crawl(
        tmp_path,
        base_url=site.base_url,
        discovery="sitemap",
        settings={"DOWNLOAD_TIMEOUT": 2, "RETRY_TIMES": 1},
    )
    found = {row["url"].removeprefix("https://kontumtv.vn"): row for row in run.feed("rejected")}
    reasons = {found[path]["reason"] for path in plain if path in found}
    assert reasons == set(faults), run.log
    assert run.exit_code == 3
    assert not run.report["complete"]
    for path in plain:
        assert path in run.log
    site.faults.clear()
    mended = run_crawl(tmp_path, base_url=site.base_url, discovery="sitemap")
    final = {row["url"] for row in mended.feed("rejected") if row["is_final"]}
    assert set(_urls(mended, "articles")) | final >= set(_expected("articles"))


@pytest.mark.crawls
def test_article_failing_once_is_simply_asked_again(site: SampleSite, tmp_path: Path) -> None:
    site.faults["*"] = Answer(status=503, times=1)
    run = run_crawl(tmp_path, base_url=site.base_url, discovery="rest")
    assert run.exit_code == 0, run.log
    assert _urls(run, "articles") == sorted(_expected("articles"))


@pytest.mark.crawls
def test_robots_txt_that_forbids_is_obeyed(site: SampleSite, tmp_path: Path) -> None:
    site.faults["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /\n")
    run = run_crawl(tmp_path, base_url=site.base_url)
    assert run.exit_code == 3
    assert set(site.asked) == {"/robots.txt"}
    assert "Forbidden by robots.txt" in run.log


@pytest.mark.crawls
def test_dead_host_is_one_clear_error(tmp_path: Path) -> None:
    run = run_crawl(tmp_path, base_url="http://127.0.0.1:1", settings={"RETRY_TIMES": 1})
    assert run.exit_code == 3
    assert "discovery by rest failed: http://127.0.0.1:1/wp-json/" in run.log
    assert "ConnectionRefused" in run.log
    assert "discovery by sitemap" not in run.log


@pytest.mark.crawls
def test_wrong_charset_is_read_by_what_the_page_declares(site: SampleSite, tmp_path: Path) -> None:
    path = next(iter(sorted(_expected("articles")))).removeprefix("https://kontumtv.vn")
    with sample_site() as other:
        from urllib.request import urlopen

        with urlopen(other.base_url + path) as answer:  # noqa: S310 - our own loopback
            page = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                page = gzip.decompress(page)
    site.faults[path] = Answer(body=page, headers={"Content-Type": "text/html"})
    run = run_crawl(tmp_path, base_url=site.base_url, urls=site.base_url + path)
    (record,) = run.feed("articles")
    assert record["headline"] == _expected("articles")[record["url"]]["headline"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sections": "thoi-su"}, "argument sections: unknown"),
        ({"since": "14/7/2022"}, "argument since: "),
        ({"archive": "no-such.warc.gz"}, "argument archive: there is no file"),
    ],
)
def test_bad_argument_ends_the_run_before_any_request(
    arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    run = run_crawl(tmp_path, **arguments)
    assert run.exit_code == 2
    assert message in run.log
    assert "Traceback" not in run.log
    assert not run.folder.exists()


def test_unreadable_archive_ends_the_run(tmp_path: Path) -> None:
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(b"not a WARC")
    run = run_crawl(tmp_path / "exports", archive=broken)
    assert run.exit_code == 5
    assert str(broken) in run.log
    assert "Traceback" not in run.log


def test_state_of_another_program_ends_the_run(tmp_path: Path) -> None:
    state = tmp_path / "kontumtv.vn" / "state.sqlite3"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"{}\n" * 1000)
    run = run_crawl(tmp_path, archive=SAMPLE)
    assert run.exit_code == 4
    assert str(state) in run.log
    assert "Traceback" not in run.log
    assert state.read_bytes() == b"{}\n" * 1000


@pytest.mark.crawls
def test_selection_by_day_section_and_limit(tmp_path: Path) -> None:
    expected = [
        row
        for row in _expected("articles").values()
        if "2022-07-01" <= str(row["date_published"])[:10] <= "2022-07-31"
    ]
    run = run_crawl(tmp_path / "a", archive=SAMPLE, since="2022-07-01", until="2022-07-31")
    assert _urls(run, "articles") == sorted(str(row["url"]) for row in expected)
    assert expected
    sectioned = run_crawl(tmp_path / "b", archive=SAMPLE, section="kinh-te", discovery="sitemap")
    expected = [row for row in _expected("articles").values() if "/kinh-te/" in str(row["url"])]
    assert set(_urls(sectioned, "articles")) >= {str(row["url"]) for row in expected}
    assert any("/kinh-te/nong-nghiep/" in url for url in _urls(sectioned, "articles"))
    assert not any("/chinh-tri/" in url for url in _urls(sectioned, "articles"))
    limited = run_crawl(tmp_path / "c", archive=SAMPLE, discovery="sitemap", limit=5)
    assert limited.lines() == 5


@pytest.mark.crawls
def test_overwrite_output_stands_alone_and_is_whole_each_time(tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    for _ in range(2):
        run = run_crawl(tmp_path / "exports", "-O", str(mine), archive=SAMPLE)
        assert run.exit_code == 0, run.log
        rows = [json.loads(line) for line in mine.read_text("utf-8").splitlines()]
        assert sorted(row["url"] for row in rows) == sorted(_expected("articles"))
    assert not (tmp_path / "exports").exists()
