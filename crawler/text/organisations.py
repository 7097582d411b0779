"""Whether a text names an office or a post someone holds, and whether it is a sentence at all.

Each pattern is built from a table (``organisations.csv``, ``credit_words.csv``,
``common_words.csv``).
"""

from __future__ import annotations

import re
from functools import cache

from crawler.text.names import is_person_name
from crawler.text.tables import DASHES, alternation, fold_key, load_words

_FIRST_NAME_RE = re.compile(rf"[^,;/&()]{{1,60}}?(?=\s*[,;/&(]|\s+[{DASHES}]|$)")
_UNIT_RE = re.compile(
    r"(?:tỉnh|huyện|xã|phường|thành\s+phố|thị|tp|quận|khối|cơ\s+quan|điện\s+tử|ảnh)\b", re.I
)


def is_organisation(text: str) -> bool:
    """Return whether ``text`` names an office, unit or company.

    >>> is_organisation("Trung tâm VHTT-DL&TT huyện Đăk Hà"), is_organisation("Công an tỉnh")
    (True, True)
    >>> is_organisation("Đoàn Minh"), is_organisation("Phòng ngừa cháy rừng")
    (False, False)
    >>> is_organisation("Công an huyện đang điều tra."), is_organisation("Khoa Minh – Thu Trang")
    (False, False)
    """
    match = _organisation_re().match(text)
    if not match or len(text) > 120 or is_sentence(text):
        return False
    rest = text[match.end() :].strip()
    if fold_key(match[0]) in load_words("organisations", "strength", "sure"):
        is_pair = len(text.split()) == 2 and is_person_name(text) and text.istitle()
        return (bool(rest) and not is_pair) or match[0].isupper()
    if fold_key(match[0]) in load_words("organisations", "strength", "capital"):
        return _begins_unit(rest)
    first_name = _FIRST_NAME_RE.match(text)
    return _begins_unit(rest) and not (first_name and is_person_name(first_name[0].strip()))


def _begins_unit(rest: str) -> bool:
    """Return whether a unit goes on after its first word: `Công an tỉnh`, `Phòng Giáo dục`."""
    return rest[:1].isupper() or bool(_UNIT_RE.match(rest))


@cache
def _verb_re() -> re.Pattern[str]:
    verbs = alternation(load_words("common_words", "kind", "verb"))
    return re.compile(rf"\s(?:{verbs})\s|[^\W\d]{{3}}[.!?…]\s|[!?…]$")


def is_sentence(text: str) -> bool:
    """Return whether ``text`` has a small word only sentences have, or a stop within.

    >>> is_sentence("Trưởng Công an phường cho biết"), is_sentence("Trưởng Công an phường")
    (True, False)
    """
    return bool(_verb_re().search(f"{text} "))


@cache
def _organisation_re() -> re.Pattern[str]:
    words = alternation(load_words("organisations", "strength", "sure", "maybe", "capital"))
    return re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)


def is_post(text: str) -> bool:
    """Return whether ``text`` begins with a post someone holds: `Nguyên Viện trưởng …`.

    >>> is_post("viện trưởng Viện Nghiên cứu"), is_post("Trưởng Sơn"), is_post("")
    (True, False, False)
    """
    match = _post_re().match(text)
    return bool(match) and not is_person_name(text)


@cache
def _post_re() -> re.Pattern[str]:
    words = alternation(load_words("credit_words", "kind", "post"))
    return re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)
