"""A printed date as the rules read it: one spelling for what looks the same on the page."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

from crawler.exceptions import DateFormatError
from crawler.text.characters import normalize_text
from crawler.text.dates.words import restore_marks

MAX_LENGTH = 300
"""A printed date with all its labels is shorter; a longer text is an article, not a date."""

_ALIKE: Final = str.maketrans(
    {
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{FIGURE DASH}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{PRIME}": "'",
        "\N{FRACTION SLASH}": "/",
        "\N{DIVISION SLASH}": "/",
        "\N{RATIO}": ":",
    }
)
# `Cập nhật08:45`: the label runs into the number. One letter and one digit: cannot run away. The
# letters that belong to a number (Th7, T5, 5h30, GMT+7) are one or two; a label's word is longer.
_GLUED_RE: Final = re.compile(r"(?<=[^\W\d_]{3})(?=[0-9])")


def clean_stamp(raw: str) -> str:
    """Return ``raw`` in small letters and plain characters, for the rules alone; never stored.

    Character references, full-width forms, dashes, odd spaces and missing marks are made one.

    Raises:
        DateFormatError: if nothing is left, or more than ``MAX_LENGTH`` characters.

    >>> clean_stamp("Th&#7913; n&#259;m,  14／07／2022")
    'thứ năm, 14/07/2022'
    """
    if len(raw) > MAX_LENGTH * 8:
        raise DateFormatError(raw, "too long for a date")
    text = html.unescape(raw) if "&" in raw else raw
    text = unicodedata.normalize("NFKC", normalize_text(text)).translate(_ALIKE)
    text = normalize_text(text.lower())
    if not text:
        raise DateFormatError(raw, "empty")
    if len(text) > MAX_LENGTH:
        raise DateFormatError(raw, "too long for a date")
    return restore_marks(_GLUED_RE.sub(" ", text))
