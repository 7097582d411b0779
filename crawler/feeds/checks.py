"""Checks of the lines of a dataset: schema, content, versions, and what the state says of them."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import TYPE_CHECKING

from crawler.exceptions import RecordError
from crawler.feeds.compression import BROKEN
from crawler.feeds.history import history_files, read_lines
from crawler.feeds.names import FEED_NAMES, FEEDS, VERSIONED_FEEDS
from crawler.items import Article, Rejected
from crawler.records import parse_line, to_line
from crawler.storage.hashes import HASH_VERSION, content_hash
from crawler.storage.seen import Outcome
from crawler.storage.snapshot import ExportedArticle, StateSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from crawler.feeds.history import Line
    from crawler.feeds.index import HistoryIndex
    from crawler.storage.seen import PublishedFile


@dataclass(slots=True)
class Findings:
    """What a verification found."""

    problems: list[str] = field(default_factory=list)
    """Damage, each with the file and, where it can be told, the line."""
    notes: list[str] = field(default_factory=list)
    """What the next run will finish, and what could not be compared."""
    files: int = 0
    rows: int = 0

    def add(self, place: str, text: str) -> None:
        self.problems.append(f"{place}: {text}")


# ---- lines -----------------------------------------------------------------------------------


def check_lines(
    folder: Path, index: HistoryIndex, listed: dict[str, PublishedFile], found: Findings
) -> None:
    seq = 0
    for path in history_files(folder, *FEED_NAMES):
        name = path.relative_to(folder).as_posix()
        rows = 0
        try:
            for line in read_lines(path):
                rows, seq = line.number, seq + 1
                _check_line(seq, line, index, found)
        except BROKEN as error:
            found.add(f"{name}:{rows + 1}", f"cannot be read further: {error}")
        if name in listed and rows != listed[name].rows:
            found.add(name, f"{rows} lines where the manifest has {listed[name].rows}")
        found.files += 1
        found.rows += rows
    index.finish()


def _check_line(seq: int, line: Line, index: HistoryIndex, found: Findings) -> None:
    is_versioned = line.feed in VERSIONED_FEEDS
    try:
        item: object = parse_line(Article if is_versioned else Rejected, line.content)
    except RecordError as error:
        found.add(line.place, str(error))
        return
    if to_line(item).encode() + b"\n" != line.content:
        found.add(line.place, "not written as the project writes it")
    if isinstance(item, Article):
        index.add(seq, line, json.loads(line.content))
        ours = item.content_hash.startswith(f"{HASH_VERSION}:")
        if ours and item.content_hash != content_hash(item):
            found.add(line.place, f"{item.id}: the content is not that of its hash")


# ---- versions and state ----------------------------------------------------------------------


def check_versions(index: HistoryIndex, found: Findings) -> None:
    doubled = index.ask(
        "SELECT id, version, group_concat(place, ' and ') FROM line"
        " GROUP BY id, version HAVING count(*) > 1"
    )
    for article_id, version, places in doubled:
        found.add(places, f"{article_id} version {version} is there more than once")
    gaps = index.ask(
        "SELECT id, count(DISTINCT version), max(version) FROM line"
        " GROUP BY id HAVING max(version) <> count(DISTINCT version)"
    )
    for article_id, count, last in gaps:
        found.add(article_id, f"{count} of its {last} versions are there")


def check_state(index: HistoryIndex, state: StateSnapshot, found: Findings) -> None:
    """Hold the last line of every article against what the state says of it.

    Lines of a run that did not end are still in a file without a name.
    """
    pending = {file.path for file in state.unpublished()}
    rows = index.ask(
        "SELECT id, outcome, version, content_hash, run_id, begin FROM latest ORDER BY id"
    )
    lines = (ExportedArticle(*row) for row in rows)
    for line, known in _pairs(lines, state.articles()):
        if known is None:
            assert line is not None  # noqa: S101 - one of the two is there
            found.add(line.id, "in the feeds and not in the state")
        elif f"{FEEDS[Outcome(known.outcome)]}/{known.run_id}.jsonl" not in pending:
            _compare(line, known, found)


def _compare(line: ExportedArticle | None, known: ExportedArticle, found: Findings) -> None:
    if line is None:
        place = f"byte {known.line_at} of run {known.run_id}"
        found.add(known.id, f"version {known.version} ({place}) is in the state and in no feed")
        return
    for name in ExportedArticle.__dataclass_fields__:
        in_feed, in_state = getattr(line, name), getattr(known, name)
        if in_feed != in_state and in_state is not None:
            found.add(known.id, f"{name} is {in_feed!r} in the feeds and {in_state!r} in the state")


def _pairs(
    lines: Iterable[ExportedArticle], known: Iterable[ExportedArticle]
) -> Iterator[tuple[ExportedArticle | None, ExportedArticle | None]]:
    """Yield what both sides, each sorted by id, hold of every id."""
    sides = (zip(repeat(side), rows) for side, rows in enumerate((lines, known)))
    for _, group in groupby(heapq.merge(*sides, key=_by_id), key=_by_id):
        both = dict(group)
        yield both.get(0), both.get(1)


def _by_id(row: tuple[int, ExportedArticle]) -> str:
    return row[1].id
