"""Which article already known is this one a copy of? An index in the state's own database.

Two texts are one article when an editor could have made one of the other:

1. They share most of what they say: at least ``LEAST_SIMILARITY`` of all their shingles.
2. Nothing in them excludes the other: they state no other figure or name in the same place
   (``text.statements``), as the bulletins of two days do; their headlines are not the same but
   for a figure; and where a film is the article, it is the same film.
3. There is enough text to tell, and not too much to read: below ``SHORT_TEXT_SYLLABLES`` and
   above ``near_document.MAX_TEXT`` only exact copies are copies.

The three look at two texts only, never at when they came, so which pairs are copies does not
depend on the order of arrival. Every article looked at is in the index, copies too.

Rows are written in the transaction of the state and become true with it. Texts are kept,
compressed: similarity is counted, never estimated, and the index can be made again from itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crawler.storage.hashes import SHORT_TEXT_SYLLABLES
from crawler.storage.near_document import Document
from crawler.storage.sketches import BANDS, band_keys, digest, estimate, jaccard, sketch
from crawler.text.statements import contradict, differ_in_figures

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crawler.items import Article

# Three quarters of each of two equally long texts stand in the other: 3 shared of 3 + 1 + 1.
LEAST_SIMILARITY = 0.6
# An estimate from 60 bins is off by 0.065 (one standard deviation); four of them are never met.
_LEAST_ESTIMATE = LEAST_SIMILARITY - 4 * 0.065
# Ten years of a daily bulletin are thousands of look-alikes. A copy of today's is nearer to it
# than yesterday's, so the nearest are looked at; who loses is a much-edited copy of a bulletin.
MAX_COMPARED = 200

# Documents compared lately, about a hundred kilobytes each.
_AT_HAND = 128

# Bands come in at random, and a page of the database is written whole for each: so they are
# gathered in a small table, and each time it is full sorted into a greater one.
_LEVELS = ("near_band_0", "near_band_1", "near_band_2")
_LEVEL_DOCUMENTS = (1 << 10, 1 << 15)

_KEYS = ", ".join(f"?{number}" for number in range(1, BANDS + 1))
_SHARING = " UNION ALL ".join(
    f"SELECT number FROM {level} WHERE key IN ({_KEYS})"  # noqa: S608 - our own names
    for level in _LEVELS
)


@dataclass(frozen=True, slots=True)
class Near:
    """An article kept of which another is a copy, and the share of shingles the two share."""

    article_id: str
    similarity: float


class Link(NamedTuple):
    """Two articles that are copies; ``article_id`` came later."""

    article_id: str
    other_id: str
    similarity: float


class _Match(NamedTuple):
    number: int
    article_id: str
    kept_id: str
    similarity: float


class _Looked(NamedTuple):
    """An article looked up, kept until it is added: the same work would be done again."""

    article_id: str
    document: Document
    digest: bytes
    keys: list[int]
    matches: list[_Match]


class NearIndex:
    """The near-duplicate index of one site, in the database (and the transaction) of its state."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._looked: _Looked | None = None
        self._documents: dict[int, Document] = {}

    def keep_in_memory(self) -> None:
        """Let 64 MB of the state stay in memory: this index is read all over."""
        self._db.execute("PRAGMA cache_size=-65536")

    # ---- look up ----------------------------------------------------------------------------

    def nearest(self, article: Article) -> Near | None:
        """Return the article kept that ``article`` is most like a copy of, or None.

        A copy of a copy is one of the article kept, as long as the two do not exclude each other.
        """
        looked = self._look(article)
        for match in sorted(looked.matches, key=lambda match: (-match.similarity, match.number)):
            near = self._kept(looked.document, match)
            if near is not None and near.article_id != article.id:
                return near
        return None

    def matches(self, article: Article) -> list[Near]:
        """Return every article known that ``article`` is a copy of, in order of arrival."""
        return [Near(match.article_id, match.similarity) for match in self._look(article).matches]

    def links(self) -> Iterator[Link]:
        """Yield every pair of copies among the articles in the index."""
        return map(Link._make, self._db.execute("SELECT * FROM near_link ORDER BY 1, 2"))

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return self._db.execute("SELECT 1 FROM near_document LIMIT 1").fetchone() is not None

    def _kept(self, document: Document, match: _Match) -> Near | None:
        if match.kept_id == match.article_id:
            return Near(match.article_id, match.similarity)
        row = self._db.execute(
            "SELECT content FROM near_document WHERE article_id = ? AND kept_id = article_id",
            (match.kept_id,),
        ).fetchone()
        if row is None:
            return None  # it is gone; a missed duplicate is better than a lost article
        kept = Document.unpacked(row[0])
        if _exclude_each_other(document, kept):
            return None
        return Near(match.kept_id, jaccard(document.shingles, kept.shingles))

    def _look(self, article: Article) -> _Looked:
        known = self._looked
        if known is not None and known.article_id == article.id and known.document.is_of(article):
            return known
        document = Document.of(article)
        bins = sketch(document.shingles)
        own, keys = digest(bins), band_keys(bins)
        matches = self._matches(article.id, document, own, keys)
        self._looked = looked = _Looked(article.id, document, own, keys, matches)
        return looked

    def _matches(
        self, article_id: str, document: Document, own: bytes, keys: list[int]
    ) -> list[_Match]:
        if len(document.shingles) < SHORT_TEXT_SYLLABLES:
            return []
        found = []
        for number, other_id, kept_id, theirs in self._candidates(keys):
            guess = estimate(own, theirs)
            if other_id != article_id and guess >= _LEAST_ESTIMATE:
                found.append((guess, number, other_id, kept_id))
        found.sort(reverse=True)
        compared = (self._compared(document, *row[1:]) for row in found[:MAX_COMPARED])
        return sorted(match for match in compared if match is not None)

    def _candidates(self, keys: list[int]) -> list[tuple[int, str, str, bytes]]:
        """Return number, id, kept id and digest of all that share a band."""
        sharing = {number for (number,) in self._db.execute(_SHARING, keys)}
        query = "SELECT number, article_id, kept_id, digest FROM near_document WHERE number = ?"
        rows = (self._db.execute(query, (number,)).fetchone() for number in sorted(sharing))
        return [row for row in rows if row is not None]

    def _compared(
        self, document: Document, number: int, article_id: str, kept_id: str
    ) -> _Match | None:
        other = self._document(number)
        similarity = jaccard(document.shingles, other.shingles)
        if similarity < LEAST_SIMILARITY or _exclude_each_other(document, other):
            return None
        return _Match(number, article_id, kept_id, similarity)

    def _document(self, number: int) -> Document:
        known = self._documents.get(number)
        if known is None:
            (content,) = self._db.execute(
                "SELECT content FROM near_document WHERE number = ?", (number,)
            ).fetchone()
            known = self._remember(number, Document.unpacked(content))
        return known

    def _remember(self, number: int, document: Document) -> Document:
        """Keep a document at hand: what it is compared by was dear to work out."""
        if len(self._documents) >= _AT_HAND:
            self._documents.clear()
        self._documents[number] = document
        return document

    # ---- record -----------------------------------------------------------------------------

    def add(self, article: Article) -> None:
        """Remember ``article`` as it is written, ``duplicate_of`` included, in place of before."""
        looked = self._look(article)
        self.remove(article.id)
        row = (
            article.id,
            article.duplicate_of or article.id,
            looked.digest,
            looked.document.packed(),
        )
        number = self._db.execute(
            "INSERT INTO near_document (article_id, kept_id, digest, content) VALUES (?, ?, ?, ?)",
            row,
        ).lastrowid
        assert number is not None  # noqa: S101 - an INSERT that succeeds has one
        if looked.matches:
            self._db.executemany(
                "INSERT INTO near_link VALUES (?, ?, ?)",
                [(article.id, match.article_id, match.similarity) for match in looked.matches],
            )
        rows = [(key, number) for key in sorted(looked.keys)]
        self._db.executemany("INSERT OR IGNORE INTO near_band_0 VALUES (?, ?)", rows)
        if looked.matches:  # the next of its kind will be compared with it
            self._remember(number, looked.document)
        self._settle(number)

    def remove(self, article_id: str) -> None:
        """Forget an article; those kept as its copies stay known, but stand for nothing."""
        self._looked = None
        row = self._db.execute(
            "SELECT number, content FROM near_document WHERE article_id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return
        number, content = row
        self._documents.pop(number, None)
        keys = band_keys(sketch(Document.unpacked(content).shingles))
        for level in _LEVELS:
            self._db.executemany(
                f"DELETE FROM {level} WHERE key = ? AND number = ?",  # noqa: S608 - our own names
                [(key, number) for key in keys],
            )
        self._db.execute("DELETE FROM near_document WHERE number = ?", (number,))
        self._db.execute("DELETE FROM near_link WHERE article_id = ?", (article_id,))
        self._db.execute("DELETE FROM near_link WHERE other_id = ?", (article_id,))

    def clear(self) -> None:
        """Forget everything."""
        self._looked = None
        self._documents.clear()
        for table in ("near_document", "near_link", *_LEVELS):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def _settle(self, number: int) -> None:
        """Sort the bands of a full level into the next."""
        levels = zip(_LEVELS, _LEVELS[1:], _LEVEL_DOCUMENTS, strict=False)
        for level, greater, documents in levels:
            if number % documents == 0:
                self._db.execute(
                    f"INSERT OR IGNORE INTO {greater} SELECT * FROM {level}"  # noqa: S608 - our own names
                )
                self._db.execute(f"DELETE FROM {level}")  # noqa: S608 - our own names


def _exclude_each_other(first: Document, second: Document) -> bool:
    if first.film and second.film and first.film != second.film:
        return True
    if differ_in_figures(first.headline, second.headline):
        return True
    return contradict(first.statements, second.statements)
