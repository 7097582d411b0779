"""The body of an article, as a reader sees it: from the content element to paragraphs and media.

One walk over the element serves page and REST answer alike, so both give the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from crawler.items import Image, Video
from crawler.pages.media import split_credit
from crawler.pages.reading import Item, read_items
from crawler.pages.related import (
    find_link_runs,
    is_contents_label,
    is_link_away,
    is_related_label,
    is_tool,
)
from crawler.pages.sapo import find_sapo_on_top
from crawler.pages.tables import extract_text
from crawler.text.characters import normalize_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from lxml.etree import _Element as Element

Media = TypeVar("Media", Image, Video)

MAX_CAPTION = 300
MAX_EMPHASISED_CAPTION = 200


@dataclass(frozen=True, slots=True)
class Body:
    """What a content element says."""

    paragraphs: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    texts: tuple[str, ...] = ()
    """All text in order, captions, tables and links to other stories included; an excerpt that
    WordPress made up itself is cut from it."""
    sapo: str | None = None
    """The lead that the editors typed into the body and marked as one; not in `paragraphs`."""


def extract_body(
    content: Element | None, base: str, unread: AbstractSet[Element] = frozenset()
) -> Body:
    """Return paragraphs and media of a content element; an empty body where there is none.

    `unread` are elements in it that are no part of the body.
    """
    if content is None:
        return Body()
    lead = find_sapo_on_top(content)
    if lead is not None:
        unread = {*unread, lead}
    items = caption_media(read_items(content, base, unread))
    return Body(
        tuple(read_paragraphs(items, base)),
        unique_media(item.image for item in items if item.image),
        unique_media(item.video for item in items if item.video),
        tuple(item.text for item in items if item.text),
        normalize_text(extract_text(lead)) if lead is not None else None,
    )


def unique_media(media: Iterable[Media]) -> tuple[Media, ...]:
    """Return pictures or players in order, each address once, with the first caption it has."""
    found: dict[str, Media] = {}
    for one in media:
        known = found.get(one.url)
        if known is None or (known.caption is None and one.caption):
            found[one.url] = one
    return tuple(found.values())


def caption_media(items: Sequence[Item]) -> list[Item]:
    """Return the items with each caption at its picture or player and marked as one.

    A caption is what the markup calls one, or a short paragraph in italics or in the middle right
    after a picture; a line that begins with ``Ảnh:`` after that belongs to it too.
    """
    result: list[Item] = []
    media = -1  # where the picture stands that a caption may still belong to
    last_text = max((i for i, item in enumerate(items) if item.kind == "text"), default=-1)
    for index, item in enumerate(items):
        if item.kind in ("image", "video"):
            media = index
        elif item.kind == "caption" or (
            media >= 0 and _is_caption(item, result[media].image, is_last=index == last_text)
        ):
            item = item._replace(kind="caption")
            if media >= 0:
                result[media] = _with_caption(result[media], item.text)
        else:
            media = -1
        result.append(item)
    return result


def _is_caption(item: Item, image: Image | None, *, is_last: bool) -> bool:
    # Bylines stand to the right, in italics or not.
    if item.kind != "text" or image is None or item.alignment == "right":
        return False
    if image.caption or image.credit:
        # The last line of a picture story names who took all of them: it is the byline.
        return item.is_credit and not image.credit and not is_last
    length = len(item.text)
    in_italics = item.is_emphasised and length <= MAX_EMPHASISED_CAPTION
    is_marked = item.is_credit or item.alignment == "center" or in_italics
    return is_marked and length <= MAX_CAPTION


def _with_caption(item: Item, text: str) -> Item:
    caption, credit = split_credit(text)
    if item.image:
        first = item.image
        image = replace(first, caption=first.caption or caption, credit=first.credit or credit)
        return item._replace(image=image)
    if item.video and item.video.caption is None:
        return item._replace(video=replace(item.video, caption=text))
    return item


def read_paragraphs(items: Sequence[Item], base: str) -> Iterator[str]:
    """Yield the running text: no captions, tables, or links that lead away from the story."""
    texts = [item for item in items if item.kind == "text"]
    away = find_link_runs(texts, base)
    in_list = False  # of related stories
    for index, item in enumerate(texts):
        if is_related_label(item.text) or is_contents_label(texts, index):
            in_list = True
        elif not (index in away or is_tool(item) or is_link_away(item, in_list=in_list)):
            in_list = False
            yield item.text
