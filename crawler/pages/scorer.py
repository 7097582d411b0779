"""The body of a page that marks it in no way known: found by where its running text stands.

Running text is long and hardly linked; menus, lists of other stories and footers are short or all
links. One walk sums it up for every element; the body is then the smallest element that holds
nearly all of what comes after the headline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from crawler.pages.layout import is_noise, is_written, names_of
from crawler.pages.sapo import is_named_sapo

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Boxes that hold other boxes; text that stands in anything else belongs to the paragraph around.
CONTAINERS = frozenset(
    ("article", "body", "center", "div", "form", "main", "section", "table", "tbody", "td", "tr")
)
PARAGRAPHS = frozenset(("blockquote", "dd", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre"))
BLOCKS = CONTAINERS | PARAGRAPHS | {"dl", "figcaption", "header", "h1", "ol", "th", "ul"}
# A form is no part here: ASP.NET sites put the whole page into one.
SKIPPED = frozenset(
    ("aside", "button", "figcaption", "footer", "nav", "noscript", "script", "select", "style")
) | {"svg", "template", "textarea"}
MIN_TEXT = 25
MAX_LINKED = 0.4
# The share of an element's running text that makes one of its children stand for it.
DOMINATES = 0.8
LEADS = 0.5
# Below this share of the page's text an ancestor of the headline is only the head of the article.
MIN_SHARE = 0.15
MIN_RUNNING = 140
MIN_ARTICLE = 400
# A text below a linked title is the teaser of another story: what a title takes from it.
TEASER_WEIGHT = 3
LISTS = frozenset(("li", "ol", "ul"))
# Boxes that hold the words of readers, or the site's own; an article's H1 never stands in one.
BESIDE_RE = re.compile(
    r"comment|binh-?luan|footer|copyright|ban-?quyen|cookie|consent"
    r"|(?:^|[\s_-])(?:menu|nav|navbar)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
# Boxes named for buttons or advertisements may hold the text all the same: layouts are named for
# what stands in or beside them (`share-zone`, `section--ads`).
BUTTONS_RE = re.compile(
    r"(?:^|(?<=[\s_-]))(?:share|sharing|social|socials|addtoany|addthis|ads|advert)(?=$|[\s_-])",
    re.IGNORECASE,
)
# Lists are more often menus or links than text.
LIST_WEIGHT = 0.5
# The lead is no body, unless it is all there is.
SAPO_WEIGHT = 0.3


@dataclass(slots=True)
class _Sums:
    """Characters of one block: of its own, of those the linked ones, and running ones inside."""

    length: int = 0
    linked: int = 0
    inner: float = 0.0
    titles: int = 0
    """Linked ones in boxes and headings that are links, no list: titles of other stories."""

    @property
    def is_running(self) -> bool:
        text = self.length - self.linked
        return text >= MIN_TEXT and self.linked <= MAX_LINKED * self.length


class Running:
    """How much running text each element holds, in characters."""

    def __init__(self, scope: Element, start: Element | None = None) -> None:
        """Sum up `scope`; text up to the end of `start` does not count."""
        self.sums: dict[Element, float] = {}
        self.boxes: dict[Element, list[Element]] = {}
        """The elements with running text right below each; what is inline stands in no way."""
        self._stack: list[tuple[Element, _Sums]] = []
        self._links = 0
        self._counts = start is None
        self._start = start
        # However a box is named, the one around the headline is the article's.
        self._around = frozenset(() if start is None else start.iterancestors())
        self._walk(scope)

    def __getitem__(self, element: Element) -> float:
        return self.sums.get(element, 0.0)

    def _walk(self, scope: Element) -> None:
        walk = etree.iterwalk(scope, events=("start", "end"))
        skipped: Element | None = None
        for event, element in walk:
            if event == "start":
                if element is not scope and self._is_aside(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._enter(element)
            elif skipped is not None and element is skipped:
                skipped = None
                self._add(element.tail)
            else:
                self._leave(element, scope)

    def _is_aside(self, element: Element) -> bool:
        if element.tag in SKIPPED:
            return element.tag == "nav" or element not in self._around
        names = names_of(element)
        if not names or element in self._around or not _is_beside(names):
            return False
        if element.find(".//h1") is not None:
            return False
        return _is_beside(BUTTONS_RE.sub(" ", names)) or not is_written(element)

    def _enter(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self._stack.append((element, _Sums()))
        elif tag == "a":
            self._links += 1
        self._add(element.text)

    def _leave(self, element: Element, scope: Element) -> None:
        tag = element.tag
        if tag in BLOCKS:
            _, sums = self._stack.pop()
            self._end_block(element, sums)
        elif tag == "a":
            self._links -= 1
        if element is self._start:
            self._counts = True
        if element is not scope:
            self._add(element.tail)

    def _end_block(self, element: Element, sums: _Sums) -> None:
        tag = element.tag
        if sums.is_running:
            if self._counts:
                sums.inner += (sums.length - sums.linked) * (LIST_WEIGHT if tag == "li" else 1)
        elif tag not in LISTS and tag != "p":
            sums.titles += sums.linked
        if tag in CONTAINERS:
            sums.inner -= TEASER_WEIGHT * sums.titles
            sums.titles = 0
        parent, outer = self._stack[-1] if self._stack else (None, _Sums())
        outer.titles += sums.titles if tag not in LISTS else 0
        if sums.inner <= 0:
            return
        if is_named_sapo(element):
            sums.inner *= SAPO_WEIGHT
        self.sums[element] = sums.inner
        outer.inner += sums.inner
        if parent is not None:
            self.boxes.setdefault(parent, []).append(element)

    def _add(self, text: str | None) -> None:
        if not text or not self._stack or text.isspace():
            return
        _, sums = self._stack[-1]
        sums.length += len(text)
        if self._links:
            sums.linked += len(text)


@lru_cache(maxsize=4096)
def _is_beside(names: str) -> bool:
    return is_noise(names) or BESIDE_RE.search(names) is not None


def find_body(scope: Element, headline: Element | None) -> tuple[Element, float] | None:
    """Return the element of the body below `headline`, and how much running text it holds.

    None where there is no running text at all.
    """
    running = Running(scope, headline)
    if not running[scope]:
        return None
    element = scope if headline is None else _frame_of(headline, scope, running)
    while True:
        boxes = running.boxes.get(element, [])
        child = max(boxes, key=running.__getitem__, default=None)
        if child is None or child.tag not in CONTAINERS:
            return element, running[element]
        share = running[child] / running[element]
        holds_headline = headline is not None and is_inside(headline, element)
        stands_apart = holds_headline or all(_is_other_box(box, child) for box in boxes)
        if share < LEADS or (share < DOMINATES and not stands_apart):
            return element, running[element]
        element = child


def _is_other_box(box: Element, best: Element) -> bool:
    """Whether a box beside the best is another part of the page, not one more of the story.

    Columns are other parts; rows, and boxes named alike, go on with the story.
    """
    if box is best or box.tag == "td":
        return True
    is_alike = (box.tag, box.get("class")) == (best.tag, best.get("class"))
    return box.tag in CONTAINERS and not is_alike


def _frame_of(headline: Element, scope: Element, running: Running) -> Element:
    share = MIN_SHARE * running[scope]
    for element in headline.iterancestors():
        if element.tag == "header" and element is not scope:
            continue
        # HTML's `article` is complete in itself: pages that load story after story hold many.
        least = min(share, MIN_ARTICLE) if element.tag == "article" else share
        enough = max(least, min(MIN_RUNNING, running[scope]))
        if element is scope or running[element] >= enough:
            return element
    return scope


def is_inside(element: Element, ancestor: Element) -> bool:
    """Whether an element stands somewhere in another."""
    return element is not ancestor and any(each is ancestor for each in element.iterancestors())
