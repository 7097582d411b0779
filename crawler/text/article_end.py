"""Where a body ends: the byline and what stands around it, apart from the text.

The end of an article is read as a block: comment form, related links, notes and captions may stand
after the byline or before it. `./.` speaks for a byline behind it, its absence says nothing. Most
articles without a byline must give none, and losing a paragraph of text is worse than keeping a
line too many; so a line counts as a byline only if every word of it has a place in one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.text.bylines import Byline, Reading, read_byline
from crawler.text.credits import is_nameless, label_re, parse_roles
from crawler.text.residue import residue_kind
from crawler.text.signatures import is_list_item, is_signature_block, split_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYLINE_LINE = 160
"""Characters of one byline line in a body."""

MAX_AUTHORS = 6
"""A longer line of names is a team or a list."""

_MEDIA: Final = {"photo", "video"}
_LOOK_BACK = 12
"""Paragraphs from the end in which a byline is looked for."""


@dataclass(frozen=True, slots=True)
class ArticleEnd:
    """A body without what is not its text, and the byline found in it."""

    paragraphs: tuple[str, ...]
    """The text, unchanged and complete."""
    byline_raw: str | None
    """As printed; two lines joined by a line feed."""
    byline: Byline
    flags: tuple[str, ...]
    """`byline_in_text`: in the tail of the last paragraph; `byline_on_top`; `no_byline`."""
    byline_index: int | None
    """Index of the first paragraph of the byline in the input."""
    body_end: int
    """Index of the last paragraph of text in the input, -1 where there is none."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A byline and where it stands: paragraphs ``first`` to ``last``; ``tail_start`` within."""

    first: int
    last: int
    raw: str
    byline: Byline
    tail_start: int | None = None


def read_article_end(paragraphs: Sequence[str]) -> ArticleEnd:
    """Return the text of a body, its byline, and where both end.

    >>> end = read_article_end(["Mưa lớn gây ngập nhiều nơi./.", "Thu Trang – Duy Bình", "Trả lời"])
    >>> end.paragraphs, end.byline_raw, end.byline_index, end.body_end
    (('Mưa lớn gây ngập nhiều nơi./.',), 'Thu Trang – Duy Bình', 1, 0)
    >>> read_article_end(["Người ghi bàn là Văn Bình."]).byline_raw is None
    True
    >>> read_article_end([]).paragraphs
    ()
    """
    kinds = _kinds(paragraphs)
    stop = _stop(paragraphs, kinds)
    found = _find_at_end(paragraphs, kinds, stop) or _find_on_top(paragraphs, kinds)
    return _end(paragraphs, kinds, stop, found)


def _kinds(paragraphs: Sequence[str]) -> list[str | None]:
    return [residue_kind(paragraph) for paragraph in paragraphs]


def _stop(paragraphs: Sequence[str], kinds: list[str | None]) -> int:
    """Return the index where the comment form or a list of other articles begins.

    After the form all are readers' words; after a heading such as `Tin liên quan`, headlines.
    """
    for index, kind in enumerate(kinds):
        if kind == "comment" and all(kinds[index : index + 2]):
            return index
        if kind == "related" and not any(map(_is_text, paragraphs[index + 1 :])):
            return index
    return len(kinds)


def _is_text(paragraph: str) -> bool:
    return len(paragraph) > 150 or (len(paragraph) > 60 and paragraph.rstrip()[-1:] in ".!?”")


# ---- the byline


def _find_at_end(paragraphs: Sequence[str], kinds: list[str | None], stop: int) -> _Found | None:
    """Return the byline nearest the end; text after it only as lines of a list of links."""
    strangers = 0
    for index in range(stop - 1, max(-1, stop - 1 - _LOOK_BACK), -1):
        text = paragraphs[index]
        found = _read_lines(paragraphs, kinds, index)
        if found and (not strangers or _is_certain(found, paragraphs)):
            return found
        if not strangers and kinds[index] in (None, "caption"):
            found = _read_tail(index, text)
            if found:
                return found
        if kinds[index] is not None:
            continue
        if len(text) > MAX_BYLINE_LINE or text.rstrip()[-1:] in '.!?”":;…':
            return None
        strangers += 1
    return None


def _is_certain(found: _Found, paragraphs: Sequence[str]) -> bool:
    """Return whether a byline with unknown lines after it is one: `./.` before it, or a label."""
    before = paragraphs[found.first - 1].rstrip() if found.first else ""
    reading = read_byline(found.raw)
    return before.endswith("./.") or (reading.is_marked and bool(found.byline.authors))


def _read_lines(paragraphs: Sequence[str], kinds: list[str | None], last: int) -> _Found | None:
    """Return the byline of one or two lines that ends at ``last``."""
    reading = _read_line(paragraphs[last], kinds[last])
    two = _read_two(paragraphs, kinds, last)
    if two:
        return two
    if not reading or is_signature_block(paragraphs, last) or is_list_item(paragraphs, last):
        return None
    return _Found(last, last, paragraphs[last].strip(), reading.byline)


def _read_two(paragraphs: Sequence[str], kinds: list[str | None], last: int) -> _Found | None:
    """Return a byline of two lines: names, then a unit, a source or the other role."""
    first = _previous(kinds, last)
    if first is None or len(paragraphs[last]) > MAX_BYLINE_LINE:
        return None
    upper = _read_line(paragraphs[first], kinds[first])
    if not upper:
        return None
    raw = f"{paragraphs[first].strip()}\n{paragraphs[last].strip()}"
    both = read_byline(raw)
    lower = read_byline(paragraphs[last])
    adds = lower.is_marked or both.byline == upper.byline
    named = both.byline.authors or both.byline.is_staff
    if not (both.is_complete and adds and named and kinds[last] in (None, "caption")):
        return None
    return _Found(first, last, raw, both.byline)


def _previous(kinds: list[str | None], index: int) -> int | None:
    """Return the index of the paragraph before ``index``, empty ones skipped."""
    index -= 1
    while index >= 0 and kinds[index] == "empty":
        index -= 1
    return index if index >= 0 else None


def _read_line(text: str, kind: str | None) -> Reading | None:
    """Return the reading of a line that is wholly a byline."""
    if len(text) > MAX_BYLINE_LINE or kind not in (None, "caption"):
        return None
    if not _has_byline_shape(text.strip()):
        return None
    reading = read_byline(text)
    byline = reading.byline
    says = byline.authors or byline.sources or byline.is_staff or is_nameless(text)
    return reading if reading.is_complete and says and len(byline.authors) <= MAX_AUTHORS else None


_SENTENCE_END_RE = re.compile(r"[!?”\"…:;]$|\w{4,}\.$|\./\.?$")
_QUOTE_RE = re.compile(r"[“”\"«»?!]")


# No newsroom signs so: a person spoken of, under a picture or before an opinion.
_SPEAKER_RE = re.compile(r"(?:Ông|Bà|Anh hùng|Chị|Đồng chí|Đ/c|ÔNG|BÀ)\s")


def _has_byline_shape(text: str) -> bool:
    """Return whether a line could be a byline at all: no quotes, no end of a sentence."""
    if not text or _QUOTE_RE.search(text):
        return False
    if text[0] in "-+•*" or text[0].isdigit() or _SPEAKER_RE.match(text):
        return False
    if text.endswith(".") and not text.endswith("./."):
        return all(word[0].isupper() or not word[0].isalpha() for word in text.split())
    return not _SENTENCE_END_RE.search(text)


def _read_tail(index: int, text: str) -> _Found | None:
    """Return a byline printed behind the last sentence of a paragraph."""
    start = split_tail(text)
    if start is None:
        return None
    raw = text[start:].strip()
    reading = _read_line(raw, None)
    if not reading or _is_media_credit(raw, reading):
        return None
    return _Found(index, index, raw, reading.byline, start)


def _is_media_credit(raw: str, reading: Reading) -> bool:
    """Return whether all a line says is who took the pictures: the end of a caption."""
    roles = {role for author in reading.byline.authors for role in author.roles}
    label = label_re().search(raw)
    return roles <= _MEDIA and (
        bool(roles) or bool(label and set(parse_roles(label[1]) or ()) <= _MEDIA)
    )


def _find_on_top(paragraphs: Sequence[str], kinds: list[str | None]) -> _Found | None:
    """Return a byline that stands as the first paragraph, before running text."""
    if len(paragraphs) < 2 or len(paragraphs[1]) < 80:
        return None
    reading = _read_line(paragraphs[0], kinds[0])
    if not reading or not reading.byline.authors:
        return None
    return _Found(0, 0, paragraphs[0].strip(), reading.byline)


# ---- the text


def _end(
    paragraphs: Sequence[str], kinds: list[str | None], stop: int, found: _Found | None
) -> ArticleEnd:
    last = _body_end(kinds, stop, found)
    kept = [
        paragraph
        if not found or index != found.last or found.tail_start is None
        else paragraph[: found.tail_start].rstrip()
        for index, paragraph in enumerate(paragraphs[: last + 1])
        if not _is_dropped(index, kinds, found)
    ]
    return ArticleEnd(
        paragraphs=tuple(kept),
        byline_raw=found.raw if found else None,
        byline=found.byline if found else Byline(),
        flags=_flags(found),
        byline_index=found.first if found else None,
        body_end=last,
    )


def _body_end(kinds: list[str | None], stop: int, found: _Found | None) -> int:
    """Return the index of the last paragraph of text."""
    last = stop - 1
    if found and found.tail_start is not None:
        return found.last
    if found and found.last > 0:
        last = found.first - 1
    while last >= 0 and kinds[last] is not None:
        last -= 1
    return last


_DROPPED_ANYWHERE = frozenset({"empty", "link", "related", "comment"})


def _is_dropped(index: int, kinds: list[str | None], found: _Found | None) -> bool:
    if found and found.tail_start is None and found.first <= index <= found.last:
        return True
    return kinds[index] in _DROPPED_ANYWHERE


def _flags(found: _Found | None) -> tuple[str, ...]:
    if not found:
        return ("no_byline",)
    if found.tail_start is not None:
        return ("byline_in_text",)
    return ("byline_on_top",) if found.last == 0 else ()
