"""Reads the runs of one printed byline into persons, sources and staff.

A byline is runs of names under labels (`Bài: X – Ảnh: Y`), with roles, agencies or places in
brackets behind the names they belong to. What is no name, label or organisation makes the reading
incomplete.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from crawler.text import credits as words
from crawler.text.agencies import DOMAIN_RE, agency_kind, canonical_source, find_agency
from crawler.text.names import is_name_part, is_person_name, remove_titles, restore_case
from crawler.text.pieces import Piece, split_agency_tail, split_hyphens, split_pieces
from crawler.text.places import is_place
from crawler.text.tables import alternation, load_words

if TYPE_CHECKING:
    from crawler.items import Role

# Brackets do not nest in a byline; one left open runs to the end of the line.
_BRACKET_RE = re.compile(r"\(([^()]*)\)?")
_PREFIX_RE = re.compile(
    r"(?P<contributor>ctv|cộng tác viên|thông tin viên|bạn đọc|độc giả)(?:\s*[.–-])?\s+"
    r"|(?P<editor>btv|biên tập viên)\.?\s+|(?:nhóm\s+)?(?:pv|p\.v|phóng viên)\.?\s+",
    re.IGNORECASE,
)
_TRIM = " .,;:/|–—-&*_•·"


@cache
def _from_re() -> re.Pattern[str]:
    """Return the pattern of the words before a source: `Theo `, `Nguồn: `."""
    froms = alternation(load_words("credit_words", "kind", "from"))
    return re.compile(rf"(?<!\w)(?:{froms})(?:\s*[:：]\s*|\s+)(?=[^\s:])", re.IGNORECASE)


@dataclass(slots=True)
class Person:
    """A name met in the line, and what is known of it so far."""

    name: str
    roles: list[Role] = field(default_factory=list)
    is_contributor: bool = False

    def final_roles(self) -> tuple[Role, ...]:
        """Return the roles; a contributor without a label is nothing but that."""
        if self.is_contributor and "contributor" not in self.roles:
            return (*self.roles, "contributor")
        return tuple(self.roles) or ("text",)


@dataclass(slots=True)
class CreditReader:
    """What the lines read so far say; ``is_complete`` is False once a run made no sense."""

    persons: list[Person] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    is_staff: bool = False
    is_complete: bool = True
    is_marked: bool = False
    """A label, a source word, staff or an agency was met: more than bare names."""
    _label: words.Roles | None = None
    _group: int = 0
    _is_titled: bool = False
    _is_contributor: bool = False
    _pending: str | None = None

    def read_line(self, line: str) -> None:
        """Read one line; the employer printed under a titled person is left out."""
        if self._is_titled and _is_employer(line):
            return
        if self._group < len(self.persons):
            self._label = None
        self._group = len(self.persons)
        self._is_contributor = False
        if line.startswith("(") and line.find(")") in (-1, len(line) - 1):
            self._read_bracket(line.strip("() "))
            return
        self._read_segments(line)

    def finish(self) -> None:
        """Settle what waited for the next line."""
        self._settle_pending()

    def _read_segments(self, line: str) -> None:
        position = 0
        for match in _BRACKET_RE.finditer(line):
            self._read_labelled(line[position : match.start()])
            self._read_bracket(match[1].strip())
            position = match.end()
        self._read_labelled(line[position:])

    # ---- runs under labels

    def _read_labelled(self, text: str) -> None:
        position = 0
        for match in words.label_re().finditer(text):
            self._read_run(text[position : match.start()])
            self._start_label(match[1])
            position = match.end()
        self._read_run(text[position:])

    def _start_label(self, label: str) -> None:
        roles = words.parse_roles(label)
        self.is_complete &= roles is not None
        self.is_marked = True
        self._label = roles
        self._group = len(self.persons)
        self._is_contributor = False

    def _read_run(self, run: str) -> None:
        """Read names, then perhaps a source word or a role word with what follows it."""
        run = run.strip(_TRIM)
        if not run or (self._label is not None and words.is_courtesy(run)):
            return
        if words.split_staff(run) is not None:
            self._read_names(run)
        elif match := words.bare_label_re().search(run):
            self._read_run(run[: match.start()])
            self._start_label(match[1])
            self._read_run(run[match.end() :])
        elif match := _from_re().search(run):
            self._read_names(run[: match.start()])
            self._read_sources(run[match.end() :])
        elif match := words.suffix_re().search(run):
            self._read_names(run[: match.start()])
            self._read_suffix(match)
        elif ":" in run:
            self.is_complete = False
        else:
            self._read_names(run)

    def _read_suffix(self, match: re.Match[str]) -> None:
        self.is_marked = True
        self._add_roles(words.parse_roles(match[1], bracket=True) or ())
        if match[2]:
            self._add_roles(words.parse_roles(match[2]) or ())
        self._group = len(self.persons)
        if match[3]:
            self._read_sources(match[3])

    def _add_roles(self, roles: words.Roles) -> None:
        """Give the roles to every name since the last label or bracket with roles."""
        for person in self.persons[self._group :]:
            person.roles += [role for role in roles if role not in person.roles]

    # ---- brackets

    def _read_bracket(self, text: str) -> None:
        text = text.strip(_TRIM)
        roles = words.parse_roles(text, bracket=True)
        if roles is not None:
            self.is_marked = True
            self._add_roles(roles)
            self._group = len(self.persons)
        elif words.label_re().match(text):
            self._read_inner(text)
        elif match := words.made_from_re().match(text):
            self._add_roles(words.parse_roles(match[1], bracket=True) or ())
            self._read_sources(text[match.end() :])
        elif match := words.suffix_re().match(text):
            self._read_suffix(match)
        elif match := _from_re().match(text):
            self._read_sources(text[match.end() :])
        elif text and not words.is_courtesy(text):
            self._read_bracket_names(text)

    def _read_inner(self, text: str) -> None:
        """Read a bracket with a label of its own: `(Video: X)`; the outer label goes on after."""
        label, self._label = self._label, None
        self._read_labelled(text)
        self._label = label
        self._group = len(self.persons)

    def _read_bracket_names(self, text: str) -> None:
        """Read agencies or an employer in brackets; places and remarks are left out."""
        rest = words.split_staff(text)
        if rest is not None:
            self._add_staff(rest)
        elif self._is_titled or (is_place(text) and find_agency(text) is None):
            return
        else:
            for piece in split_pieces(text):
                self._read_bracket_piece(piece.text.strip(_TRIM))

    def _read_bracket_piece(self, text: str) -> None:
        """Read one agency; a brand no table knows counts, Vietnamese words do not."""
        if _is_known(text) or (text[:1].isupper() and not all(map(is_name_part, text.split()))):
            self._add_source(text)

    # ---- sources

    def _read_sources(self, text: str) -> None:
        """Read what follows `Theo`: agencies, or persons and the agency they work for."""
        self.is_marked = True
        text = text.strip(_TRIM)
        names, slash, rest = text.partition("/")
        if find_agency(text):
            self._add_source(text)
        elif slash and _are_persons(names):
            self._read_names(names)
            self._read_sources(rest)
        elif _are_unknown_persons(text):
            self._settle_pending()
            self._pending = text
        else:
            for part in _split_sources(text):
                self._read_source(part)

    def _read_source(self, text: str) -> None:
        person, agency = split_agency_tail(text)
        staff = words.split_staff(text)
        if staff is not None:
            self._add_staff(staff)
        elif person and agency and _are_persons(person):
            self._read_names(person)
            self._add_source(agency)
        elif words.is_courtesy(text):
            return
        elif text and (text[0].isupper() or text[0].isdigit() or _is_known(text)):
            self._add_source(text)
        else:
            self.is_complete &= not text

    def _settle_pending(self) -> None:
        if self._pending:
            self.sources.append(self._pending)
            self._pending = None

    def _add_source(self, text: str) -> None:
        """Add a source; a person named after `Theo` right before it is its author."""
        self.is_marked = True
        self.is_complete &= len(text) <= 100 and len(text.split()) <= 16
        if self._pending:
            self._read_names(self._pending)
            self._pending = None
        name = canonical_source(text)
        if name not in self.sources:
            self.sources.append(name)

    # ---- names

    def _read_names(self, text: str) -> None:
        name = remove_titles(text)
        self._is_titled |= name != text
        for piece in split_pieces(name):
            self._read_piece(piece)

    def _read_piece(self, piece: Piece) -> None:
        text = piece.text.strip(_TRIM)
        if not text:
            return
        rest = words.split_staff(text)
        if rest is not None:
            self._add_staff(rest)
        elif self._is_agency(text, piece.is_after_slash):
            self._add_source(text)
        elif words.is_account(text) or words.is_section(text):
            self.is_marked = True
        elif prefix := _PREFIX_RE.match(text):
            self._read_prefixed(prefix, text[prefix.end() :])
        else:
            self._read_person(text, piece)

    def _is_agency(self, text: str, is_after_slash: bool) -> bool:
        """Return whether a piece is an agency; two letters alone are initials, but for `AP`."""
        if len(text) <= 2 and not is_after_slash:
            return agency_kind(text) == "foreign" and text.isupper()
        return find_agency(text) is not None

    def _add_staff(self, agency: str) -> None:
        self.is_staff = self.is_marked = True
        if agency:
            self._add_source(agency)

    def _read_prefixed(self, prefix: re.Match[str], name: str) -> None:
        """Read `CTV X`, `BTV X`, `PV X`; `CTV` covers all names to the next label."""
        self.is_marked = True
        if prefix["contributor"]:
            self._is_contributor = True
        if prefix["editor"] and self._label is None:
            self._label = ("editor",)
        self._read_piece(Piece(name))

    def _read_person(self, text: str, piece: Piece) -> None:
        name = remove_titles(text)
        self._is_titled |= name != text
        person, agency = split_agency_tail(name)
        parts = split_hyphens(name)
        if person and agency and is_person_name(person):
            self._add_person(person)
            self._add_source(agency)
        elif len(parts) > 1:
            for part in parts:
                self._read_person(part, piece)
        elif is_person_name(name) and not (piece.is_after_slash and not _is_vietnamese_name(name)):
            self._add_person(name)
        else:
            self._read_other(text, piece)

    def _read_other(self, text: str, piece: Piece) -> None:
        """Read what is no person: an organisation, an address, the post of a titled person."""
        if self._is_titled and (_is_employer(text) or text[0].islower()):
            self.is_complete &= not words.is_sentence(text)
            return
        is_brand = piece.is_after_slash and text[0].isupper() and len(text.split()) <= 4
        if words.is_organisation(text) or DOMAIN_RE.fullmatch(text) or is_brand:
            self._add_source(text)
        else:
            self.is_complete = False

    def _add_person(self, name: str) -> None:
        name = restore_case(name.strip(" "))
        roles = list(self._label or ())
        if self._label == ():
            return
        for person in self.persons:
            if person.name == name:
                person.roles += [role for role in roles if role not in person.roles]
                return
        self.persons.append(Person(name, roles, self._is_contributor))


def _are_unknown_persons(text: str) -> bool:
    """Return whether all of ``text`` may be persons whose agency is printed elsewhere."""
    return " " in text and "," not in text and _are_persons(text) and not split_agency_tail(text)[1]


def _is_known(text: str) -> bool:
    """Return whether ``text`` is surely a source: an agency, an organisation, an address."""
    known = find_agency(text) is not None or words.is_organisation(text)
    return known or bool(DOMAIN_RE.fullmatch(text))


def _is_employer(text: str) -> bool:
    return words.is_organisation(text) or words.is_post(text)


def _split_sources(text: str) -> list[str]:
    """Return the sources of a list; `&` parts only where a known agency stands beside it."""
    parts = []
    for part in re.split(r"\s*[,;/]\s*|\s+và\s+", text):
        halves = re.split(r"\s+&\s+", part)
        apart = find_agency(part) is None and any(map(find_agency, halves))
        parts += halves if apart else [part]
    return [part.strip(_TRIM) for part in parts]


def _is_vietnamese_name(text: str) -> bool:
    """Return whether every syllable of a name can be Vietnamese, or is initials."""
    return is_person_name(text) and all(is_name_part(syllable) for syllable in text.split())


def _are_persons(text: str) -> bool:
    """Return whether ``text`` is nothing but Vietnamese names, none of them an agency."""
    pieces = [part for piece in split_pieces(text) for part in split_hyphens(piece.text)]
    return bool(pieces) and all(
        _is_vietnamese_name(remove_titles(part)) and find_agency(part) is None for part in pieces
    )
