"""Telling a sapo (lead) that an editor wrote from an excerpt that WordPress cut from the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.text.characters import normalize_text

if TYPE_CHECKING:
    from collections.abc import Iterable

# wp_trim_excerpt() ends what it cut with ` [&hellip;]`; themes change the mark.
CUT_RE = re.compile(r"(?:\[(?:…|\.\.\.)\]|…\s*»|\(more…\))\s*\Z")
WORD_RE = re.compile(r"\w+")
# A dateline such as `(kontumtv.vn) –` may stand before the words an editor's excerpt repeats.
MAX_DATELINE = 40


def _key(text: str) -> str:
    """Return letters and digits only: WordPress loses the space between two blocks when it cuts."""
    return "".join(WORD_RE.findall(text.casefold()))


def parse_sapo(excerpt: str, texts: Iterable[str]) -> str | None:
    """Return an excerpt as the article's sapo, None where it repeats how the body begins.

    ``texts`` are the body's texts in order, captions and tables included: WordPress cuts from
    all but those that shortcodes print.

    >>> parse_sapo("Mưa lớn gây ngập.", ["(KRT) – Sáng 14/7, mưa lớn."])
    'Mưa lớn gây ngập.'
    >>> parse_sapo("Sáng 14/7, mưa lớn.", ["(KRT) – Sáng 14/7, mưa lớn. Nước lên nhanh."]) is None
    True
    >>> parse_sapo("Sáng 14/7 […]", ["Ảnh"]) is None, parse_sapo("", []) is None
    (True, True)
    """
    text = normalize_text(excerpt)
    if not text or CUT_RE.search(text) or repeats_body(text, texts):
        return None
    return text


def repeats_body(excerpt: str, texts: Iterable[str]) -> bool:
    """Whether an excerpt is how the body begins, captions left out here and there."""
    rest = _key(excerpt)
    for text in texts:
        key = _key(text)
        if rest in key[: len(rest) + MAX_DATELINE]:
            return True
        if key and rest.startswith(key):
            rest = rest[len(key) :]
    return not rest
