"""What is made from a history: the current view, what changed, and tombstones in both."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.exceptions import ArgumentError, RecordError, StateError
from crawler.feeds.changes import Since, changes, fields_changed
from crawler.feeds.current import current_lines
from crawler.feeds.dataset import Dataset
from crawler.storage.dedupe import Kind
from tests.articles import NOON, VIETNAM, make_article

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.items import Article

RUNS = [f"202207{day}T053000.000000Z" for day in (14, 15, 16)]


def _article(number: int, **changes: Any) -> Article:
    given = {
        "id": f"kontumtv.vn:{number}",
        "url": f"https://kontumtv.vn/{number}/",
        "text": f"Bản tin số {number} của buổi sáng hôm nay ở vùng cao phía bắc. " * 9,
    }
    return make_article(**{**given, **changes})


def _run(folder: Path, run_id: str, *articles: Article, gone: tuple[int, ...] = ()) -> None:
    dataset = Dataset(folder, run_id)
    for article in articles:
        dataset.add(article)
    for number in gone:
        assert dataset.bury(f"kontumtv.vn:{number}", NOON, "http_410") is not None
    dataset.publish()
    dataset.close()


def _current(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in current_lines(folder)]


def _changes(folder: Path, since: str) -> list[tuple[str, str, list[str]]]:
    found = changes(folder, Since.parse(since))
    return [(each["change"], each["id"], each["fields_changed"]) for each in found]


# ---- tombstones ------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_tombstone_is_the_last_record_and_one_version_more(
    compression: str, tmp_path: Path
) -> None:
    dataset = Dataset(tmp_path, RUNS[0], compression)
    dataset.add(_article(1))
    dataset.add(_article(2))
    dataset.publish()
    dataset.close()
    later = Dataset(tmp_path, RUNS[1])
    found_out = NOON + timedelta(days=30)
    tombstone = later.bury("kontumtv.vn:2", found_out, "http_404")
    later.close()
    assert tombstone is not None
    assert tombstone == make_article(
        id="kontumtv.vn:2",
        url="https://kontumtv.vn/2/",
        text=_article(2).text,
        record_type="tombstone",
        tombstone_reason="http_404",
        version=2,
        date_crawled=found_out,
        run_id=RUNS[1],
    )


def test_only_a_living_article_is_buried(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, RUNS[0])
    dataset.add(_article(1))
    assert dataset.bury("kontumtv.vn:2", NOON, "http_404") is None
    assert dataset.bury("kontumtv.vn:1", NOON, "http_404") is not None
    assert dataset.bury("kontumtv.vn:1", NOON, "http_404") is None
    dataset.close()


def test_article_that_returns_unchanged_is_a_new_version(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1))
    _run(tmp_path, RUNS[1], gone=(1,))
    dataset = Dataset(tmp_path, RUNS[2])
    verdict = dataset.add(_article(1))
    assert (verdict.kind, verdict.article.version) == (Kind.CHANGED, 3)
    assert verdict.article.record_type == "article"
    dataset.close()


def test_copy_of_an_article_that_is_gone_is_no_copy(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1))
    _run(tmp_path, RUNS[1], gone=(1,))
    dataset = Dataset(tmp_path, RUNS[2])
    assert dataset.add(_article(2, text=_article(1).text)).kind is Kind.NEW
    dataset.close()


def test_line_that_is_not_where_the_state_says_makes_no_tombstone(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1), _article(2))
    path = tmp_path / "articles" / f"{RUNS[0]}.jsonl"
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(second + first)
    dataset = Dataset(tmp_path, RUNS[1])
    with pytest.raises(StateError):
        dataset.bury("kontumtv.vn:2", NOON, "http_404")
    assert dataset.publish() == []
    dataset.close()


# ---- the current view ------------------------------------------------------------------------


def test_current_view_has_the_last_line_of_every_living_article(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1), _article(2), _article(3))
    _run(tmp_path, RUNS[1], _article(2, headline="Tin đã sửa"), gone=(3,))
    found = {row["id"]: (row["version"], row["headline"]) for row in _current(tmp_path)}
    headline = _article(1).headline
    assert found == {"kontumtv.vn:1": (1, headline), "kontumtv.vn:2": (2, "Tin đã sửa")}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_of_copies_the_one_published_first_is_current_whatever_came_first(
    order: tuple[int, ...], tmp_path: Path
) -> None:
    days = {number: NOON + timedelta(days=number) for number in (1, 2, 3)}
    same = _article(1).text
    _run(tmp_path, RUNS[0], *(_article(n, text=same, date_published=days[n]) for n in order))
    (row,) = _current(tmp_path)
    assert row["id"] == "kontumtv.vn:1"
    assert (row["duplicate_of"], row["duplicate_kind"], row["similarity"]) == (None, None, None)


def test_of_copies_one_that_is_gone_is_not_current(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1), _article(2, text=_article(1).text))
    _run(tmp_path, RUNS[1], gone=(1,))
    assert [row["id"] for row in _current(tmp_path)] == ["kontumtv.vn:2"]
    _run(tmp_path, RUNS[2], gone=(2,))
    assert _current(tmp_path) == []


def test_current_view_of_a_damaged_history_is_an_error_with_the_place(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1))
    path = tmp_path / "articles" / f"{RUNS[0]}.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(RecordError, match=f"{RUNS[0]}.jsonl:1"):
        list(current_lines(tmp_path))


# ---- what changed ----------------------------------------------------------------------------


def test_changes_since_a_run_name_what_is_new_changed_and_gone(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1), _article(2), _article(3))
    _run(tmp_path, RUNS[1], _article(2, headline="Tin đã sửa"), gone=(3,))
    _run(tmp_path, RUNS[2], _article(2, headline="Tin sửa lại", keywords=()), _article(4))
    assert _changes(tmp_path, RUNS[0]) == [
        ("gone", "kontumtv.vn:3", []),
        ("changed", "kontumtv.vn:2", ["headline", "keywords"]),
        ("new", "kontumtv.vn:4", []),
    ]
    assert _changes(tmp_path, RUNS[2]) == []


def test_changes_since_a_day_begin_at_midnight_in_vietnam(tmp_path: Path) -> None:
    night = datetime(2022, 7, 15, 0, 30, tzinfo=VIETNAM)
    run_id = f"{night - timedelta(hours=7):%Y%m%dT%H%M%S}.000000Z"
    assert run_id.startswith("20220714T1730")
    _run(tmp_path, run_id, _article(1))
    assert len(_changes(tmp_path, "2022-07-15")) == 1
    assert _changes(tmp_path, "2022-07-16") == []


def test_article_that_was_gone_and_is_back_returned(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[0], _article(1))
    _run(tmp_path, RUNS[1], gone=(1,))
    _run(tmp_path, RUNS[2], _article(1, headline="Trở lại"))
    assert _changes(tmp_path, RUNS[1]) == [("returned", "kontumtv.vn:1", ["headline"])]
    assert _changes(tmp_path, RUNS[0]) == [("changed", "kontumtv.vn:1", ["headline"])]


def test_article_that_came_and_went_is_not_told(tmp_path: Path) -> None:
    _run(tmp_path, RUNS[1], _article(1))
    _run(tmp_path, RUNS[2], gone=(1,))
    assert _changes(tmp_path, "2022-07-14") == []


@pytest.mark.parametrize("text", ["yesterday", "14/7/2022", "2022-02-30", ""])
def test_since_that_names_neither_run_nor_day_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError):
        Since.parse(text)


def test_fields_of_provenance_are_no_change() -> None:
    old = {"headline": "a", "run_id": "1", "version": 1, "date_crawled": "x"}
    assert fields_changed(old, {**old, "run_id": "2", "version": 2, "date_crawled": "y"}) == []
