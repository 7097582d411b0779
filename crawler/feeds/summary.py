"""What a person wants to know of a dataset at a glance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.feeds.compression import open_feed
from crawler.feeds.files import feed_files
from crawler.feeds.names import FEED_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def summary_lines(folder: Path) -> Iterator[str]:
    """Yield what a person wants to know of a site's dataset, one record at the end."""
    files = {feed: list(feed_files(folder, feed)) for feed in FEED_NAMES}
    for feed in FEED_NAMES:
        yield f"{feed + ':':11} {sum(map(_count_lines, files[feed]))} in {folder / feed}"
    report = _last_report(folder)
    if report:
        counts = report["counts"]
        gaps = counts["rejected_to_retry"] + counts["discovery_failed"] + counts["missing"]
        state = "complete" if report["complete"] else "not complete"
        yield f"gaps:       {gaps}; the last run that wrote, {report['run_id']}, was {state}"
    if files["articles"]:
        yield ""
        yield json.dumps(_example(files["articles"][-1]), ensure_ascii=False, indent=2)


def _count_lines(path: Path) -> int:
    with open_feed(path) as file:
        return sum(1 for _ in file)


def _last_report(folder: Path) -> dict[str, Any] | None:
    reports = sorted((folder / "runs").glob("*.json"))
    if not reports:
        return None
    loaded: dict[str, Any] = json.loads(reports[-1].read_text(encoding="utf-8"))
    return loaded


def _example(path: Path) -> dict[str, Any]:
    """Return the record that shows most: the first of those with the fewest empty fields."""
    with open_feed(path) as file:
        records: Iterator[dict[str, Any]] = map(json.loads, file)
        return min(records, key=lambda record: sum(not value for value in record.values()))
