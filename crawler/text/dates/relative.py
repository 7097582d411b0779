"""Times counted from the moment the page was fetched: `3 giờ trước`, `Hôm qua, 20:15`.

WordPress prints ``%s trước`` (human_time_diff); Facebook, moment.js and newspapers the rest. The
moment is an argument: without it such a text cannot be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from crawler.text.dates.words import WORDS, numbers, one_of

if TYPE_CHECKING:
    from crawler.items import Precision

NUMBERS: Final = numbers("number")
DAY_WORDS: Final = numbers("day_word")

# A text of its own, or set off by a separator: `Huy Lê - 3 giờ trước`. All quantifiers bounded.
_START = r"(?:^|(?<=[-|·•,:(] ))"
_AMOUNT = rf"(?P<amount>[0-9]{{1,4}}|{one_of('number')}(?= )) ?(?P<unit>{one_of('unit')})"
_MORE = rf"(?: (?P<more>[0-9]{{1,2}}) ?(?P<more_unit>{one_of('unit')}))?"
_END = r"(?=$| ?[-|·•,)])"
AGO_RE: Final = re.compile(
    rf"{_START}(?:khoảng |about )?(?:(?P<since>cách đây|cách day) (?:khoảng )?)?{_AMOUNT}{_MORE}"
    rf"(?(since)(?: trước)?| (?:trước|ago)){_END}"
)
JUST_NOW_RE: Final = re.compile(rf"{_START}{one_of('just_now')}{_END}")
# `Đăng lúc 3 giờ trước`: a label without a colon. Plain words, each read once.
LABEL_RE: Final = re.compile(rf"^(?:(?:{one_of('label', 'linking')})[ :]+)+")
DAY_WORD_RE: Final = re.compile(rf"{_START}(?P<word>{one_of('day_word')})\b")

_LENGTHS: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_PRECISIONS: Final[dict[str, Precision]] = {
    "second": "second",
    "minute": "minute",
    "hour": "minute",
    "day": "day",
    "week": "day",
    "month": "month",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A moment counted back from the reference, finer parts than its precision still in it."""

    moment: datetime
    precision: Precision
    rule: str


def read_relative(text: str, reference: datetime | None) -> Counted | None:
    """Return the moment a relative text names, or None if it names none that can be counted.

    Years are not counted: `2 năm trước` may lie half a year off.

    Raises:
        ValueError: if it is relative but no reference is given.
    """
    text = LABEL_RE.sub("", text)
    ago, now = AGO_RE.search(text), JUST_NOW_RE.search(text)
    if not ago and not now:
        return None
    if reference is None:
        raise ValueError("relative, and no capture time to count from")
    if ago:
        return _count_back(ago, reference)
    return Counted(reference, "minute", "just_now")


def _count_back(match: re.Match[str], reference: datetime) -> Counted | None:
    """Return the reference less what the match says."""
    amount, unit = _amount(match["amount"]), WORDS["unit"][match["unit"]]
    if unit == "year":
        return None
    if unit == "month":
        return Counted(_months_before(reference, amount), "month", "months_ago")
    moment = reference - amount * _LENGTHS[unit]
    if match["more"]:
        unit = WORDS["unit"][match["more_unit"]]
        if unit not in _LENGTHS:
            return None
        moment -= int(match["more"]) * _LENGTHS[unit]
    return Counted(moment, _PRECISIONS[unit], f"{unit}s_ago")


def _amount(text: str) -> int:
    return int(text) if text.isdecimal() else NUMBERS[text]


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the first day of the month so many months before.

    Raises:
        ValueError: if that is before the year 1.
    """
    index = moment.year * 12 + moment.month - 1 - months
    return moment.replace(year=index // 12, month=index % 12 + 1, day=1)
