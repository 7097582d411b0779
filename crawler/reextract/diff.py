"""What today's rules change: a re-extracted dataset against one that is there."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.feeds.history import history_files, read_lines
from crawler.feeds.names import VERSIONED_FEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.feeds.history import Line

Record = dict[str, Any]

MAX_EXAMPLES = 3
MAX_SHOWN = 120
"""Characters of a value in an example."""
# The rules' version; its change alone changes nothing.
IGNORED = frozenset(("extractor",))
# Which run read an archive of another crawler, and when, is no rule's doing.
OF_THE_RUN = frozenset(("run_id", "date_crawled"))


@dataclass(slots=True)
class Difference:
    """How two datasets differ, in the runs that both have."""

    compared: int = 0
    same: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """How many records differ in a field."""
    examples: defaultdict[str, list[dict[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    only_before: list[str] = field(default_factory=list)
    """Places of lines that re-extraction does not make, the first of them."""
    only_after: list[str] = field(default_factory=list)
    unmatched: Counter[str] = field(default_factory=Counter)

    @property
    def is_none(self) -> bool:
        return self.compared == self.same and not self.unmatched.total()

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON values, the most changed field first."""
        return {
            "compared": self.compared,
            "same": self.same,
            "only_before": self.unmatched["before"],
            "only_after": self.unmatched["after"],
            "only_before_examples": self.only_before,
            "only_after_examples": self.only_after,
            "fields": {
                name: {"records": count, "examples": self.examples[name]}
                for name, count in self.fields.most_common()
            },
        }


def compare(before: Path, after: Path) -> Difference:
    """Compare the articles and copies of two datasets of one site.

    A line of our own crawl is found by id and run, one of another's archive by id and version.
    Lines of runs that ``after`` does not have are left out: their answers were not kept.

    Raises:
        OSError, sqlite3.Error: a dataset cannot be read.
        RecordError: a line is damaged.
    """
    difference = Difference()
    with closing(sqlite3.connect("")) as lines:
        lines.execute("CREATE TABLE line (key TEXT PRIMARY KEY, run TEXT, place TEXT, line TEXT)")
        for key, run, line in _keyed(after):
            row = (key, run, line.place, line.content)
            lines.execute("INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?)", row)
        for key, run, line in _keyed(before):
            _compare_line(lines, key, run, line, difference)
        for place, content in lines.execute("SELECT place, line FROM line ORDER BY place"):
            _add_unmatched(difference, "after", place, json.loads(content))
    return difference


def _keyed(folder: Path) -> Iterator[tuple[str, str, Line]]:
    for path in history_files(folder, *VERSIONED_FEEDS):
        for line in read_lines(path):
            record = json.loads(line.content)
            is_own = record["source"] == "live"
            run = record["run_id"] if is_own else ""
            yield f"{record['id']} {run or record['version']}", run, line


def _compare_line(
    lines: sqlite3.Connection, key: str, run: str, line: Line, difference: Difference
) -> None:
    found = lines.execute("SELECT line FROM line WHERE key = ?", (key,)).fetchone()
    record = json.loads(line.content)
    if found is None:
        known = lines.execute("SELECT 1 FROM line WHERE run = ? LIMIT 1", (run,)).fetchone()
        if known:
            _add_unmatched(difference, "before", line.place, record)
        return
    lines.execute("DELETE FROM line WHERE key = ?", (key,))
    _add_pair(difference, record, json.loads(found[0]), is_own=bool(run))


def _add_unmatched(difference: Difference, side: str, place: str, record: Record) -> None:
    difference.unmatched[side] += 1
    kept = difference.only_before if side == "before" else difference.only_after
    if len(kept) < MAX_EXAMPLES:
        kept.append(f"{place} {record['id']} {record['url']}")


def _add_pair(difference: Difference, old: Record, new: Record, *, is_own: bool) -> None:
    ignored = IGNORED if is_own else IGNORED | OF_THE_RUN
    names = [name for name in {**old, **new} if name not in ignored]
    changed = [name for name in names if old.get(name) != new.get(name)]
    difference.compared += 1
    difference.same += not changed
    for name in changed:
        difference.fields[name] += 1
        if len(difference.examples[name]) < MAX_EXAMPLES:
            before, after = show_change(old.get(name), new.get(name))
            example = {"id": old["id"], "run_id": old["run_id"], "before": before, "after": after}
            difference.examples[name].append(example)


def show_change(before: object, after: object) -> tuple[str, str]:
    """Return two values as JSON, each cut to a line around the place where they part.

    >>> show_change("a" * 200 + "b", "a" * 200 + "c")[0][-3:]
    'ab"'
    >>> show_change(None, ["vi"])
    ('null', '["vi"]')
    """
    old, new = (json.dumps(value, ensure_ascii=False) for value in (before, after))
    pairs = enumerate(zip(old, new, strict=False))
    parted = next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))
    begin = max(0, parted - MAX_SHOWN // 2)
    return _cut(old, begin), _cut(new, begin)


def _cut(text: str, begin: int) -> str:
    end = begin + MAX_SHOWN
    return ("…" if begin else "") + text[begin:end] + ("…" if len(text) > end else "")


def difference_lines(difference: Difference) -> Iterator[str]:
    """Yield the comparison in words."""
    yield f"{difference.compared} records compared, {difference.same} the same"
    for side, kept in (("before", difference.only_before), ("after", difference.only_after)):
        if count := difference.unmatched[side]:
            yield f"only {side}: {count} records, e.g. {kept[0]}"
    for name, count in difference.fields.most_common():
        yield f"{name}: {count} records"
        for example in difference.examples[name]:
            yield f"    {example['id']}: {example['before']}"
            yield f"    {' ' * len(example['id'])}> {example['after']}"
