"""What kind of page an answer is, as far as it tells why it is no article."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree

from crawler.pages.layout import is_box
from crawler.pages.tables import short_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

# WordPress's body_class() and shortlink: the number of the post.
POST_ID_RE = re.compile(r"postid-(\d{1,18})\Z", re.ASCII)
SHORTLINK_RE = re.compile(r"[?&]p=(\d{1,18})(?:\Z|&)", re.ASCII)
# WordPress's body_class(): static pages, a missing page, listings of every kind.
OTHER_PAGES = frozenset(
    ("page", "error404", "search", "archive", "category", "tag", "author", "date", "home", "blog")
)
WORDPRESS_CLASS_RE = re.compile(
    r"(?:page-id|parent-pageid|category|tag|author|paged|term)-\d+|(?:page-template|wp-|search-)[\w-]*"
    r"|error404|archive"
)
WORDPRESS_RE = re.compile(r"/wp-(?:content|includes|json)/|\AWordPress")
MAX_DECLARED = 300
MAX_VALUE = 300
# What a page says in place of the headline when there is no article (any more).
GONE_RE = re.compile(
    r"(?:\b404\b|not found|không (?:tìm thấy|tồn tại)|đã (?:bị )?(?:gỡ|xóa|xoá)|lỗi truy cập)",
    re.IGNORECASE,
)
MAX_GONE = 80
# A link of this length that stands alone is another story's headline.
MIN_TITLE_LINK = 20
MAX_TITLE_LINKS = 4
RUNNING_PER_LINK = 250
ATTACHMENT = frozenset(("attachment", "single-attachment"))


def find_post_id(body_classes: frozenset[str], shortlink: str) -> str | None:
    """Return WordPress's number of the post, None on any other page."""
    found = filter(None, map(POST_ID_RE.match, body_classes))
    match = next(found, None) or SHORTLINK_RE.search(shortlink)
    return match[1] if match else None


def why_no_page(root: Element, body_classes: frozenset[str]) -> str | None:
    """Return `empty_page` or `not_an_article`, None where the page may be an article."""
    if not any(text.strip() for text in root.itertext()):
        return "empty_page"
    if not ATTACHMENT.isdisjoint(body_classes) or _is_embed(root):
        return "not_an_article"
    is_other = "single" not in body_classes and not OTHER_PAGES.isdisjoint(body_classes)
    return "not_an_article" if is_other and _is_wordpress(root, body_classes) else None


def _is_wordpress(root: Element, body_classes: frozenset[str]) -> bool:
    """Whether a page is WordPress's: to others `home` or `page` is a class like any."""
    if any(map(WORDPRESS_CLASS_RE.fullmatch, body_classes)):
        return True
    declared = islice(root.iter("link", "script", "meta", "img"), MAX_DECLARED)
    values = (each.get(key, "") for each in declared for key in ("href", "src", "content"))
    return any(WORDPRESS_RE.search(value[:MAX_VALUE]) for value in values)


def _is_embed(root: Element) -> bool:
    """Whether it is the copy other sites show in a frame: `/slug/embed/`."""
    boxes = root.iterfind("body/div")
    return any("wp-embed" in box.get("class", "").split() for box in boxes)


def asks_password(content: Element | None) -> bool:
    """Whether the body is WordPress's form for a post's password."""
    forms = () if content is None else content.iter("form")
    return any("post-password-form" in form.get("class", "") for form in forms)


def says_gone(headline: str) -> bool:
    """Whether a page's headline says that there is no article.

    >>> says_gone("Không tìm thấy trang"), says_gone("404 – Page not found")
    (True, True)
    >>> says_gone("Mùa sắn"), says_gone("")
    (False, False)
    """
    return len(headline) <= MAX_GONE and GONE_RE.search(headline) is not None


def is_listing(content: Element, length: float, url: str) -> bool:
    """Whether a body of `length` characters of running text is a list of other stories.

    The home page is one always.
    """
    parts = urlsplit(url)
    if parts.path in ("", "/") and not parts.query:
        return True
    links = sum(short_text(link, MIN_TITLE_LINK - 1) is None for link in _iter_links(content))
    return links > MAX_TITLE_LINKS and length < RUNNING_PER_LINK * links


def _iter_links(content: Element) -> Iterator[Element]:
    """Yield the links of a body: buttons to share it are none."""
    walk = etree.iterwalk(content, events=("start",))
    for _, element in walk:
        if element is not content and is_box(element):
            walk.skip_subtree()
        elif element.tag == "a":
            yield element
