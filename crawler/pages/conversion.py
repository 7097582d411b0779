"""A page typed in the fonts of before Unicode, made one in Unicode."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from crawler.text.legacy import convert_legacy

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.text.legacy import Legacy

ATTRIBUTES = ("content", "title", "alt")
# What a parser lets pass but no tree takes (XML 1.0 §2.2).
CONTROL_RE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def convert_page(root: Element, legacy: Legacy) -> Element:
    """Return a copy of a page with its texts in Unicode."""
    copy = deepcopy(root)
    for element in copy.iter():
        if element.text:
            element.text = _convert(element.text, legacy)
        if element.tail:
            element.tail = _convert(element.tail, legacy)
        for name in ATTRIBUTES:
            value = element.get(name) if isinstance(element.tag, str) else None
            if value:
                element.set(name, _convert(value, legacy))
    return copy


def _convert(text: str, legacy: Legacy) -> str:
    return CONTROL_RE.sub("", convert_legacy(text, legacy))
