"""The sapo (lead) a page marks: by the name of its element, above the body or on top of it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crawler.pages.layout import names_of
from crawler.pages.tables import extract_text, short_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# What content systems call the lead, in English and Vietnamese (`sapo`, `tóm tắt`, `trích dẫn`):
# words of their own between spaces, hyphens, underscores or capitals (`NewsIntro`).
SAPO_NAME_RE = re.compile(
    r"sapo|chapp?eau|(?-i:[Ss]ummary(?![a-z]))|tom-?tat|trich-?(?:dan|yeu)"
    r"|(?:^|[\s_-]|(?-i:(?<=[a-z])(?=[A-Z])))(?:lead|intro|excerpt|desc|description)"
    r"(?:$|[\s_\d-]|(?-i:(?=[A-Z])))",
    re.IGNORECASE,
)
# On top of a body only the words that mean nothing else; a plugin's box may be a `description`.
TOP_NAME_RE = re.compile(r"sapo|chapp?eau|tom-?tat(?!\w)", re.IGNORECASE)
MIN_SAPO = 40
MAX_SAPO = 1500
MAX_ON_TOP = 30


def is_named_sapo(element: Element) -> bool:
    """Whether an element is named as the lead."""
    names = names_of(element)
    return bool(names) and SAPO_NAME_RE.search(names) is not None


def is_running_lead(element: Element) -> bool:
    """Whether an element's text is as long as a lead and hardly linked."""
    text = short_text(element, MAX_SAPO)
    if text is None or len(text) < MIN_SAPO:
        return False
    linked = sum(len(extract_text(link)) for link in element.iter("a"))
    return linked * 2 < len(text)


def find_sapo_on_top(content: Element) -> Element | None:
    """Return the element named as the lead with which a body begins, None where none is."""
    for element in islice(content.iterdescendants(), MAX_ON_TOP):
        names = names_of(element)
        if not names and len(element.text or "") >= MIN_SAPO:
            return None
        if names and TOP_NAME_RE.search(names) and is_running_lead(element):
            return element
        if element.tag == "p" and short_text(element, MIN_SAPO) is None:
            return None
    return None
