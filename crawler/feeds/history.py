"""The lines of the published feeds, in the order they were written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.exceptions import RecordError, StateError
from crawler.feeds.compression import open_feed, plain_name
from crawler.feeds.files import feed_files, partial_path, published_form
from crawler.feeds.names import FEEDS, VERSIONED_FEEDS
from crawler.items import Article
from crawler.records import parse_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from crawler.storage.seen import SeenArticle


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a feed and where it stands."""

    feed: str
    run_id: str
    path: Path
    number: int
    """1 for the first."""
    begin: int
    """Byte at which it begins, before compression."""
    content: bytes
    """With its line feed; without one it is torn."""

    @property
    def place(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}:{self.number}"


def history_files(folder: Path, *feeds: str) -> list[Path]:
    """Return the published files of these feeds, by run and then in the order given."""
    files = [path for feed in feeds for path in feed_files(folder, feed)]
    return sorted(files, key=run_of)


def run_of(path: Path) -> str:
    """Return the run that wrote a feed file.

    >>> from pathlib import Path
    >>> run_of(Path("articles/20220714T053000.000000Z.jsonl.zst"))
    '20220714T053000.000000Z'
    """
    return plain_name(path.name).removesuffix(".jsonl")


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of one feed file.

    Raises:
        OSError, EOFError, zlib.error, ZstdError: the file is gone or its compression broken.
    """
    begin = 0
    with open_feed(path) as file:
        for number, content in enumerate(file, 1):
            yield Line(path.parent.name, run_of(path), path, number, begin, content)
            begin += len(content)


def last_lines(folder: Path | None, known: Iterable[SeenArticle]) -> Iterator[Article]:
    """Yield the records the dataset holds of these articles, each file read once.

    Raises:
        StateError: a file cannot be read, or a line is not where the state says.
    """
    wanted: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for each in known:
        if each.line_at is not None:
            wanted[FEEDS[each.outcome], each.run_id][each.line_at] = each.id
    for path in history_files(folder, *VERSIONED_FEEDS) if folder is not None else ():
        begins = wanted.get((path.parent.name, run_of(path)), {})
        try:
            for line in read_lines(path) if begins else ():
                if line.begin in begins:
                    yield parse_line(Article, line.content)
        except (OSError, EOFError, RecordError) as error:
            raise StateError(str(path), f"cannot be read: {error}") from error


def last_line(folder: Path | None, known: SeenArticle) -> Article:
    """Return the record the dataset holds of an article.

    The state knows where its line begins, so that a hundred tombstones do not read the whole
    history a hundred times; what stands there must be that version of that article.

    Raises:
        StateError: it does not.
    """
    if folder is None or known.line_at is None:
        raise StateError(str(folder), f"does not know where the line of {known.id} is")
    plain = folder / FEEDS[known.outcome] / f"{known.run_id}.jsonl"
    path = published_form(plain) or partial_path(plain)
    try:
        with open_feed(path) as file:
            file.seek(known.line_at)
            article = parse_line(Article, file.readline())
    except (OSError, EOFError, RecordError) as error:
        raise StateError(str(path), f"no line of {known.id} at {known.line_at}: {error}") from error
    if (article.id, article.version) != (known.id, known.version):
        raise StateError(str(path), f"the line at {known.line_at} is not that of {known.id}")
    return article
