"""Answers of capture indexes (CDX), in whatever dialect a server speaks.

The Wayback CDX server gives a JSON array of rows, or plain text; pywb and Common Crawl a JSON
object a line; all the same six columns first. A resume key follows the rows, after an empty one.
https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.archives.index import Row, utc_iso
from crawler.archives.records import RecordError
from crawler.archives.surt import surt_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The columns of a row without names, in their order.
COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
# pywb's and Common Crawl's names for the same.
_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
REVISIT = "warc/revisit"
HTML = frozenset(("text/html", "application/xhtml+xml"))
# Interim, partial and unchanged answers stand for no page (as in ``archives.warc``).
_NO_PAGE = frozenset((206, 304))
# The first line of an index file: ` CDX N b a m s k r M S V g`.
_NAMES_RE = re.compile(r" ?CDX( [A-Za-z])+$")
_TIMESTAMP_RE = re.compile(r"[0-9]{4,14}")
_STATUS_RE = re.compile(r"[1-5][0-9]{2}")
_NUMBER_RE = re.compile(r"[0-9]{1,18}")
_FIRST_MOMENT = "00000101000000"


@dataclass(frozen=True, slots=True)
class CdxAnswer:
    """One page of an index."""

    rows: tuple[Mapping[str, str], ...]
    resume_key: str | None = None
    """Asks for what follows; None at the end, or where the server knows no such keys."""


def parse_cdx(body: bytes) -> CdxAnswer:
    """Return the rows of an answer; its first character tells the dialect.

    Raises:
        RecordError: it is no index: an HTML page, a message, a torn array.

    >>> parse_cdx(b"vn,a)/ 20240101000000 http://a.vn/ text/html 200 ABC 99").rows[0]["original"]
    'http://a.vn/'
    >>> parse_cdx(b"").rows
    ()
    """
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("<"):
        raise RecordError("answers HTML, which is no index of captures")
    try:
        if text.startswith("["):
            return _parse_array(json.loads(text))
        if text.startswith("{"):
            return CdxAnswer(tuple(_parse_objects(map(json.loads, text.splitlines()))))
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordError(f"answers no readable index of captures: {error}") from error
    return _parse_text(text.splitlines())


def _parse_array(table: Any) -> CdxAnswer:
    if table and not all(isinstance(line, list) for line in table):
        raise TypeError("an array of something else than rows")
    lines = [[str(value) for value in line] for line in table]
    names = lines.pop(0) if lines and "timestamp" in lines[0] else list(COLUMNS)
    rows, key = _split_key(lines)
    return CdxAnswer(tuple(dict(zip(names, row, strict=False)) for row in rows), key)


def _parse_objects(objects: Iterable[Any]) -> Iterator[dict[str, str]]:
    for each in objects:
        if not isinstance(each, dict):
            raise TypeError("lines of something else than objects")
        # Common Crawl's word that there is nothing; any other message is a refusal.
        if "timestamp" not in each:
            message = str(each.get("message") or each.get("error") or "a row without a time")
            if message.startswith("No Captures found"):
                return
            raise RecordError(f"answers: {message[:200]}")
        yield {_NAMES.get(str(name), str(name)): str(value) for name, value in each.items()}


def _parse_text(lines: list[str]) -> CdxAnswer:
    rows, key = _split_key([line.split() for line in lines if not _NAMES_RE.match(line)])
    if lines and not any(len(row) >= len(COLUMNS) for row in rows):
        raise RecordError(f"answers no index of captures: {lines[0][:100]}")
    return CdxAnswer(tuple(dict(zip(COLUMNS, row, strict=False)) for row in rows), key)


def _split_key(lines: list[list[str]]) -> tuple[list[list[str]], str | None]:
    """Return the rows, and the resume key behind an empty one."""
    if [] not in lines:
        return lines, None
    end = lines.index([])
    key = lines[end + 1 : end + 2]
    return lines[:end], " ".join(key[0]) if key else None


def parse_cdxj(line: str) -> Mapping[str, str]:
    """Return the row of a CDXJ line: key, timestamp and a JSON object.

    Raises:
        RecordError: it is none.

    >>> parse_cdxj('vn,a)/ 20240101000000 {"url": "http://a.vn/"}')["original"]
    'http://a.vn/'
    """
    parts = line.split(" ", 2)
    try:
        found = json.loads(parts[-1])
        (row,) = _parse_objects([{**found, "timestamp": parts[1]}])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise RecordError(f"a line of the index is none: {line[:100]!r}") from error
    return row


def make_row(found: Mapping[str, str], file: int = 0) -> Row | None:
    """Return the index's row of a capture; None for one that stands for no page.

    ``offset`` and ``length`` go into ``offset`` and ``inner``, 0 where they are not told.

    Raises:
        RecordError: it cannot be used: only a part was kept, or its time cannot be read.
    """
    if found.get("truncated"):
        raise RecordError(f"only a part of it was kept ({found['truncated']})")
    url, mime = found.get("original", ""), found.get("mimetype", "").lower()
    status = found.get("statuscode", "")
    code = int(status) if _STATUS_RE.fullmatch(status) else None
    is_revisit = mime == REVISIT
    if not url.lower().startswith(("http://", "https://")):
        return None
    if not is_revisit and (code is None or code < 200 or code in _NO_PAGE):
        return None
    return Row(
        file=file,
        offset=_number(found.get("offset")),
        inner=_number(found.get("length")),
        key=surt_key(url),
        url=url,
        timestamp=utc_iso(parse_timestamp(found.get("timestamp", ""))),
        status=code,
        is_html=mime in HTML or found.get("mime-detected") in HTML,
        digest=found.get("digest"),
        record_id=None,
        is_revisit=is_revisit,
        refers_id=None,
        refers_key=None,
        refers_timestamp=None,
    )


def parse_timestamp(raw: str) -> datetime:
    """Return an archive's timestamp, the year first and up to the second; aware, UTC.

    Raises:
        RecordError: it is none.

    >>> parse_timestamp("20240229").isoformat()
    '2024-02-29T00:00:00+00:00'
    """
    try:
        if not _TIMESTAMP_RE.fullmatch(raw):
            raise ValueError(raw)
        padded = raw + _FIRST_MOMENT[len(raw) :]
        return datetime.strptime(padded, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise RecordError("capture without a readable timestamp") from error


def format_timestamp(moment: datetime) -> str:
    """Return a time as archives write it: fourteen digits, UTC."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def _number(raw: str | None) -> int:
    return int(raw) if raw and _NUMBER_RE.fullmatch(raw) else 0
