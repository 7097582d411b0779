"""The sample site over HTTP on loopback, with whatever faults a test asks for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archives.warc import WarcArchive

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = Path(__file__).parent / "sample" / "kontumtv.vn.warc.gz"
HOME = "https://kontumtv.vn"


@dataclass
class Answer:
    """What the server says for a path instead of what the sample holds."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    times: int = -1
    """How often, before the sample answers again; -1 for always."""


@dataclass
class SampleSite:
    """A running server: its address, what it was asked, what it says wrongly."""

    base_url: str
    faults: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def asked_for_articles(self) -> list[str]:
        """Paths of article pages asked for so far."""
        lists = ("/wp-json/", "/wp-sitemap", "/feed/", "/category/", "/page/", "/robots.txt")
        return [path for path in self.asked if path != "/" and not path.startswith(lists)]


@contextmanager
def sample_site() -> Iterator[SampleSite]:
    """Serve the sample WARC until the block ends."""
    # The index is an SQLite database, which only the thread that opened it may ask.
    reader = ThreadPoolExecutor(max_workers=1)
    archive = reader.submit(WarcArchive, [SAMPLE]).result()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are sent one after the other: without this each answer waits 40 ms.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            site.asked.append(self.path)
            fault = site.faults.get(self.path) or site.faults.get("*")
            if fault and fault.times:
                fault.times -= 1
                self._send(fault.status, fault.headers, fault.body)
                return
            if "modified_after=" in self.path or "?after=" in self.path:
                # What WordPress says where nothing came since; the recording holds no such query.
                self._send(200, {"X-WP-Total": "0", "X-WP-TotalPages": "0"}, b"[]")
                return
            capture = reader.submit(archive.get, HOME + self.path).result()
            if capture is None:
                self._send(404, {}, b"")
                return
            headers = {k: v for k, v in capture.headers if k.lower() not in _HOP_HEADERS}
            self._send(capture.status, headers, capture.body)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the test has ``asked``."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = SampleSite(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        reader.submit(archive.close).result()
        reader.shutdown()


_HOP_HEADERS = frozenset(("content-length", "transfer-encoding", "connection", "keep-alive"))
