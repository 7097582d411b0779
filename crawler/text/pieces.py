"""Cuts a run of names at its separators, organisations left whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.text.agencies import find_agency
from crawler.text.credits import split_staff
from crawler.text.names import is_code_name, is_name_part, is_person_name
from crawler.text.organisations import is_organisation
from crawler.text.places import is_place
from crawler.text.tables import DASHES

_STRONG_RE = re.compile(r"[/\\|;•·\n]")
# A hyphen needs a space on one side; the long dashes do not. `y` is never "and".
_WEAK_RE = re.compile(
    rf"\s*,\s*|\s*&\s*|\s+[{DASHES}]+\s*|\s*[{DASHES}]+\s+|\s*[–—]+\s*|\s+[+_>~]\s+|\s+(?:và|cùng|với)\s+"
)
_HYPHEN_RE = re.compile(r"(?<=[\w.])[-‐‑](?=\w)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part between separators."""

    text: str
    is_after_slash: bool = False


def split_pieces(text: str) -> list[Piece]:
    """Return the parts of a run between its separators.

    >>> [piece.text for piece in split_pieces("A Pớt – Y Nhàn, Hữu Huy và Thu Hằng")]
    ['A Pớt', 'Y Nhàn', 'Hữu Huy', 'Thu Hằng']
    >>> [piece.text for piece in split_pieces("Văn Bình - Đài TT-TH huyện Đăk Glei")]
    ['Văn Bình', 'Đài TT-TH huyện Đăk Glei']
    >>> split_pieces("")
    []
    """
    pieces: list[Piece] = []
    is_after_slash = False
    position = 0
    for match in _STRONG_RE.finditer(text):
        pieces += _split_weak(text[position : match.start()], is_after_slash)
        is_after_slash = match[0] == "/"
        position = match.end()
    return pieces + _split_weak(text[position:], is_after_slash)


def _split_weak(text: str, is_after_slash: bool) -> list[Piece]:
    """Return the parts; from the start of an organisation on, the rest is one part."""
    pieces: list[Piece] = []
    position = 0
    for match in [*_WEAK_RE.finditer(text), None]:
        rest = text[position:].strip()
        if _is_one(rest):
            return pieces + [Piece(part, is_after_slash) for part in _split_after(rest)]
        part = text[position : match.start()] if match else text[position:]
        if part.strip():
            pieces.append(Piece(part.strip(), is_after_slash))
        position = match.end() if match else len(text)
    return pieces


def _is_one(text: str) -> bool:
    """Return whether all of ``text`` is one agency or organisation, whatever signs are in it."""
    if find_agency(text) is not None:
        return True
    return is_organisation(text) and split_staff(_WEAK_RE.split(text, maxsplit=1)[0]) is None


def _split_after(organisation: str) -> list[str]:
    """Return an organisation and the persons after its last spaced dash, if any."""
    for match in reversed([*_WEAK_RE.finditer(organisation)]):
        name = organisation[match.end() :]
        if is_person_name(name) and " " in name and not is_place(name):
            return [organisation[: match.start()], name]
        return [organisation]
    return [organisation]


def split_hyphens(name: str) -> list[str]:
    """Return the names on both sides of a hyphen without spaces, where that is safe.

    Safe: each side has two syllables, or one has and all are Vietnamese. So `Jean-Paul`,
    `Kim Jong-un` and the pen name `Hồng-Lam` stay whole.

    >>> split_hyphens("Như Nguyệt-Đức Thắng"), split_hyphens("Jean-Paul Martin")
    (['Như Nguyệt', 'Đức Thắng'], ['Jean-Paul Martin'])
    """
    parts = _HYPHEN_RE.split(name)
    if len(parts) > 1 and all(map(is_code_name, parts)):
        return parts
    if len(parts) == 1 or not all(map(is_person_name, parts)):
        return [name]
    syllables = [syllable for part in parts for syllable in part.split()]
    safe = all(" " in part or "." in part for part in parts) or (
        len(syllables) > len(parts) and all(map(is_name_part, syllables))
    )
    return parts if safe else [name]


def split_agency_tail(text: str) -> tuple[str, str]:
    """Return a name of two or more syllables and the agency printed right behind it.

    >>> split_agency_tail("Văn Bình Thời báo Ngân hàng"), split_agency_tail("Văn Bình")
    (('Văn Bình', 'Thời báo Ngân hàng'), ('Văn Bình', ''))
    >>> split_agency_tail("Văn Bình-TTXVN")
    ('Văn Bình', 'TTXVN')
    """
    name, hyphen, code = text.rpartition("-")
    if hyphen and len(code) > 2 and code.isupper() and find_agency(code):
        return name, code
    syllables = text.split()
    if not 3 <= len(syllables) <= 12:
        return text, ""
    for count in range(2, len(syllables)):
        agency = " ".join(syllables[count:])
        if _is_sure_agency(agency) and find_agency(agency):
            return " ".join(syllables[:count]).rstrip(" -–,"), agency
    return text, ""


def _is_sure_agency(text: str) -> bool:
    """Return whether a tail cannot be the end of a person's name: a code or three syllables."""
    return text.isupper() or "." in text or len(text.split()) > 2 or not is_person_name(text)
