"""What some WARC files hold, in an SQLite file that all processes of a re-extraction read."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from crawler.reextract.runs import ArchivedRun, parse_fields, parse_info, run_of_info
from crawler.reextract.scanning import Note, Problem, Scanned
from crawler.urls import Site, is_article_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_PROBLEMS = 1000
"""Problems kept with their reasons; all are counted."""
GONE = (404, 410)

_SCHEMA = """
CREATE TABLE captures (
    id INTEGER PRIMARY KEY, info_id TEXT, file INT, offset INT, inner INT, key TEXT, url TEXT,
    date TEXT, status INT, is_posts INT, is_html INT, digest TEXT, record_id TEXT, is_revisit INT,
    refers_id TEXT, refers_key TEXT, refers_date TEXT, run TEXT, facts TEXT, asked TEXT, target INT
);
CREATE TABLE infos (id TEXT, run TEXT);
CREATE TABLE facts (about TEXT, facts TEXT, asked TEXT);
"""
_INSERT = f"INSERT INTO captures VALUES (NULL{', ?' * 16}, '', NULL, NULL, NULL)"  # noqa: S608 - fixed
_FINISH = """
CREATE INDEX by_record ON captures (record_id);
CREATE INDEX by_digest ON captures (digest) WHERE NOT is_revisit;
CREATE INDEX info_by_id ON infos (id);
CREATE INDEX facts_by_record ON facts (about);
UPDATE captures SET
    run = coalesce((SELECT run FROM infos WHERE infos.id = info_id), '');
UPDATE captures SET facts = (SELECT facts FROM facts WHERE about = record_id) WHERE run <> '';
UPDATE captures SET asked = coalesce((SELECT asked FROM facts WHERE about = record_id), url)
WHERE facts IS NOT NULL;
CREATE INDEX by_asked ON captures (run, asked);
CREATE INDEX by_key ON captures (key, run, date);
UPDATE captures SET target = coalesce(
    (SELECT kept.id FROM captures AS kept
        WHERE kept.record_id = captures.refers_id AND NOT kept.is_revisit LIMIT 1),
    (SELECT kept.id FROM captures AS kept
        WHERE kept.key = captures.refers_key AND kept.date = captures.refers_date
            AND NOT kept.is_revisit LIMIT 1),
    (SELECT kept.id FROM captures AS kept
        WHERE kept.digest = captures.digest AND kept.key = captures.key
            AND NOT kept.is_revisit LIMIT 1),
    (SELECT kept.id FROM captures AS kept
        WHERE kept.digest = captures.digest AND NOT kept.is_revisit LIMIT 1))
WHERE is_revisit;
UPDATE captures SET
    status = (SELECT status FROM captures AS kept WHERE kept.id = captures.target),
    is_html = (SELECT is_html FROM captures AS kept WHERE kept.id = captures.target)
WHERE status = 0 AND target IS NOT NULL;
CREATE INDEX in_order ON captures (run, date, file, offset);
CREATE INDEX in_files ON captures (run, file, offset);
"""
_COLUMNS = (
    "id, run, file, offset, inner, url, date, status, is_posts, is_html, digest, facts, target"
)
# Of ours the files tell the order, of others the time. An article comes with the last answer that
# was asked for it: a further page, or its dates.
_OWN = f"""
SELECT {_COLUMNS} FROM captures AS this WHERE run = ?
ORDER BY coalesce(
    (SELECT max(file << 42 | offset) FROM captures AS other
        WHERE other.run = this.run AND other.asked = this.asked),
    file << 42 | offset), file, offset, inner
"""  # noqa: S608 - fixed text
_OTHERS = f"SELECT {_COLUMNS} FROM captures WHERE run = ? ORDER BY date, file, offset, inner"  # noqa: S608
_BY_ID = f"SELECT {_COLUMNS} FROM captures WHERE id = ?"  # noqa: S608 - fixed text
# The one asked for next after a capture; else, the last before it.
_AT = f"""
SELECT {_COLUMNS} FROM captures WHERE key = ? AND run = ?
    AND (target IS NOT NULL OR NOT is_revisit) AND status <> 304
ORDER BY (date, file, offset) < (?, ?, ?),
    CASE WHEN (date, file, offset) < (?, ?, ?) THEN -julianday(date) ELSE julianday(date) END,
    file, offset
LIMIT 1
"""  # noqa: S608 - fixed text
_FIRST = "SELECT min(date) FROM captures WHERE run = ''"
_LOST = "SELECT file, offset FROM captures WHERE is_revisit AND target IS NULL AND status <> 304"


class Capture(NamedTuple):
    """One capture as the catalog knows it; the order is that of ``_COLUMNS``."""

    id: int
    run: str
    file: int
    offset: int
    inner: int
    url: str
    date: str
    status: int
    is_posts: bool
    is_html: bool
    digest: str | None
    facts: str | None
    target: int | None
    """The capture that holds the payload of a revisit."""


class Catalog:
    """Made by ``build``, read by any number of processes afterwards."""

    def __init__(self, path: Path, paths: tuple[Path, ...], site: Site) -> None:
        """``site`` is that of captures other crawlers made."""
        self.path = path
        self.paths = paths
        self.site = site
        self.runs: dict[str, ArchivedRun] = {}
        self.skipped = 0
        """How many records could not be used."""
        self.problems: list[str] = []
        """The first of them: ``file/offset: reason``."""
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        self._database.execute("BEGIN")

    def add(self, found: Scanned | Note | Problem) -> None:
        if isinstance(found, Scanned):
            self._database.execute(_INSERT, found)
        elif isinstance(found, Problem):
            self.skip(found)
        elif found.kind == "metadata":
            self._add_facts(found)
        else:
            self._add_info(found)

    def _add_facts(self, note: Note) -> None:
        facts = parse_fields(note.block)
        first = [value for name, value in facts if name == "first"]
        redirects = [value for name, value in facts if name == "via"]
        asked = next(iter((*first, *redirects)), None)
        row = (note.about, json.dumps(facts, ensure_ascii=False), asked)
        self._database.execute("INSERT INTO facts VALUES (?, ?, ?)", row)

    def _add_info(self, info: Note) -> None:
        run = run_of_info(parse_info(info.block))
        if run is not None:
            self.runs[run.id] = run
            self._database.execute("INSERT INTO infos VALUES (?, ?)", (info.about, run.id))

    def skip(self, problem: Problem) -> None:
        """Count what cannot be used, and name it."""
        self.skipped += 1
        if len(self.problems) < MAX_PROBLEMS:
            name = self.paths[problem.file].name
            self.problems.append(f"{name}/{problem.offset}: {problem.reason}")

    def finish(self) -> None:
        """Join what belongs together, once everything is in; only ``skip`` may follow."""
        self._database.execute("COMMIT")
        self._database.executescript(_FINISH)
        for file, offset in self._database.execute(_LOST):
            self.skip(Problem(file, offset, "revisit of a capture that is not here"))
        self._add_others()

    def _add_others(self) -> None:
        """Let captures of other crawlers be one run, named by the time of the first of them.

        So the same archive makes the same dataset, whenever it is read.
        """
        (first,) = self._database.execute(_FIRST).fetchone()
        if first is not None:
            run_id = first.partition("+")[0].replace("-", "").replace(":", "") + ".000000Z"
            self.runs[""] = ArchivedRun(run_id, self.site, is_own=False)

    def groups(self) -> list[str]:
        """Return the runs of the site, the earliest first."""
        keys = [key for key, run in self.runs.items() if run.site.name == self.site.name]
        return sorted(keys, key=lambda key: self.runs[key].id)

    def tasks(self, run: str) -> Iterator[Capture]:
        """Yield what is to be read of a run, in the order in which it came."""
        archived = self.runs[run]
        wanted = is_own_task if archived.is_own else is_other_task
        rows = self._database.execute(_OWN if archived.is_own else _OTHERS, (run,))
        return (each for each in map(Capture._make, rows) if wanted(each, archived.site))

    def close(self) -> None:
        self._database.close()


def is_own_task(capture: Capture, site: Site) -> bool:
    """Whether an answer of our own crawl is to be read: a list of posts, or an article's first.

    What was asked for as an article has its facts beside it; "not modified" says nothing new.
    """
    if capture.is_posts and capture.facts is None:
        return capture.status == 200 and "include=" not in capture.url
    is_first = capture.facts is not None and '["first",' not in capture.facts
    return is_first and (200 <= capture.status < 300 or capture.status in GONE)


def is_other_task(capture: Capture, site: Site) -> bool:
    """Whether an answer another crawler got is to be read: what its address lets one expect."""
    if capture.status != 200 or not site.is_own(capture.url):
        return False
    return capture.is_posts or (capture.is_html and is_article_url(site, capture.url))


class CatalogReader:
    """The finished catalog, read in any process."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)

    def capture(self, number: int) -> Capture:
        return Capture._make(self._database.execute(_BY_ID, (number,)).fetchone())

    def at(self, key: str, near: Capture) -> Capture | None:
        """Return what the run of ``near`` got at that address, the next after it for choice."""
        place = (near.date, near.file, near.offset)
        row = self._database.execute(_AT, (key, near.run, *place, *place)).fetchone()
        return Capture._make(row) if row else None

    def close(self) -> None:
        self._database.close()
