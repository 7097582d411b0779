"""CPU time per page of parsing, extraction, normalize and writing, on the HTML files of a folder.

    python benchmarks/bench_extraction.py FOLDER [--limit N] [--url https://kontumtv.vn/a/] [--peer]

Every step but the last is run three times and the quickest counts, so that other work on the
machine disturbs little. Prints milliseconds per page: median, nine in ten, and mean. With `--peer`
trafilatura, where it is installed, reads the same pages in the same run, its own parse included,
and the ratio of the two is told page by page: parse, extraction and normalize against all of its.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from parsel import Selector

from crawler.exceptions import PageError
from crawler.feeds.dataset import Dataset
from crawler.items import Fetch
from crawler.normalize import normalize
from crawler.pages.article import ArticlePage
from crawler.text.dates import VIETNAM
from crawler.urls import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import RawArticle

ROUNDS = 3
SITE = Site("kontumtv.vn", "https://kontumtv.vn")
Result = TypeVar("Result")


class Timer:
    """CPU milliseconds by step."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)

    def measure(self, step: str, action: Callable[[], Result], rounds: int = ROUNDS) -> Result:
        """Return what ``action`` returns; keep the least time of its rounds."""
        times = []
        for _ in range(rounds):
            start = time.process_time_ns()
            result = action()
            times.append(time.process_time_ns() - start)
        self.times[step].append(min(times) / 1e6)
        return result

    def report(self) -> None:
        for step, times in self.times.items():
            ordered = sorted(times)
            ninety = ordered[int(len(ordered) * 0.9)]
            print(
                f"{step:12} median {statistics.median(ordered):6.3f}  90 % {ninety:6.3f}"
                f"  mean {statistics.mean(ordered):6.3f} ms"
            )

    def report_ratio(self) -> None:
        steps = (self.times[step] for step in ("parse", "extraction", "normalize"))
        ours = [sum(times) for times in zip(*steps, strict=True)]
        ratios = [own / peer for own, peer in zip(ours, self.times["peer"], strict=True)]
        print(f"ours / peer  median {statistics.median(ratios):.3f}  highest {max(ratios):.3f}")


def run_peer(text: str, url: str) -> object:
    """Read a page with trafilatura, metadata included."""
    trafilatura = importlib.import_module("trafilatura")
    return trafilatura.bare_extraction(text, url=url, with_metadata=True, include_comments=False)


def extract(root: object, url: str) -> RawArticle | None:
    """Read a parsed page to the end; None where it is no article."""
    try:
        return ArticlePage(Selector(root=root), url).to_raw()
    except PageError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU per page, step by step.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--url", default=f"{SITE.home}/a/")
    parser.add_argument("--peer", action="store_true")
    args = parser.parse_args()
    timer, fetch = Timer(), Fetch(date_crawled=datetime.now(VIETNAM))
    sizes: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset(Path(folder), "benchmark")
        for path in sorted(args.folder.rglob("*.html")):
            text = path.read_text(encoding="utf-8", errors="replace")
            root = Selector(text=text).root
            if len(sizes) >= args.limit or extract(root, args.url) is None:
                continue
            sizes.append(len(text.encode()))
            timer.measure("parse", partial(Selector, text=text))
            raw = timer.measure("extraction", partial(extract, root, args.url))
            if raw is None:
                continue
            raw = replace(raw, fetch=fetch)
            article = timer.measure("normalize", partial(normalize, raw, SITE))
            if args.peer:
                timer.measure("peer", partial(run_peer, text, args.url))
            timer.measure("dataset", partial(dataset.add, article), rounds=1)
        dataset.commit()
        dataset.close()
    print(f"{len(sizes)} articles, {statistics.mean(sizes) / 1000:.0f} kB each")
    timer.report()
    if args.peer:
        timer.report_ratio()


if __name__ == "__main__":
    main()
