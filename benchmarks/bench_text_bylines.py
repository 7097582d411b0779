"""What reading datelines, article ends and bylines costs, in processor time.

    python -m benchmarks.bench_text_bylines [TRUTH.jsonl]

Without a file the articles are made here. With one (a line an article: ``body``, a list of
paragraphs, and ``byline``) they are that file's. Lookups are cached; `cold` clears the caches
before each article, as for a reporter never met before.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.text import agencies, bylines, tables
from crawler.text.article_end import read_article_end
from crawler.text.datelines import split_dateline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BUDGET_MS = 0.2
SENTENCES = (
    "Huyện đã hỗ trợ cây giống và phân bón cho hơn 120 hộ nghèo ở các làng vùng sâu, vùng xa.",
    "Dịp này, đoàn công tác trao 30 suất quà cho học sinh có hoàn cảnh khó khăn của xã.",
    "Trưởng thôn cho biết: “Bà con phấn khởi vì con đường mới đã nối liền hai làng”.",
)
ENDS: tuple[list[str], ...] = (
    ["Minh Lan – Hải Đăng"],
    ["Tin, ảnh: Minh Lan"],
    ["CTV Y Blơn"],
    ["Theo TTXVN"],
    [],
    [],
)


def _made_articles(count: int = 600) -> list[list[str]]:
    ends = itertools.cycle(ENDS)
    paragraphs = [" ".join(SENTENCES[i % 3] for i in range(start, start + 4)) for start in range(8)]
    first = f"(kontumtv.vn) – {paragraphs[0]}"
    return [[first, *paragraphs[: 3 + number % 5], *next(ends)] for number in range(count)]


def _read_articles(path: Path) -> list[list[str]]:
    articles = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            articles.append([*row["body"], *(row["byline"] or "").splitlines()])
    return [article for article in articles if article]


def _read(article: Sequence[str]) -> None:
    split_dateline(article[0])
    read_article_end(article)


def _clear_caches() -> None:
    agencies.find_agency.cache_clear()
    tables.fold_key.cache_clear()
    bylines.clear_cache()


def _times_ms(articles: list[list[str]], before: Callable[[], None] | None = None) -> list[float]:
    times = []
    for article in articles:
        if before:
            before()
        start = time.process_time_ns()
        _read(article)
        times.append((time.process_time_ns() - start) / 1e6)
    return sorted(times)


def main() -> int:
    """Print median, 95th percentile and maximum; 1 where the median is over the budget."""
    articles = _read_articles(Path(sys.argv[1])) if len(sys.argv) > 1 else _made_articles()
    _read(articles[0])
    medians = []
    for name, before in (("warm", None), ("cold", _clear_caches)):
        times = _times_ms(articles, before)
        medians.append(statistics.median(times))
        p95 = times[int(len(times) * 0.95)]
        print(f"{name}: {len(times)} articles, ms median {medians[-1]:.3f}", end=" ")
        print(f"p95 {p95:.3f} max {times[-1]:.2f}")
    return int(medians[0] > BUDGET_MS)


if __name__ == "__main__":
    raise SystemExit(main())
