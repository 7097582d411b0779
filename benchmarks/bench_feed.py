"""What the durable feed costs: whole crawls into the dataset against `-O` alone, in turn.

    python benchmarks/bench_feed.py http://127.0.0.1:8080 [--pairs 5]

Everything a crawl asks that address for is asked once and answered from memory afterwards, so
that the site's own speed is not what is measured. Both runs read and judge the same articles;
one keeps its state in memory and writes Scrapy's feed, the other writes, syncs and commits.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from bench_crawl import ROOT, count_lines, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

Answer = tuple[int, list[tuple[str, str]], bytes]
PASSED_ON = ("content-type", "link", "x-wp-total", "x-wp-totalpages")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base_url")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--discovery", default="rest")
    options = parser.parse_args()
    with remembering(options.base_url) as address:
        command = [sys.executable, "-m", "scrapy", "crawl", "kontumtv", "-s", "DOWNLOAD_DELAY=0"]
        command += ["-a", f"base_url={address}", "-a", f"discovery={options.discovery}"]
        with tempfile.TemporaryDirectory() as folder:
            timed([*command, "-O", f"{folder}/warm.jsonl"], ROOT)
        ratios = [measure(command, number) for number in range(1, options.pairs + 1)]
    wall, cpu = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(f"median ratio: {wall:.3f} wall, {cpu:.3f} CPU")


def measure(command: list[str], number: int) -> tuple[float, float]:
    """Time one pair of runs; which goes first changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone = [*command, "-O", str(folder / "alone.jsonl")]
        durable = [*command, "-s", f"EXPORTS_DIR={folder / 'exports'}"]
        if number % 2:
            plain, ours = timed(alone, ROOT), timed(durable, ROOT)
        else:
            ours, plain = timed(durable, ROOT), timed(alone, ROOT)
        lines = count_lines(folder / "alone.jsonl"), count_lines(folder / "exports" / "kontumtv.vn")
    ratio = ours[0] / plain[0], ours[1] / plain[1]
    print(
        f"pair {number}: -O {plain[0]:.2f} s wall {plain[1]:.2f} s CPU, {lines[0]} lines; dataset "
        f"{ours[0]:.2f} s wall {ours[1]:.2f} s CPU, {lines[1]} lines; ratio {ratio[0]:.3f} "
        f"{ratio[1]:.3f}",
        flush=True,
    )
    return ratio


@contextmanager
def remembering(base_url: str) -> Iterator[str]:
    """Serve what another address answers, each answer fetched once; yield the own address."""
    answers: dict[str, Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path not in answers:
                answers[self.path] = fetch(base_url + self.path)
            status, headers, body = answers[self.path]
            self.send_response_only(status)
            for header in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def fetch(url: str) -> Answer:
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:  # noqa: S310 - what we are told
            headers = [pair for pair in answer.headers.items() if pair[0].lower() in PASSED_ON]
            return answer.status, headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, [], error.read()


if __name__ == "__main__":
    main()
