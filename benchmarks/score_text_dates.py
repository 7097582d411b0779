"""Adapters for the scorer of labelled dates, which lies beside the checkout; run by hand.

    python ../shared/data/dates/score.py ../shared/data/dates/dev.jsonl --path . \
        --timestamps benchmarks.score_text_dates:timestamp \
        --events benchmarks.score_text_dates:events
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.exceptions import DateFormatError
from crawler.text.dates import parse_timestamp
from crawler.text.events import find_event_dates

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.items import EventDate


def timestamp(raw: str, reference: datetime | None) -> datetime | None:
    """Return the time read, None where the parser refuses."""
    try:
        return parse_timestamp(raw, reference=reference).value
    except DateFormatError:
        return None


def events(text: str, published: datetime) -> list[dict[str, str]]:
    """Return the event dates in the scorer's form; the span of a whole month as that month."""
    return [_event(event) for event in find_event_dates(text, published)]


def _event(event: EventDate) -> dict[str, str]:
    part = {"part_of_day": event.part_of_day} if event.part_of_day else {}
    if event.end is None:
        return {"date": event.date.isoformat(), **part}
    after = event.end + timedelta(days=1)
    if event.date.day == 1 and after.day == 1 and (after - event.date).days <= 31:
        return {"month": event.date.isoformat()[:7]}
    return {"start": event.date.isoformat(), "end": event.end.isoformat(), **part}
