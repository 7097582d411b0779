"""The headline as shown: which of a page's titles it is, and the same without the site's name."""

from __future__ import annotations

import html
from itertools import chain
from typing import TYPE_CHECKING

from crawler.items import RawValue
from crawler.pages.tables import extract_text, short_text
from crawler.pages.themes import ANY_THEME
from crawler.text.characters import normalize_text
from crawler.text.comparison import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from lxml.etree import _Element as Element

    from crawler.pages.head import Head

MAX_TITLE_LENGTH = 2000
MAX_HEADINGS = 20
MAX_SHOWN = 300
SEPARATORS = frozenset(("–", "-", "|", "»", "—", "·", "•", "‹", "›", "«", "~", "::"))


def find_headline(
    elements: Sequence[tuple[Element, frozenset[str]]], head: Head
) -> RawValue | None:
    """Return the headline, from the article's own heading, else from what the page declares.

    A heading that WordPress marks as the title but is empty means an article without one.
    """
    headings = [(el, classes) for el, classes in elements if el.tag in ("h1", "h2")]
    marked = [el for el, classes in headings if not ANY_THEME.headline.isdisjoint(classes)]
    for element in marked[:1]:
        text = extract_title(element)
        return RawValue(text, "page.h1") if text else None
    titles = list(declared_titles(head))
    keys = {fold_letters(title.raw) for title in titles}
    # The first H1 may name the section, and a logo stands in one without a word.
    shown = (el for el, _ in headings[:MAX_HEADINGS] if _shows(el, keys))
    plain = (el for el, _ in headings[:MAX_HEADINGS] if el.tag == "h1")
    for element in chain(shown, plain):
        if text := extract_title(element):
            return RawValue(text, "page.h1" if element.tag == "h1" else "page.heading")
    return next(iter(titles), None)


def _shows(heading: Element, keys: AbstractSet[str]) -> bool:
    return fold_letters(short_text(heading, MAX_SHOWN) or "") in keys


def extract_title(element: Element) -> str:
    """Return a heading's text; a line break in it is a space."""
    for line_break in element.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"
    return normalize_text(extract_text(element))


def declared_titles(head: Head) -> Iterator[RawValue]:
    """Yield the titles the page declares, the most telling first, without the site's name."""
    site = head.metas.get("og:site_name") or head.feed_title or ""
    declared = head.json_ld.get("headline")
    titles = (
        # Plugins write HTML's entities into JSON as well.
        (html.unescape(declared) if isinstance(declared, str) else None, "json_ld"),
        (head.metas.get("og:title"), "meta.og:title"),
        (head.title, "page.title"),
    )
    for title, source in titles:
        text = remove_site_name(normalize_text(title), site) if isinstance(title, str) else ""
        if text:
            yield RawValue(text, source)


def remove_site_name(title: str, site: str) -> str:
    """Return a title without the site's name at its end; ``site`` may hold more than the name.

    >>> remove_site_name("Mưa lớn – KRT – Đài Kon Tum", "Dòng thông tin KRT - Đài Kon Tum »")
    'Mưa lớn'
    >>> remove_site_name("KRT – Đài Kon Tum", "KRT - Đài Kon Tum")
    ''
    >>> remove_site_name("COVID-19: số ca mắc", "")
    'COVID-19: số ca mắc'
    """
    if len(title) > MAX_TITLE_LENGTH:
        return title
    words, name = title.split(), _plain(site[:MAX_TITLE_LENGTH])
    for start, word in enumerate(words):
        is_break = start == 0 or word in SEPARATORS
        tail = _plain(" ".join(words[start:])).strip() if is_break and name else ""
        if tail and tail in name:
            return " ".join(words[:start])
    return title


def _plain(text: str) -> str:
    return " ".join(word for word in text.casefold().split() if word not in SEPARATORS)
