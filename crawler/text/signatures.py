"""Names at the end of a text that sign no article: official letters, notices, lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.text.byline_lines import find_list_start

if TYPE_CHECKING:
    from collections.abc import Sequence

# `TM. UBND TỈNH`, `KT. CHỦ TỊCH`, `(Đã ký)`, `Nơi nhận:`, `Kon Tum, ngày 14 tháng 7 năm 2022`:
# forms of official letters (Nghị định 30/2020/NĐ-CP, annex I).
_OFFICE_RE = re.compile(
    r"(?:TM|KT|TL|TUQ|Q)\.\s?\w|\(\s*(?i:đã\s+ký)\s*\)|(?i:nơi\s+nhận)"
    r"|[^\d,]{2,30},\s+ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}$"
)
# A post as a whole line, perhaps with what it is the head of in capitals.
_POST_RE = re.compile(
    r"(?:phó\s+)?(?:chủ\s+tịch|giám\s+đốc|tổng\s+giám\s+đốc|cục\s+trưởng|chánh\s+văn\s+phòng"
    r"|thủ\s+trưởng|hiệu\s+trưởng|bí\s+thư|trưởng\s+ban|trưởng\s+phòng|ban\s+tổ\s+chức"
    r"|viện\s+trưởng|bộ\s+trưởng|thủ\s+tướng|tư\s+lệnh)(?!\w)",
    re.IGNORECASE,
)


def is_signature_block(paragraphs: Sequence[str], index: int) -> bool:
    """Return whether the name at ``index`` signs a letter or notice: an office stands above it.

    >>> is_signature_block(["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Bình"], 2)
    True
    >>> is_signature_block(["Giám đốc nói vụ cà phê được giá.", "Thu Trang"], 1)
    False
    """
    return any(map(_is_office, paragraphs[max(0, index - 3) : index]))


def _is_office(line: str) -> bool:
    line = line.strip()
    if len(line) > 80:
        return False
    if _OFFICE_RE.match(line):
        return True
    post = _POST_RE.match(line)
    return post is not None and (line.isupper() or post[0] == line.rstrip(" .,"))


def is_list_item(paragraphs: Sequence[str], index: int) -> bool:
    """Return whether the name at ``index`` ends a list.

    A list: three names, two after a colon, two lines with a dash in front.

    >>> is_list_item(["Đội hình gồm:", "Văn Bình", "Duy Anh"], 2)
    True
    >>> is_list_item(["Mưa to.", "Văn Bình", "Duy Anh"], 2), is_list_item(["Văn Bình"], 0)
    (False, False)
    """
    if index and _is_dashed(paragraphs[index]):
        above = paragraphs[index - 1].rstrip()
        return _is_dashed(above) or above.endswith(":")
    first = find_list_start(paragraphs, index)
    count = index - first + 1
    announced = first > 0 and paragraphs[first - 1].rstrip().endswith(":")
    return count > 2 or (count == 2 and announced)


def _is_dashed(line: str) -> bool:
    return line.lstrip()[:1] in ("-", "–", "—")
