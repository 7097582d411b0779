"""Lines around an article's end that are not its text: comment form, sharing, related links, notes.

The phrases are rows of ``residue.csv``; WordPress's own words differ by language pack (2009, 5.8,
6.8), so all of them are there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from crawler.text.credits import label_re, parse_roles
from crawler.text.tables import load_table

MAX_RESIDUE = 300
"""Characters; a longer line is text, whatever it begins with."""

MAX_CAPTION = 200
"""Characters; a longer paragraph with a credit behind it is text."""

# A caption's cue, at its end: `… Ảnh: Thu Trang`, `- Ảnh: TTXVN`, `(Ảnh: NVCC)`. Names have no
# full stop inside but initials; 60 characters at most follow.
_CAPTION_RE = re.compile(
    r"(?:^|[\s.,(–-])\(?(?:Ảnh|ẢNH|Nguồn ảnh|Photo|Video|Clip)\s*:\s*[^\s:][^:;!?]{0,60}$"
)
# `Với Đảng mùa Xuân (6-2-2017)`: a headline with its day, in a list of other articles.
_DATED_TITLE_RE = re.compile(r".{10,200}\(\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)$")
# Calls to watch or read elsewhere: `Mời quý độc giả theo dõi … trực tuyến …`.
_CALL_RE = re.compile(
    r"Mời\s+(?:quý\s+)?(?:độc\s+giả|bạn\s+đọc|khán\s+giả|vị|bạn)\b.{0,120}?"
    r"(?:trực\s+tuyến|fanpage|ứng\s+dụng|youtube|tại\s+đây|mạng\s+xã\s+hội|TVnet|Facebook|Zalo)",
    re.IGNORECASE,
)
# `Bình luận (0)`
_COUNTED_RE = re.compile(
    r"(?:bình luận|ý kiến|thảo luận)(?: bạn đọc)?\s?\(\d{1,5}\)", re.IGNORECASE
)
# Names of icon fonts that show as words before a heading: `line_weight BÀI VIẾT LIÊN QUAN`.
_ICON_RE = re.compile(r"^[a-z]{2,20}(?:_[a-z]{2,20}){0,3}\s+(?=[A-ZĐ][A-ZĐÀ-Ỹ])")
_DAY_LINE_RE = re.compile(r"[\d:hg/.\s,–-]{5,24}(?:GMT\+7)?")


@cache
def _phrases() -> tuple[dict[str, str], re.Pattern[str], dict[str, str], frozenset[str]]:
    """Return exact phrases, a pattern of beginnings, their kinds, and their first letters.

    Hardly any line of text begins with those letters: the pattern is seldom tried.
    """
    exact = {row["phrase"]: row["kind"] for row in load_table("residue") if row["match"] == "exact"}
    start = {row["phrase"]: row["kind"] for row in load_table("residue") if row["match"] == "start"}
    ordered = sorted(start, key=len, reverse=True)
    first_letters = frozenset(phrase[:2] for phrase in start) | {"*", "©"}
    return exact, re.compile("|".join(map(re.escape, ordered))), start, first_letters


def residue_kind(text: str) -> str | None:
    """Return the kind of a line that is not text, None for text.

    Kinds: comment, share, tags, count, nav, related, link, note, picture, caption, empty.

    >>> residue_kind("Trả lời"), residue_kind("Xem thêm: Lễ hội"), residue_kind("  ")
    ('comment', 'link', 'empty')
    >>> residue_kind("Đoàn viên trồng cây. Ảnh: Thu Trang"), residue_kind("* Tên đã được đổi.")
    ('caption', 'note')
    >>> residue_kind("Trả lời phóng viên, ông Bình cho biết vụ cà phê được giá.") is None
    True
    """
    return _kind(text) if len(text) <= MAX_RESIDUE else None


@lru_cache(maxsize=1024)  # the same lines stand under every article
def _kind(text: str) -> str | None:
    line = " ".join(text.split())
    if not unicodedata.is_normalized("NFC", line):
        line = unicodedata.normalize("NFC", line)
    if not line:
        return "empty"
    return _phrase_kind(line) or _shape_kind(line)


def _phrase_kind(line: str) -> str | None:
    exact, starts, kinds, beginnings = _phrases()
    key = (_ICON_RE.sub("", line) if line[0].islower() else line).lower()
    if kind := exact.get(key) or exact.get(key.rstrip(" :.")):
        return kind
    begins = key[:2] in beginnings or key[:1] in beginnings
    match = starts.match(key) if begins else None
    if not match or not _ends_word(key, match):
        return None
    kind = kinds[match[0]]
    longest = _LONGEST.get(kind, MAX_RESIDUE)
    is_text = len(line) > longest or (kind in _HEADINGS and _is_sentence(line))
    return None if is_text else kind


_HEADINGS = frozenset({"related", "share", "count", "nav"})
# A longer paragraph only begins like one: `Ảnh minh họa. Ngày 7/2, Công an tỉnh …`.
_LONGEST = {"picture": 100, "note": 200}


def _ends_word(key: str, match: re.Match[str]) -> bool:
    return not (match[0][-1].isalnum() and key[match.end() : match.end() + 1].isalnum())


def _is_sentence(line: str) -> bool:
    return len(line) > 60 and line[-1] in ".!?”"


def _shape_kind(line: str) -> str | None:
    """Return the kind of a line known by its shape; cheap looks before each pattern."""
    if ":" in line and is_caption(line):
        return "caption"
    if line[-1] == ")" and _COUNTED_RE.fullmatch(line):
        return "comment"
    if line[0] in "Mm" and _CALL_RE.match(line):
        return "link"
    if line[-1] == ")" and _DATED_TITLE_RE.fullmatch(line):
        return "link"
    if line[0] == "#" and all(word.startswith("#") for word in line.split()):
        return "tags"
    return "count" if line[0].isdigit() and _DAY_LINE_RE.fullmatch(line) else None


def is_caption(line: str) -> bool:
    """Return whether a line ends with a photo or video credit behind other words.

    >>> is_caption("Cắt cỏ bên đường. Ảnh: Duy Bình."), is_caption("Ảnh: Duy Bình")
    (True, False)
    >>> is_caption("Bài: Thu Trang - Ảnh: Duy Bình"), is_caption("")
    (False, False)
    """
    is_text = len(line) > MAX_CAPTION or "./." in line
    match = None if is_text else _CAPTION_RE.search(line)
    if not match or match.start() == 0:
        return False
    label = label_re().match(line)
    return not (label and parse_roles(label[1]) is not None) and len(line.split()) > 6
