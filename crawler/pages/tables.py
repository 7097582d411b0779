"""What a table in an article's body is there for: data, a picture with its caption, or layout.

Editors of the last twenty years used tables for all three. Data is no running text and is left
out; a picture's table holds its caption; anything else is layout, and its cells are read as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TEXTS = etree.XPath(
    ".//text()[not(parent::script or parent::style or parent::noscript)]", smart_strings=False
)
# Longer cells hold paragraphs of the story, not figures; longer captions do not exist.
MAX_DATA_CELL = 500
MAX_CAPTION_CELL = 300
MAX_CELLS = 5000


def _cells(row: Element) -> list[str]:
    """Return the texts of a row's cells that have any."""
    texts = (extract_text(cell) for cell in row.iterchildren("td", "th"))
    return [text for text in texts if text]


def extract_text(element: Element) -> str:
    """Return an element's text with white space folded, scripts left out."""
    if not len(element):
        return " ".join((element.text or "").split())
    parts = cast("list[str]", TEXTS(element))
    return " ".join("".join(parts).split())


def short_text(element: Element, limit: int) -> str | None:
    """Return an element's text if it has no more than `limit` characters, else None.

    What is longer is not read to its end, so that asking every box of a page stays cheap.
    """
    if not len(element):
        text = " ".join((element.text or "").split())
        return text if len(text) <= limit else None
    length = 0
    for part in element.itertext():
        length += len(part.strip())
        if length > limit:
            return None
    return extract_text(element)


def is_data_table(table: Element) -> bool:
    """Whether a table holds figures or a schedule: two rows or more of two short cells or more."""
    if table.find(".//table") is not None or table.find(".//img") is not None:
        return False
    rows = [_cells(row) for _, row in zip(range(MAX_CELLS), table.iter("tr"), strict=False)]
    wide = [row for row in rows if len(row) > 1]
    longest = max((len(cell) for row in rows for cell in row), default=0)
    return len(wide) > 1 and longest <= MAX_DATA_CELL


def is_picture_table(table: Element) -> bool:
    """Whether a table only frames pictures: no more short texts in it than pictures."""
    if table.find(".//table") is not None:
        return False
    pictures = len(table.findall(".//img"))
    if not pictures:
        return False
    texts = [text for row in table.iter("tr") for text in _cells(row)]
    return len(texts) <= pictures and all(len(text) <= MAX_CAPTION_CELL for text in texts)
