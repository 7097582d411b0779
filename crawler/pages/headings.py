"""Which element shows the headline: told by the titles a page declares."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from crawler.pages.layout import names_of, select
from crawler.pages.tables import short_text
from crawler.text.comparison import fold_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element as Element

HEADINGS = etree.XPath(".//h1 | .//h2 | .//h3")
# What themes and content systems call the element of the headline, in English and Vietnamese.
TITLE_NAME_RE = re.compile(r"title|tieu-?de|headline|heading", re.IGNORECASE)
HOME_RE = re.compile(r"(?:https?://[^/]{1,200})?/?(?:(?:index|default|trang-chu)\.?\w{0,6})?/?")
MAX_HEADINGS = 300
MIN_HEADLINE = 10
MIN_LETTERS = 4
MAX_HEADLINE = 300
# A heading stands for a declared title when it makes up this share of it.
MIN_TITLE_SHARE = 0.4


def find_heading(scope: Element, titles: Sequence[str]) -> Element | None:
    """Return the heading that shows a declared title, else the first H1 of some length."""
    keys = fold_titles(titles)
    best: tuple[tuple[bool, float], Element] | None = None
    plain: Element | None = None
    for element in select(HEADINGS, scope)[:MAX_HEADINGS]:
        key = fold_letters(short_text(element, MAX_HEADLINE) or "")
        if is_logo(element, key, keys):
            continue
        is_begun, share = max((title_share(key, title) for title in keys), default=(False, 0.0))
        # Where two show the same, an H1 does it before an H2 of a list of other stories.
        rank = is_begun, share + (0.1 if element.tag == "h1" else 0)
        if share >= MIN_TITLE_SHARE and (best is None or rank > best[0]):
            best = rank, element
        if plain is None and element.tag == "h1" and len(key) >= MIN_HEADLINE:
            plain = element
    if best is not None:
        return best[1]
    shown = _shown_title(scope, keys)
    return plain if shown is None else shown


def _shown_title(scope: Element, titles: Sequence[str]) -> Element | None:
    """Return the first element named as a title that shows a declared one from its beginning.

    Where it is no heading the H1 is that of the site or section.
    """
    named = (each for each in scope.iter("p", "div", "span", "td") if is_named_title(each))
    texts = ((each, short_text(each, MAX_HEADLINE) or "") for each in islice(named, MAX_HEADINGS))
    return next((each for each, text in texts if _shows_begin(fold_letters(text), titles)), None)


def _shows_begin(key: str, titles: Sequence[str]) -> bool:
    shares = (title_share(key, title) for title in titles)
    return any(is_begun and share >= MIN_TITLE_SHARE for is_begun, share in shares)


def is_named_title(element: Element) -> bool:
    names = names_of(element)
    return bool(names) and TITLE_NAME_RE.search(names) is not None


def is_logo(element: Element, key: str, titles: Sequence[str]) -> bool:
    """Whether a heading is the site's name: it leads home, or declared titles end with it."""
    link = element.find(".//a")
    if link is not None and HOME_RE.fullmatch(link.get("href", "")):
        return True
    if not key or key in titles:
        return False
    # `Headline - Site`: the shorter part is the site's.
    return any(title.endswith(key) and 2 * len(key) < len(title) for title in titles)


def title_share(key: str, title: str) -> tuple[bool, float]:
    """Return how much of a title a heading shows, 0 where it shows something else.

    First comes whether one begins with the other: pages declare `Headline - Site` mostly, and
    `Site - Headline` now and then.
    """
    if key == title:
        return True, 1.0
    shorter, longer = sorted((key, title), key=len)
    if len(shorter) < MIN_HEADLINE or shorter not in longer:
        return False, 0.0
    return longer.startswith(shorter), len(shorter) / len(longer)


def fold_titles(titles: Sequence[str]) -> list[str]:
    """Return the keys of declared titles that are more than a word or two."""
    return [key for key in map(fold_letters, titles) if len(key) >= MIN_LETTERS]
