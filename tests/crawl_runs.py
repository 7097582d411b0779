"""A whole `scrapy crawl` as an operator starts it, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SITE = "kontumtv.vn"
# Fast and patient at once: no pause between requests to our own loopback, short ones on failure.
FAST: dict[str, Any] = {
    "NEAR_DUPLICATES": "drop",
    "DOWNLOAD_DELAY": 0,
    "RETRY_BACKOFF_SECONDS": 0.01,
    "RETRY_MAX_PAUSE_SECONDS": 0.05,
}


@dataclass(frozen=True)
class Run:
    """How a crawl ended and what it left."""

    exit_code: int
    log: str
    folder: Path

    @property
    def report(self) -> dict[str, Any]:
        """The newest run file of the site."""
        newest = max((self.folder / "runs").glob("*.json"))
        loaded: dict[str, Any] = json.loads(newest.read_text("utf-8"))
        return loaded

    def feed(self, name: str) -> list[dict[str, Any]]:
        """Every line of every published file of a feed, oldest run first."""
        paths = sorted((self.folder / name).glob("*.jsonl"))
        return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]

    def lines(self) -> int:
        """How many lines stand in all feeds together."""
        return sum(len(self.feed(name)) for name in ("articles", "duplicates", "rejected"))


def run_crawl(
    exports: Path,
    *options: str,
    settings: dict[str, Any] | None = None,
    timeout: float = 600,
    spider: str = "kontumtv",
    site: str = SITE,
    **arguments: object,
) -> Run:
    """Run `scrapy crawl` to its end; ``arguments`` are the spider's."""
    given = {**FAST, "EXPORTS_DIR": exports, **(settings or {})}
    command = [sys.executable, "-m", "scrapy", "crawl", spider, *options]
    command += [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    command += [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
    )
    return Run(done.returncode, done.stderr + done.stdout, exports / site)
