"""One run at a time, and no dead one in the way."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.exceptions import LockedError
from crawler.feeds.dataset import Dataset
from crawler.storage.lock import LOCK_NAME, RunLock

if TYPE_CHECKING:
    from pathlib import Path

HOLD_AND_DIE = """
import os, sys
from pathlib import Path
from crawler.storage.lock import RunLock
lock = RunLock(Path(sys.argv[1]), "dead")
os._exit(9)
"""


def test_second_run_is_told_who_has_the_dataset(tmp_path: Path) -> None:
    first = RunLock(tmp_path, "r1")
    with pytest.raises(LockedError, match=r"run r1, process \d+ on host .+ since .+ has it"):
        RunLock(tmp_path, "r2")
    first.release()
    RunLock(tmp_path, "r2").release()


def test_lock_of_a_dead_owner_is_taken_over_and_named(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD_AND_DIE, str(tmp_path)], check=False)
    lock = RunLock(tmp_path, "alive")
    assert lock.left_by is not None
    assert lock.left_by.startswith("run dead, process ")
    lock.release()
    again = RunLock(tmp_path, "next")
    assert again.left_by is None
    again.release()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"pid": 1}', b"x" * 100_000])
def test_lock_file_that_says_nothing_readable_is_no_obstacle(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / LOCK_NAME).write_bytes(content)
    lock = RunLock(tmp_path, "r1")
    assert lock.left_by is None
    lock.release()


def test_dataset_that_could_not_be_opened_lets_go_of_its_lock(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").write_bytes(b"{}\n" * 1000)
    for _ in range(2):
        with pytest.raises(Exception, match="not a database"):
            Dataset(tmp_path, "r1")
    RunLock(tmp_path, "r2").release()
