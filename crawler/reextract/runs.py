"""Which crawl an archived answer belongs to: one of ours, by its warcinfo record, or another's."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from crawler.arguments import Arguments
from crawler.urls import Site

RUN_ID_RE = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z")


@dataclass(frozen=True, slots=True)
class ArchivedRun:
    """One run whose answers were kept, and what it was asked to take."""

    id: str
    site: Site
    is_own: bool
    """Whether this crawler wrote the WARC: then what it knew is there, and nothing is guessed."""
    since: date | None = None
    until: date | None = None
    section: str | None = None
    is_recheck: bool = False

    @property
    def arguments(self) -> Arguments:
        """What of the run's arguments decides whether an article is taken."""
        return Arguments(since=self.since, until=self.until, section=self.section)


def parse_info(block: bytes) -> dict[str, str]:
    r"""Return the fields of a record of ``application/warc-fields``; of a name the last one.

    >>> parse_info(b"site: kontumtv.vn\r\nrobots: obey\r\n")
    {'site': 'kontumtv.vn', 'robots': 'obey'}
    """
    return dict(parse_fields(block))


def parse_fields(block: bytes) -> list[tuple[str, str]]:
    """Return the fields of a record of ``application/warc-fields`` in their order."""
    lines = block.decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def run_of_info(info: dict[str, str]) -> ArchivedRun | None:
    """Return the run of ours that a warcinfo record tells of; None for another crawler's.

    >>> run_of_info({"software": "Heritrix/3.4.0"})
    """
    if not info.get("software", "").startswith("kontumtv-crawler/"):
        return None
    # It names files: nothing of an archive may choose where they are written.
    if not RUN_ID_RE.fullmatch(info.get("isPartOf", "")):
        return None
    try:
        given = json.loads(info["arguments"])
        return ArchivedRun(
            id=info["isPartOf"],
            site=Site(info["site"], info["site-home"], info["site-base-url"]),
            is_own=True,
            since=_day(given.get("since")),
            until=_day(given.get("until")),
            section=given.get("section"),
            is_recheck=bool(given.get("recheck")),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
