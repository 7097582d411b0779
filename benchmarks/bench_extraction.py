"""CPU time per page of parsing and of extraction, on the HTML files of a folder.

python benchmarks/bench_extraction.py FOLDER [--limit N] [--url https://kontumtv.vn/]

Each page is read three times and the quickest counts, so that other work on the machine disturbs
little. Prints milliseconds per page: median, nine in ten, and mean.
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from parsel import Selector

from crawler.exceptions import PageError
from crawler.pages.article import ArticlePage

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3


def quickest(action: Callable[[], object]) -> float:
    """Return the least CPU milliseconds of a few runs."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        action()
        times.append(time.process_time_ns() - start)
    return min(times) / 1e6


def extract(root: object, url: str) -> bool:
    """Read a parsed page to the end; false where it is no article."""
    try:
        ArticlePage(Selector(root=root), url).to_raw()
    except PageError:
        return False
    return True


def report(name: str, times: list[float]) -> None:
    """Print one line of figures."""
    ordered = sorted(times)
    print(
        f"{name:12} median {statistics.median(ordered):6.3f}  "
        f"90 % {ordered[int(len(ordered) * 0.9)]:6.3f}  mean {statistics.mean(ordered):6.3f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU per page of parsing and extraction.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--url", default="https://kontumtv.vn/")
    args = parser.parse_args()
    parses, extractions, sizes, articles = [], [], [], 0
    for path in sorted(args.folder.glob("*.html"))[: args.limit]:
        text = path.read_text(encoding="utf-8", errors="replace")
        sizes.append(len(text.encode()))
        parses.append(quickest(partial(Selector, text=text)))
        root = Selector(text=text).root
        extractions.append(quickest(partial(extract, root, args.url)))
        articles += extract(root, args.url)
    print(f"{len(sizes)} pages, {articles} articles, {statistics.mean(sizes) / 1000:.0f} kB each")
    report("parse", parses)
    report("extraction", extractions)


if __name__ == "__main__":
    main()
