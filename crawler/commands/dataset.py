"""`scrapy dataset summary`: what the exports of a site hold, with one record to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.feeds.names import FEEDS
from crawler.storage.seen import Outcome

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SITE_DEFAULT = "kontumtv.vn"


class Command(ScrapyCommand):
    """Reads the published files only; the state is left alone, so it works beside a crawl."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "summary [options]"

    def short_desc(self) -> str:
        return "Say what the exports of a site hold"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", default=SITE_DEFAULT, help="host name of the site")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args != ["summary"]:
            raise UsageError
        assert self.settings is not None  # noqa: S101 - set by scrapy.cmdline
        folder = Path(self.settings["EXPORTS_DIR"]) / opts.site
        if not folder.is_dir():
            raise UsageError(f"there is no dataset in {folder}", print_help=False)
        for line in summary_lines(folder):
            print(line)


def summary_lines(folder: Path) -> Iterator[str]:
    """Yield what a person wants to know of a site's dataset, one record at the end."""
    files = {outcome: sorted((folder / FEEDS[outcome]).glob("*.jsonl")) for outcome in Outcome}
    lines = {outcome: sum(map(_count_lines, files[outcome])) for outcome in Outcome}
    report = _last_report(folder)
    yield f"articles:   {lines[Outcome.ARTICLE]} in {folder / FEEDS[Outcome.ARTICLE]}"
    yield f"duplicates: {lines[Outcome.DUPLICATE]} in {folder / FEEDS[Outcome.DUPLICATE]}"
    yield f"rejected:   {lines[Outcome.REJECTED]} in {folder / FEEDS[Outcome.REJECTED]}"
    if report:
        counts = report["counts"]
        gaps = counts["rejected_to_retry"] + counts["discovery_failed"] + counts["missing"]
        state = "complete" if report["complete"] else "not complete"
        yield f"gaps:       {gaps}; the last run that wrote, {report['run_id']}, was {state}"
    if files[Outcome.ARTICLE]:
        yield ""
        yield json.dumps(_example(files[Outcome.ARTICLE][-1]), ensure_ascii=False, indent=2)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _last_report(folder: Path) -> dict[str, Any] | None:
    reports = sorted((folder / "runs").glob("*.json"))
    if not reports:
        return None
    loaded: dict[str, Any] = json.loads(reports[-1].read_text(encoding="utf-8"))
    return loaded


def _example(path: Path) -> dict[str, Any]:
    """Return the record that shows most: the first of those with the fewest empty fields."""
    with path.open(encoding="utf-8") as file:
        records: list[dict[str, Any]] = [json.loads(line) for line in file]
    return min(records, key=lambda record: sum(not value for value in record.values()))
