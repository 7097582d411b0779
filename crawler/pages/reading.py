"""One walk over the content element: what stands in it, in reading order."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from lxml import etree

from crawler.items import Image
from crawler.pages.layout import is_box
from crawler.pages.media import extract_image, extract_videos, is_ornament, parse_player
from crawler.pages.tables import extract_text, is_data_table, is_picture_table
from crawler.text.characters import normalize_text

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from lxml.etree import _Element as Element

    from crawler.items import Video

# fmt: off
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))
# Nobody reads these as text; a form in the body is a survey's or a search's.
SKIPPED = frozenset((
    "style", "noscript", "template", "svg", "math", "canvas", "button", "select", "textarea",
    "input", "form", "nav", "aside", "head", "title", "map", "dialog",
))
# fmt: on
PLAYERS = frozenset(
    ("iframe", "video", "audio", "embed", "object", "script", "amp-video", "amp-youtube")
) | {"amp-iframe", "lite-youtube"}
EMPHASIS = frozenset(("em", "i", "cite"))
CAPTION_RE = re.compile(
    r"(?:^|\s)(?!wp-caption\s|wp-caption$)(?:[\w-]*caption(?:-text|-dd)?|image_desc|image-desc"
    r"|photo-desc)(?:$|\s)",
    re.IGNORECASE,
)
# A box that a script makes a player: `fb-video`, `tiktok-embed`, `lite-youtube`, `video-js`.
PLAYER_BOX_RE = re.compile(
    r"(?:^|[\s_-])(?:video|audio|player|tiktok|youtube|VCSortableInPreviewMode)(?:$|[\s_-])",
    re.IGNORECASE,
)
# The nearest element that says how it is aligned decides; `style` and `class` read as one string.
ALIGNED_RE = re.compile(
    r"text-align\s*:\s*(\w+)|(?:^|\s)(?:has-text-align-|align|text-)(left|right|center|justify)\b",
    re.IGNORECASE,
)
MAX_ALIGNED_ABOVE = 6
# Browsers nest no deeper (Blink: kMaximumHTMLParserDOMTreeDepth); what lies below is no text.
MAX_DEPTH = 512
# An address alone in a paragraph: WordPress turns it into a player, or prints it where it cannot.
ADDRESS_RE = re.compile(r"https?://[!-~]{4,2000}")
CREDIT_LINE_RE = re.compile(r"\(?(?:Nguồn ảnh|Ảnh|ẢNH)\s*:")


class Item(NamedTuple):
    """One thing of the body."""

    kind: Literal["text", "caption", "table", "image", "video"]
    text: str = ""
    href: str = ""
    """Target of the last link in the text."""
    unlinked: str = ""
    """The part of the text outside links."""
    alignment: str = ""
    """`left`, `center`, `right` or `justify`, where something says so; after pictures and of
    credit lines only."""
    is_emphasised: bool = False
    """Whether all of it is in italics; after pictures only."""
    image: Image | None = None
    video: Video | None = None
    links: int = 0
    """How many links are in the text."""

    @property
    def is_credit(self) -> bool:
        """Whether the text begins as a credit line does: `Ảnh: …`."""
        return CREDIT_LINE_RE.match(self.text) is not None


def read_items(
    content: Element, base: str, unread: AbstractSet[Element] = frozenset()
) -> list[Item]:
    """Return text, captions, pictures and players of a content element in reading order."""
    reader = _Reader(content, base, unread)
    walk = etree.iterwalk(content, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if reader.enter(element):
                walk.skip_subtree()
        else:
            reader.leave(element, event)
    reader.end_paragraph()
    return reader.items


class _Part(NamedTuple):
    text: str
    element: Element
    linked: bool
    emphasised: bool


class _Reader:
    """Collects the words of a paragraph until a block ends it."""

    def __init__(self, content: Element, base: str, unread: AbstractSet[Element]) -> None:
        self.items: list[Item] = []
        self._unread = unread
        self._content = content
        self._base = base
        self._parts: list[_Part] = []
        self._skipped: Element | None = None
        self._depth = self._links = self._link_count = self._emphasis = 0
        self._href = ""
        self._picture_table: Element | None = None
        self._hidden: Element | None = None

    def enter(self, element: Element) -> bool:
        """Take an element in; true where nothing inside it is to be read."""
        self._depth += 1
        if element is not self._content and self._is_taken_whole(element):
            self._skipped = element
            return True
        tag = element.tag
        if tag in BLOCKS:
            self.end_paragraph()
        elif tag == "a":
            self._links += 1
            self._link_count += 1
            self._href = element.get("href", "")
        elif tag in EMPHASIS:
            self._emphasis += 1
        self._add(element.text, element)
        return False

    def leave(self, element: Element, event: str) -> None:
        """End an element and take the text behind it in."""
        if event == "end":
            self._depth -= 1
        if element is self._skipped:
            self._skipped = None
        elif event == "end":
            self._end(element)
        tail = element.tail
        if tail and element is not self._content:
            self._add(tail, element.getparent())

    def _end(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self.end_paragraph()
            if element is self._picture_table:
                self._picture_table = None
        elif tag == "a":
            self._links -= 1
        elif tag in EMPHASIS:
            self._emphasis -= 1

    def _is_taken_whole(self, element: Element) -> bool:
        tag = element.tag
        if tag == "noscript":
            self._hidden = _cut_off(element)
        if tag in SKIPPED or self._depth > MAX_DEPTH or self._is_unseen(element):
            return True
        if tag == "img":
            self._add_image(element)
        elif tag in PLAYERS:
            self._add_videos(element)
        elif tag == "table":
            return self._add_table(element)
        else:
            return self._add_named(element)
        return True

    def _is_unseen(self, element: Element) -> bool:
        if self._unread and element in self._unread:
            return True
        return element is self._hidden or is_box(element)

    def _add(self, text: str | None, element: Element | None) -> None:
        # White space before the first word of a paragraph is nobody's.
        if text and element is not None and (self._parts or not text.isspace()):
            self._parts.append(_Part(text, element, self._links > 0, self._emphasis > 0))

    def end_paragraph(self) -> None:
        """Make what was collected a paragraph; nothing but white space makes none."""
        if not self._parts:
            return
        parts, self._parts = self._parts, []
        text = normalize_text("".join([part.text for part in parts]))
        video = parse_player(text) if ADDRESS_RE.fullmatch(text) else None
        if video:
            self.items.append(Item("video", video=video))
        elif text:
            self.items.append(self._read_text(text, parts))

    def _read_text(self, text: str, parts: list[_Part]) -> Item:
        linked = any(part.linked for part in parts)
        links, self._link_count = self._link_count, 0
        after_media = bool(self.items) and self.items[-1].kind != "text"
        return Item(
            "text" if self._picture_table is None else "caption",
            text,
            self._href if linked else "",
            normalize_text("".join([p.text for p in parts if not p.linked])) if linked else text,
            self._alignment(parts) if after_media or CREDIT_LINE_RE.match(text) else "",
            after_media and all(part.emphasised or part.text.isspace() for part in parts),
            links=links,
        )

    def _alignment(self, parts: list[_Part]) -> str:
        first = next(part.element for part in parts if not part.text.isspace())
        for element in (first, *islice(first.iterancestors(), MAX_ALIGNED_ABOVE)):
            if element is self._content:
                break
            if element.tag == "center":
                return "center"
            match = ALIGNED_RE.search(f"{element.get('class', '')} {element.get('style', '')}")
            alignment = match[1] or match[2] if match else element.get("align")
            if alignment:
                return alignment.lower()
        return ""

    def _add_image(self, element: Element) -> None:
        if is_ornament(element):
            return
        self.end_paragraph()
        url = extract_image(element, self._base)
        if url:
            self.items.append(Item("image", image=Image(url)))

    def _add_videos(self, element: Element) -> None:
        videos = list(extract_videos(element, self._base))
        if videos:
            self.end_paragraph()
        self.items.extend(Item("video", video=video) for video in videos)

    def _add_table(self, element: Element) -> bool:
        if is_data_table(element):
            self.end_paragraph()
            self.items.append(Item("table", extract_text(element)))
            return True
        if is_picture_table(element):
            self._picture_table = element
        return False

    def _add_named(self, element: Element) -> bool:
        """Take in what its class calls a caption or a player; true where all of it is read."""
        kind = "caption" if element.tag == "figcaption" else _kind_of(element.get("class"))
        if kind == "player":
            self._add_videos(element)
            # A quotation is what a platform shows until its player is there.
            return element.tag == "blockquote"
        if kind is None or element.find(".//img") is not None:
            return False
        self.end_paragraph()
        text = normalize_text(extract_text(element))
        if text:
            self.items.append(Item("caption", text))
        return True


@lru_cache(maxsize=4096)
def _kind_of(classes: str | None) -> Literal["caption", "player"] | None:
    if not classes:
        return None
    if CAPTION_RE.search(classes):
        return "caption"
    return "player" if PLAYER_BOX_RE.search(classes) else None


def _cut_off(noscript: Element) -> Element | None:
    """Return the paragraph that wpautop() took out of a ``noscript``, None where it took none.

    WordPress turns ``<noscript><p>…</p></noscript>`` into ``<p><noscript></p> <p>…</p>
    <p></noscript></p>``; a browser still hides the text, a parser closes the element before it.
    """
    parent = noscript.getparent()
    if len(noscript) or noscript.text or parent is None or parent.tag != "p":
        return None
    text = parent.getnext()
    after = text.getnext() if text is not None else None
    is_end = after is not None and after.tag == "p" and not len(after) and not after.text
    return text if is_end else None
