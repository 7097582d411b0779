"""A run that dies, or is refused by the disk, at any step; whole crawls are in test_kills.py."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from crawler.exceptions import WriteError
from crawler.feeds.dataset import Dataset
from crawler.feeds.files import FeedWriter
from crawler.feeds.verify import verify
from tests.articles import make_article
from tests.kill_steps import content, faults_after, start, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing a disk would keep."""
    memory = Path("/dev/shm")  # noqa: S108 - made and removed by this fixture
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


def _kill_at_steps(folder: Path, compression: str, stride: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.kill_steps", str(folder), compression, str(stride), "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_run_killed_at_some_steps_is_made_good_by_the_next(compression: str, folder: Path) -> None:
    found = _kill_at_steps(folder, compression, 53)
    assert found["steps"] > 500
    assert not found["faults"]


@pytest.mark.long
@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_run_killed_at_every_step_is_made_good_by_the_next(compression: str, folder: Path) -> None:
    found = _kill_at_steps(folder, compression, 1)
    assert found["steps"] > 500
    assert not found["faults"]


class FullDisk:
    """Lets the first so many steps that write pass, then refuses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int, *, stays_full: bool) -> None:
        self.refused = 0
        self._left = after
        self._stays_full = stays_full
        for owner, name in (
            (os, "fsync"),
            (Path, "replace"),
            (Path, "mkdir"),
            (Path, "unlink"),
            (FeedWriter, "append"),
            (FeedWriter, "__init__"),
        ):
            monkeypatch.setattr(owner, name, self._guard(getattr(owner, name)))
        real_open = Path.open

        def guarded_open(path: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
            if mode != "rb":
                self._step()
            return real_open(path, mode, *args, **options)

        monkeypatch.setattr(Path, "open", guarded_open)

    def _guard(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **options: Any) -> Any:
            self._step()
            return real(*args, **options)

        return guarded

    def _step(self) -> None:
        self._left -= 1
        if self._left == -1 or (self._left < 0 and self._stays_full):
            self.refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _write_until_refused(folder: Path, compression: str) -> None:
    """What the pipeline does: after a WriteError publish what is committed, then let go."""
    opened: list[Dataset] = []

    class Opened(Dataset):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            opened.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.kill_steps.Dataset", Opened)
        try:
            write_all(folder, "r1", compression)
        except WriteError:
            for dataset in opened:
                with suppress(WriteError):
                    dataset.abandon()
                with suppress(OSError):
                    dataset.close()


@pytest.mark.parametrize(
    ("stays_full", "compression"), [(False, "none"), (True, "none"), (True, "gzip")]
)
def test_disk_that_refuses_any_step_costs_nothing(
    stays_full: bool, compression: str, folder: Path
) -> None:
    begin = folder / "begin"
    start(begin)
    whole = folder / "whole"
    shutil.copytree(begin, whole)
    write_all(whole, "r1", compression)
    wanted = content(whole)
    for after in range(1000):
        full = folder / "full"
        shutil.copytree(begin, full)
        with pytest.MonkeyPatch.context() as patch:
            disk = FullDisk(patch, after, stays_full=stays_full)
            _write_until_refused(full, compression)
        assert faults_after(full, wanted, compression) == [], f"refused at step {after}"
        shutil.rmtree(full)
        if not disk.refused:
            break
    assert after > 30


def _add_many(dataset: Dataset) -> None:
    for number in range(1000, 2000):
        dataset.add(make_article(id=f"kontumtv.vn:{number}", text=f"Tin số {number}. " * 60))


def test_state_that_cannot_grow_ends_in_a_write_error_with_the_committed_published(
    folder: Path,
) -> None:
    dataset = Dataset(folder, "r1")
    dataset.add(make_article())
    dataset.commit()
    (pages,) = dataset.seen._db.execute("PRAGMA page_count").fetchone()
    dataset.seen._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(WriteError, match="full"):
        _add_many(dataset)
    (file,) = dataset.abandon()
    dataset.close()
    assert (file.path, file.rows) == ("articles/r1.jsonl", 1)
    assert verify(folder).problems == []


def test_folder_that_cannot_be_written_is_a_write_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(WriteError, match="Read-only file system"):
        Dataset(folder, "r1")


def test_what_was_not_committed_is_not_published_after_a_refusal(folder: Path) -> None:
    dataset = Dataset(folder, "r1")
    dataset.add(make_article())
    dataset.commit()
    dataset.add(make_article(id="kontumtv.vn:102", text="Tin khác hẳn. " * 60))
    (file,) = dataset.abandon()
    assert file.rows == 1
    assert dataset.seen.by_id("kontumtv.vn:102") is None
    dataset.close()
