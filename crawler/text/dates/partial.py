"""Days printed without a year, and `hôm qua`: read against the moment the page was fetched."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from crawler.text.dates.clock import find_clocks
from crawler.text.dates.days import PARTIAL_RULES, Day
from crawler.text.dates.relative import DAY_WORD_RE, DAY_WORDS
from crawler.text.dates.stamp import at_clock, real_day, weekday_flags
from crawler.text.dates.words import one_of

if TYPE_CHECKING:
    from crawler.text.dates.stamp import Timestamp

FILLER_RE: Final = re.compile(rf"\b{one_of('linking', 'label')}\b|[\s,;:|@()./·•-]+")


def read_without_year(text: str, weekday: int | None, reference: datetime | None) -> Timestamp:
    """Return the latest day not after the reference that a text without a year names.

    Nothing but the day, a weekday, a clock time and words such as `ngày` and `lúc` may stand in
    it. Quite alone, `24/7` may mean "round the clock" and `2-1` a score.

    Raises:
        ValueError: if there is no such day, or no reference.
    """
    clocks = find_clocks(text)
    clock = clocks[0].checked() if len(clocks) == 1 else None
    rest = text[: clock.start] + "|" + text[clock.end :] if clock else text
    day, rule, rest = _day_word(rest, reference) or _partial_day(rest, reference)
    if FILLER_RE.sub("", rest):
        raise ValueError("no date in it that a rule reads")
    return at_clock(day, clock, rule, weekday_flags(day, weekday))


def _day_word(text: str, reference: datetime | None) -> tuple[date, str, str] | None:
    """Return the day that `hôm nay` or the like names, the rule and the rest of the text."""
    match = DAY_WORD_RE.search(text)
    if match is None:
        return None
    if reference is None:
        raise ValueError("relative, and no capture time to count from")
    day = reference.date() - timedelta(days=DAY_WORDS[match["word"]])
    return day, "day_word", text[: match.start()] + text[match.end() :]


def _partial_day(text: str, reference: datetime | None) -> tuple[date, str, str]:
    """Return the latest day not after the reference, the rule and the rest of the text.

    Raises:
        ValueError: if no rule reads a day, or there is no such day or no reference.
    """
    for rule in PARTIAL_RULES:
        match = rule.pattern.search(text)
        if match:
            break
    else:
        raise ValueError("no date in it that a rule reads")
    if reference is None:
        raise ValueError("no year, and no capture time to count from")
    if text == "24/7" or (text == match[0] and "-" in text):
        raise ValueError("a day, or round the clock, or a score")
    day = _latest(rule.read(match), reference.date())
    return day, rule.name, text[: match.start()] + text[match.end() :]


def _latest(printed: Day, last: date) -> date:
    """Return the latest such day not after ``last``; 29 February may lie years before.

    Raises:
        ValueError: if there is none.
    """
    for year in range(last.year, last.year - 9, -1):
        try:
            day = real_day(printed, year)
        except ValueError:
            continue
        if day <= last:
            return day
    raise ValueError("no such day")
