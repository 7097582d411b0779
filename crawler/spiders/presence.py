"""Known articles this run's lists do not speak of: looked at again, or asked whether they are gone.

The records come from the feeds themselves, in one pass over the files concerned.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.feeds.history import last_lines
from crawler.text.dates import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.arguments import Arguments
    from crawler.feeds.dataset import Dataset
    from crawler.items import Article
    from crawler.storage.seen import SeenArticle

# An article whose page answers though no list names it is asked for again after so long.
ASKED_AGAIN = timedelta(days=30)


class Presence:
    """Which known articles the lists of a run named, and which were looked at."""

    def __init__(self) -> None:
        self.answered: dict[str, datetime] = {}
        """Articles no list names whose page answered, and when; the run's end remembers them."""
        self._listed: set[str] = set()
        self._looked_at: set[str] = set()

    def note(self, known: SeenArticle | None, *, is_told: bool) -> None:
        """Remember that a known article was listed; ``is_told``: with its modification time."""
        if known is not None:
            self._listed.add(known.id)
            if is_told:
                self._looked_at.add(known.id)

    def to_recheck(
        self, dataset: Dataset, arguments: Arguments, now: datetime
    ) -> Iterator[Article]:
        """Yield the articles published in the last days of which no list told the last change."""
        if arguments.recheck is None:
            return
        today = now.astimezone(VIETNAM).date()
        first = max(today - timedelta(days=arguments.recheck), arguments.since or today.min)
        last = min(arguments.until or today, today)
        due = (each for each in dataset.seen.living() if each.id not in self._looked_at)
        for article in last_lines(dataset.folder, due):
            if article.date_published and first <= article.date_published.date() <= last:
                self._looked_at.add(article.id)
                yield article

    def absent(
        self, dataset: Dataset, run_id: str, now: datetime, most: int
    ) -> tuple[list[Article], int]:
        """Return the articles a list of everything does not name, and how many more there are."""
        answered = dataset.seen.lists.unlisted()
        absent = [
            known
            for known in dataset.seen.living()
            if known.id not in self._listed | self._looked_at
            and known.run_id != run_id
            and not (known.id in answered and now - answered[known.id] < ASKED_AGAIN)
        ]
        return list(last_lines(dataset.folder, absent[:most])), max(0, len(absent) - most)
