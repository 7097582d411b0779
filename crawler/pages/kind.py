"""What kind of page an answer is, as far as it tells why it is no article."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# WordPress's body_class(): static pages, a missing page, listings of every kind.
OTHER_PAGES = frozenset(
    ("page", "error404", "search", "archive", "category", "tag", "author", "date", "home", "blog")
)
ATTACHMENT = frozenset(("attachment", "single-attachment"))


def why_no_page(root: Element, body_classes: frozenset[str]) -> str | None:
    """Return `empty_page` or `not_an_article`, None where the page may be an article."""
    if not any(text.strip() for text in root.itertext()):
        return "empty_page"
    if not ATTACHMENT.isdisjoint(body_classes) or _is_embed(root):
        return "not_an_article"
    is_other = "single" not in body_classes and not OTHER_PAGES.isdisjoint(body_classes)
    return "not_an_article" if is_other else None


def _is_embed(root: Element) -> bool:
    """Whether it is the copy other sites show in a frame: `/slug/embed/`."""
    boxes = root.iterfind("body/div")
    return any("wp-embed" in box.get("class", "").split() for box in boxes)


def asks_password(content: Element | None) -> bool:
    """Whether the body is WordPress's form for a post's password."""
    forms = () if content is None else content.iter("form")
    return any("post-password-form" in form.get("class", "") for form in forms)
