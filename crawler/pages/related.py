"""Paragraphs of links that lead away from the story: `Xem thêm: …` (see also), downloads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.pages.reading import Item

# The words before such links: alternatives between two runs of marks. The runs are possessive, so
# a line of a thousand arrows is tried once.
RELATED_RE = re.compile(
    r"[\s>»•*–-]*+(?:(?P<label>(?:xem|đọc|tham khảo) thêm"
    r"|(?:các )?(?:tin|bài|bài viết|tin bài|nội dung) (?:liên quan|khác|cùng (?:chuyên mục|chủ đề))"
    r"|có thể bạn quan tâm|bạn có thể quan tâm|(?:mời )?(?:bạn|quý vị|độc giả) (?:xem|đọc) thêm"
    r"|xem chi tiết(?: tại đây)?)(?!\w))?[\s:.>»–-]*+",
    re.IGNORECASE,
)
ARROW_RE = re.compile(r"\s*(?:>>|»)")
DOCUMENT_RE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip)\Z", re.IGNORECASE)


def is_related_label(text: str) -> bool:
    """Whether a paragraph only announces related stories.

    >>> is_related_label("Tin liên quan:"), is_related_label(">> Xem thêm")
    (True, True)
    >>> is_related_label("Xem thêm hồ sơ vụ án"), is_related_label("")
    (False, False)
    """
    match = RELATED_RE.fullmatch(text)
    return match is not None and match["label"] is not None


def is_link_away(item: Item, *, in_list: bool) -> bool:
    """Whether a paragraph is a link to another story or a file to download, and nothing else.

    ``in_list``: a label like `Tin liên quan` stands before it.
    """
    if not item.href:
        return False
    if item.unlinked:
        return RELATED_RE.fullmatch(item.unlinked) is not None and _says_related(item.unlinked)
    label = RELATED_RE.match(item.text)
    if in_list or ARROW_RE.match(item.text) or (label is not None and label["label"] is not None):
        return True
    return DOCUMENT_RE.search(item.href.partition("?")[0]) is not None


def _says_related(text: str) -> bool:
    return is_related_label(text) or ARROW_RE.match(text) is not None
