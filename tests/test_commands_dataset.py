"""`scrapy dataset …` as a script sees it: exit codes, output, files."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.commands.dataset import ACTIONS, Command
from crawler.exits import BAD_ARGUMENT, DAMAGED, LOCKED, STATE, WRITE
from crawler.feeds.compression import open_feed
from crawler.feeds.dataset import Dataset
from crawler.storage.lock import RunLock
from tests.articles import make_article

if TYPE_CHECKING:
    from collections.abc import Iterator

SITE = "kontumtv.vn"
RUN = "20220714T053000.000000Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dataset = Dataset(tmp_path / SITE, RUN)
    dataset.add(make_article())
    dataset.publish()
    dataset.close()
    return tmp_path / SITE


@pytest.fixture
def held(folder: Path) -> Iterator[None]:
    lock = RunLock(folder, "r9")
    yield
    lock.release()


def _run(folder: Path, action: str, **options: Any) -> int:
    command = Command()
    command.settings = Settings({"EXPORTS_DIR": folder.parent, "DATASET_COMPRESSION": "none"})
    command.run([action], Namespace(site=folder.name, **{"since": None, "output": None, **options}))
    code: int = command.exitcode
    return code


def test_sound_dataset_is_zero_and_damage_has_a_code_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(folder, "verify") == 0
    assert "1 files, 1 lines: nothing damaged" in capsys.readouterr().out
    path = folder / "articles" / f"{RUN}.jsonl"
    path.write_bytes(path.read_bytes() * 2)
    assert _run(folder, "verify") == DAMAGED
    assert f"articles/{RUN}.jsonl:1 and articles/{RUN}.jsonl:2" in capsys.readouterr().out


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("action", ["verify", "rebuild-state"])
def test_dataset_that_is_being_written_is_left_alone(
    action: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(folder, action) == LOCKED
    assert "run r9, process" in capsys.readouterr().err


@pytest.mark.usefixtures("held")
def test_views_are_made_beside_a_run(folder: Path, tmp_path: Path) -> None:
    assert _run(folder, "current", output=tmp_path / "view.jsonl") == 0
    assert _run(folder, "summary") == 0


@pytest.mark.parametrize("name", ["view.jsonl", "view.jsonl.gz", "view.jsonl.zst"])
def test_current_view_goes_to_a_file_packed_as_its_name_says(
    name: str, folder: Path, tmp_path: Path
) -> None:
    assert _run(folder, "current", output=tmp_path / name) == 0
    with open_feed(tmp_path / name) as file:
        assert [json.loads(line)["id"] for line in file] == ["kontumtv.vn:101"]


def test_damaged_history_leaves_the_old_view(folder: Path, tmp_path: Path) -> None:
    view = tmp_path / "view.jsonl"
    view.write_text("old\n")
    (folder / "articles" / f"{RUN}.jsonl").write_text("{")
    assert _run(folder, "current", output=view) == DAMAGED
    assert view.read_text() == "old\n"


def test_view_that_cannot_be_written_has_a_code_of_its_own(folder: Path, tmp_path: Path) -> None:
    assert _run(folder, "current", output=tmp_path / "no" / "view.jsonl") == WRITE


def test_changes_are_lines_of_json(folder: Path, capfdbinary: Any) -> None:
    assert _run(folder, "changes", since="2022-07-14") == 0
    (line,) = capfdbinary.readouterr().out.splitlines()
    assert json.loads(line)["change"] == "new"


@pytest.mark.parametrize("since", [None, "last week"])
def test_changes_since_nothing_known_is_a_bad_argument(since: str | None, folder: Path) -> None:
    assert _run(folder, "changes", since=since) == BAD_ARGUMENT


def test_state_is_not_made_from_damaged_files(folder: Path) -> None:
    (folder / "articles" / f"{RUN}.jsonl").write_text("{}\n")
    assert _run(folder, "rebuild-state") == STATE


def test_unknown_action_and_unknown_site_are_usage_errors(folder: Path) -> None:
    with pytest.raises(UsageError):
        _run(folder, "repair")
    with pytest.raises(UsageError, match="there is no dataset"):
        _run(folder.parent / "other.vn", "verify")


def test_every_action_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    for action in ACTIONS:
        assert f"`{action}" in readme
