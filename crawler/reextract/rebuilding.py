"""A dataset made again from archived answers: judged and written as a crawl would have."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.exceptions import ArchiveError, WriteError
from crawler.feeds.dataset import Dataset
from crawler.feeds.files import make_folder, sync_folder
from crawler.items import Article, Gone, Rejected
from crawler.reextract.catalog import Catalog
from crawler.reextract.reading import ReadPost
from crawler.reextract.scanning import Problem, parts_of, scan
from crawler.reextract.workers import batches, in_order, open_reader, read_batch
from crawler.storage.dedupe import post_freshness
from crawler.storage.lock import RunLock
from crawler.storage.seen import Freshness, Outcome
from crawler.urls import Site, article_id, url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crawler.reextract.reading import Outcome as Read
    from crawler.reextract.runs import ArchivedRun
    from crawler.storage.dedupe import NearDuplicates
    from crawler.storage.seen import PublishedFile

COMMIT_LINES = 1000
HAS_LINE = frozenset((Outcome.ARTICLE, Outcome.DUPLICATE))


@dataclass(frozen=True, slots=True)
class Options:
    """How the dataset is written, as of a crawl, and by how many processes it is read."""

    compression: str = "none"
    near_duplicates: NearDuplicates = "off"
    processes: int = 1


@dataclass(slots=True)
class Rebuilt:
    """What came of it."""

    runs: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    files: list[PublishedFile] = field(default_factory=list)
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


@contextmanager
def cataloged(paths: Sequence[Path], site: Site, processes: int) -> Iterator[Catalog]:
    """Read WARC files through once; the catalog of what they hold is gone when the block ends.

    Raises:
        ArchiveError: a file cannot be read, or none holds an answer of the site.
    """
    with tempfile.TemporaryDirectory(prefix="reextract-") as folder:
        catalog = Catalog(Path(folder) / "catalog.sqlite3", tuple(paths), site)
        try:
            _fill(catalog, processes)
            yield catalog
        finally:
            catalog.close()


def _fill(catalog: Catalog, processes: int) -> None:
    try:
        for found in in_order(processes, scan, parts_of(catalog.paths)):
            for each in found:
                catalog.add(each)
    except OSError as error:
        raise ArchiveError(str(error.filename or ""), error.strerror or str(error)) from error
    catalog.finish()
    if not catalog.groups():
        names = ", ".join(str(path) for path in catalog.paths[:3])
        first = f"; {catalog.problems[0]}" if catalog.problems else ""
        raise ArchiveError(names, f"holds no answer of {catalog.site.name}{first}")


def rebuild(
    catalog: Catalog, folder: Path, options: Options, tell: Callable[[int], None]
) -> Rebuilt:
    """Make the dataset of a catalog in ``folder``; ``tell`` hears how many captures are read.

    Raises:
        ArchiveError: a file can no longer be read.
        WriteError: the disk is full or the folder read-only.
        StateError, LockedError: as of ``Dataset``.
    """
    rebuilt = Rebuilt()
    dataset: Dataset | None = None
    current: ArchivedRun | None = None
    try:
        for key, outcomes in _read_all(catalog, options.processes):
            run = catalog.runs[key]
            if dataset is None or run is not current:
                _finish(dataset, rebuilt)
                current = run
                rebuilt.runs.append(run.id)
                dataset = Dataset(folder, run.id, options.compression, options.near_duplicates)
            for outcome in outcomes:
                _take(outcome, dataset, run, catalog, rebuilt.counts)
            if dataset.uncommitted >= COMMIT_LINES:
                dataset.commit()
            rebuilt.counts["batches"] += 1
            tell(rebuilt.counts["articles_read"])
        _finish(dataset, rebuilt)
        dataset = None
    finally:
        if dataset is not None:
            dataset.close()
    rebuilt.skipped, rebuilt.problems = catalog.skipped, catalog.problems
    return rebuilt


def _read_all(catalog: Catalog, processes: int) -> Iterator[tuple[str, list[Read]]]:
    tasks = (batch for run in catalog.groups() for batch in batches(run, catalog.tasks(run)))
    begin = partial(open_reader, catalog.path, catalog.paths, catalog.runs)
    return in_order(processes, read_batch, tasks, begin)


def _finish(dataset: Dataset | None, rebuilt: Rebuilt) -> None:
    if dataset is not None:
        rebuilt.files += dataset.publish()
        dataset.close()


def _take(
    outcome: Read, dataset: Dataset, run: ArchivedRun, catalog: Catalog, counts: Counter[str]
) -> None:
    """Write what one answer gave, as the spider and the last pipeline would."""
    if isinstance(outcome, Problem):
        catalog.skip(outcome)
        return
    if isinstance(outcome, ReadPost):
        counts["articles_read"] += 1
        if not is_wanted(outcome, dataset, run):
            counts["known"] += 1
            return
        outcome = outcome.item
    elif isinstance(outcome, Article):
        counts["articles_read"] += 1
    if isinstance(outcome, Gone):
        counts["gone"] += _bury(outcome, dataset)
    elif isinstance(outcome, Rejected):
        dataset.reject(outcome)
        counts["rejected"] += 1
    else:
        counts[dataset.add(outcome).kind.value] += 1


def is_wanted(post: ReadPost, dataset: Dataset, run: ArchivedRun) -> bool:
    """Whether a run of ours would have taken a post its list told of; of others' all are."""
    if not run.is_own:
        return True
    known_as = article_id(run.site, post.post_id, post.url)
    at = url_key(run.site.canonical(post.url))
    seen = dataset.seen.by_id(known_as) or dataset.seen.by_address(at)
    fresh = post_freshness(seen, post.modified, is_recheck=run.is_recheck)
    return fresh is not Freshness.UNCHANGED


def _bury(gone: Gone, dataset: Dataset) -> int:
    known = dataset.seen.by_address(url_key(gone.url))
    if known is None or known.outcome not in HAS_LINE:
        return 0
    return int(dataset.bury(known.id, gone.date, gone.reason) is not None)


@contextmanager
def whole_folder(final: Path, run_id: str) -> Iterator[Path]:
    """Yield a folder to fill, that gets its name when the block ends without an error.

    Otherwise it goes; what a killed re-extraction left goes first.

    Raises:
        WriteError: it cannot be written, or ``final`` is there already.
        LockedError: another re-extraction fills it.
    """
    work = final.with_name(f".{final.name}.reextract")
    try:
        if final.exists():
            raise WriteError(str(final), "is there already; name another EXPORTS_DIR")
        make_folder(work)
        lock = RunLock(work, run_id)
        try:
            if (work / "dataset").exists():
                shutil.rmtree(work / "dataset")
            make_folder(work / "dataset")
            yield work / "dataset"
            (work / "dataset").rename(final)
            sync_folder(final.parent)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            lock.release()
    except OSError as error:
        raise WriteError(str(final), str(error)) from error
