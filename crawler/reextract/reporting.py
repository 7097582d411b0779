"""What a re-extraction did, on the terminal while it runs, in words at its end, and as JSON."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler import __version__
from crawler.feeds.files import make_folder, whole_file
from crawler.items import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from crawler.reextract.rebuilding import Rebuilt

PROBLEMS_TOLD = 3
_TELL_SECONDS = 0.5
COUNTS = ("new", "changed", "unchanged", "duplicate", "rejected", "gone", "known")


@contextmanager
def progress() -> Iterator[Callable[[int], None]]:
    """Yield what is told how many articles were read; shows it where somebody looks."""
    begin = told = time.monotonic()
    is_seen = sys.stderr.isatty()

    def tell(count: int) -> None:
        nonlocal told
        now = time.monotonic()
        if is_seen and now - told > _TELL_SECONDS:
            told = now
            print(f"\r{count} articles, {count / (now - begin):.0f}/s ", end="", file=sys.stderr)

    try:
        yield tell
    finally:
        if told != begin:
            print(file=sys.stderr)


def report_of(
    rebuilt: Rebuilt, run_id: str, site: str, paths: Sequence[Path], processes: int
) -> dict[str, Any]:
    """Return the re-extraction as JSON values."""
    return {
        "run_id": run_id,
        "site": site,
        "schema_version": SCHEMA_VERSION,
        "crawler_version": __version__,
        "command": "reextract",
        "archives": [path.name for path in paths],
        "processes": processes,
        "complete": not rebuilt.skipped,
        "runs": rebuilt.runs,
        "counts": {name: rebuilt.counts[name] for name in COUNTS},
        "skipped": rebuilt.skipped,
        "problems": rebuilt.problems,
        "files": [asdict(file) for file in rebuilt.files],
    }


def write_report(folder: Path, report: dict[str, Any]) -> None:
    """Write it beside the reports of crawls.

    Raises:
        OSError: the disk is full or the folder read-only.
    """
    path = folder / "runs" / f"{report['run_id']}.json"
    make_folder(path.parent)
    with whole_file(path) as file:
        file.write(json.dumps(report, ensure_ascii=False, indent=2).encode() + b"\n")


def closing_lines(report: dict[str, Any], folder: Path) -> Iterator[str]:
    """Yield the lines that end a re-extraction."""
    counts = report["counts"]
    yield (
        f"{len(report['runs'])} runs: {counts['new']} new, {counts['changed']} changed, "
        f"{counts['duplicate']} duplicates, {counts['rejected']} rejected, {counts['gone']} gone"
    )
    yield from (f"skipped: {problem}" for problem in report["problems"][:PROBLEMS_TOLD])
    if (more := report["skipped"] - PROBLEMS_TOLD) > 0:
        yield f"skipped: {more} more"
    yield f"{sum(file['rows'] for file in report['files'])} lines in {folder}"
