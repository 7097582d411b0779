"""`scrapy reextract`: the dataset made again from kept WARC files, with today's rules."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from crawler.arguments import parse_arguments
from crawler.exceptions import ArchiveError, ArgumentError, CrawlerError, LockedError, WriteError
from crawler.exits import ARCHIVE, COMPLETE, ERROR, INCOMPLETE, INTERRUPTED, LOCKED, STATE, WRITE
from crawler.feeds.files import whole_file
from crawler.reextract.diff import compare, difference_lines
from crawler.reextract.rebuilding import Options, cataloged, rebuild, whole_folder
from crawler.reextract.reporting import closing_lines, progress, report_of, write_report
from crawler.urls import Site

if TYPE_CHECKING:
    import argparse

SITE_DEFAULT = "kontumtv.vn"
DIFFERENT = 1
"""Exit code of `--diff`, as of diff(1)."""
KNOWN = frozenset(("archive", "base_url"))

_EXITS = {ArchiveError: ARCHIVE, LockedError: LOCKED, WriteError: WRITE}


class Command(ScrapyCommand):
    """Reads archives and writes a new dataset; asks nobody for anything."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "-a archive=FILE|GLOB[,…] [options]"

    def short_desc(self) -> str:
        return "Make a dataset again from kept WARC files"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE",
                            help="archive: WARC files, globs, several with commas; base_url: "
                            "another address of the site in them")  # fmt: skip
        parser.add_argument("--site", default=SITE_DEFAULT, help="host name of the site")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1,
                            help="how many read at once; default: one a core")  # fmt: skip

        parser.add_argument(
            "--diff",
            type=Path,
            metavar="EXPORTS",
            help="write no dataset, say what would differ from the one there",
        )
        parser.add_argument("-o", "--output", type=Path, help="the same as JSON: for --diff")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError
        given = parse_given(opts.spargs)
        site = Site(opts.site, f"https://{opts.site}", given.get("base_url", ""))
        paths = archive_paths(given)
        try:
            self.exitcode = self._take(paths, site, opts)
        except CrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = _EXITS.get(type(error), STATE)
        except BrokenProcessPool as error:
            print(f"a process that read the archive died: {error}", file=sys.stderr)
            self.exitcode = ERROR
        except KeyboardInterrupt:
            print("interrupted; nothing was written", file=sys.stderr)
            self.exitcode = INTERRUPTED

    def _take(self, paths: list[Path], site: Site, opts: argparse.Namespace) -> int:
        assert self.settings is not None  # noqa: S101 - set by scrapy.cmdline
        compression, near = self.settings["DATASET_COMPRESSION"], self.settings["NEAR_DUPLICATES"]
        options = Options(compression, near, max(1, opts.processes))
        if opts.diff is not None:
            return _diff(paths, site, options, opts.diff / site.name, opts.output)
        return _rebuild(paths, site, options, Path(self.settings["EXPORTS_DIR"]) / site.name)


def _rebuild(paths: list[Path], site: Site, options: Options, final: Path) -> int:
    """Write the dataset; 3 where something could not be read."""
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    with whole_folder(final, run_id) as folder:
        with progress() as tell, cataloged(paths, site, options.processes) as catalog:
            rebuilt = rebuild(catalog, folder, options, tell)
        report = report_of(rebuilt, run_id, site.name, paths, options.processes)
        write_report(folder, report)
    for line in closing_lines(report, final):
        print(line)
    return INCOMPLETE if rebuilt.skipped else COMPLETE


def _diff(
    paths: list[Path], site: Site, options: Options, before: Path, output: Path | None
) -> int:
    """Say what would be different; 1 where anything would."""
    if not before.is_dir():
        raise UsageError(f"there is no dataset in {before}", print_help=False)
    with tempfile.TemporaryDirectory(prefix="reextract-") as folder:
        after = Path(folder) / site.name
        with progress() as tell, cataloged(paths, site, options.processes) as catalog:
            rebuilt = rebuild(catalog, after, options, tell)
        difference = compare(before, after)
    for line in difference_lines(difference):
        print(line)
    if rebuilt.skipped:
        print(f"skipped: {rebuilt.skipped}, e.g. {rebuilt.problems[0]}")
    if output is not None:
        _write_json(output, {**difference.to_json(), "skipped": rebuilt.skipped})
    return COMPLETE if difference.is_none else DIFFERENT


def _write_json(path: Path, value: object) -> None:
    try:
        with whole_file(path) as file:
            file.write(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")
    except OSError as error:
        raise WriteError(str(path), str(error)) from error


def parse_given(pairs: list[str]) -> dict[str, str]:
    """Return what `-a` gave by name; `archive` is there."""
    try:
        given: dict[str, str] = arglist_to_dict(pairs)
    except ValueError:
        raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from None
    if unknown := sorted(set(given) - KNOWN):
        raise UsageError(f"argument {unknown[0]}: unknown", print_help=False)
    if not given.get("archive"):
        raise UsageError("argument archive: name the WARC files to read", print_help=False)
    return given


def archive_paths(given: dict[str, str]) -> list[Path]:
    """Return the files the argument `archive` names, in order of their names, as runs name them."""
    try:
        arguments = parse_arguments(given)
    except ArgumentError as error:
        raise UsageError(str(error), print_help=False) from None
    if arguments.archive_service or arguments.archive_urls:
        raise UsageError("argument archive: only files can be read again", print_help=False)
    return sorted(arguments.archive, key=lambda path: (path.name, path))
