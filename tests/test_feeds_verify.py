"""Damage of every kind is found and told where; a sound dataset has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.exceptions import StateError
from crawler.feeds.dataset import Dataset
from crawler.feeds.files import describe
from crawler.feeds.manifest import MANIFEST_NAME, read_manifest, write_manifest
from crawler.feeds.names import STATE_NAME
from crawler.feeds.rebuild import OLD_SUFFIX, rebuild_state
from crawler.feeds.verify import verify
from crawler.records import to_line
from crawler.storage.snapshot import StateSnapshot
from tests.articles import NOON, make_article, make_rejected

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = "20220714T053000.000000Z"
SECOND = "20220715T053000.000000Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two runs: four articles, a copy, a rejection; then a change and a tombstone."""
    dataset = Dataset(tmp_path, FIRST)
    for number in (101, 102, 103, 104):
        text = f"Bản tin số {number} của buổi sáng hôm nay ở vùng cao. " * 9
        url = f"https://kontumtv.vn/{number}/"
        dataset.add(make_article(id=f"kontumtv.vn:{number}", url=url, text=text))
    copied = "Bản tin số 104 của buổi sáng hôm nay ở vùng cao. " * 9
    dataset.add(make_article(id="kontumtv.vn:105", url="https://kontumtv.vn/105/", text=copied))
    dataset.reject(make_rejected())
    dataset.publish()
    dataset.close()
    dataset = Dataset(tmp_path, SECOND)
    text = "Bản tin số 102 của buổi sáng hôm nay ở vùng cao. " * 9
    dataset.add(make_article(id="kontumtv.vn:102", text=text, headline="Tin đã sửa"))
    dataset.bury("kontumtv.vn:103", NOON, "http_404")
    dataset.publish()
    dataset.close()
    return tmp_path


def _article_file(folder: Path, run_id: str = FIRST) -> Path:
    return folder / "articles" / f"{run_id}.jsonl"


def _edit(path: Path, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))


def _take_for_true(folder: Path) -> None:
    """Make the manifest anew, as somebody does who covers up a change."""
    files = read_manifest(folder)
    rows = {f.path: len((folder / f.path).read_bytes().splitlines()) for f in files}
    write_manifest(folder, [describe(folder, folder / f.path, rows[f.path]) for f in files])


def test_sound_dataset_has_no_problem(folder: Path) -> None:
    found = verify(folder)
    assert (found.problems, found.notes) == ([], [])
    assert (found.files, found.rows) == (4, 8)


def test_every_flipped_bit_is_found_and_told_where(folder: Path) -> None:
    path = _article_file(folder)
    whole = path.read_bytes()
    for position in range(0, len(whole), 97):
        broken = bytearray(whole)
        broken[position] ^= 1 << position % 8
        path.write_bytes(broken)
        problems = verify(folder).problems
        assert any(path.name in problem for problem in problems), position
    path.write_bytes(whole)
    assert verify(folder).problems == []


def test_changed_word_is_found_by_its_line_though_the_manifest_was_made_anew(folder: Path) -> None:
    path = _article_file(folder)
    path.write_bytes(
        path.read_bytes().replace("Bản tin số 103".encode(), "Bản tin số 703".encode())
    )
    _take_for_true(folder)
    problems = verify(folder).problems
    place = f"articles/{path.name}:3"
    assert f"{place}: kontumtv.vn:103: the content is not that of its hash" in problems


def test_lost_line_is_found_with_its_article(folder: Path) -> None:
    _edit(_article_file(folder), lambda lines: lines[:3])
    problems = verify(folder).problems
    assert any("3 lines where the manifest has 4" in problem for problem in problems)
    assert any(problem.startswith("kontumtv.vn:104: version 1 (byte ") for problem in problems)


def test_lost_first_version_is_a_gap(folder: Path) -> None:
    _edit(_article_file(folder), lambda lines: [lines[0], *lines[2:]])
    assert "kontumtv.vn:102: 1 of its 2 versions are there" in verify(folder).problems


def test_doubled_line_is_found_with_both_places(folder: Path) -> None:
    path = _article_file(folder)
    _edit(path, lambda lines: [*lines, lines[1]])
    problems = verify(folder).problems
    places = f"articles/{path.name}:2 and articles/{path.name}:5"
    assert f"{places}: kontumtv.vn:102 version 1 is there more than once" in problems


def test_torn_line_is_found(folder: Path) -> None:
    path = _article_file(folder, SECOND)
    path.write_bytes(path.read_bytes()[:-20])
    problems = verify(folder).problems
    assert any(problem.startswith(f"articles/{path.name}:2: not JSON") for problem in problems)


@pytest.mark.parametrize(
    "name", ["articles/other.jsonl", "articles/notes.txt", "notes.md", "photos/a.jpg"]
)
def test_foreign_file_is_found(name: str, folder: Path) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}\n")
    assert f"{name}: a foreign file" in verify(folder).problems


def test_missing_file_is_found(folder: Path) -> None:
    path = _article_file(folder, SECOND)
    path.unlink()
    assert f"articles/{path.name}: gone, with 2 lines" in verify(folder).problems


def test_line_of_another_schema_is_found_with_the_field(folder: Path) -> None:
    path = _article_file(folder)
    path.write_bytes(path.read_bytes().replace(b'"word_count":', b'"words":', 1))
    assert any(
        f"articles/{path.name}:1" in problem and "word_count" in problem
        for problem in verify(folder).problems
    )


def test_truncated_compression_is_damage_not_a_traceback(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, FIRST, "gzip")
    dataset.add(make_article())
    dataset.publish()
    dataset.close()
    path = tmp_path / "articles" / f"{FIRST}.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-30])
    assert any("cannot be read further" in problem for problem in verify(tmp_path).problems)


def test_state_that_disagrees_is_found(folder: Path) -> None:
    seen = Dataset(folder, "20220716T053000.000000Z")
    seen.seen._db.execute("UPDATE article SET version = 7 WHERE id = 'kontumtv.vn:101'")
    seen.seen._db.execute("DELETE FROM article WHERE id = 'kontumtv.vn:104'")
    seen.commit()
    seen.close()
    problems = verify(folder).problems
    assert "kontumtv.vn:101: version is 1 in the feeds and 7 in the state" in problems
    assert "kontumtv.vn:104: in the feeds and not in the state" in problems


def test_broken_manifest_is_damage(folder: Path) -> None:
    (folder / MANIFEST_NAME).write_text("[]")
    assert any("is not a manifest" in problem for problem in verify(folder).problems)


def test_run_file_that_tells_another_checksum_is_found(folder: Path) -> None:
    report = {"files": [{"path": f"articles/{FIRST}.jsonl", "sha256": "00"}]}
    (folder / "runs").mkdir()
    (folder / "runs" / f"{FIRST}.json").write_text(json.dumps(report))
    assert any("another SHA-256" in problem for problem in verify(folder).problems)


def test_dataset_without_its_state_is_verified_by_manifest_and_lines(folder: Path) -> None:
    (folder / STATE_NAME).unlink()
    found = verify(folder)
    assert found.problems == []
    assert found.notes == ["there is no state: not compared"]


# ---- the state made again --------------------------------------------------------------------


def _rows(folder: Path) -> list[object]:
    state = StateSnapshot(folder / STATE_NAME)
    rows = [*state.articles(), *state.published()]
    state.close()
    return rows


@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_state_made_again_is_the_one_that_was_lost(compression: str, folder: Path) -> None:
    third = Dataset(folder, "20220716T053000.000000Z", compression)
    third.add(make_article(id="kontumtv.vn:103", headline="Trở lại"))
    third.publish()
    third.close()
    before = _rows(folder)
    (folder / STATE_NAME).unlink()
    rebuild_state(folder)
    assert _rows(folder) == before
    assert verify(folder).problems == []


def test_old_state_is_kept_beside(folder: Path) -> None:
    rebuild_state(folder)
    assert (folder / (STATE_NAME + OLD_SUFFIX)).exists()
    assert verify(folder).problems == []


def test_run_without_its_state_is_refused_since_it_would_double_every_line(folder: Path) -> None:
    (folder / STATE_NAME).unlink()
    with pytest.raises(StateError, match="rebuild-state"):
        Dataset(folder, "r3")


def test_older_state_brought_back_is_refused_too(tmp_path: Path) -> None:
    for run_id in (FIRST, SECOND):
        dataset = Dataset(tmp_path, run_id)
        dataset.add(make_article(id=f"kontumtv.vn:{run_id}", text=f"Tin {run_id} " * 60))
        dataset.publish()
        dataset.close()
        if run_id == FIRST:
            backup = (tmp_path / STATE_NAME).read_bytes()
    (tmp_path / STATE_NAME).write_bytes(backup)
    with pytest.raises(StateError, match=SECOND):
        Dataset(tmp_path, "r3")


def test_damaged_file_is_not_taken_for_the_truth(folder: Path) -> None:
    _edit(_article_file(folder), lambda lines: lines[:3])
    before = (folder / STATE_NAME).read_bytes()
    with pytest.raises(StateError, match="not what the manifest says"):
        rebuild_state(folder)
    assert (folder / STATE_NAME).read_bytes() == before


def test_whole_lines_of_a_dead_run_are_saved_when_its_state_is_lost(tmp_path: Path) -> None:
    dead = Dataset(tmp_path, FIRST)
    dead.add(make_article())
    dead.commit()
    dead.close()
    with (tmp_path / "articles" / f".{FIRST}.jsonl").open("a") as partial:
        partial.write(to_line(make_article())[:50])
    (tmp_path / STATE_NAME).unlink()
    with pytest.raises(StateError, match="gone"):
        Dataset(tmp_path, SECOND)
    rebuild_state(tmp_path)
    assert verify(tmp_path).problems == []
    assert len(_article_file(tmp_path).read_bytes().splitlines()) == 1
