"""What became of everything a run was told of, so that it is complete or says what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.items import Article
    from crawler.storage.seen import Holding

MAX_NAMED = 1000
UNKNOWN = "unknown"


class Ledger:
    """Counts in all, by section and by month; and what is missing, by name."""

    def __init__(self) -> None:
        self.expected: dict[str, int] = {}
        """How many articles each source of addresses says there are."""
        self._total: Counter[str] = Counter()
        self._by_section: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._by_month: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._missing: list[dict[str, str]] = []
        self._unnamed = 0

    def begin(self, holdings: Iterable[Holding]) -> None:
        """Enter what the dataset held before the run."""
        for held in holdings:
            self._total["known"] += held.articles
            self._by_section[held.section or UNKNOWN]["known"] += held.articles
            self._by_month[held.month or UNKNOWN]["known"] += held.articles

    def count(self, fate: str, article: Article | None = None) -> None:
        """Count what became of an article; of one not read, section and month are unknown.

        >>> ledger = Ledger()
        >>> ledger.count("rejected")
        >>> ledger.to_json({})["by_month"]
        {'unknown': {'rejected': 1}}
        """
        published = article.date_published if article else None
        self._total[fate] += 1
        self._by_section[(article and article.article_section) or UNKNOWN][fate] += 1
        self._by_month[f"{published:%Y-%m}" if published else UNKNOWN][fate] += 1

    def miss(self, url: str, why: str) -> None:
        """Name what this run should have read and did not."""
        if len(self._missing) < MAX_NAMED:
            self._missing.append({"url": url, "why": why})
        else:
            self._unnamed += 1

    def to_json(self, others: dict[str, int], uncounted: int = 0) -> dict[str, Any]:
        """Return the ledger as JSON values.

        ``others`` are counts of articles no pipeline saw; ``uncounted`` is how many more the site
        counts than it lists, which have no name.
        """
        words = ("known", "fetched", "duplicate", "rejected", "failed", "gone")
        total = {**others, **{word: self._total[word] for word in words}}
        unnamed = self._unnamed + uncounted
        return {
            "expected": dict(self.expected),
            "total": {**total, "missing": len(self._missing) + unnamed},
            "by_section": _rows(self._by_section),
            "by_month": _rows(self._by_month),
            "missing": list(self._missing),
            "missing_without_name": unnamed,
        }


def _rows(counts: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted(row.items())) for name, row in sorted(counts.items())}
