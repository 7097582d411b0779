"""What is recorded of the sample's WordPress: request and response, times and record ids fixed."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import re
import uuid
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from tests.sample.reading import Record

HOST = "kontumtv.vn"
REQUEST_HEADERS = [
    ("Host", HOST),
    ("User-Agent", "Mozilla/5.0 (compatible; kontumtv-sample-recorder)"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip"),
    ("Connection", "close"),
]
# Headers that tell of the recording, not of the page.
UNSTABLE_HEADERS = frozenset(("date", "transfer-encoding", "content-length", "connection"))
LOOPBACK_RE = re.compile(r"127\.0\.0\.1|localhost")

REST = "/wp-json/wp/v2"
# Numbers of posts a reader may ask for with `limit`.
FEW = (5, 10)
CATEGORIES = f"{REST}/categories?per_page=100"
FIRST_PICTURE = f"{REST}/media?per_page=1&orderby=id&order=asc"
LOCATION_RE = re.compile(r"<loc>http://[^/<]+(/[^<]*)</loc>")
PAGE_LINKS_RE = re.compile(r'<div class="page-link">.*?</div>', re.DOTALL)
LINK_RE = re.compile(r'href="http://[^/"]+(/[^"]+)"')


@dataclass
class Recorder:
    """Asks the server for addresses under the real host name; writes each the first time."""

    port: int
    recorded: datetime
    writer: WARCWriter
    statuses: dict[str, int] = field(default_factory=dict)

    def record(self, path: str) -> tuple[int, str]:
        """Return status and text of ``path``."""
        response = self._ask(path)
        payload = response.read()
        is_gzip = response.headers.get("Content-Encoding") == "gzip"
        text = (gzip.decompress(payload) if is_gzip else payload).decode()
        if LOOPBACK_RE.search(text) or LOOPBACK_RE.search(str(response.headers)):
            raise SystemExit(f"{path} names the machine it was recorded on")
        if path not in self.statuses:
            self.statuses[path] = response.status
            self._write(path, response, payload)
        return response.status, text

    def pages(self, first: str, following: str) -> Iterator[str]:
        """Record ``first``, then ``following`` for 2, 3, … up to the first that is no 200."""
        number, (status, text) = 1, self.record(first)
        while status == http.HTTPStatus.OK:
            yield text
            number += 1
            status, text = self.record(following.format(number))

    def _ask(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in REQUEST_HEADERS:
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse()

    def _write(self, path: str, response: http.client.HTTPResponse, payload: bytes) -> None:
        url = f"http://{HOST}{path}"
        kept = [(k, v) for k, v in response.getheaders() if k.lower() not in UNSTABLE_HEADERS]
        kept.append(("Date", format_datetime(self.recorded, usegmt=True)))
        kept.append(("Content-Length", str(len(payload))))
        status = f"{response.status} {response.reason}"
        answer = self.writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(payload),
            http_headers=StatusAndHeaders(status, kept, protocol="HTTP/1.1"),
            warc_headers_dict=self._fixed_headers("response", url),
        )
        asked = StatusAndHeaders(f"GET {path} HTTP/1.1", REQUEST_HEADERS, is_http_request=True)
        question = self.writer.create_warc_record(
            url,
            "request",
            http_headers=asked,
            warc_headers_dict=self._fixed_headers("request", url),
        )
        self.writer.write_request_response_pair(question, answer)

    def write_info(self, name: str) -> None:
        """Write the record that says what the file is."""
        info = {
            "software": "tests/sample/make_sample.py (warcio)",
            "format": "WARC File Format 1.0",
            "description": "A WordPress of fictional articles, not the real kontumtv.vn.",
        }
        record = self.writer.create_warcinfo_record(name, info)
        for header, value in self._fixed_headers("warcinfo", name).items():
            record.rec_headers.replace_header(header, value)
        self.writer.write_record(record)

    def _fixed_headers(self, kind: str, url: str) -> dict[str, str]:
        """Return time and id of a record: the same whenever the sample is made."""
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {url}")
        time = self.recorded.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"WARC-Date": time, "WARC-Record-ID": f"<urn:uuid:{name}>"}


def write_warc(
    target: Path, port: int, recorded: datetime, ours: Sequence[Record], others: Sequence[str]
) -> Recorder:
    """Record the site into ``target``; ``ours`` are its posts, ``others`` paths nothing links."""
    with target.open("wb") as file:
        recorder = Recorder(port, recorded, WARCWriter(file, gzip=True))
        recorder.write_info(target.name)
        record_sitemaps(recorder, {post["slug"] for post in ours})
        list(recorder.pages("/feed/", "/feed/?paged={}"))
        posts = record_rest(recorder)
        for listing in ["/", *record_categories(recorder)]:
            list(recorder.pages(listing, listing + "page/{}/"))
        for post in posts:
            record_article(recorder, path_of(post["link"]))
        for path in [*others, *other_addresses(recorder, posts, ours)]:
            recorder.record(path)
    return recorder


def record_sitemaps(recorder: Recorder, ours: set[str]) -> None:
    """Record robots.txt and sitemaps; stop where they list a post that is not ours.

    The kit's own articles belong to their publishers and may not get into the sample.
    """
    recorder.record("/robots.txt")
    _, index = recorder.record("/wp-sitemap.xml")
    for child in LOCATION_RE.findall(index):
        _, text = recorder.record(child)
        listed = {path.rstrip("/").rsplit("/", 1)[-1] for path in LOCATION_RE.findall(text)}
        if "posts-post" in child and listed - ours:
            raise SystemExit(f"not ours: {sorted(listed - ours)}")


def posts_address(order: str, per_page: int = 100, categories: str = "") -> str:
    """Return REST's address of a list of posts, ``{}`` in the place of the page's number.

    >>> posts_address("asc", categories="13")[:60]
    '/wp-json/wp/v2/posts?categories=13&per_page=100&page={}&orde'
    """
    chosen = f"categories={categories}&" if categories else ""
    selection = f"{chosen}per_page={per_page}&page={{}}&orderby=id&order={order}"
    return f"{REST}/posts?{selection}&_embed=author,wp:term"


def record_rest(recorder: Recorder) -> list[Record]:
    """Record REST's lists of posts, with the comma as such and escaped; return the posts."""
    recorder.record("/wp-json/")
    # Oldest first is how a crawl reads them all, newest first how it reads the latest few.
    for few in FEW:
        recorder.record(posts_address("desc", few).format(1))
    for order in ("desc", "asc"):
        address = posts_address(order)
        pages = [json.loads(text) for text in recorder.pages(address.format(1), address)]
        for number in range(1, len(pages) + 1):
            recorder.record(address.format(number).replace(",", "%2C"))
    return [post for page in pages for post in page]


def record_categories(recorder: Recorder) -> list[str]:
    """Record REST's list of categories and the posts below each; return the listings' paths."""
    _, text = recorder.record(CATEGORIES)
    recorder.record(f"{CATEGORIES}&page=1")
    terms = [term for term in json.loads(text) if term["count"] or term["parent"] == 0]
    for term in terms:
        below = {term["id"]}
        while grown := {other["id"] for other in terms if other["parent"] in below} - below:
            below |= grown
        numbers = ",".join(map(str, sorted(below)))
        recorder.record(posts_address("asc", categories=numbers).format(1))
    return [path_of(term["link"]) for term in terms]


def record_article(recorder: Recorder, path: str) -> None:
    """Record an article and the further pages it links."""
    _, text = recorder.record(path)
    if links := PAGE_LINKS_RE.search(text):
        for further in LINK_RE.findall(links[0]):
            recorder.record(further)


def other_addresses(
    recorder: Recorder, posts: Sequence[Record], ours: Sequence[Record]
) -> Iterator[str]:
    """Yield addresses that redirect to an article, show it again, or are none."""
    links = {post["id"]: path_of(post["link"]) for post in posts}
    for post in ours:
        for slug in post.get("old_slugs", []):
            yield f"{links[post['id']].rsplit('/', 2)[0]}/{slug}/"
    newest, second = posts[-1]["id"], posts[-2]["id"]
    yield from (f"/?p={newest}", f"/?p={second}", links[newest].rstrip("/"))
    yield from (f"{links[newest]}{tail}" for tail in ("feed/", "amp/", "?replytocom=1"))
    _, text = recorder.record(FIRST_PICTURE)
    yield path_of(json.loads(text)[0]["link"])


def path_of(url: str) -> str:
    return url.removeprefix(f"http://{HOST}")
