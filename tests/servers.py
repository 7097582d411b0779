"""The sample site over HTTP on loopback, with whatever faults a test asks for."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.archives.warc import WarcArchive

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = Path(__file__).parent / "sample" / "kontumtv.vn.warc.gz"
HOME = "https://kontumtv.vn"
EVERY_POST = "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"


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
    removed: set[str] = field(default_factory=set)
    """Paths of articles taken away since: 404, and in no sitemap and no list of ids."""
    has_validators: bool = False
    """Whether answers carry an ETag, and 304 is said to who knows it."""
    not_modified: list[str] = field(default_factory=list)
    """What was answered with 304."""

    def without_removed(self, body: bytes) -> bytes:
        is_packed = body.startswith(b"\x1f\x8b")
        text = gzip.decompress(body) if is_packed else body
        for path in self.removed:
            entry = rf"<url><loc>[^<]*{re.escape(path)}</loc>.*?</url>"
            text = re.sub(entry.encode(), b"", text, flags=re.DOTALL)
        return gzip.compress(text, mtime=0) if is_packed else text

    def fields(self, posts: list[dict[str, Any]], path: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of the light answers the recording does not hold."""
        left = [post for post in posts if urlsplit(post["link"]).path not in self.removed]
        if "order=desc" in path:
            left.sort(key=lambda post: str(post["date_gmt"]), reverse=True)
        names = ("id", "link", "date_gmt", "modified_gmt")
        rows = [{name: post[name] for name in names} for post in left]
        headers = {"X-WP-Total": str(len(left)), "X-WP-TotalPages": "1"}
        return headers, json.dumps(rows).encode()

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
            if "_fields=id" in self.path:
                every = reader.submit(archive.get, HOME + EVERY_POST).result()
                assert every is not None
                self._send(200, *site.fields(json.loads(gzip.decompress(every.body)), self.path))
                return
            if "modified_after=" in self.path or "?after=" in self.path:
                # What WordPress says where nothing came since; the recording holds no such query.
                self._send(200, {"X-WP-Total": "0", "X-WP-TotalPages": "0"}, b"[]")
                return
            capture = reader.submit(archive.get, HOME + self.path).result()
            if capture is None or self.path in site.removed:
                self._send(404, {}, b"")
                return
            headers = {k: v for k, v in capture.headers if k.lower() not in _HOP_HEADERS}
            body = site.without_removed(capture.body) if site.removed else capture.body
            etag = f'"{hashlib.sha256(body).hexdigest()}"'
            if site.has_validators:
                headers["ETag"] = etag
                if self.headers.get("If-None-Match") == etag:
                    site.not_modified.append(self.path)
                    self._send(304, {"ETag": etag}, b"")
                    return
            self._send(capture.status, headers, body)

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
