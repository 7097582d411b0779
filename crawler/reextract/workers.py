"""Work shared among processes: results in order, a bounded number of them under way."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from crawler.reextract.reading import ArchiveReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from crawler.reextract.catalog import Capture
    from crawler.reextract.reading import Outcome
    from crawler.reextract.runs import ArchivedRun

Task = TypeVar("Task")
Result = TypeVar("Result")

# A list of posts holds up to a hundred articles, and stands alone.
BATCH_PAGES = 16
AHEAD = 4
"""Tasks a process may be ahead of who takes the results: memory stays the same however many."""


class Batch(NamedTuple):
    """Captures of one run, to be read one after another."""

    run: str
    captures: tuple[int, ...]


def batches(run: str, captures: Iterable[Capture]) -> Iterator[Batch]:
    """Yield the captures of a run in pieces of about equal work."""
    waiting: list[int] = []
    for capture in captures:
        waiting.append(capture.id)
        if capture.is_posts or len(waiting) == BATCH_PAGES:
            yield Batch(run, tuple(waiting))
            waiting = []
    if waiting:
        yield Batch(run, tuple(waiting))


def _nothing() -> None:
    """Begin nothing."""


def in_order(
    processes: int,
    action: Callable[[Task], Result],
    tasks: Iterable[Task],
    begin: Callable[[], None] = _nothing,
) -> Iterator[Result]:
    """Yield the result of each task in order; with one process, made here one by one.

    ``begin`` is called once in each process before its first task.
    """
    if processes == 1:
        begin()
        yield from map(action, tasks)
        return
    with _pool(processes, begin) as pool:
        waiting: deque[Future[Result]] = deque()
        for task in tasks:
            waiting.append(pool.submit(action, task))
            if len(waiting) >= AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _pool(processes: int, begin: Callable[[], None]) -> Iterator[ProcessPoolExecutor]:
    # Forked, so that nothing is imported again; no thread runs here yet.
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(processes, context, _begin_process, (begin,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin_process(begin: Callable[[], None]) -> None:
    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin()


# Of this process; forked ones have their parent's name of it and a connection of their own.
_reader: ArchiveReader | None = None


def open_reader(catalog: Path, paths: Sequence[Path], runs: Mapping[str, ArchivedRun]) -> None:
    """Let this process read batches of a catalog."""
    global _reader
    _reader = ArchiveReader(catalog, paths, runs)


def read_batch(batch: Batch) -> tuple[str, list[Outcome]]:
    """Return the run of a batch and what its captures hold."""
    assert _reader is not None  # noqa: S101 - opened when the process began
    return batch.run, [each for number in batch.captures for each in _reader.read(number)]
