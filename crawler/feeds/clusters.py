"""Copies side by side, for a person to judge: `scrapy dataset duplicates`."""

from __future__ import annotations

import difflib
import textwrap
from typing import TYPE_CHECKING

from crawler.exceptions import RecordError, StateError
from crawler.feeds.history import history_files, read_lines
from crawler.feeds.names import VERSIONED_FEEDS
from crawler.items import OLDER_VERSION, Article
from crawler.records import parse_line
from crawler.text.comparison import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

WIDTH = 100
# Words shown on either side of a difference, so that a reader knows where he is.
_CONTEXT = 6
# Beyond this many words a text is compared by its paragraphs: finding the differences takes time
# that grows with the square of its length.
_MAX_WORDS = 3000


def cluster_lines(folder: Path) -> Iterator[str]:
    """Yield each article that has copies, and below it each copy and how the two differ.

    What only the article kept says stands in [-…-], what only the copy says in {+…+}.

    Raises:
        StateError: a line of the feeds is no record; says where.
    """
    for number, (kept, copies) in enumerate(read_clusters(folder), 1):
        yield f"── {number} ".ljust(WIDTH, "─")
        yield from _head("kept", kept)
        for copy in copies:
            yield from _head(f"{copy.duplicate_kind} {copy.similarity:.2f}", copy)
            yield from _difference(kept, copy)
        yield ""


def read_clusters(folder: Path) -> list[tuple[Article, list[Article]]]:
    """Return articles with the copies that name them, both as their last lines have them.

    The least alike come first: those are the ones to look at. A copy of an article that is gone
    is not among them.
    """
    copies: dict[str, Article] = {}
    for article in _articles(folder):
        copies.pop(article.id, None)
        if article.duplicate_of and article.record_type == "article":
            copies[article.id] = article
    wanted = {copy.duplicate_of for copy in copies.values()}
    kept = {article.id: article for article in _articles(folder) if article.id in wanted}
    clusters = [
        (article, [copy for copy in copies.values() if copy.duplicate_of == article.id])
        for article in kept.values()
        if article.record_type == "article"
    ]
    return sorted(clusters, key=lambda cluster: min(map(_similarity, cluster[1]), default=1.0))


def _similarity(copy: Article) -> float:
    return 1.0 if copy.similarity is None else copy.similarity


def _articles(folder: Path) -> Iterator[Article]:
    for path in history_files(folder, *VERSIONED_FEEDS):
        for line in read_lines(path):
            try:
                article = parse_line(Article, line.content)
            except RecordError as error:
                raise StateError(line.place, str(error)) from error
            if OLDER_VERSION not in article.quality_flags:
                yield article


# ---- words side by side ----------------------------------------------------------------------


def _head(label: str, article: Article) -> Iterator[str]:
    date = article.date_published
    when = f"{date:%d/%m/%Y %H:%M}" if date else "no date"
    yield from _wrapped(f"{label:11}", article.headline)
    yield f"{'':11}{article.site}  {when}  {article.word_count} syllables"
    yield f"{'':11}{article.url}"


def _difference(kept: Article, copy: Article) -> Iterator[str]:
    parts = list(word_diff(kept.text, copy.text))
    for part in parts:
        yield from _wrapped(f"{'':9}| ", part)
    if not parts:
        yield f"{'':9}| the same words"


def _wrapped(label: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(text, WIDTH - len(label), break_on_hyphens=False) or [""]
    yield label + lines[0]
    indent = label if label.endswith("| ") else " " * len(label)
    yield from (indent + line for line in lines[1:])


def word_diff(kept: str, copy: str) -> Iterator[str]:
    """Yield each difference with the words around it.

    Words that differ in capitals, tone placement or marks alone are the same.

    >>> list(word_diff("Giá cà phê sáng 14/7 là 41.200 đồng.", "Giá cà phê sáng 15/7: 41.200 đồng"))
    ['Giá cà phê sáng [-14/7 là-] {+15/7:+} 41.200 đồng']
    >>> list(word_diff("một hai", "MỘT – hai.")), list(word_diff("", "một"))
    ([], ['{+một+}'])
    """
    ours, theirs = _pieces(kept), _pieces(copy)
    if max(len(ours), len(theirs)) > _MAX_WORDS:
        ours, theirs = kept.split("\n\n"), copy.split("\n\n")
    matcher = difflib.SequenceMatcher(None, _keys(ours), _keys(theirs), autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        shown = (_shown(*opcode, ours, theirs) for opcode in group)
        opening = ["…"] * (group[0][1] > 0 or group[0][3] > 0)
        yield " ".join([*opening, *(part for part in shown if part)])


def _shown(tag: str, i1: int, i2: int, j1: int, j2: int, ours: list[str], theirs: list[str]) -> str:
    gone, come = " ".join(ours[i1:i2]), " ".join(theirs[j1:j2])
    if tag == "equal":
        return come
    return " ".join([f"[-{gone}-]"] * bool(gone) + [f"{{+{come}+}}"] * bool(come))


def _pieces(text: str) -> list[str]:
    """Return the words of a text; a mark that stands alone belongs to the word before."""
    pieces: list[str] = []
    for word in text.split():
        if pieces and not fold_text(word):
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces


def _keys(pieces: Iterable[str]) -> list[str]:
    return [fold_text(piece) for piece in pieces]
