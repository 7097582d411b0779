"""The whole crawl against a bare Scrapy spider on the same pages, in turn, in one run.

    python benchmarks/bench_crawl.py http://127.0.0.1:8082 [--pairs 3] [--concurrency 16] \\
        [-s NEAR_DUPLICATES=off]

The address is a server that answers faster than a crawler asks, e.g. a static mirror of a
WordPress site with its sitemap. Prints, for each pair of runs, wall and CPU seconds of both and
their ratio, and the medians.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base_url")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    ratios = []
    for number in range(options.pairs):
        with tempfile.TemporaryDirectory() as folder:
            # Outside the project, or Scrapy would take the project's settings for the baseline.
            bare = timed(bare_command(options.base_url, Path(folder), options.concurrency), folder)
            own = own_command(options.base_url, Path(folder), options.concurrency)
            own += [part for setting in options.settings for part in ("-s", setting)]
            ours = timed(own, ROOT)
            lines = count_lines(Path(folder) / "bare.jsonl"), count_lines(Path(folder) / "exports")
        ratios.append((ours[0] / bare[0], ours[1] / bare[1]))
        print(
            f"pair {number + 1}: bare {bare[0]:.1f} s wall {bare[1]:.1f} s CPU, {lines[0]} lines;"
            f" ours {ours[0]:.1f} s wall {ours[1]:.1f} s CPU, {lines[1]} lines;"
            f" ratio {ratios[-1][0]:.2f} wall {ratios[-1][1]:.2f} CPU"
        )
    wall, cpu = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(f"median ratio: {wall:.2f} wall, {cpu:.2f} CPU")


def bare_command(base_url: str, folder: Path, concurrency: int) -> list[str]:
    spider = str(ROOT / "benchmarks" / "bare_spider.py")
    output = ["-O", str(folder / "bare.jsonl")]
    command = [sys.executable, "-m", "scrapy", "runspider", spider, *output]
    return [*command, "-a", f"sitemap={base_url}/wp-sitemap.xml", *at_once(concurrency)]


def own_command(base_url: str, folder: Path, concurrency: int) -> list[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", "kontumtv", "-a", f"base_url={base_url}"]
    command += ["-a", "discovery=sitemap", "-s", f"EXPORTS_DIR={folder / 'exports'}"]
    return [*command, "-s", "DOWNLOAD_DELAY=0", *at_once(concurrency)]


def at_once(concurrency: int) -> list[str]:
    names = ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN")
    return [part for name in names for part in ("-s", f"{name}={concurrency}")]


def timed(command: list[str], cwd: str | Path) -> tuple[float, float]:
    """Run a command to its end in a folder; return wall and CPU seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def count_lines(path: Path) -> int:
    files = path.rglob("*.jsonl") if path.is_dir() else [path]
    return sum(len(file.read_bytes().splitlines()) for file in files)


if __name__ == "__main__":
    main()
