"""The Wayback Machine, or any server that speaks as it does: pywb, OpenWayback."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from crawler.archives.asking import BUSY, Answered, Ask, ask_index
from crawler.archives.captures import Capture, Policy
from crawler.archives.cdx import CdxAnswer, format_timestamp, make_row, parse_cdx, parse_timestamp
from crawler.archives.index import OK
from crawler.archives.indexed import IndexedArchive
from crawler.archives.payloads import remove_false_encoding
from crawler.archives.records import RecordError
from crawler.archives.surt import surt_key
from crawler.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archives.index import Row
    from crawler.items import Source

# Rows asked for at once: an answer of about a megabyte.
MAX_ROWS = 5000
# The archive sends its reader to the capture next in time; more often is a loop.
MAX_HOPS = 3
Span = tuple[datetime, datetime]
"""First and last second of a time; both belong to it."""
# From before the web to when clocks are wrong.
_ALL_TIME = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
# `/web/20240101000000id_/http://…`, as replay addresses are written; fixed parts.
_REPLAY_RE = re.compile(r"/([0-9]{4,14})(?:id_|[a-z]{2}_)?/(https?:/{1,2}[^ ]{1,4000})")
_ORIGINAL = "x-archive-orig-"
# Headers of the archive's own answer, not of the page: the connection's, and its marks.
_OWN = frozenset(
    ("connection", "content-length", "content-encoding", "transfer-encoding", "date", "server",
     "keep-alive", "memento-datetime", "link", "location", "vary", "set-cookie")
)  # fmt: skip


class WaybackArchive(IndexedArchive):
    """The captures a server has of one site: all of its index first, bodies when asked for.

    The index goes into a temporary database, so that a sitemap, a page and each of its captures
    are found without a question to the server, and what is not there costs none.
    """

    source: Source = "wayback"
    # A request a capture, and WordPress prints something new on every page of every day: where
    # all are wanted the run says so.
    policy: Policy = "latest"

    def __init__(self, base_url: str, ask: Ask, limit: int = MAX_ROWS) -> None:
        super().__init__()
        self._base = base_url.rstrip("/")
        self._ask = ask
        self._limit = limit
        self._replay = ""

    async def load(self, host: str) -> None:
        """Read the index of everything under ``host``.

        Raises:
            ArchiveError: the server does not answer, its answer is no index, or there is nothing
                in it.
        """
        error: ArchiveError | None = None
        for cdx, replay in _places(self._base):
            try:
                first = await self._page(cdx, host, _ALL_TIME, None)
            except ArchiveError as raised:
                error = error or raised  # what the likelier place says is the one to tell
                continue
            self._replay = replay
            await self._load(cdx, host, first)
            break
        else:
            raise error or ArchiveError(self._base, "has no place for an index")
        list(self._index.resolve())
        self._index.trust_revisits()
        if not len(self._index):
            raise ArchiveError(self._base, f"has no capture of {host}")

    async def _load(self, cdx: str, host: str, first: CdxAnswer) -> None:
        """Read on from the first answer, that of all time.

        A server that gives resume keys is asked with them. pywb gives none: as many rows as were
        asked for may be all, or not, so the halves of their span of time are asked for instead.
        """
        spans = [(_ALL_TIME, first)]
        while spans:
            span, answer = spans.pop()
            halves = _halves(span) if self._may_be_cut(answer) else ()
            if halves:
                spans += [(half, await self._page(cdx, host, half, None)) for half in halves]
                continue
            self._add(answer)
            if answer.resume_key:
                spans.append((span, await self._page(cdx, host, span, answer.resume_key)))

    def _may_be_cut(self, answer: CdxAnswer) -> bool:
        return len(answer.rows) >= self._limit and answer.resume_key is None

    async def _page(self, cdx: str, host: str, span: Span, key: str | None) -> CdxAnswer:
        query = {
            "url": f"{host}/",
            "matchType": "prefix",
            "output": "json",
            "from": format_timestamp(span[0]),
            "to": format_timestamp(span[1]),
            "limit": str(self._limit),
            "showResumeKey": "true",
            **({"resumeKey": key} if key else {}),
        }
        url = f"{cdx}?{urlencode(query)}"
        answered = await ask_index(self._ask, url)
        try:
            if answered.status != OK:
                raise RecordError(f"HTTP {answered.status}")
            answer = parse_cdx(answered.body)
        except RecordError as error:
            raise ArchiveError(url, error.reason) from error
        if answer.resume_key is not None and answer.resume_key == key:
            raise ArchiveError(url, "gives the same page of its index again")
        return answer

    def _add(self, answer: CdxAnswer) -> None:
        for found in answer.rows:
            number = self.file_number(found.get("filename") or "")
            try:
                row = make_row(found, number)
            except RecordError as error:
                self.skip(found.get("original", "a row of the index"), error.reason)
                continue
            if row:
                self._index.add(row)

    # ---- bodies ---------------------------------------------------------------------------------

    async def fetch(self, url: str, at: datetime | None = None) -> Capture | None:
        """Return the capture that stands for ``url`` at that time; see ``SiteArchive``."""
        refused: RecordError | None = None
        for row in self._index.find(url, at):
            try:
                capture = await self._read(row)
            except RecordError as error:
                self.skip(f"{row.url} {row.timestamp}", error.reason)
                refused = error
                continue
            if not _leads_back(capture):
                return capture
        if refused is not None:
            raise refused
        return None

    async def _read(self, row: Row) -> Capture:
        moment = datetime.fromisoformat(row.timestamp)
        address = f"{self._replay}/{format_timestamp(moment)}id_/{row.url}"
        for _ in range(MAX_HOPS):
            answered = await self._ask(address, {})
            if answered.status in BUSY:
                raise ArchiveError(address, f"HTTP {answered.status}")
            hop = _REPLAY_RE.search(answered.header("location")) if _is_hop(answered) else None
            if not hop or surt_key(hop[2]) != row.key:
                return self._capture(row, moment, answered)
            moment = parse_timestamp(hop[1])
            address = urljoin(address, answered.header("location"))
        raise RecordError("the archive leads from one capture to another without an end")

    def _capture(self, row: Row, moment: datetime, answered: Answered) -> Capture:
        status = answered.status
        if row.status is not None and status // 100 != row.status // 100:
            raise RecordError(f"the archive answers HTTP {status} for a capture of {row.status}")
        return Capture(
            url=row.url,
            timestamp=moment,
            status=status,
            headers=remove_false_encoding(tuple(_original_headers(answered)), answered.body),
            body=answered.body,
            file=self.file_name(row.file),
            offset=row.offset,
            digest=row.digest,
            source=self.source,
        )


def _places(base: str) -> Iterator[tuple[str, str]]:
    """Yield where the index and the replay of a server may be, the likelier first.

    >>> next(_places("https://web.archive.org"))
    ('https://web.archive.org/cdx/search/cdx', 'https://web.archive.org/web')
    >>> next(_places("http://127.0.0.1:8080/kontum"))
    ('http://127.0.0.1:8080/kontum/cdx', 'http://127.0.0.1:8080/kontum')
    """
    root = base.removesuffix("/web")
    machine = (f"{root}/cdx/search/cdx", f"{root}/web")
    collection = (f"{base}/cdx", base)
    yield from (collection, machine) if urlsplit(root).path else (machine, collection)


def _is_hop(answered: Answered) -> bool:
    return 300 <= answered.status < 400


def _leads_back(capture: Capture) -> bool:
    """Whether it is a redirect to its own key (http to https): the page was not kept then."""
    location = next((v for k, v in capture.headers if k.lower() == "location"), "")
    key = surt_key(urljoin(capture.url, location))
    return 300 <= capture.status < 400 and key == surt_key(capture.url)


def _original_headers(answered: Answered) -> Iterator[tuple[str, str]]:
    """Yield the page's own headers, which some servers give another name to.

    The body has lost its content encoding on the way; where a redirect led is written as an
    address of the archive.
    """
    renamed = [(k[len(_ORIGINAL) :], v) for k, v in answered.headers if _is_renamed(k)]
    names = {name.lower() for name, _ in renamed} - {"content-type"}
    bare = [(k, v) for k, v in answered.headers if not _is_renamed(k) and k.lower() not in names]
    if answered.header("content-type"):
        # The archive's own word on it is the later one: it may have added the charset.
        renamed = [pair for pair in renamed if pair[0].lower() != "content-type"]
    yield from (pair for pair in (*renamed, *bare) if pair[0].lower() not in _OWN)
    if location := answered.header("location"):
        replayed = _REPLAY_RE.search(location)
        yield "Location", replayed[2] if replayed else location


def _is_renamed(name: str) -> bool:
    return name.lower().startswith(_ORIGINAL)


def _halves(span: Span) -> tuple[Span, ...]:
    """Return the two halves of a span of time, whole seconds; none of a single second.

    >>> moment = datetime(2024, 1, 1, tzinfo=UTC)
    >>> [(begin.second, end.second) for begin, end in _halves((moment, moment.replace(second=3)))]
    [(2, 3), (0, 1)]
    >>> _halves((moment, moment))
    ()
    """
    begin, end = span
    middle = (begin + (end - begin) / 2).replace(microsecond=0)
    if begin == end:
        return ()
    return ((middle + timedelta(seconds=1), end), (begin, middle))
