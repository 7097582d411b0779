"""Where a body ends: the byline and what stands around it, apart from the text.

The end of an article is read as a block: comment form, related links, notes and captions may stand
after the byline or before it. `./.` speaks for a byline behind it, its absence says nothing. Most
articles without a byline must give none, and losing a paragraph of text is worse than keeping a
line too many; so a line counts as a byline only if every word of it has a place in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.text.byline_lines import has_byline_shape, is_media_credit, read_line, split_tail
from crawler.text.bylines import Byline, Reading, read_byline
from crawler.text.places import is_place
from crawler.text.residue import residue_kind
from crawler.text.signatures import is_list_item, is_signature_block

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOK_BACK: Final = 12
"""Paragraphs from the end in which a byline is looked for."""
_MAYBE: Final = (None, "caption")
"""Kinds of a line that may be a byline: `Ảnh: X` is one or the end of a caption."""
_DROPPED_ANYWHERE: Final = frozenset({"empty", "link", "related", "comment"})


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
    found = _find_byline(paragraphs, kinds, stop)
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


def _find_byline(paragraphs: Sequence[str], kinds: list[str | None], stop: int) -> _Found | None:
    """Return the byline at the end of the text, behind a list of links, or on top."""
    found = _find_at_end(paragraphs, kinds, stop)
    if not found and stop < len(kinds) and kinds[stop] == "related":
        found = _read_lines(paragraphs, kinds, len(kinds) - 1)
        found = found if found and found.first > stop else None
    return found or _find_on_top(paragraphs)


def _find_at_end(paragraphs: Sequence[str], kinds: list[str | None], stop: int) -> _Found | None:
    """Return the byline nearest the end; text after it only as lines of a list of links."""
    strangers = 0
    for index in range(stop - 1, max(-1, stop - 1 - _LOOK_BACK), -1):
        found = _read_lines(paragraphs, kinds, index)
        if found and (not strangers or _is_certain(found, paragraphs)):
            return found
        if not strangers and kinds[index] in _MAYBE and (found := _read_tail(paragraphs, index)):
            return found
        if kinds[index] is not None:
            continue
        if _is_text(paragraphs[index]) or paragraphs[index].rstrip()[-1:] in ".:;":
            return None
        strangers += 1
    return None


def _is_certain(found: _Found, paragraphs: Sequence[str]) -> bool:
    """Return whether a byline with unknown lines after it is one.

    Certain: `./.` before it, a label in it, or two names behind a sentence.
    """
    before = paragraphs[found.first - 1].rstrip() if found.first else ""
    if before.endswith("./."):
        return True
    pair = len(found.byline.authors) > 1 and _is_text(before)
    return pair or (bool(found.byline.authors) and read_byline(found.raw).is_marked)


def _read_lines(paragraphs: Sequence[str], kinds: list[str | None], last: int) -> _Found | None:
    """Return the byline of one or two lines that ends at ``last``."""
    if kinds[last] not in _MAYBE or not has_byline_shape(paragraphs[last].strip()):
        return None
    if is_signature_block(paragraphs, last) or is_list_item(paragraphs, last):
        return None
    two = _read_two(paragraphs, kinds, last)
    if two:
        return _read_third(paragraphs, kinds, two)
    reading = read_line(paragraphs[last])
    return _Found(last, last, paragraphs[last].strip(), reading.byline) if reading else None


def _read_two(paragraphs: Sequence[str], kinds: list[str | None], last: int) -> _Found | None:
    """Return a byline of two lines: names, then a unit, a source, the other role, more names."""
    first = _previous(kinds, last)
    if first is None or kinds[first] not in _MAYBE:
        return None
    upper = read_line(paragraphs[first])
    if not upper:
        return None
    raw = f"{paragraphs[first].strip()}\n{paragraphs[last].strip()}"
    both = read_byline(raw)
    named = both.byline.authors or both.byline.is_staff
    if not (both.is_complete and named and _adds(paragraphs, last, first, upper, both)):
        return None
    return _Found(first, last, raw, both.byline)


def _read_third(paragraphs: Sequence[str], kinds: list[str | None], two: _Found) -> _Found:
    """Return a byline of three lines, one role each, or the two lines found."""
    first = _previous(kinds, two.first)
    upper = read_line(paragraphs[first]) if first is not None and kinds[first] in _MAYBE else None
    if first is None or not upper or not (upper.is_marked and read_byline(two.raw).is_marked):
        return two
    raw = f"{paragraphs[first].strip()}\n{two.raw}"
    whole = read_byline(raw)
    return _Found(first, two.last, raw, whole.byline) if whole.is_complete else two


def _adds(paragraphs: Sequence[str], last: int, first: int, upper: Reading, both: Reading) -> bool:
    """Return whether the lower line goes on with the byline of the upper one."""
    lower = read_byline(paragraphs[last])
    is_source = bool(upper.byline.sources) and not (upper.byline.authors or upper.byline.is_staff)
    if lower.is_marked or both.byline == upper.byline or is_source:
        return True
    singles = len(upper.byline.authors) == len(lower.byline.authors) == 1 and not upper.is_marked
    ended = first > 0 and paragraphs[first - 1].rstrip()[-1:] in ".!?”"
    return singles and ended and read_line(paragraphs[last]) is not None


def _previous(kinds: list[str | None], index: int) -> int | None:
    """Return the index of the paragraph before ``index``, empty ones skipped."""
    index -= 1
    while index >= 0 and kinds[index] == "empty":
        index -= 1
    return index if index >= 0 else None


def _read_tail(paragraphs: Sequence[str], index: int) -> _Found | None:
    """Return a byline printed behind the last sentence of a paragraph."""
    start = split_tail(paragraphs[index])
    if start is None:
        return None
    raw = paragraphs[index][start:].strip()
    return _Found(index, index, raw, read_byline(raw).byline, start)


def _find_on_top(paragraphs: Sequence[str]) -> _Found | None:
    """Return persons named in the first paragraph, before running text; no heading in capitals."""
    if len(paragraphs) < 2 or len(paragraphs[1]) < 80:
        return None
    line = paragraphs[0].strip()
    reading = read_line(line)
    if (
        not reading
        or not reading.byline.authors
        or is_place(line)
        or is_media_credit(line, reading)
    ):
        return None
    if line.isupper() and not reading.is_marked:
        return None
    return _Found(0, 0, line, reading.byline)


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
    if found and found.tail_start is not None:
        return found.last
    last = stop - 1
    if found and found.last > 0:
        last = min(last, found.first - 1)
    end = _last_text(kinds, last)
    # A gallery is all captions: they are its text.
    return (
        end if end >= 0 else max((i for i in range(last + 1) if kinds[i] == "caption"), default=-1)
    )


def _last_text(kinds: list[str | None], last: int) -> int:
    """Return the last index at or before ``last`` that holds text; a list of notes is text."""
    while last >= 0 and kinds[last] is not None:
        if last > 0 and kinds[last] == kinds[last - 1] == "note":
            return last
        last -= 1
    return last


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
