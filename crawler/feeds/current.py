"""The current view of a dataset: one line for each living article, from its history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.feeds.history import history_files
from crawler.feeds.index import HistoryIndex, enumerate_lines
from crawler.feeds.names import VERSIONED_FEEDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_COPY_FIELDS = ("duplicate_of", "duplicate_kind", "similarity")


def current_lines(folder: Path) -> Iterator[bytes]:
    """Yield the last line of every living article, in the order they were written.

    Of articles that are copies of one another one is taken: the one published first of those that
    are still there, whichever arrived first.

    Raises:
        RecordError: a line is not a record.
    """
    files = history_files(folder, *VERSIONED_FEEDS)
    with HistoryIndex() as index:
        index.fill(files)
        copies = _kept_copies(index)
        wanted = _living(index, copies)
        next_seq = next(wanted, None)
        for seq, line in enumerate_lines(files):
            if seq == next_seq:
                yield _as_original(line.content) if line.feed == "duplicates" else line.content
                next_seq = next(wanted, None)


def _living(index: HistoryIndex, copies: dict[str, str]) -> Iterator[int]:
    """Yield the places of the lines to take; of a cluster of copies only the one kept."""
    rows = index.ask("SELECT seq, id FROM latest WHERE outcome <> 'tombstone' ORDER BY seq")
    return (seq for seq, article_id in rows if copies.get(article_id, article_id) == article_id)


def _kept_copies(index: HistoryIndex) -> dict[str, str]:
    """Return for every article of a cluster of copies the id of the one that is kept."""
    kept = {}
    for cluster in _clusters(index):
        living = sorted(each for each in map(_published_key(index), cluster) if each is not None)
        kept.update(dict.fromkeys(cluster, living[0][-1] if living else ""))
    return kept


def _clusters(index: HistoryIndex) -> list[set[str]]:
    """Return the ids that the last lines join, each set once; only copies are held in memory."""
    cluster_of: dict[str, set[str]] = {}
    pairs = index.ask("SELECT id, duplicate_of FROM latest WHERE duplicate_of IS NOT NULL")
    for pair in pairs:
        joined = set().union(*(cluster_of.get(each, {each}) for each in pair))
        cluster_of.update(dict.fromkeys(joined, joined))
    return list({id(cluster): cluster for cluster in cluster_of.values()}.values())


def _published_key(index: HistoryIndex) -> Callable[[str], tuple[str, int, str] | None]:
    def key(article_id: str) -> tuple[str, int, str] | None:
        """Earliest first, those without a date last; None for an article that is gone."""
        query = "SELECT outcome, date_published, seq FROM line WHERE id = ?"
        query += " AND NOT is_older ORDER BY version DESC, seq DESC LIMIT 1"
        row = next(index.ask(query, article_id), None)
        if row is None or row[0] == "tombstone":
            return None
        return (row[1] or "~", row[2], article_id)

    return key


def _as_original(content: bytes) -> bytes:
    """Return a copy's line as that of an article; it stands for its cluster now."""
    record = json.loads(content)
    record.update(dict.fromkeys(_COPY_FIELDS))
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
