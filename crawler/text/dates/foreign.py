"""Stamps in a script that is not Latin, handed on to dateparser.

Provincial stations carry wire pages in Chinese, Korean, Japanese and Russian, and a stamp there
may stay in the wire's language. Vietnamese and English, the languages whose dates dateparser
misreads or which our rules read in full, never get here: both are written in Latin letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.text.dates.clock import VIETNAM
from crawler.text.dates.stamp import Timestamp, make_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.items import Precision

# Script -> the language dateparser 1.5 was shown to read on every day of a leap year, with and
# without a time (tests/test_text_dates_foreign.py), and the order its numbers come in. Kana tell
# Japanese from Chinese. One character class each: they cannot run away.
SCRIPTS: Final = (
    (re.compile("[\u0400-\u04ff]"), "ru", "DMY"),
    (re.compile("[\uac00-\ud7af]"), "ko", "YMD"),
    (re.compile("[\u3040-\u30ff]"), "ja", "YMD"),
    (re.compile("[\u4e00-\u9fff]"), "zh", "YMD"),
)
CLOCK_RE: Final = re.compile("[0-9] ?[:时時시]")
# Longer texts are no stamps, and dateparser's time grows with the text.
MAX_LENGTH: Final = 60


def read_foreign(text: str) -> Timestamp | None:
    """Return the time a stamp in another script prints; None for one in Latin letters.

    A time without a zone is Vietnam's, as the rest of the page is.

    Raises:
        ValueError: dateparser finds no day, month and year in it.
    """
    for pattern, language, order in SCRIPTS:
        if pattern.search(text):
            moment = _parse(text, language, order)
            precision: Precision = "minute" if CLOCK_RE.search(text) else "day"
            return make_timestamp(moment, precision, f"dateparser_{language}", ())
    return None


def _parse(text: str, language: str, order: str) -> datetime:
    # Takes a third of a second to import and is hardly ever needed.
    import dateparser

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": order,
    }
    is_stamp = len(text) <= MAX_LENGTH
    found = dateparser.parse(text, languages=[language], settings=settings) if is_stamp else None
    if found is None:
        raise ValueError("no date in it that a rule reads")
    return found.replace(tzinfo=VIETNAM) if found.tzinfo is None else found.astimezone(VIETNAM)
