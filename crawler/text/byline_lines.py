"""Lines, and tails of paragraphs, that are wholly a byline.

Stricter than ``parse_byline``, which is told that its text is one: here a list item, a signature,
a heading in capitals or the end of a sentence must not pass.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from crawler.text.agencies import agency_kind
from crawler.text.bylines import Reading, read_byline
from crawler.text.credits import is_nameless, label_re, parse_roles
from crawler.text.names import is_name_part
from crawler.text.places import place_kind
from crawler.text.tables import fold_key, load_words

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINE = 160
"""Characters of one byline line in a body."""
MAX_TAIL = 100
"""Characters of a byline behind the last sentence of a paragraph."""
MAX_AUTHORS = 6
"""A longer line of names is a team or a list."""

_MIN_SPACES: Final = 3
"""Spaces in a sentence before a tail: `2. Minh Lan` is an item of a list."""
_MEDIA: Final = {"photo", "video"}
_QUOTE_RE = re.compile(r"[“”\"«»?!]")
_SENTENCE_END_RE = re.compile(r"[…:;]$")
# No newsroom signs so: a person spoken of, under a picture or before an opinion.
_SPEAKER_RE = re.compile(r"(?:Ông|Bà|Chị|Cháu|Em|Đồng chí|Đ/c|ÔNG|BÀ)\s")
_ITEM_RE = re.compile(r"[+•*\d]|[-–—]\s*\d")
# A body that signs a notice rather than an item.
_SIGNER_RE = re.compile(
    r"ban\s+(?:tổ\s+chức|giám)|hội\s+đồng|ubnd|[ủu][ỷy]\s+ban|trường|công\s+ty|bệnh\s+viện",
    re.IGNORECASE,
)
# `Kon Tum, 14/7/2022`: where and when a letter was signed.
_DAY_RE = re.compile(r"(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?$")
_FROM_RE = re.compile(r"\W*(?:theo|nguồn)\b", re.IGNORECASE)

# The end of the sentence before a tail: `./.`, a stop, perhaps a quote or bracket around it. Each
# alternative is one to three signs: it cannot run away.
_SENTENCE_RE = re.compile(
    r"(?:\./\.?|[.!?…][”\"’)]?|[”\")]\.)(?:\s+|(?<=/\.)(?=\w))(?=[^\W\d_]|\()"
)
# A stop behind these ends no sentence: `TP. Hồ Chí Minh`, `ThS. Bình`, `Nguyễn Văn A.`
_SHORT_RE = re.compile(
    r"(?:^|[\s(./])(?:tp|tx|tt|tr|th|ph|q|p|h|x|ts|gs|pgs|ths|th\.s|bs|ks|ls|kts|cn|đ/c|st|mr|mrs|ms"
    r"|dr|no|vs|[^\W\d_])\.$",
    re.IGNORECASE,
)


def read_line(text: str) -> Reading | None:
    """Return the reading of a line that is wholly a byline, else None.

    >>> read_line("Thu Trang – Duy Bình") is None, read_line("Người ghi bàn là Văn Bình.") is None
    (False, True)
    >>> read_line("BAN TỔ CHỨC") is None, read_line("MỪNG XUÂN TÂY NGUYÊN") is None
    (True, True)
    """
    text = text.strip()
    if not has_byline_shape(text):
        return None
    reading = read_byline(text)
    byline = reading.byline
    if _DAY_RE.search(text) and place_kind(_DAY_RE.sub("", text).strip(" ,-–")):
        return None
    if not reading.is_complete or len(byline.authors) > MAX_AUTHORS:
        return None
    if byline.authors:
        return reading if reading.is_marked or _are_signed_names(text, reading) else None
    says = (
        byline.is_staff or is_nameless(text) or (byline.sources and not _is_signer(text, reading))
    )
    return reading if says else None


def has_byline_shape(text: str) -> bool:
    """Return whether a line could be a byline at all: no quotes, list mark, end of a sentence.

    >>> has_byline_shape("Minh Lan – A Biu"), has_byline_shape("Chủ tịch xã thăm bà con.")
    (True, False)
    """
    if not text or len(text) > MAX_LINE:
        return False
    if _QUOTE_RE.search(text) or _ITEM_RE.match(text) or _SPEAKER_RE.match(text):
        return False
    if text.count("(") < text.count(")") or _SENTENCE_END_RE.search(text):
        return False
    return not text.endswith(".") or text.endswith("./.") or _may_end_with_stop(text)


def _may_end_with_stop(text: str) -> bool:
    """Return whether a stop ends initials, a pair or an agency, and not a sentence of one name."""
    words = text.split()
    is_signed = len(words) == 1 or " – " in text or " - " in text or "/" in text or "(" in text
    return is_signed and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _are_signed_names(text: str, reading: Reading) -> bool:
    """Return whether bare names begin with capitals and are no heading, list or foreign star."""
    names = [author.name for author in reading.byline.authors]
    if not text.lstrip("(–—- ")[:1].isupper() or (len(names) > 1 and all(map(place_kind, names))):
        return False
    if not all(map(_is_at_home, names)):
        return False
    long = [author for author in reading.byline.authors if len(author.name.split()) > 3]
    return not text.isupper() or all(has_surname(author.name) for author in long)


def _is_at_home(name: str) -> bool:
    """Return whether half the parts of a name or more are Vietnamese: `Clover Tran`, `Kpă Thuin`.

    A foreign name alone on a line is a heading or a list: reporters abroad sign with an agency.
    """
    parts = name.split()
    return has_surname(name) or 2 * sum(map(is_name_part, parts)) >= len(parts)


@cache
def _surnames() -> frozenset[str]:
    return load_words("surnames", "people", "kinh", "highlands")


def has_surname(name: str) -> bool:
    """Return whether a name begins with a surname, or the `A`, `Y`, `H’` of the Highlands.

    >>> has_surname("Nguyễn Thị Thu Trang"), has_surname("Mừng Xuân Tây Nguyên")
    (True, False)
    """
    first = fold_key(re.split(r"[\s.’']", name, maxsplit=1)[0])
    return first in _surnames()


def _is_signer(text: str, reading: Reading) -> bool:
    """Return whether an organisation alone signs a notice, or is one of a list of schools."""
    if _FROM_RE.match(text) or any(map(agency_kind, reading.byline.sources)):
        return False
    return text.isupper() or bool(_SIGNER_RE.match(text))


def is_media_credit(raw: str, reading: Reading) -> bool:
    """Return whether all a text says is who took the pictures: the end of a caption."""
    roles = {role for author in reading.byline.authors for role in author.roles}
    label = label_re().search(raw)
    named = label is not None and set(parse_roles(label[1]) or ()) <= _MEDIA
    return roles <= _MEDIA and (bool(roles) or named or "ảnh" in raw.lower())


def split_tail(paragraph: str) -> int | None:
    """Return where a byline behind the last sentence begins; None where there is none.

    >>> text = "Tổng kinh phí hơn 200 triệu đồng./. Thu Trang"
    >>> text[split_tail(text):]
    'Thu Trang'
    >>> split_tail("Dự án đặt tại TP. Hồ Chí Minh") is None, split_tail("") is None
    (True, True)
    """
    offset = max(0, len(paragraph) - MAX_TAIL)
    window = paragraph[offset:]
    for match in _SENTENCE_RE.finditer(window):
        if paragraph.count(" ", 0, offset + match.start()) < _MIN_SPACES or _SHORT_RE.search(
            window[: match.start() + 1]
        ):
            continue
        if _is_tail(window[match.end() :], after_mark="/" in match[0]):
            return offset + match.end()
    return None


def _is_tail(tail: str, *, after_mark: bool) -> bool:
    """Return whether a tail is a byline; a lone word or a place only behind `./.`."""
    reading = read_line(tail)
    if not reading or is_media_credit(tail, reading):
        return False
    byline = reading.byline
    if byline.authors or byline.is_staff:
        word = tail.strip(" .")
        return after_mark or reading.is_marked or (_is_full(word) and not place_kind(word))
    return bool(_FROM_RE.match(tail)) or not byline.sources or any(map(agency_kind, byline.sources))


def _is_full(name: str) -> bool:
    """Return whether a name has two parts or is initials: `Thu Trang`, `R.C.Kim`, `NM`."""
    return name.isupper() or any(sign in name for sign in " .’'")


def find_list_start(paragraphs: Sequence[str], index: int) -> int:
    """Return the index of the first of the bare names that end at ``index``, three at most."""
    stop = max(0, index - 3)
    while (
        index > stop and len(paragraphs[index - 1]) <= 60 and _is_bare_name(paragraphs[index - 1])
    ):
        index -= 1
    return index


def _is_bare_name(line: str) -> bool:
    reading = read_byline(line.strip(" -–+•*0123456789.)"))
    return reading.is_complete and bool(reading.byline.authors) and not reading.is_marked
