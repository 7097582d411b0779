"""Places a dateline or a bracket names: provinces, towns of Kon Tum, countries, capitals.

Rows: the 63 provinces and cities of 1 January 2008 to 30 June 2025 (Nghị quyết 15/2008/QH12),
whose names live on in archives, towns and border gates of Kon Tum, and places abroad from which
Vietnamese newspapers date their news.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.text.tables import fold_key, load_table, split_cell

MAX_PLACE = 60
MAX_WORDS = 7

# `huyện Đăk Hà`, `TP. Kon Tum`, `xã Đăk Tơ Lung`, `từ Washington`: a word that announces a place.
_HEAD_RE = re.compile(
    r"(?:tỉnh|thành\s+phố|tp|huyện|quận|thị\s+xã|tx|thị\s+trấn|tt|phường|xã|thôn|làng|bản|buôn"
    r"|khu\s+phố|từ|tại|ở)(?:\.|\s)\s*\w",
    re.IGNORECASE,
)


@cache
def _places() -> dict[str, dict[str, str]]:
    return {
        fold_key(name): row
        for row in load_table("places")
        for name in (row["place"], *split_cell(row["aliases"]))
    }


def is_place(text: str) -> bool:
    """Return whether ``text`` is a place of the table, or announces one.

    >>> is_place("KON TUM"), is_place("Huyện Đak Pơ"), is_place("từ Washington D.C")
    (True, True, True)
    >>> is_place("Kon Tum mùa xuân"), is_place("Huyện đã hỗ trợ"), is_place("")
    (False, False, False)
    """
    if len(text) > MAX_PLACE:
        return False
    return fold_key(text) in _places() or _is_announced(text)


def _is_announced(text: str) -> bool:
    if _HIGHLAND_RE.fullmatch(text):
        return True
    match = _HEAD_RE.match(text)
    if not match or not (text[match.end() - 1].isupper() or text[match.end() - 1].isdigit()):
        return False
    return len(text.split()) <= MAX_WORDS


# `Đăk Ruồng`, `Ia Chim`, `Kon Đào`: water, village or hill in the tongues of the Highlands.
_HIGHLAND_RE = re.compile(
    r"(?:Đ[ăắa]k|Ia|Ea|Krông|Kon|Plei|Chư|Ngọk|Buôn)\s+\w{1,10}(?:\s\w{1,10})?"
)


def place_kind(text: str) -> str | None:
    """Return the kind of a place of the table: province, town, region, country, capital.

    >>> place_kind("TP. Hồ Chí Minh"), place_kind("Măng Đen"), place_kind("Thu Trang")
    ('province', 'town', None)
    """
    row = _places().get(fold_key(text))
    return row["kind"] if row else None


@cache
def provinces() -> tuple[str, ...]:
    """Return the names of the provinces, each as commonly written."""
    return tuple(row["place"] for row in load_table("places") if row["kind"] == "province")
