"""Feeds load without a hint in the tools people read JSON Lines with.

Shards that are known to break such tools: first lines all null, one line, an empty one.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.commands.schema import features_path
from crawler.feeds.dataset import Dataset
from crawler.items import Article
from crawler.records import to_record
from tests.articles import NOON, make_article

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.consumers,
    # The tools' own warnings, of which we are no part.
    pytest.mark.filterwarnings("default"),
]

ROOT = Path(__file__).parents[1]
RUNS = [f"202207{day}T053000.000000Z" for day in (14, 15, 16)]
# Longer than the first block any of the tools looks at to take types from.
BARE_LINES = 400


def _bare(number: int) -> Article:
    """An article with nothing but what it must have: every scalar null, every list empty."""
    return Article(
        id=f"kontumtv.vn:{number}",
        url=f"https://kontumtv.vn/{number}/",
        site="kontumtv.vn",
        headline=f"Tin vắn số {number}",
        text=f"Tin vắn số {number} không có tác giả, ngày hay ảnh. " * 60,
        date_crawled=NOON,
    )


def _full() -> Article:
    printed = {"date_published_raw": "Thứ Năm, 14/07/2022 - 12:00"}
    return make_article(id="kontumtv.vn:9000", url="https://kontumtv.vn/9000/", **printed)


def _export(folder: Path, compression: str) -> list[Path]:
    shards: list[list[Article]] = [
        [*(_bare(number) for number in range(BARE_LINES)), _full()],
        [make_article(id="kontumtv.vn:9001", text="Một dòng duy nhất. " * 60)],
        [_bare(9002)],
    ]
    for run_id, articles in zip(RUNS, shards, strict=True):
        dataset = Dataset(folder, run_id, compression, "off")
        for article in articles:
            dataset.add(article)
        dataset.publish()
        dataset.close()
    return sorted((folder / "articles").glob("*.jsonl*"))


ROWS = BARE_LINES + 3


@pytest.fixture(params=["none", "gzip", "zstd"])
def shards(request: pytest.FixtureRequest, tmp_path: Path) -> list[Path]:
    return _export(tmp_path, request.param)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.jsonl"
    path.write_text("")
    return path


def _pandas(paths: list[Path]) -> list[dict[str, Any]]:
    pandas = pytest.importorskip("pandas")
    frames = [pandas.read_json(path, lines=True, dtype=False) for path in paths]
    rows: list[dict[str, Any]] = []
    for frame in frames:
        rows += frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows


def _polars(paths: list[Path]) -> list[dict[str, Any]]:
    polars = pytest.importorskip("polars")
    rows: list[dict[str, Any]] = polars.read_ndjson(paths, infer_schema_length=None).to_dicts()
    return rows


def _duckdb(paths: list[Path]) -> list[dict[str, Any]]:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as db:
        found = db.execute("SELECT * FROM read_json(?)", [[str(path) for path in paths]])
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _datasets(paths: list[Path]) -> list[dict[str, Any]]:
    datasets = pytest.importorskip("datasets")
    features = json.loads((ROOT / features_path("article")).read_text("utf-8"))
    loaded = datasets.load_dataset(
        "json",
        data_files=[str(path) for path in paths],
        features=datasets.Features.from_dict(features),
        split="train",
        cache_dir=str(paths[0].parent / "cache"),
    )
    rows: list[dict[str, Any]] = loaded.to_list()
    return rows


READERS = [_pandas, _polars, _duckdb, _datasets]
READER_IDS = ["pandas", "polars", "duckdb", "datasets"]


@pytest.mark.parametrize("read", READERS, ids=READER_IDS)
def test_every_shard_loads_and_says_what_was_written(
    read: Callable[[list[Path]], list[dict[str, Any]]], shards: list[Path]
) -> None:
    rows = read(shards)
    assert len(rows) == ROWS
    (row,) = (row for row in rows if row["id"] == "kontumtv.vn:9000")
    wanted = to_record(_full())
    assert set(row) == set(wanted)
    for name in ("headline", "text", "version", "keywords", "is_staff", "date_published_raw"):
        found = row[name]
        assert (list(found) if isinstance(found, list | tuple) else found) == wanted[name]
    assert [author["name"] for author in row["authors"]] == ["Hoài Thu", "A Nhũi"]
    assert list(row["authors"][1]["roles"]) == ["photo"]
    assert row["dateline"]["agency"] == "kontumtv.vn"


@pytest.mark.parametrize("read", READERS, ids=READER_IDS)
def test_times_are_the_instant_that_was_written(
    read: Callable[[list[Path]], list[dict[str, Any]]], shards: list[Path]
) -> None:
    (row,) = (row for row in read(shards) if row["id"] == "kontumtv.vn:9000")
    found = row["date_published"]
    assert (datetime.fromisoformat(found) if isinstance(found, str) else found) == NOON
    assert str(row["event_dates"][0]["date"]) == "2022-07-14"


# polars takes no types from an empty file. We never publish one: test_feeds_dataset.py.
@pytest.mark.parametrize(
    "read", [_pandas, _duckdb, _datasets], ids=["pandas", "duckdb", "datasets"]
)
def test_empty_shard_among_others_is_no_obstacle(
    read: Callable[[list[Path]], list[dict[str, Any]]], empty: Path, tmp_path: Path
) -> None:
    paths = _export(tmp_path, "none")
    assert len(read([*paths, empty])) == ROWS
    assert len(read([empty, *paths])) == ROWS


@pytest.mark.parametrize("read", READERS, ids=READER_IDS)
def test_shard_of_one_line_loads(
    read: Callable[[list[Path]], list[dict[str, Any]]], shards: list[Path]
) -> None:
    (row,) = read(shards[-1:])
    assert (row["id"], row["dateline"]) == ("kontumtv.vn:9002", None)
