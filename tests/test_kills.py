"""Whole crawls killed at random instants, interrupted, started twice, and on disks that fill.

KILLS=200 says how many of each; SEED=7 which instants, as far as a clock can repeat them.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from crawler.exits import COMPLETE, INTERRUPTED, LOCKED, WRITE
from crawler.feeds.names import STATE_NAME
from crawler.feeds.rebuild import rebuild_state
from crawler.feeds.verify import verify
from crawler.storage.lock import LOCK_NAME
from crawler.storage.snapshot import ExportedArticle, StateSnapshot
from tests.crawl_runs import FAST, ROOT, SITE, run_crawl
from tests.kill_steps import content
from tests.servers import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

TIMES = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "1"))
# What may differ between two crawls of the same bytes.
PER_RUN = ("date_crawled", "run_id")


def _command(exports: Path, *options: str, **settings: object) -> list[str]:
    given = {**FAST, "EXPORTS_DIR": exports, **settings}
    command = [sys.executable, "-m", "scrapy", "crawl", "kontumtv", *options]
    command += ["-a", f"archive={SAMPLE}", "-a", "discovery=sitemap"]
    return command + [part for pair in given.items() for part in ("-s", "{}={}".format(*pair))]


def _lines(exports: Path) -> list[str]:
    """Every line of every feed but for when it was made, sorted."""
    lines = []
    for line in content(exports / SITE):
        feed, _, record = line.partition(" ")
        values = {k: v for k, v in json.loads(record).items() if k not in PER_RUN}
        lines.append(f"{feed} {json.dumps(values, sort_keys=True)}")
    return sorted(lines)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], float]:
    """The lines of a run nothing happens to, and how many seconds it has the lock."""
    exports = tmp_path_factory.mktemp("undisturbed")
    with _started(_command(exports, DATASET_COMMIT_ITEMS=5)) as process:
        _wait_for_lock(exports, process)
        begin = time.monotonic()
        assert process.wait() == COMPLETE
    return _lines(exports), time.monotonic() - begin


@contextmanager
def _started(
    command: list[str], limit: Callable[[], None] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limit
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _wait_for_lock(exports: Path, process: subprocess.Popen[bytes]) -> None:
    """Return once the run has the dataset; what is before is Python starting up."""
    lock = exports / SITE / LOCK_NAME
    while process.poll() is None and not (lock.exists() and lock.stat().st_size):
        time.sleep(0.001)


def _interrupt(
    exports: Path, instant: float, signals: tuple[signal.Signals, ...], *options: str
) -> int:
    """Start a crawl and send it signals at this instant; return its exit code."""
    every = random.Random(instant).choice((1, 5, 100))  # noqa: S311
    with _started(_command(exports, *options, DATASET_COMMIT_ITEMS=every)) as process:
        _wait_for_lock(exports, process)
        time.sleep(instant)
        for each in signals:
            process.send_signal(each)
            time.sleep(0.02)
        return process.wait()


def _check_next_run(exports: Path, wanted: list[str], *options: str) -> None:
    run = run_crawl(exports, *options, archive=SAMPLE, discovery="sitemap")
    assert run.exit_code == COMPLETE, run.log
    assert verify(exports / SITE).problems == []
    assert _lines(exports) == wanted
    assert "Traceback" not in run.log


@pytest.mark.parametrize(
    ("signals", "codes"),
    [
        ((signal.SIGKILL,), {-signal.SIGKILL, COMPLETE}),
        ((signal.SIGTERM,), {INTERRUPTED, COMPLETE, -signal.SIGTERM}),
        ((signal.SIGINT, signal.SIGINT), {INTERRUPTED, COMPLETE, -signal.SIGINT}),
    ],
    ids=["kill", "term", "interrupt-twice"],
)
def test_crawl_ended_at_any_instant_is_made_good_by_the_next(
    signals: tuple[signal.Signals, ...],
    codes: set[int],
    undisturbed: tuple[list[str], float],
    tmp_path: Path,
) -> None:
    wanted, seconds = undisturbed
    instants = random.Random(SEED)  # noqa: S311
    ended = 0
    for number in range(TIMES):
        exports, mine = tmp_path / f"{number}", tmp_path / f"{number}.jsonl"
        code = _interrupt(exports, instants.uniform(0, seconds), signals, "-o", str(mine))
        assert code in codes
        ended += code != COMPLETE
        if (exports / SITE).exists():
            assert verify(exports / SITE).problems == [], f"right after kill {number}"
        _check_next_run(exports, wanted, "-o", str(mine))
        for line in mine.read_text("utf-8").splitlines() if mine.exists() else ():
            json.loads(line)
        shutil.rmtree(exports)
    assert ended > TIMES / 2


def test_killed_again_and_again_it_gets_there(
    undisturbed: tuple[list[str], float], tmp_path: Path
) -> None:
    wanted, seconds = undisturbed
    instants = random.Random(SEED + 1)  # noqa: S311
    for _ in range(5):
        _interrupt(tmp_path, instants.uniform(0, seconds / 4), (signal.SIGKILL,))
    _check_next_run(tmp_path, wanted)


def test_state_made_again_after_a_kill_is_that_of_the_feeds(
    undisturbed: tuple[list[str], float], tmp_path: Path
) -> None:
    wanted, seconds = undisturbed
    _interrupt(tmp_path, seconds / 2, (signal.SIGKILL,))
    for path in (tmp_path / SITE).glob(f"{STATE_NAME}*"):
        path.unlink()
    assert run_crawl(tmp_path, archive=SAMPLE).exit_code == 4
    rebuild_state(tmp_path / SITE)
    _check_next_run(tmp_path, wanted)


def test_state_made_again_says_what_the_lost_one_said(tmp_path: Path) -> None:
    run = run_crawl(tmp_path, archive=SAMPLE)
    before = _state(run.folder)
    rebuild_state(run.folder)
    assert _state(run.folder) == before
    again = run_crawl(tmp_path, archive=SAMPLE)
    assert again.exit_code == COMPLETE
    assert "nothing new: no line written" in again.log


def _state(folder: Path) -> list[ExportedArticle]:
    state = StateSnapshot(folder / STATE_NAME)
    articles = list(state.articles())
    state.close()
    return articles


def test_second_run_ends_at_once_and_says_who_has_the_dataset(tmp_path: Path) -> None:
    with _started(_command(tmp_path)) as first:
        _wait_for_lock(tmp_path, first)
        first.send_signal(signal.SIGSTOP)
        second = run_crawl(tmp_path, archive=SAMPLE)
        first.send_signal(signal.SIGCONT)
        assert first.wait() == COMPLETE
    assert second.exit_code == LOCKED
    assert f"process {first.pid} on host" in second.log
    assert "Traceback" not in second.log


def _quota(size: int) -> Callable[[], None]:
    """Let no file grow beyond ``size`` bytes: what `ulimit -f` does."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_files_that_may_not_grow_cost_nothing(
    undisturbed: tuple[list[str], float], tmp_path: Path
) -> None:
    wanted, _ = undisturbed
    sizes = random.Random(SEED)  # noqa: S311
    for number in range(TIMES // 4):
        exports = tmp_path / f"{number}"
        command = _command(exports, DATASET_COMMIT_ITEMS=5)
        with _started(command, _quota(sizes.randrange(2_000, 200_000))) as process:
            assert process.wait() == WRITE
            assert process.stderr is not None
            assert b"Traceback" not in process.stderr.read()
        assert verify(exports / SITE).problems == []
        _check_next_run(exports, wanted)
        shutil.rmtree(exports)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 kB in memory; only root can have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_costs_nothing(undisturbed: tuple[list[str], float], small_disk: Path) -> None:
    wanted, _ = undisturbed
    sizes = random.Random(SEED)  # noqa: S311
    for number in range(TIMES // 4):
        exports = small_disk / f"{number}"
        _resize(small_disk, sizes.randrange(100, 700))
        with _started(_command(exports, DATASET_COMMIT_ITEMS=5)) as process:
            assert process.wait() == WRITE
            assert process.stderr is not None
            assert b"Traceback" not in process.stderr.read()
        _resize(small_disk, 20_000)
        assert verify(exports / SITE).problems == []
        _check_next_run(exports, wanted)
        shutil.rmtree(exports)


def _resize(disk: Path, kilobytes: int) -> None:
    options = f"remount,size={kilobytes}k"
    subprocess.run(["mount", "-o", options, str(disk)], check=True)
