"""What the elements around a marked body say, by the names themes and WordPress give them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crawler.items import RawValue
from crawler.pages.excerpts import MAX_SAPO_LENGTH, parse_sapo
from crawler.pages.frame_fields import remove_by
from crawler.pages.media import PLAYER_TAGS, extract_videos
from crawler.pages.tables import extract_text, short_text
from crawler.pages.themes import ANY_THEME
from crawler.text.characters import normalize_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element as Element

    from crawler.items import Video
    from crawler.pages.body import Body

    Named = tuple[Element, frozenset[str]]


PUBLICATION = frozenset(("published", "entry-date", "post-date", "date"))
MAX_TRIED = 20
MAX_ACCOUNT = 250


def name_elements(elements: Iterator[Element] | Sequence[Element]) -> list[Named]:
    """Return elements with their classes, in order."""
    return [(element, frozenset(element.get("class", "").split())) for element in elements]


def with_class(own: Sequence[Named], names: frozenset[str]) -> Iterator[Element]:
    return (element for element, classes in own if not names.isdisjoint(classes))


def marked_sapo(own: Sequence[Named], body: Body) -> RawValue | None:
    """Return the sapo printed above the body, never an excerpt that repeats it."""
    for element in islice(with_class(own, ANY_THEME.sapo), MAX_TRIED):
        text = parse_sapo(short_text(element, MAX_SAPO_LENGTH) or "", body)
        if text:
            return RawValue(text, "page.sapo")
    return None


def marked_times(own: Sequence[Named], *, modified: bool) -> Iterator[RawValue]:
    """Yield what the first `time` element of the article's own says."""
    for element, classes in own:
        stamp = element.get("datetime", "").strip() if element.tag == "time" else ""
        if stamp and _is_update(element, classes) is modified:
            yield RawValue(stamp, "page.time")
            return


def marked_dates(own: Sequence[Named]) -> Iterator[RawValue]:
    """Yield the date as readers see it, of the innermost element named so; possible or not."""
    dates = (el for el in with_class(own, ANY_THEME.date) if not _is_update_of(el))
    element = next(dates, None)
    if element is None:
        return
    for inner in dates:
        if element not in islice(inner.iterancestors(), 3):
            break
        element = inner
    text = normalize_text(extract_text(element))
    if text:
        yield RawValue(text, "page.date")


def marked_account(own: Sequence[Named]) -> str | None:
    """Return the name of the WordPress account that posted the article."""
    linked = (el for el, _ in own if "author" in el.get("rel", "").split())
    named = with_class(own, ANY_THEME.author)
    tried = (element for group in (linked, named) for element in islice(group, MAX_TRIED))
    texts = (normalize_text(short_text(el, MAX_ACCOUNT) or "") for el in tried)
    return next(filter(None, map(remove_by, texts)), None)


def players_above(
    article: Element, content: Element | None, own: Sequence[Named], base: str
) -> Iterator[Video]:
    """Yield the players among the article's own elements before its body."""
    elements = {element for element, _ in own if element.tag in PLAYER_TAGS}
    if not elements:
        return
    for element in article.iter(*PLAYER_TAGS, "div", "section", "article", "main"):
        if element is content:
            return
        if element in elements:
            yield from extract_videos(element, base)


def _is_update(element: Element, classes: frozenset[str]) -> bool:
    """Whether a ``time`` is that of the last change; a theme that has one for both says both."""
    parent = element.getparent()
    outer = parent.get("class", "") if parent is not None else ""
    # `entry-date updated` alone is how many themes mark the publication: hAtom asks for `updated`.
    is_publication = not PUBLICATION.isdisjoint(classes)
    return ("updated" in classes and not is_publication) or "modified" in outer


def _is_update_of(element: Element) -> bool:
    return _is_update(element, frozenset(element.get("class", "").split()))
