"""The article of a page that marks it in no way known: headline, head and body by their places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from crawler.pages.frame_fields import AUTHOR_NAME_RE
from crawler.pages.headings import (
    MAX_HEADLINE,
    MIN_HEADLINE,
    MIN_TITLE_SHARE,
    find_heading,
    fold_titles,
    is_logo,
    is_named_title,
    title_share,
)
from crawler.pages.layout import is_noise, names_of
from crawler.pages.media import PLAYER_TAGS, extract_videos
from crawler.pages.scorer import SKIPPED, find_body, is_inside
from crawler.pages.tables import short_text
from crawler.text.comparison import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element as Element

HEADING_TAGS = frozenset(("h1", "h2", "h3"))
# Boxes around headline and body are part of the article's head as long as little stands before.
MAX_LEVELS = 6
MAX_BEFORE = 800
MAX_TAIL = 150
MAX_LINKS_BEFORE = 5
MAX_HEAD_ELEMENTS = 400
MAX_AFTER = 3
RUNNING_TEXT = 60
# Drupal prints who posted an article, and when, in a `footer` above it.
HEAD_SKIPPED = SKIPPED - {"footer"}
# Around a player that makes an article alone.
MAX_PLAYER_TEXT = 1500
ANY_BASE = "https://localhost/"
# Fewer characters of running text than this are no body.
MIN_BODY_LENGTH = 140
# Nor these below a headline; a page that does not declare an article needs more.
MIN_SHORT_BODY = 60


@dataclass(frozen=True)
class Frame:
    """The parts of the article: its headline, where there is one, and its body."""

    headline: Element | None
    content: Element
    length: float
    """Characters of running text in the body."""

    @property
    def is_article(self) -> bool:
        """Whether the page shows a headline over a body or a player."""
        return self.headline is not None and (self.length >= MIN_BODY_LENGTH or self.length == 0)

    @cached_property
    def head(self) -> list[Element]:
        """The elements of the article's head in order: from its box's start to the body."""
        return list(islice(self._iter_head(), MAX_HEAD_ELEMENTS))

    @cached_property
    def tail(self) -> list[Element]:
        """The elements of the short boxes right behind the body."""
        return list(islice(self._iter_tail(), MAX_HEAD_ELEMENTS))

    @property
    def around(self) -> list[Element]:
        return [*self.head, *self.tail]

    def _iter_tail(self) -> Iterator[Element]:
        for box in islice(self.content.itersiblings(), MAX_AFTER):
            if isinstance(box.tag, str) and short_text(box, MAX_TAIL) is not None:
                yield from box.iter(etree.Element)

    @cached_property
    def unread(self) -> list[Element]:
        """What stands in the body's element but is the article's head, where it is flat.

        Pictures and players of the head are the article's own.
        """
        if not self.is_flat:
            return []
        return [element for element in self.head if self._is_before(element)]

    def _is_before(self, element: Element) -> bool:
        """Whether an element is of the head alone: the paragraph that ended it is not in it."""
        if element in (self.content, *self.content.iterancestors()):
            return False
        last = self.head[-1]
        holds_more = last is not element and last.getnext() is not None and is_inside(last, element)
        return not holds_more and next(element.iter("img", *PLAYER_TAGS), None) is None

    @cached_property
    def is_flat(self) -> bool:
        """Whether headline and paragraphs stand in one box."""
        return self.headline is not None and is_inside(self.headline, self.content)

    def _iter_head(self) -> Iterator[Element]:
        top, start = self._beginning()
        walk = etree.iterwalk(top, events=("start",))
        around = {top, *(() if self.headline is None else self.headline.iterancestors())}
        is_started, after_headline = start is None, False
        for _, element in walk:
            is_started = is_started or element is start
            is_end = element is self.content and not self.is_flat
            if is_end or (self.is_flat and after_headline and _is_running(element)):
                return
            if element not in around and _is_beside(element):
                walk.skip_subtree()
            elif is_started:
                after_headline = after_headline or element is self.headline
                yield element

    def _beginning(self) -> tuple[Element, Element | None]:
        """Return a box that holds the head, and where in it that begins (None: with the box)."""
        if self.headline is None:
            return _climb(self.content), None
        above = [self.headline, *self.headline.iterancestors()]
        body = {self.content, *self.content.iterancestors()}
        level = next(index for index, element in enumerate(above) if element in body)
        first = above[max(level - 1, 0)]
        return (_climb(above[level]), None) if _is_head_before(first) else (above[level], first)


def _is_beside(element: Element) -> bool:
    """Whether a box above the body is none of the article's; one for its author is."""
    if element.tag in HEAD_SKIPPED:
        return True
    names = names_of(element)
    return is_noise(names) and AUTHOR_NAME_RE.search(names) is None


def find_frame(scope: Element, titles: Sequence[str]) -> Frame | None:
    """Return the article of a page that declares `titles`, None where there is no running text."""
    headline = find_heading(scope, titles)
    found = find_body(scope, headline) or find_body(scope, None)
    if found is not None and headline is None:
        # A short H1 may be the site's name: it counts where there is nothing else.
        headline = _named_title(found[0], titles)
        headline = next(scope.iter("h1"), None) if headline is None else headline
        if headline is not None and is_inside(headline, found[0]):
            found = find_body(scope, headline) or found
    if found is not None and found[1] >= (MIN_BODY_LENGTH if headline is None else MIN_SHORT_BODY):
        return Frame(headline, *found)
    box = None if headline is None else _player_box(headline)
    return None if box is None else Frame(headline, box, 0)


def _player_box(headline: Element) -> Element | None:
    """Return the box of a headline and its player: the article of a post without much text."""
    for box in islice(headline.iterancestors(), MAX_LEVELS):
        if box.tag == "body" or short_text(box, MAX_PLAYER_TEXT) is None:
            return None
        if any(next(extract_videos(each, ANY_BASE), None) for each in box.iter(*PLAYER_TAGS)):
            return box
    return None


def _named_title(content: Element, titles: Sequence[str]) -> Element | None:
    """Return the element before the body that shows a declared title, or is named as one.

    Of several such a heading, else the longest; where none is, a heading.
    """
    keys = fold_titles(titles)
    best: tuple[tuple[bool, bool, bool, int], Element] | None = None
    for element in islice(_before(_climb(content), content), MAX_HEAD_ELEMENTS):
        text = short_text(element, MAX_HEADLINE) or ""
        if len(text) < MIN_HEADLINE or element.find(".//a") is not None:
            continue
        key = fold_letters(text)
        is_shown = any(title_share(key, title)[1] >= MIN_TITLE_SHARE for title in keys)
        is_named = is_named_title(element)
        rank = is_shown, is_named, element.tag in HEADING_TAGS, len(text)
        is_title = any(rank[:3]) and not is_logo(element, key, keys)
        if is_title and (best is None or rank > best[0]):
            best = rank, element
    return best[1] if best else None


def _before(top: Element, content: Element) -> Iterator[Element]:
    """Yield the elements of `top` that stand before the body's running text."""
    around = {content, *content.iterancestors()}
    is_in_body = False
    for element in top.iter(etree.Element):
        is_in_body = is_in_body or element is content
        if is_in_body and element.tag == "p" and _is_running(element):
            return
        if element not in around:
            yield element


def _climb(box: Element) -> Element:
    """Return the outermost box that begins with the article's head.

    A box with a menu, a header or much text before the article is the page's own.
    """
    for _, parent in zip(range(MAX_LEVELS), box.iterancestors(), strict=False):
        if parent.tag in ("body", "html") or not _is_head_before(box):
            break
        box = parent
    return box


def _is_head_before(box: Element) -> bool:
    length = links = 0
    for element in box.itersiblings(preceding=True):
        if element.tag in ("header", "nav", "aside", "main", "ul"):
            return False
        if element.tag in SKIPPED or not isinstance(element.tag, str):
            continue
        if is_noise(names_of(element)):
            continue
        text = short_text(element, MAX_BEFORE)
        if text is None:
            return False
        length += len(text)
        links += sum(1 for _ in islice(element.iter("a"), MAX_LINKS_BEFORE + 1))
        if length > MAX_BEFORE or links > MAX_LINKS_BEFORE:
            return False
    return True


def _is_running(element: Element) -> bool:
    if element.tag not in ("p", "div", "blockquote") or element.find(".//h1") is not None:
        return False
    return short_text(element, RUNNING_TEXT) is None
