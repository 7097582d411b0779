"""Questions a reader of bylines asks of a part: known source, employer, person, list of sources."""

from __future__ import annotations

import re

from crawler.text.agencies import DOMAIN_RE, find_agency
from crawler.text.names import is_name_part, is_person_name, remove_titles
from crawler.text.organisations import is_organisation, is_post, is_sentence
from crawler.text.pieces import split_agency_tail, split_hyphens, split_pieces
from crawler.text.tables import DASHES

TRIM = " .,;:/|–—-&*_•·"
"""Signs around a part that say nothing."""


def are_unknown_persons(text: str) -> bool:
    """Return whether all of ``text`` may be persons whose agency is printed elsewhere."""
    return " " in text and "," not in text and are_persons(text) and not split_agency_tail(text)[1]


def is_known(text: str) -> bool:
    """Return whether ``text`` is surely a source: an agency, an organisation, an address."""
    known = find_agency(text) is not None or is_organisation(text)
    return known or bool(DOMAIN_RE.fullmatch(text))


def is_employer(text: str) -> bool:
    """Return whether ``text`` is the office or the post of a titled person, and no sentence.

    >>> is_employer("Nguyên Viện trưởng Viện Dân tộc"), is_employer("Chủ tịch xã thăm bà con.")
    (True, False)
    """
    return is_organisation(text) or (
        is_post(text) and len(text) <= 120 and text[-1] != "." and not is_sentence(text)
    )


_BESIDE_RE = re.compile(rf"\s+[&{DASHES}]\s+")


def split_house(text: str) -> tuple[str, str]:
    """Return names and the house behind a slash, or behind a spaced dash where it is an agency.

    >>> split_house("Văn Bình/Dân trí"), split_house("Văn Bình - TTXVN"), split_house("VOV")
    (('Văn Bình', 'Dân trí'), ('Văn Bình', 'TTXVN'), ('VOV', ''))
    """
    names, slash, house = text.partition("/")
    if slash:
        return names, house
    first, *rest = _BESIDE_RE.split(text, maxsplit=1)
    return (first, rest[0]) if rest and find_agency(rest[0]) else (text, "")


def split_sources(text: str) -> list[str]:
    """Return the sources of a list; `&` and ` - ` part where a known agency stands beside."""
    parts = []
    for part in re.split(r"\s*[,;/]\s*|\s+và\s+", text):
        halves = _BESIDE_RE.split(part)
        apart = find_agency(part) is None and any(map(find_agency, halves))
        parts += halves if apart else [part]
    return [part.strip(TRIM) for part in parts]


def is_vietnamese_name(text: str) -> bool:
    """Return whether every syllable of a name is Vietnamese, of the Highlands, or initials.

    >>> is_vietnamese_name("Thu Trang"), is_vietnamese_name("A Kreng")
    (True, True)
    """
    if not is_person_name(text):
        return False
    return text.startswith(("A ", "Y ")) or all(map(is_name_part, text.split()))


def are_persons(text: str) -> bool:
    """Return whether ``text`` is nothing but Vietnamese names, none of them an agency."""
    pieces = [part for piece in split_pieces(text) for part in split_hyphens(piece.text)]
    return bool(pieces) and all(
        is_vietnamese_name(remove_titles(part)) and find_agency(part) is None for part in pieces
    )
