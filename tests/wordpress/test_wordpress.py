"""The main job on a real WordPress, held against its ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.crawl_runs import FAST
from tests.wordpress.conftest import KIT, WordPress, wordpress
from tests.wordpress.truth import load_rows, path_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawl_runs import Run

pytestmark = pytest.mark.wordpress

STRATEGIES = ("rest", "sitemap", "feed", "listing")
# Two copies of one text: which of them is the duplicate depends on the order of arrival. The
# rest tells how or when the record was read, or how finely the page printed the time.
PROVENANCE = frozenset(
    ("date_published_raw", "date_published_source", "date_published_precision", "date_modified",
     "date_modified_raw", "date_modified_source", "date_modified_precision", "date_crawled",
     "http_etag", "http_last_modified", "run_id", "quality_flags", "url_aliases",
     "duplicate_of", "duplicate_kind", "similarity")
)  # fmt: skip


def _records(run: Run) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in run.feed("articles") + run.feed("duplicates")}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_public_article_exactly_once_and_exact(
    strategy: str, provincial: WordPress, crawls: dict[str, Run]
) -> None:
    run = crawls[strategy]
    assert run.exit_code == 0, run.log
    found = provincial.agreement(run, printed_dates=strategy != "rest")
    found.problems.pop("authors", None)  # measured in benchmarks/, not yet without fault
    weak_bodies = found.problems.pop("body", [])
    assert not found.problems
    assert found.body_f1 >= 0.99
    assert len(weak_bodies) <= 0.005 * found.compared, weak_bodies


def test_nothing_hidden_is_exported(provincial: WordPress, crawls: dict[str, Run]) -> None:
    # One public post of the kit is put together from other posts' paragraphs.
    shown = {part for row in provincial.truth if row["public"] for part in row["body"]}
    hidden = {
        part
        for row in provincial.truth
        if not row["public"]
        for part in row["body"]
        if len(part) > 40 and not any(part in each for each in shown)
    }
    assert hidden
    for run in crawls.values():
        text = "\n".join(row["text"] for row in run.feed("articles") + run.feed("duplicates"))
        assert not [part for part in hidden if part in text]


def test_rest_and_page_give_the_same_record(crawls: dict[str, Run]) -> None:
    from_rest, from_page = _records(crawls["rest"]), _records(crawls["sitemap"])
    assert from_rest.keys() == from_page.keys()
    differing = []
    for article_id, rest in from_rest.items():
        page = from_page[article_id]
        for field in rest.keys() - PROVENANCE:
            if not same_value(field, rest, page):
                differing.append(f"{rest['url']} {field}: {rest[field]!r} / {page[field]!r}")
    assert not differing, "\n".join(differing[:20])


def same_value(field: str, rest: dict[str, Any], page: dict[str, Any]) -> bool:
    """Equal; of the time of publication, as far as the page prints it: to the minute."""
    if field == "date_published":
        return str(rest[field])[:16] == str(page[field])[:16]
    return bool(rest[field] == page[field])


def test_the_stations_own_article_is_read_exactly(
    provincial: WordPress, crawls: dict[str, Run]
) -> None:
    seed = next(row for row in provincial.truth if row["key"] == "seed")
    for run in crawls.values():
        (record,) = [r for r in run.feed("articles") if path_of(r["url"]) == path_of(seed["path"])]
        assert record["headline"] == seed["title"]
        assert record["dateline"]["raw"] == "(kontumtv.vn) –"
        assert record["dateline"]["agency"] == "kontumtv.vn"
        paragraphs = [record["dateline"]["raw"] + " " + record["text"].split("\n\n")[0]]
        assert [*paragraphs, *record["text"].split("\n\n")[1:]] == seed["body"]
        assert record["text"].endswith("./.")
        assert record["byline_raw"] == "Như Nguyệt – Đức Thắng"
        assert [author["name"] for author in record["authors"]] == ["Như Nguyệt", "Đức Thắng"]
        assert record["date_published"].startswith("2022-07-14T15:30")
        assert record["event_dates"][0]["date"] == "2022-07-14"
        assert record["event_dates"][0]["part_of_day"] == "morning"
        assert "Trả lời" not in record["text"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_second_run_asks_for_no_article_and_writes_no_line(
    strategy: str, provincial: WordPress, crawls: dict[str, Run]
) -> None:
    first = crawls[strategy]
    lines = first.lines()
    again = provincial.crawl(first.folder.parent, discovery=strategy)
    assert again.exit_code == 0, again.log
    assert again.lines() == lines
    assert again.report["files"] == []
    assert "nothing new: no line written" in again.log
    requests = again.report["counts"]["requests"]
    if strategy == "rest":
        assert requests <= 3
    if strategy == "sitemap":
        assert requests <= 1 + 1 + 3  # the index, one file of posts, and three
    if strategy == "listing":
        assert again.report["counts"]["listed"] == again.report["counts"]["known"]


def test_next_day_brings_its_changes_and_nothing_else(tmp_path: Path) -> None:
    with wordpress(COUNT=150) as instance:
        first = instance.crawl(tmp_path, discovery="rest")
        before = {row["id"] for row in first.feed("articles") + first.feed("duplicates")}
        first_run = first.report["run_id"]
        instance.run_script("update.sh")
        second = instance.crawl(tmp_path, discovery="rest")
        changes = load_rows(instance.folder / "truth" / "changes_day2.jsonl")
    assert second.exit_code == 0, second.log
    written = [
        row
        for feed in ("articles", "duplicates")
        for row in second.feed(feed)
        if row["run_id"] != first_run
    ]
    gone = [row for row in written if row["record_type"] == "tombstone"]
    trashed = {path_of(row["path"]) for row in changes if row["op"] == "trash"}
    assert {path_of(row["url"]) for row in gone} == trashed
    written = [row for row in written if row["record_type"] == "article"]
    expected = {path_of(row["path"]) for row in changes if row["op"] != "trash"}
    assert {path_of(row["url"]) for row in written} == expected
    assert len(written) == len(expected)
    for row in written:
        assert row["version"] == (2 if row["id"] in before else 1)
    # robots.txt, three questions, the addresses of everything, and a page for each that is gone.
    assert second.report["counts"]["requests"] <= 4 + 2 + len(trashed)


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentytwo", "twentytwentythree"])
def test_stock_theme_without_a_rule_of_ours(theme: str, tmp_path: Path) -> None:
    settings = {"VI": "68", "PERMALINK": "/%postname%/", "DATE_FORMAT": "j F, Y", "COUNT": 150}
    with wordpress(THEME=theme, **settings) as instance:
        run = instance.crawl(tmp_path, discovery="sitemap")
        found = instance.agreement(run, printed_dates=False)
    assert run.exit_code == 0, run.log
    for measured_elsewhere in ("authors", "body", "categories", "keywords"):
        found.problems.pop(measured_elsewhere, None)
    assert not found.problems
    assert found.body_f1 >= 0.97


def test_site_that_fails_now_and_then_loses_nothing(tmp_path: Path) -> None:
    with wordpress(COUNT=120, CHAOS="0.1") as instance:
        run = instance.crawl(tmp_path, discovery="sitemap")
        found = instance.agreement(run, printed_dates=True)
    assert run.exit_code == 0, run.log
    assert "not exactly once" not in found.problems
    assert run.report["counts"]["requests"] > run.report["counts"]["listed"]


def test_kit_is_where_these_tests_expect_it() -> None:
    if not KIT.parent.is_dir():
        pytest.skip("there is no shared folder beside this checkout")
    assert (KIT / "up.sh").is_file()
    assert FAST["DOWNLOAD_DELAY"] == 0
