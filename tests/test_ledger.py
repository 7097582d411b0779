from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crawler.ledger import MAX_NAMED, UNKNOWN, Ledger
from tests.articles import make_article
from tests.crawl_runs import run_crawl
from tests.servers import Answer, sample_site
from tests.spider_runs import Site, article_page, make_spider, run_spider, sitemap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawl_runs import Run

A, B = "/tin/a/", "/tin/b/"


def test_every_fate_is_counted_in_all_by_section_and_by_month() -> None:
    ledger = Ledger()
    article = make_article(article_section="Kinh tế")
    ledger.count("fetched", article)
    ledger.count("duplicate", replace(article, article_section=None))
    ledger.count("failed")
    told = ledger.to_json({"unchanged": 4})
    assert told["total"]["fetched"] == told["total"]["duplicate"] == told["total"]["failed"] == 1
    assert told["total"]["unchanged"] == 4
    assert told["by_section"] == {
        "Kinh tế": {"fetched": 1},
        "unknown": {"duplicate": 1, "failed": 1},
    }
    assert told["by_month"] == {"2022-07": {"duplicate": 1, "fetched": 1}, "unknown": {"failed": 1}}


def test_missing_is_named_up_to_a_thousand_and_counted_beyond() -> None:
    ledger = Ledger()
    for number in range(MAX_NAMED + 5):
        ledger.miss(f"https://kontumtv.vn/{number}/", "HTTP 503")
    told = ledger.to_json({}, uncounted=2)
    assert len(told["missing"]) == MAX_NAMED
    assert told["missing"][0] == {"url": "https://kontumtv.vn/0/", "why": "HTTP 503"}
    assert (told["missing_without_name"], told["total"]["missing"]) == (7, MAX_NAMED + 7)


def test_source_tells_how_many_it_expects() -> None:
    site: Site = {"/wp-sitemap.xml": sitemap(A, B), A: article_page(), B: article_page("b", 8)}
    run = run_spider(make_spider(discovery="sitemap"), site)
    assert run.spider.ledger.expected == {"sitemap": 2}


def test_list_that_failed_is_missing_by_its_address() -> None:
    run = run_spider(make_spider(discovery="feed"), {})
    (missing,) = run.spider.ledger.to_json({})["missing"]
    assert missing["url"].endswith("/feed/")
    assert "HTTP 404" in missing["why"]


@pytest.mark.crawls
def test_run_accounts_for_everything_listed_and_names_what_is_missing(tmp_path: Path) -> None:
    with sample_site() as site:
        run = run_crawl(tmp_path / "a", base_url=site.base_url, discovery="sitemap")
        lost = site.asked_for_articles()[5:9]
        for path in lost:
            site.faults[path] = Answer(status=403)
        gap = run_crawl(tmp_path / "b", base_url=site.base_url, discovery="sitemap")
        again = run_crawl(tmp_path / "b", base_url=site.base_url, discovery="sitemap")
    whole, ledger = run.report["ledger"], gap.report["ledger"]
    fates = ("unchanged", "fetched", "duplicate", "rejected", "failed", "outside")
    for report in (run.report, gap.report):
        total = report["ledger"]["total"]
        assert sum(total[fate] for fate in fates) == report["counts"]["listed"]
    assert whole["total"]["missing"] == 0
    assert whole["missing"] == []
    assert run.exit_code == 0
    assert (
        sum(row.get("fetched", 0) for row in whole["by_month"].values())
        == (whole["total"]["fetched"])
    )
    assert gap.exit_code == 3
    assert sorted(each["url"] for each in ledger["missing"]) == sorted(
        f"https://kontumtv.vn{path}" for path in lost
    )
    assert {each["why"] for each in ledger["missing"]} == {"HTTP 403"}
    assert gap.log.count("missing: https://kontumtv.vn/") == 3
    assert "missing: 1 more" in gap.log
    _check_known(gap, again)


def _check_known(first: Run, second: Run) -> None:
    """What the second run knows is what the first one wrote, by section and by month."""
    lines = first.feed("articles") + first.feed("duplicates")
    ledger = second.report["ledger"]
    assert ledger["total"]["known"] == len(lines) > 0
    for key, rows in (("article_section", ledger["by_section"]), ("date", ledger["by_month"])):
        known = {name: row["known"] for name, row in rows.items() if "known" in row}
        assert known == Counter(_group(line, key) for line in lines)


def _group(line: dict[str, Any], key: str) -> str:
    if key == "date":
        return (line["date_published"] or UNKNOWN)[:7]
    return str(line[key] or UNKNOWN)
