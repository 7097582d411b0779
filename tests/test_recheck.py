from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.arguments import parse_arguments
from crawler.exceptions import ArgumentError
from tests.crawl_runs import run_crawl
from tests.servers import SAMPLE, SampleSite, sample_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVER = "36500d"


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with sample_site() as running:
        running.has_validators = True
        yield running


@pytest.mark.parametrize(("text", "days"), [("30d", 30), ("7", 7), ("36500", 36500)])
def test_days_are_read_with_and_without_their_letter(text: str, days: int) -> None:
    assert parse_arguments({"recheck": text}).recheck == days


@pytest.mark.parametrize("text", ["", "d", "0d", "-1", "30m", "1.5", "36501", "9" * 5000])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError):
        parse_arguments({"recheck": text})


def test_archive_cannot_be_asked_again() -> None:
    with pytest.raises(ArgumentError, match="archive"):
        parse_arguments({"recheck": "30d", "archive": str(SAMPLE)})


@pytest.mark.crawls
def test_known_articles_are_asked_for_again_and_304_is_unchanged(
    site: SampleSite, tmp_path: Path
) -> None:
    """The feed tells no modification time."""
    first = run_crawl(tmp_path, base_url=site.base_url, discovery="feed")
    lines, articles = first.lines(), first.feed("articles") + first.feed("duplicates")
    site.asked.clear()
    again = run_crawl(tmp_path, base_url=site.base_url, discovery="feed", recheck=EVER)
    assert again.exit_code == 0, again.log
    assert again.lines() == lines
    # One is dated years ahead, so it was not published in the last days, however many.
    dated = [row for row in articles if "1" < (row["date_published"] or "") < "2023"]
    assert again.report["counts"]["rechecked"] == len(dated)
    # An article in several pages has the validator of its last, so its first is sent whole.
    counts = again.report["counts"]
    assert counts["articles_not_modified"] + counts["articles_unchanged"] == len(dated)
    assert counts["articles_unchanged"] <= 2


@pytest.mark.crawls
def test_older_articles_are_left(site: SampleSite, tmp_path: Path) -> None:
    run_crawl(tmp_path, base_url=site.base_url, discovery="feed")
    site.asked.clear()
    again = run_crawl(tmp_path, base_url=site.base_url, discovery="feed", recheck="1d")
    assert site.asked_for_articles() == []
    assert again.report["counts"]["rechecked"] == 0


@pytest.mark.crawls
def test_article_gone_since_is_found_by_its_page(site: SampleSite, tmp_path: Path) -> None:
    first = run_crawl(tmp_path, base_url=site.base_url, discovery="feed")
    gone = next(row for row in first.feed("articles") if row["date_published"])
    site.removed.add(gone["url"].removeprefix("https://kontumtv.vn"))
    again = run_crawl(tmp_path, base_url=site.base_url, discovery="feed", recheck=EVER)
    assert again.exit_code == 0, again.log
    (tombstone,) = [row for row in again.feed("articles") if row["record_type"] == "tombstone"]
    assert (tombstone["id"], tombstone["tombstone_reason"]) == (gone["id"], "http_404")
    assert again.report["ledger"]["total"]["gone"] == 1


@pytest.mark.crawls
def test_rest_rechecks_by_hundreds(site: SampleSite, tmp_path: Path) -> None:
    run_crawl(tmp_path, base_url=site.base_url, discovery="rest")
    site.asked.clear()
    again = run_crawl(tmp_path, base_url=site.base_url, discovery="rest", recheck="30d")
    assert again.exit_code == 0, again.log
    assert len(site.asked) <= 4
