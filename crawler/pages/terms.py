"""Categories and tags an article page prints, by the marks WordPress gives their links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from crawler.items import RawTerm
from crawler.pages.tables import extract_text
from crawler.text.characters import normalize_text
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

Kind = Literal["category", "tag"]
# What wptexturize() makes of typed marks, taken back.
TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."})


def read_terms(elements: Iterable[Element], kind: Kind, base: str) -> tuple[RawTerm, ...]:
    """Return the terms of one kind that the links among ``elements`` name, in order."""
    links = (el for el in elements if el.tag == "a" and _kind(el) == kind)
    terms = (RawTerm(extract_name(el), absolute_url(base, el.get("href"))) for el in links)
    return tuple(term for term in terms if term.name)


def _box(link: Element) -> str:
    parent = link.getparent()
    return "" if parent is None else parent.get("class", "")


def _kind(link: Element) -> Kind | None:
    """Return what a link's ``rel`` says it names.

    Block themes say ``tag`` of both and tell them apart by the box around.
    """
    rel = link.get("rel", "").split()
    if "category" in rel:
        return "category"
    if "tag" not in rel:
        return None
    return "category" if "taxonomy-category" in _box(link) else "tag"


def extract_name(link: Element) -> str:
    """Return the name of a category or tag as the editors typed it.

    Block themes print their whole template through wptexturize(), names of terms too, which
    nothing else does: its dash, apostrophe and quotes are taken back, so that a category has one
    name under every theme. The price: a name really typed with an en dash loses it there.
    """
    name = normalize_text(extract_text(link))
    if "wp-block-post-terms" not in _box(link):
        return name
    return name.replace(" – ", " - ").translate(TYPED)
