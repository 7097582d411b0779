"""What the local WordPress really holds, and how far a dataset agrees with it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]
VIETNAM = timezone(timedelta(hours=7))
TOKEN_RE = re.compile(r"\w+")


@dataclass
class Agreement:
    """Counts, and for everything that does not agree what was expected and what was found."""

    compared: int = 0
    f1_sum: float = 0.0
    problems: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, what: str) -> None:
        self.problems.setdefault(kind, []).append(what)

    @property
    def body_f1(self) -> float:
        return self.f1_sum / self.compared if self.compared else 0.0


def load_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def load_feed(folder: Path, feed: str) -> list[Row]:
    """Return the lines of every published file of one feed, oldest run first."""
    return [row for path in sorted((folder / feed).glob("*.jsonl")) for row in load_rows(path)]


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path).lower()


def compare(truth: list[Row], folder: Path, *, printed_dates: bool) -> Agreement:
    """Hold the feeds in ``folder`` against the truth.

    ``printed_dates``: dates were read from pages, which print no seconds.
    """
    result = Agreement()
    feeds = {name: load_feed(folder, name) for name in ("articles", "duplicates", "rejected")}
    where = Counter(path_of(row["url"]) for rows in feeds.values() for row in rows)
    records = {path_of(row["url"]): row for row in feeds["articles"] + feeds["duplicates"]}
    rejected = {path_of(row["url"]) for row in feeds["rejected"]}
    public = {path_of(row["path"]): row for row in truth if row["public"]}
    for path, row in public.items():
        if where[path] != 1:
            result.note("not exactly once", f"{where[path]} x {path}")
        elif path in rejected:
            if row["body"] or row["images"] or row["videos"] or row["audio"]:
                result.note("rejected", path)
        else:
            _compare_record(result, row, records[path], printed_dates=printed_dates)
    for path in records.keys() - public.keys():
        result.note("no article", path)
    return result


def _compare_record(result: Agreement, row: Row, record: Row, *, printed_dates: bool) -> None:
    path = row["path"]
    if _fold(record["headline"]) != _fold(row["title"]):
        result.note("headline", f"{path}: {record['headline']!r} for {row['title']!r}")
    if set(record["categories"]) != {each["name"] for each in row["categories"]}:
        result.note("categories", f"{path}: {record['categories']}")
    if set(record["keywords"]) != {_fold(each) for each in row["tags"]}:
        result.note("keywords", f"{path}: {record['keywords']} for {row['tags']}")
    if not _same_date(row, record, printed_dates=printed_dates):
        found = record["date_published"], record["date_published_raw"]
        result.note("date_published", f"{path}: {found} for {row['published']}")
    if row["weak"]:
        return
    result.compared += 1
    f1 = _f1(_record_text(record), _truth_text(row))
    result.f1_sum += f1
    if f1 < 0.99:
        result.note("body", f"{path}: F1 {f1:.3f}")
    if sorted(a["name"] for a in record["authors"]) != sorted(row["authors"]):
        names = [author["name"] for author in record["authors"]]
        result.note("authors", f"{path}: {names} for {row['authors']} ({record['byline_raw']!r})")


def _same_date(row: Row, record: Row, *, printed_dates: bool) -> bool:
    """Exact; to the minute where the page prints no seconds."""
    found, expected = record["date_published"], datetime.fromisoformat(row["published"])
    if found is None:
        return False
    if printed_dates and record["date_published_precision"] == "minute":
        expected = expected.replace(second=0)
    return datetime.fromisoformat(found) == expected


def _record_text(record: Row) -> str:
    dateline = record["dateline"]["raw"] if record["dateline"] else ""
    return " ".join((record["description"] or "", dateline, record["text"]))


def _truth_text(row: Row) -> str:
    lead = [row["lead"]] if row["lead_in"] == "excerpt" else []
    return " ".join([*lead, *row["body"]])


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.replace("\u200b", "")).split())


def _f1(found: str, expected: str) -> float:
    a, b = (Counter(TOKEN_RE.findall(_fold(each).lower())) for each in (found, expected))
    if not a and not b:
        return 1.0
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values()))
