"""Whether numbers that look like days are days: what stands around them decides.

`ngày 2/3` is a day, `2/3 số hộ` an amount, `tỷ số 2-1` a score, `Quảng trường 16/3` a name. A part
of the day, `ngày` or `hôm` before the numbers is enough; a bare number needs a word that places
things in time, and must not read as an amount, which is a smaller number before a larger one.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.text.events.chain import TET, Chain, Item
from crawler.text.events.words import one_of

CONTEXT: Final = 60
"""How many characters to the left are looked at."""

# All of these are searched in the last CONTEXT characters only, and anchored at their end.
_FROM_TO_RE: Final = re.compile(rf"\b{one_of('from_to')} \(?$")
_DAYS_RE: Final = re.compile(
    r"\b(?:ngày(?: [^\W\d_]+){0,2}|hôm) ?\($|\b(?:hai|ba|bốn|[0-9]{1,2}) ngày[,:] $"
)
_OCCASION_RE: Final = re.compile(rf"\bngày {one_of('occasion')} $")
_CLOCK_RE: Final = re.compile(r"[0-9] ?(?:h|g|giờ|:)(?: ?[0-9]{1,2})?(?: phút)?,? (?:ngày )?$")
_EVERY_RE: Final = re.compile(r"(?:\b(?:mỗi|một|hàng|hằng|mấy|vài)|/) $")
# `số 334/QĐ-UBND ngày`, `Nghị quyết số 13-NQ/TW, ngày`, `Công văn 12/CV-SNN ban hành ngày`
_DOCUMENT_RE: Final = re.compile(
    rf"(?:\bsố [0-9][^ ,]*|[0-9]/?(?:[0-9]{{4}}/)?[a-zđ-]*[/-][a-zđ][^ ,]*"
    rf"|\b{one_of('document')} [0-9]+),?(?: (?:ký|ban hành))? (?:ngày )?$"
)
_ANNIVERSARY_RE: Final = re.compile(r"\bkỷ niệm [^,;]*$|[0-9][/.-][12][0-9]{3} ?[-/] ?$")
_SCORE_RE: Final = re.compile(rf"\b{one_of('score')}\b")
_MEASURE_RE: Final = re.compile(rf" ?{one_of('measure')}(?![^\W_])")
_CLAUSE_RE: Final = re.compile(r" ?(?:$|[,.;:)…]|sẽ |đã |tại |ở |trên địa bàn|đến |tới |là |- )")


def is_day(text: str, chain: Chain, has_part: bool) -> bool:
    """Return whether the chain, read at its place in ``text``, names days.

    ``has_part``: a part of the day or a relative day stands right before it.
    """
    left = text[max(0, chain.start - CONTEXT) : chain.start]
    first = chain.items[0]
    if chain.yearly or _is_anniversary(chain, left) or _is_ambiguous_mung(chain):
        return False
    if _DOCUMENT_RE.search(left) or (chain.named and _EVERY_RE.search(left)):
        return False
    if first.lunar or has_part or any(item.part for item in chain.items):
        return True
    if chain.named:
        return not (_ascends(chain.items[-1]) and _MEASURE_RE.match(text, chain.end))
    if any(item.year for item in chain.items) and first.month is not None:
        return True
    if _CLOCK_RE.search(left) or _DAYS_RE.search(left) or _OCCASION_RE.search(left):
        return True
    return bool(_FROM_TO_RE.search(left)) and not _is_amount(text, left, chain)


def _is_anniversary(chain: Chain, left: str) -> bool:
    """Return whether it is `(9/2/1913-9/2/2023)`: one day in two years, not a span of time."""
    years = {item.year for item in chain.items if item.year}
    if not chain.named and years and _ANNIVERSARY_RE.search(left):
        return True
    return len(years) > 1 and len({(item.day, item.month) for item in chain.items}) == 1


def _is_ambiguous_mung(chain: Chain) -> bool:
    """Return whether it is `mùng 10 tháng 3`: the moon's or the sun's, the words do not say."""
    first = chain.items[0]
    return first.mung and not first.lunar and not first.separator


def _is_amount(text: str, left: str, chain: Chain) -> bool:
    """Return whether bare numbers after a word like `từ` are rather a fraction, score or span."""
    last = chain.items[-1]
    if _MEASURE_RE.match(text, chain.end) or _is_out_of_range(chain):
        return True
    if last.separator != "/" and _SCORE_RE.search(left):
        return True
    if len(chain.items) > 1 or _CLAUSE_RE.match(text, chain.end):
        return False
    return not last.separator or _ascends(last)


def _ascends(item: Item) -> bool:
    """Return whether the numbers may be an amount: `2-3 lần`, `2/3 số hộ`, a smaller one first."""
    return bool(item.separator) and item.day < (item.month or 0)


def _is_out_of_range(chain: Chain) -> bool:
    """Return whether one of the months cannot be."""
    return any(not TET <= _month(item) <= 12 for item in chain.items)


def _month(item: Item) -> int:
    return -1 if item.month is None else item.month
