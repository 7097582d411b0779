"""What keeping every answer costs: whole crawls with `WARC_STORE` and without, in turn.

    python benchmarks/bench_store.py [--pages 1000] [--pairs 3]

A server in this process answers from memory with the sample's pages under many addresses, packed
as sites send them; CPU is that of the crawl alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from bench_reextract import HOME, ROOT, pages

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    bodies = {each.url.removeprefix(HOME): each.body for each in pages(options.pages)}
    with serving(bodies) as address:
        ratios = [measure(address) for _ in range(options.pairs)]
    print(f"median of {options.pairs}: {statistics.median(ratios):.2f} times the CPU")


def measure(address: str) -> float:
    with tempfile.TemporaryDirectory() as name:
        plain = crawl(address, Path(name) / "plain")
        kept = crawl(address, Path(name) / "kept", "-s", f"WARC_STORE={name}/warc")
        size = sum(path.stat().st_size for path in Path(name, "warc").glob("*.warc.gz"))
    print(f"without {plain:.2f} s CPU, with {kept:.2f} s, {size / 1e6:.1f} MB kept", flush=True)
    return kept / plain


def crawl(address: str, exports: Path, *options: str) -> float:
    """Crawl by sitemap; return the CPU seconds."""
    command = [sys.executable, "-m", "scrapy", "crawl", "kontumtv", "-a", f"base_url={address}"]
    command += ["-a", "discovery=sitemap", "-s", f"EXPORTS_DIR={exports}", "-s", "DOWNLOAD_DELAY=0"]
    command += ["-s", "CONCURRENT_REQUESTS=8", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", *options]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 3), process.returncode
    return usage.ru_utime + usage.ru_stime


@contextmanager
def serving(bodies: dict[str, bytes]) -> Iterator[str]:
    """Serve the pages and their sitemap; yield the address."""
    entries = "".join(f"<url><loc>{HOME}{path}</loc></url>" for path in bodies)
    sitemap = f"<urlset>{entries}</urlset>".encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            is_list = self.path == "/wp-sitemap.xml"
            body = sitemap if is_list else bodies.get(self.path, b"")
            self.send_response_only(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            if body and not is_list:
                self.send_header("Content-Type", "text/html; charset=UTF-8")
                self.send_header("Content-Encoding", "gzip")
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


if __name__ == "__main__":
    main()
