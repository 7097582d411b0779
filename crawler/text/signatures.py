"""What looks like a byline at the end of a text and is none, and bylines inside a paragraph.

The signature block of a notice (`TM. ỦY BAN NHÂN DÂN`, `CHỦ TỊCH`, a name), lists of names, and
the tail of the last paragraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.text.bylines import read_byline

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TAIL = 100
"""Characters of a byline behind the last sentence of a paragraph."""

# `TM. UBND TỈNH`, `KT. CHỦ TỊCH`, `(Đã ký)`, `Nơi nhận:`: forms of official letters (Nghị định
# 30/2020/NĐ-CP, annex I). A post alone in capitals or as a whole line.
_OFFICE_RE = re.compile(
    r"(?:TM|KT|TL|TUQ|Q)\.\s?\w|\(\s*đã\s+ký\s*\)|nơi\s+nhận|(?:phó\s+)?(?:chủ\s+tịch|giám\s+đốc"
    r"|tổng\s+giám\s+đốc|cục\s+trưởng|chánh\s+văn\s+phòng|thủ\s+trưởng|hiệu\s+trưởng|bí\s+thư"
    r"|trưởng\s+ban|trưởng\s+phòng|ban\s+tổ\s+chức|viện\s+trưởng|bộ\s+trưởng|thủ\s+tướng)\W*$",
    re.IGNORECASE,
)
# The end of the sentence before a tail: `./.`, a stop, perhaps a quote or bracket around it.
_SENTENCE_RE = re.compile(
    r"(?:\./\.?|[.!?…][”\"’)]?|[”\")]\.)(?:\s+|(?<=/\.)(?=\w))(?=[^\W\d_]|\()"
)
# A stop behind these is no end of a sentence: `TP. Hồ Chí Minh`, `ThS. Bình`, `Nguyễn Văn A.`
_SHORT_RE = re.compile(
    r"(?:^|[\s(./])(?:tp|tx|tt|q|p|h|x|ts|gs|pgs|ths|th\.s|bs|ks|ls|kts|cn|đ/c|st|mr|mrs|ms|dr|no|vs|[^\W\d_])\.$",
    re.IGNORECASE,
)


def is_signature_block(paragraphs: Sequence[str], index: int) -> bool:
    """Return whether the name at ``index`` signs a letter or notice: an office stands above it."""
    above = paragraphs[max(0, index - 3) : index]
    return any(len(line) <= 80 and _OFFICE_RE.match(line.strip()) for line in above)


def is_list_item(paragraphs: Sequence[str], index: int) -> bool:
    """Return whether the name at ``index`` is the last of a list: two more such lines above it."""
    above = [line for line in paragraphs[max(0, index - 4) : index] if line.strip()][-2:]
    return len(above) == 2 and all(len(line) <= 60 and _is_bare_name(line) for line in above)


def _is_bare_name(line: str) -> bool:
    reading = read_byline(line.strip(" -+•*0123456789.)"))
    return reading.is_complete and bool(reading.byline.authors) and not reading.is_marked


def split_tail(paragraph: str) -> int | None:
    """Return where the words behind the last sentence begin; None where there are none.

    >>> text = "Tổng kinh phí hơn 200 triệu đồng./. Thu Trang"
    >>> text[split_tail(text):]
    'Thu Trang'
    >>> split_tail("Dự án đặt tại TP. Hồ Chí Minh") is None, split_tail("") is None
    (True, True)
    """
    offset = max(0, len(paragraph) - MAX_TAIL)
    window = paragraph[offset:]
    for match in _SENTENCE_RE.finditer(window):
        if match.start() and not _SHORT_RE.search(window[: match.start() + 1]):
            tail = window[match.end() :]
            if _can_be_names(tail):
                return offset + match.end()
    return None


def _can_be_names(tail: str) -> bool:
    reading = read_byline(tail)
    return reading.is_complete
