"""What all archives share: an index of their captures, and what had to be left out of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.archives.index import CaptureIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.archives.captures import Policy
    from crawler.exceptions import ArchiveError

MAX_REASONS = 50
MAX_PROBLEMS = 1000
"""Problems kept with their reasons; all are counted."""


class IndexedArchive:
    """Answers from its index which pages were captured and when; bodies are the subclass's."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []
        """What was skipped: its place and the reason; the first ``MAX_PROBLEMS``."""
        self.skipped = 0
        """How many records or captures were skipped."""
        self.reasons: Counter[str] = Counter()
        """How many for each reason; of ``MAX_REASONS``, the rest together."""
        self.unread: list[ArchiveError] = []
        """Files of which nothing could be read, where others could."""
        self._index = CaptureIndex()
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}

    def urls(self) -> Iterator[str]:
        """Return the URL of each HTML page that was captured with 200, first captured first."""
        return self._index.pages()

    def times(self, url: str, policy: Policy, since: datetime | None) -> list[datetime]:
        """Return when the captures of a page to be read were taken; see ``SiteArchive``."""
        return self._index.times(url, policy, since)

    def close(self) -> None:
        """Drop the index; may be called twice."""
        self._index.close()

    def skip(self, place: str, reason: str) -> None:
        """Count what cannot be used, and keep the reason."""
        self.skipped += 1
        is_told = reason in self.reasons or len(self.reasons) < MAX_REASONS
        self.reasons[reason if is_told else "other reasons"] += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append((place, reason))

    def file_number(self, name: str) -> int:
        """Return the number under which rows of the index name a file."""
        if name not in self._numbers:
            self._numbers[name] = len(self._names)
            self._names.append(name)
        return self._numbers[name]

    def file_name(self, number: int) -> str:
        return self._names[number]
