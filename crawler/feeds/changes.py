"""What changed in a dataset since a run or a day."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.exceptions import ArgumentError
from crawler.feeds.history import history_files
from crawler.feeds.index import HistoryIndex, enumerate_lines
from crawler.feeds.names import VERSIONED_FEEDS
from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.feeds.history import Line

# How and when a line came to be, not what the article says.
PROVENANCE = frozenset(
    ("record_type", "tombstone_reason", "version", "content_hash", "date_crawled", "source",
     "archive_timestamp", "warc", "http_etag", "http_last_modified", "extractor", "run_id")
)  # fmt: skip
RUN_ID_RE = re.compile(r"\d{8}T\d{6}\.\d{6}Z")


@dataclass(frozen=True, slots=True)
class Since:
    """A moment in the history: lines of runs up to ``run_id`` were there before."""

    run_id: str

    @classmethod
    def parse(cls, text: str) -> Since:
        """Return the moment of a run (its own lines were there) or the beginning of a day.

        >>> Since.parse("2022-07-14")   # in Vietnam, seven hours ahead of the UTC of run ids
        Since(run_id='20220713T170000')

        Raises:
            ArgumentError: neither a run id nor a day.
        """
        if RUN_ID_RE.fullmatch(text):
            return cls(text)
        try:
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=VIETNAM)
        except ValueError as error:
            raise ArgumentError("since", f"{text!r} is neither a run id nor a day") from error
        return cls(f"{day.astimezone(UTC):%Y%m%dT%H%M%S}")


# For every article with a line since then: that line, and the last one before, if any.
_DELTA = """
CREATE TABLE delta AS SELECT now.seq AS seq, (
    SELECT seq FROM line WHERE id = now.id AND run_id <= :since AND NOT is_older
    ORDER BY version DESC, seq DESC LIMIT 1
) AS base FROM latest AS now WHERE now.run_id > :since
"""


def changes(folder: Path, since: Since) -> Iterator[dict[str, Any]]:
    """Yield one object for each article that is not what it was at ``since``.

    Several versions since then are one change. What came and went between is left out.

    Raises:
        RecordError: a line is not a record.
    """
    files = history_files(folder, *VERSIONED_FEEDS)
    with HistoryIndex() as index:
        index.fill(files)
        index.do(_DELTA, {"since": since.run_id})
        index.do("CREATE TABLE base (seq INTEGER PRIMARY KEY, content BLOB)")
        index.do("INSERT INTO base SELECT base, NULL FROM delta WHERE base IS NOT NULL")
        index.do("CREATE UNIQUE INDEX delta_seq ON delta (seq)")
        for seq, line in enumerate_lines(files):
            index.do("UPDATE base SET content = ? WHERE seq = ?", (line.content, seq))
            query = (
                "SELECT content FROM delta LEFT JOIN base ON base = base.seq WHERE delta.seq = ?"
            )
            for (base,) in index.ask(query, seq):
                yield from _change(line, json.loads(base) if base else None)


def _change(line: Line, old: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    new = json.loads(line.content)
    kind = _KINDS[old["record_type"] if old else None, new["record_type"]]
    if kind is None:
        return
    yield {
        "change": kind,
        "id": new["id"],
        "version": new["version"],
        "feed": line.feed,
        "url": new["url"],
        "headline": new["headline"],
        "fields_changed": fields_changed(old, new) if old and kind != "gone" else [],
        "tombstone_reason": new["tombstone_reason"],
        "date_crawled": new["date_crawled"],
        "run_id": line.run_id,
    }


# What it was then, what it is now -> what happened; None where a reader need not hear of it.
_KINDS: dict[tuple[str | None, str], str | None] = {
    (None, "article"): "new",
    (None, "tombstone"): None,
    ("article", "article"): "changed",
    ("article", "tombstone"): "gone",
    ("tombstone", "article"): "returned",
    ("tombstone", "tombstone"): None,
}


def fields_changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the fields two versions of a record differ in, provenance aside.

    >>> fields_changed({"headline": "a", "run_id": "r1"}, {"headline": "b", "run_id": "r2"})
    ['headline']
    """
    return [name for name in new if name not in PROVENANCE and old.get(name) != new[name]]
