"""Paragraphs of links that lead away from the story: `Xem thêm: …` (see also), downloads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.reading import Item

# The words before such links: alternatives between two runs of marks. The runs are possessive, so
# a line of a thousand arrows is tried once.
RELATED_RE = re.compile(
    r"[\s>»•*–-]*+(?:(?P<label>(?:xem|đọc|tham khảo) thêm"
    r"|(?:các )?(?:tin|bài|bài viết|tin bài|nội dung) (?:liên quan|khác|cùng (?:chuyên mục|chủ đề))"
    r"|có thể bạn quan tâm|bạn có thể quan tâm|(?:mời )?(?:bạn|quý vị|độc giả) (?:xem|đọc) thêm"
    r"|xem chi tiết(?: tại đây)?|điều hướng bài viết|post navigation)(?!\w))?[\s:.>»–-]*+",
    re.IGNORECASE,
)
ARROW_RE = re.compile(r"\s*(?:>>|»)")
# `← Bài trước`, `Bài sau »`: the stories before and after this one.
TURN_RE = re.compile(r"\A\s*(?:←|«|‹)|(?:→|»|›)\s*\Z")
# What stands before a line of sections or tags, each of them a link.
TERMS_RE = re.compile(
    r"\W*(?:(?:post )?tags?|từ kh(?:óa|oá)|thẻ|chủ đề|chuyên mục|danh mục|labels?"
    r"|filed under|topics?|categor(?:y|ies)|posted in|schlagworte|kategorien?)\s*:?[\s,;|/·•.#-]*",
    re.IGNORECASE,
)
CONTENTS_RE = re.compile(
    r"(?:nội dung(?: chính)?|mục lục|contents|table of contents)\s*:?", re.IGNORECASE
)
MAX_CONTENTS_LABEL = 20
MIN_TITLE = 15
MIN_HEADLINE = 30
MAX_HEADLINE = 160
MIN_RUN = 2
MAX_TOOLS = 60
# The clock of a player: `00:00`, `00:0003:15`.
CLOCK_RE = re.compile(r"(?:\d{1,2}:\d{2}[\s/|-]{0,3}){1,4}")
PLATFORMS = frozenset(
    ("facebook", "twitter", "x", "zalo", "email", "linkedin", "pinterest", "telegram", "whatsapp")
) | {"messenger", "print", "in", "tumblr", "reddit", "youtube", "instagram", "tiktok", "viber"}
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
        if TERMS_RE.fullmatch(item.unlinked):
            return True
        return RELATED_RE.fullmatch(item.unlinked) is not None and _says_related(item.unlinked)
    label = RELATED_RE.match(item.text)
    if (
        in_list
        or ARROW_RE.match(item.text)
        or TURN_RE.search(item.text)
        or (label is not None and label["label"] is not None)
    ):
        return True
    return DOCUMENT_RE.search(item.href.partition("?")[0]) is not None


def _says_related(text: str) -> bool:
    return is_related_label(text) or ARROW_RE.match(text) is not None


def find_link_runs(texts: Sequence[Item], base: str) -> frozenset[int]:
    """Return which paragraphs are lists of the site's other stories, or of this one's parts.

    Such are two or more in a row that are nothing but a link each, or one as long as a headline; a
    list of links to other sites is what the article is about.
    """
    linked = [index for index, item in enumerate(texts) if item.href and not item.unlinked]
    found = {index for index in linked if is_part_link(texts[index])}
    run: list[int] = []
    for index in linked:
        if not _is_title_link(texts[index], base):
            continue
        if run and run[-1] != index - 1:
            run = []
        run.append(index)
        if len(run) >= MIN_RUN or _is_headline(texts[index].text):
            found.update(run)
    return frozenset(found)


def is_part_link(item: Item) -> bool:
    """Whether a paragraph is a link to a part of the page itself: a line of its contents."""
    return item.href.startswith("#") and len(item.href) > 1 and not item.unlinked


def _is_title_link(item: Item, base: str) -> bool:
    if not item.href or item.unlinked or item.links != 1 or len(item.text) < MIN_TITLE:
        return False
    url = absolute_url(base, item.href)
    return url is not None and urlsplit(url).netloc == urlsplit(base).netloc


def _is_headline(text: str) -> bool:
    """Whether a link standing alone reads as another story's headline."""
    return MIN_HEADLINE <= len(text) <= MAX_HEADLINE and text[-1] not in ".!?:…"


def is_contents_label(texts: Sequence[Item], index: int) -> bool:
    """Whether a paragraph is the heading of a table of contents."""
    text = texts[index].text
    if len(text) > MAX_CONTENTS_LABEL or index + 1 == len(texts):
        return False
    return CONTENTS_RE.fullmatch(text) is not None and is_part_link(texts[index + 1])


def is_tool(item: Item) -> bool:
    """Whether a paragraph is a line of buttons: to print, to share, to play.

    >>> from crawler.pages.reading import Item
    >>> is_tool(Item("text", "Facebook Twitter Zalo")), is_tool(Item("text", "00:0003:15"))
    (True, True)
    >>> is_tool(Item("text", "A- A+ In trang", "#", "", links=3)), is_tool(Item("text", "In tiền"))
    (True, False)
    """
    text = item.text
    if len(text) > MAX_TOOLS:
        return False
    is_buttons = item.links > 1 and not item.unlinked.strip(" |/·•-–")
    words = text.lower().replace(",", " ").split()
    is_platforms = len(words) > 1 and PLATFORMS.issuperset(words)
    return is_buttons or is_platforms or CLOCK_RE.fullmatch(text) is not None
