"""The byline a page prints outside its body: near the headline, below the text, or declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import RawValue
from crawler.pages.frame_fields import read_bylines
from crawler.pages.json_ld import author_names
from crawler.pages.tables import extract_text, short_text
from crawler.text.comparison import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.pages.frame import Frame
    from crawler.pages.head import Head

MAX_NAME_WORDS = 8
MAX_LINE = 150


def printed_byline(frame: Frame, head: Head) -> RawValue | None:
    """Return the line that names who signed, never the name of the paper."""
    site = fold_letters(f"{head.metas.get('og:site_name', '')} {head.feed_title or ''}")
    for text in read_bylines(frame.around):
        if not _is_site(text, site):
            return RawValue(text, "page.byline")
    for name, source in _declared_authors(head):
        if not _is_site(name, site) and _is_shown(name, frame):
            return RawValue(name, source)
    return None


def _is_shown(name: str, frame: Frame) -> bool:
    """Whether readers see a declared name: in the article's head or in its body."""
    key = fold_letters(name)
    near = (short_text(element, MAX_LINE) or "" for element in frame.around)
    return any(key in fold_letters(text) for text in near) or key in fold_letters(
        extract_text(frame.content)
    )


def _declared_authors(head: Head) -> Iterator[tuple[str, str]]:
    for name in author_names(head.json_ld):
        yield name, "json_ld"
    for meta in ("article:author", "author", "dc.creator"):
        name = head.metas.get(meta, "")
        if name and "://" not in name and len(name.split()) <= MAX_NAME_WORDS:
            yield name, f"meta.{meta}"


def _is_site(name: str, site: str) -> bool:
    key = fold_letters(name)
    return not key or key in site
