"""An article pasted with the head it had elsewhere: its headline, and a day, above the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD_RE: Final = re.compile(r"\w+")
# `Thứ năm, 14/07/2022 15:30`, `14/07/2022 - 15:30 GMT+7`, with a label or none.
_STAMP_RE: Final = re.compile(
    r"(?:(?:ngày đăng|đăng lúc|cập nhật(?: lúc)?)\s*:?\s*)?"
    r"(?:(?:thứ\s\w{2,4}|chủ nhật)[\s,–-]{1,3})?(?:ngày\s)?"
    r"(?:\d{1,2}[:h]\d{2}[\s,–|-]{1,4})?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[\s,–|-]{0,4}"
    r"(?:\d{1,2}[:h]\d{2}(?::\d{2})?)?\s?(?:\(?GMT\s?\+7\)?)?",
    re.IGNORECASE,
)
_MAX_LINES: Final = 3


def remove_old_header(paragraphs: Sequence[str], headline: str) -> list[str]:
    """Return the paragraphs without the headline that stands above them again, and its day.

    >>> remove_old_header(["MÙA SẮN", "14/07/2022 15:30", "Sáng nay …"], "Mùa sắn")
    ['Sáng nay …']
    >>> remove_old_header(["14/07/2022", "Sáng nay …"], "Mùa sắn")
    ['14/07/2022', 'Sáng nay …']
    """
    key = _fold(headline)
    count = 0
    for text in paragraphs[:_MAX_LINES]:
        is_headline = len(text) <= 2 * len(headline) + 20 and _fold(text) == key
        if not is_headline and not (count and len(text) <= 80 and _STAMP_RE.fullmatch(text)):
            break
        count += 1
    # A text that is nothing but its headline keeps it: lost is worse than doubled.
    return list(paragraphs if count == len(paragraphs) else paragraphs[count:])


def _fold(text: str) -> str:
    return "".join(_WORD_RE.findall(text.casefold()))
