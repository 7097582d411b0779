"""Telling a sapo (lead) that an editor wrote from an excerpt that WordPress cut from the text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.items import RawValue
from crawler.text.characters import normalize_text
from crawler.text.comparison import fold_letters

if TYPE_CHECKING:
    from crawler.pages.body import Body

# wp_trim_excerpt() ends what it cut with ` [&hellip;]`; themes change the mark.
# It loses the space between two blocks as well, so letters are compared and not words.
CUT_RE = re.compile(r"(?:\[(?:…|\.\.\.)\]|…\s*»|\(more…\))\s*\Z")
MAX_SAPO_LENGTH = 3000
MAX_TEXTS = 60
# `(kontumtv.vn) – ` and its like, which may stand before the words an editor's excerpt repeats.
DATELINE_RE = re.compile(r"(?:\([^()]{1,60}\)\s{0,3}|[\w .,/]{1,40}\s)[–—:-]\s")


def parse_sapo(excerpt: str, body: Body) -> str | None:
    """Return an excerpt as the article's sapo, None where it repeats how the body begins.

    >>> from crawler.pages.body import Body
    >>> parse_sapo("Mưa lớn gây ngập.", Body(("(KRT) – Sáng 14/7, mưa lớn.",)))
    'Mưa lớn gây ngập.'
    >>> body = Body(("(KRT) – Sáng 14/7, mưa lớn. Nước lên nhanh.",))
    >>> parse_sapo("Sáng 14/7, mưa lớn.", body) is None, parse_sapo("Mưa […]", body) is None
    (True, True)
    >>> parse_sapo("", Body()) is None
    True
    """
    text = normalize_text(excerpt)
    if not text or len(text) > MAX_SAPO_LENGTH or CUT_RE.search(text):
        return None
    first = body.paragraphs[0] if body.paragraphs else ""
    if repeats_opening(text, first) or repeats_body(text, body):
        return None
    return text


def body_sapo(body: Body) -> RawValue | None:
    """Return the sapo the editors typed into the body itself."""
    return RawValue(body.sapo, "body.sapo") if body.sapo else None


def repeats_opening(excerpt: str, paragraph: str) -> bool:
    """Whether a paragraph begins with the excerpt, a dateline aside.

    Entities are read once more: old editors stored them twice in the text, once in the excerpt.
    """
    words, key = html.unescape(paragraph[: 8 * len(excerpt) + 100]), fold_letters(excerpt)
    dateline = DATELINE_RE.match(words)
    return fold_letters(words).startswith(key) or (
        dateline is not None and fold_letters(words[dateline.end() :]).startswith(key)
    )


def repeats_body(excerpt: str, body: Body) -> bool:
    """Whether an excerpt is nothing but the body's texts in order, captions left out or not.

    So WordPress makes one: it leaves out what shortcodes print and cuts after 55 words.
    """
    rest = fold_letters(excerpt)
    for text in body.texts[:MAX_TEXTS]:
        key = fold_letters(text[: 4 * MAX_SAPO_LENGTH])
        if key and rest.startswith(key):
            rest = rest[len(key) :]
        elif text in body.paragraphs:
            break
    return not rest
