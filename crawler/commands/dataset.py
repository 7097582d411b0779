"""`scrapy dataset …`: look at the exports of a site, check them, make things from them."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.exceptions import ArgumentError, CrawlerError, LockedError, RecordError, WriteError
from crawler.exits import BAD_ARGUMENT, DAMAGED, LOCKED, STATE, WRITE
from crawler.feeds.changes import Since, changes
from crawler.feeds.clusters import cluster_lines
from crawler.feeds.current import current_lines
from crawler.feeds.files import whole_file
from crawler.feeds.rebuild import rebuild_state
from crawler.feeds.summary import summary_lines
from crawler.feeds.verify import verify
from crawler.storage.lock import RunLock

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

SITE_DEFAULT = "kontumtv.vn"

_EXITS = {LockedError: LOCKED, WriteError: WRITE, RecordError: DAMAGED, ArgumentError: BAD_ARGUMENT}


class Command(ScrapyCommand):
    """Reads the published files; only ``rebuild-state`` writes in the dataset."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return f"{'|'.join(ACTIONS)} [options]"

    def short_desc(self) -> str:
        return "Look at, verify and use the exports of a site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", default=SITE_DEFAULT, help="host name of the site")
        parser.add_argument("--since", help="run id, or day in Vietnam: for `changes`")
        parser.add_argument("-o", "--output", type=Path, help="file to write, .gz and .zst packed")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1 or args[0] not in ACTIONS:
            raise UsageError
        assert self.settings is not None  # noqa: S101 - set by scrapy.cmdline
        folder = Path(self.settings["EXPORTS_DIR"]) / opts.site
        if not folder.is_dir():
            raise UsageError(f"there is no dataset in {folder}", print_help=False)
        opts.compression = self.settings["DATASET_COMPRESSION"]
        try:
            self.exitcode = ACTIONS[args[0]](folder, opts)
        except CrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = _EXITS.get(type(error), STATE)


def _summary(folder: Path, opts: argparse.Namespace) -> int:
    """Say what the exports hold, with one record to look at."""
    for line in summary_lines(folder):
        print(line)
    return 0


def _verify(folder: Path, opts: argparse.Namespace) -> int:
    """Check every file and line; 8 where something is damaged."""
    with _locked(folder, "verify", needed=False):
        found = verify(folder)
    for note in found.notes:
        print(f"note: {note}")
    for problem in found.problems:
        print(problem)
    verdict = f"{len(found.problems)} problems" if found.problems else "nothing damaged"
    print(f"{found.files} files, {found.rows} lines: {verdict}")
    return DAMAGED if found.problems else 0


def _rebuild_state(folder: Path, opts: argparse.Namespace) -> int:
    """Make the state again from the exports."""
    with _locked(folder, "rebuild-state"):
        try:
            counts = rebuild_state(folder, opts.compression)
        except OSError as error:
            raise WriteError(str(folder), str(error)) from error
    print(", ".join(f"{count} {outcome.value}" for outcome, count in counts.items()))
    return 0


def _current(folder: Path, opts: argparse.Namespace) -> int:
    """Write one line for each living article."""
    return _put(current_lines(folder), opts.output)


def _changes(folder: Path, opts: argparse.Namespace) -> int:
    """Write one line for each article that is not what it was."""
    if opts.since is None:
        raise ArgumentError("since", "a run id or a day is needed")
    found = changes(folder, Since.parse(opts.since))
    return _put(
        (json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in found), opts.output
    )


def _duplicates(folder: Path, opts: argparse.Namespace) -> int:
    """Show every article that has copies, and how each of them differs."""
    for line in cluster_lines(folder):
        print(line)
    return 0


ACTIONS: dict[str, Callable[[Path, argparse.Namespace], int]] = {
    "summary": _summary,
    "verify": _verify,
    "current": _current,
    "changes": _changes,
    "duplicates": _duplicates,
    "rebuild-state": _rebuild_state,
}


def _put(lines: Iterable[bytes], output: Path | None) -> int:
    """Write lines to a file that appears when it is whole, or to standard output."""
    target: AbstractContextManager[BinaryIO]
    target = whole_file(output) if output else nullcontext(sys.stdout.buffer)
    try:
        with target as file:
            file.writelines(lines)
            file.flush()
    except BrokenPipeError:
        sys.stderr.close()  # `| head` has read enough; Python would complain once more
    except OSError as error:
        raise WriteError(str(output or "standard output"), str(error)) from error
    return 0


@contextmanager
def _locked(folder: Path, action: str, *, needed: bool = True) -> Iterator[None]:
    """Keep runs away meanwhile; a folder nobody can write needs no lock.

    Raises:
        LockedError: a run is under way.
        WriteError: the lock is needed and cannot be had.
    """
    try:
        lock = RunLock(folder, action)
    except OSError as error:
        if needed:
            raise WriteError(str(folder), str(error)) from error
        yield
        return
    try:
        yield
    finally:
        lock.release()
