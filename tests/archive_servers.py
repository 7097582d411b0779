"""Archives as servers speak: what they answer, as a function, and the same over HTTP on loopback.

Dialects as their servers' documentation has them; every page in them is our own.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

from warcio.archiveiterator import ArchiveIterator

from crawler.archives.asking import Answered
from crawler.archives.surt import surt_key
from tests.warcs import make_record

if TYPE_CHECKING:
    from pathlib import Path

Headers = Mapping[str, str]
AnswerTo = Callable[[str, Headers], Answered]
"""What a server says to a path with its query."""
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(frozen=True)
class Kept:
    """One capture."""

    url: str
    timestamp: str
    body: bytes = b""
    status: int = 200
    mime: str = "text/html"
    location: str = ""
    digest: str = ""

    def columns(self) -> list[str]:
        digest = self.digest or f"D{hash(self.body) & 0xFFFFFFFF:08X}"
        return [surt_key(self.url), self.timestamp, self.url, self.mime, str(self.status), digest,
                str(len(self.body))]  # fmt: skip


def captures_of(path: Path) -> list[Kept]:
    """Return the answers a WARC file holds; of unchanged payloads only the first."""
    kept = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response":
                continue
            head = record.http_headers
            mime = (head.get_header("Content-Type") or "").partition(";")[0].strip()
            stamp = re.sub(r"\D", "", record.rec_headers.get_header("WARC-Date"))[:14]
            kept.append(
                Kept(
                    record.rec_headers.get_header("WARC-Target-URI"),
                    stamp,
                    record.content_stream().read(),
                    int(head.get_statuscode()),
                    mime or "application/octet-stream",
                    head.get_header("Location") or "",
                )
            )
    return kept


def say(status: int, body: bytes | str = b"", **headers: str) -> Answered:
    body = body.encode() if isinstance(body, str) else body
    return Answered(status, tuple((k.replace("_", "-"), v) for k, v in headers.items()), body)


@dataclass
class Wayback:
    """A Wayback server of some captures, in one of three dialects."""

    captures: list[Kept]
    dialect: Literal["ia", "pywb", "openwayback"] = "ia"
    faults: dict[str, Answered] = field(default_factory=dict)
    """What it says instead, by a part of the address."""
    asked: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where `wayback_url` points, below the server's address."""
        return {"ia": "", "pywb": "/kontum", "openwayback": "/wayback"}[self.dialect]

    async def ask(self, url: str, headers: Headers) -> Answered:
        parts = urlsplit(url)
        return self.answer(f"{parts.path}?{parts.query}" if parts.query else parts.path, headers)

    def answer(self, path: str, headers: Headers) -> Answered:
        self.asked.append(path)
        for part, fault in self.faults.items():
            if part in path:
                return fault
        index, replay = {"ia": ("/cdx/search/cdx", "/web")}.get(
            self.dialect, (f"{self.path}/cdx", self.path)
        )
        if path.startswith(f"{index}?"):
            return self._index({k: v[0] for k, v in parse_qs(urlsplit(path).query).items()})
        if path.startswith(f"{replay}/") and "id_/" in path:
            return self._replay(*path.removeprefix(f"{replay}/").split("id_/", 1))
        return say(404, "<html>Not found</html>", content_type="text/html")

    def _index(self, query: dict[str, str]) -> Answered:
        prefix = surt_key(f"http://{query['url']}").rstrip("/")
        rows = sorted(
            kept.columns()
            for kept in self.captures
            if surt_key(kept.url).startswith(prefix)
            and query["from"] <= kept.timestamp <= query["to"]
        )
        if key := query.get("resumeKey"):
            rows = [row for row in rows if f"{row[0]} {row[1]}" > key]
        limit = int(query["limit"])
        rows, more = rows[:limit], rows[limit:]
        if self.dialect == "pywb":
            names = ["urlkey", "timestamp", "url", "mime", "status", "digest", "length"]
            return say(
                200, "".join(f"{json.dumps(dict(zip(names, r, strict=True)))}\n" for r in rows)
            )
        resume = [[], [f"{rows[-1][0]} {rows[-1][1]}"]] if more else []
        if self.dialect == "ia":
            return say(200, json.dumps([NAMES, *rows, *resume] if rows else []))
        return say(200, "".join(f"{' '.join(row)}\n" for row in [*rows, *resume]))

    def _replay(self, timestamp: str, url: str) -> Answered:
        of_url = [kept for kept in self.captures if surt_key(kept.url) == surt_key(url)]
        if not of_url:
            return say(404, "<html>not archived</html>")
        kept = min(of_url, key=lambda each: abs(int(each.timestamp) - int(timestamp)))
        if kept.timestamp != timestamp:
            return say(302, location=f"/web/{kept.timestamp}id_/{kept.url}")
        headers = {"content_type": f"{kept.mime}; charset=UTF-8", "memento_datetime": "then"}
        if self.dialect == "ia":
            headers |= {"x_archive_orig_etag": f'"{kept.timestamp}"'}
        else:
            headers |= {"etag": f'"{kept.timestamp}"'}
        if kept.location:
            headers["location"] = kept.location
        return say(kept.status, kept.body, **headers)


@dataclass
class CommonCrawl:
    """An index server and a data server at one address."""

    captures: list[Kept]
    crawl: str = "CC-MAIN-2024-10"
    page_size: int = 2
    honours_range: bool = True
    truncated: frozenset[str] = frozenset()
    """URLs of which only a part was kept."""
    asked: list[str] = field(default_factory=list)

    FILE = "crawl-data/CC-MAIN-2024-10/segments/1/warc/part-00000.warc.gz"

    def __post_init__(self) -> None:
        self.data, self.rows = b"", list[dict[str, str]]()
        for kept in self.captures:
            fields = {"WARC-Truncated": "length"} if kept.url in self.truncated else {}
            headers = [("Content-Type", f"{kept.mime}; charset=UTF-8")]
            headers += [("Location", kept.location)] if kept.location else []
            t = kept.timestamp
            record = make_record(
                kept.url,
                kept.body,
                status=f"{kept.status} OK",
                headers=headers,
                date=f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:]}Z",
                fields=fields,
            )
            names = ["urlkey", "timestamp", "url", "mime", "status", "digest"]
            row = dict(zip(names, kept.columns(), strict=False))
            row |= {"length": str(len(record)), "offset": str(len(self.data))}
            row |= {"filename": self.FILE, "mime-detected": kept.mime}
            row |= {"truncated": "length"} if fields else {}
            self.rows.append(row)
            self.data += record
        self.rows.sort(key=lambda row: (row["urlkey"], row["timestamp"]))

    async def ask(self, url: str, headers: Headers) -> Answered:
        parts = urlsplit(url)
        return self.answer(f"{parts.path}?{parts.query}" if parts.query else parts.path, headers)

    def answer(self, path: str, headers: Headers) -> Answered:
        self.asked.append(path)
        if path == "/collinfo.json":
            return say(200, json.dumps([{"id": self.crawl}, {"id": "CC-MAIN-2019-01"}]))
        if path.startswith(f"/{self.crawl}-index?"):
            return self._index({k: v[0] for k, v in parse_qs(urlsplit(path).query).items()})
        if path == f"/{self.FILE}":
            return serve_range(self.data, headers if self.honours_range else {})
        return say(404, "<html>Not found</html>")

    def _index(self, query: dict[str, str]) -> Answered:
        prefix = surt_key(f"http://{query['url']}").split(")")[0] + ")"
        rows = [row for row in self.rows if row["urlkey"].startswith(prefix)]
        if query.get("showNumPages"):
            pages = -(-len(rows) // self.page_size)
            return say(200, json.dumps({"pages": pages, "pageSize": 5, "blocks": 1}))
        begin = int(query["page"]) * self.page_size
        rows = rows[begin : begin + self.page_size]
        if not rows:
            return say(404, json.dumps({"message": f"No Captures found for: {query['url']}"}))
        return say(200, "".join(f"{json.dumps(row)}\n" for row in rows))


def serve_range(data: bytes, headers: Headers) -> Answered:
    """Return a part of a file as RFC 9110 §14 has it, or the whole where none is asked for."""
    wanted = {name.lower(): value for name, value in headers.items()}.get("range", "")
    match = re.fullmatch(r"bytes=(\d+)-(\d+)", wanted)
    if not match:
        return say(200, data)
    begin, end = int(match[1]), min(int(match[2]), len(data) - 1)
    return say(206, data[begin : end + 1], content_range=f"bytes {begin}-{end}/{len(data)}")


@contextmanager
def serve(answer: AnswerTo) -> Iterator[str]:
    """Give these answers on loopback until the block ends; yields the server's address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            answered = answer(self.path, dict(self.headers.items()))
            self.send_response_only(answered.status)
            for name, value in (*answered.headers, ("Content-Length", str(len(answered.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answered.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the test has ``asked``."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
