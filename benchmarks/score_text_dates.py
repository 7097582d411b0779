"""Adapters for the scorer of labelled dates, which lies beside the checkout; run by hand.

    python ../shared/data/dates/score.py ../shared/data/dates/dev.jsonl --path . \
        --timestamps benchmarks.score_text_dates:timestamp \
        --events benchmarks.score_text_dates:events
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.exceptions import DateFormatError
from crawler.text.dates import parse_timestamp

if TYPE_CHECKING:
    from datetime import datetime


def timestamp(raw: str, reference: datetime | None) -> datetime | None:
    """Return the time read, None where the parser refuses."""
    try:
        return parse_timestamp(raw, reference=reference).value
    except DateFormatError:
        return None
