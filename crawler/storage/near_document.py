"""What the index of near-duplicates compares of an article, and how it is kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from crawler.storage.sketches import shingles
from crawler.text.statements import read_statements

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # Scrapy depends on it for the same reason

if TYPE_CHECKING:
    from crawler.items import Article
    from crawler.text.statements import Statements

# Longer than any article: laws, lists of thousands of names. They are compared exactly only.
MAX_TEXT = 50_000
# As small as zlib makes them in a third of the time.
_packer = zstd.ZstdCompressor(1)
_WHOLE: Final = zstd.ZstdCompressor.FLUSH_FRAME


class Document:
    """What is compared of an article; each part is worked out when first asked for."""

    def __init__(self, film: str, headline: str, text: str) -> None:
        self.film, self.headline, self.text = film, headline, text
        self.shingles = shingles(text) if len(text) <= MAX_TEXT else frozenset[int]()
        self._statements: Statements | None = None

    @classmethod
    def of(cls, article: Article) -> Document:
        return cls(*_parts(article))

    def is_of(self, article: Article) -> bool:
        return _parts(article) == (self.film, self.headline, self.text)

    @classmethod
    def unpacked(cls, content: bytes) -> Document:
        return cls(*zstd.decompress(content).decode("utf-8", "surrogatepass").split("\n", 2))

    def packed(self) -> bytes:
        whole = f"{self.film}\n{self.headline}\n{self.text}"
        return _packer.compress(whole.encode("utf-8", "surrogatepass"), _WHOLE)

    @property
    def statements(self) -> Statements:
        if self._statements is None:
            self._statements = read_statements(self.text)
        return self._statements


def _parts(article: Article) -> tuple[str, str, str]:
    urls = (video.url for video in article.videos)
    film = " ".join(sorted(urls)) if article.content_type == "video" else ""
    return film, " ".join(article.headline.split()), article.text
