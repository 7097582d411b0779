"""The sample's files as tests read them: recorded answers, expected records, sources of posts."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from warcio.archiveiterator import ArchiveIterator

SAMPLE = Path(__file__).parent
WARC = SAMPLE / "kontumtv.vn.warc.gz"

Record = dict[str, Any]


class Answer(NamedTuple):
    """What the site answered to one address."""

    status: int
    location: str
    text: str


@cache
def read_answers() -> dict[str, Answer]:
    """Return what the WARC answers, by path and query."""
    found = {}
    with WARC.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers["WARC-Target-URI"]
                found[url.removeprefix("http://kontumtv.vn")] = Answer(
                    int(record.http_headers.get_statuscode()),
                    record.http_headers.get_header("Location") or "",
                    record.content_stream().read().decode(),
                )
    return found


def read_expected() -> list[Record]:
    """Return the records a crawl of the sample must give, as written by hand."""
    text = (SAMPLE / "expected.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def read_post(path: Path) -> Record:
    """Return a post as its editor typed it: its front matter, and the markup as ``content``."""
    _, front, content = path.read_text(encoding="utf-8").split("+++\n", 2)
    return {**tomllib.loads(front), "content": content.strip("\n")}


def read_posts() -> list[Record]:
    """Return all posts, in the order of their numbers."""
    return sorted(
        map(read_post, (SAMPLE / "posts").glob("*.html")), key=lambda post: int(post["id"])
    )
