"""Reads the runs of one printed byline into persons, sources and staff.

A byline is runs of names under labels (`Bài: X – Ảnh: Y`), with roles, agencies or places in
brackets behind the names they belong to. What is no name, label or organisation makes the reading
incomplete.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from crawler.text import credits as words
from crawler.text.agencies import DOMAIN_RE, agency_kind, find_agency
from crawler.text.credit_parts import (
    TRIM,
    are_persons,
    are_unknown_persons,
    is_employer,
    is_known,
    is_vietnamese_name,
    split_house,
    split_sources,
)
from crawler.text.credit_sheet import CreditSheet
from crawler.text.names import is_name_part, is_person_name, remove_titles
from crawler.text.organisations import is_organisation, is_post, is_sentence
from crawler.text.pieces import Piece, split_agency_tail, split_hyphens, split_pieces
from crawler.text.places import is_place
from crawler.text.tables import alternation, load_words

# Brackets do not nest in a byline; one left open runs to the end of the line.
_BRACKET_RE = re.compile(r"\(([^()]*)\)?")
_PREFIX_RE = re.compile(
    r"(?P<contributor>ctv|cộng tác viên|thông tin viên|bạn đọc|độc giả)(?:\s*[.–-])?\s+"
    r"|(?P<editor>btv|biên tập viên)\.?\s+|(?:nhóm\s+)?(?:pv|p\.v|phóng viên)\.?\s+",
    re.IGNORECASE,
)
# `Thu Trang và CTV`: the role word is one more person, unnamed.
_AND_RE = re.compile(r"(?:\svà|&)\s*$")
# `(xếp thứ tư với 95 điểm)`: a remark, as captions and lists have; the name before it is kept.
_REMARK_RE = re.compile(r"[a-zà-ỹđ][^.:]*\d")
# `Thu Trang, phóng viên thường trú …`: the job of the person before it.
_JOB_RE = re.compile(r"(?:phóng viên|biên tập viên|cộng tác viên|nhà báo|cán bộ)\s")


@cache
def _from_re() -> re.Pattern[str]:
    """Return the pattern of the words before a source: `Theo `, `Nguồn: `."""
    froms = alternation(load_words("credit_words", "kind", "from"))
    return re.compile(rf"(?<!\w)(?:{froms})(?:\s*[:：]\s*|\s+)(?=[^\s:])", re.IGNORECASE)


@dataclass(slots=True)
class CreditReader(CreditSheet):
    """Reads lines onto the sheet, run by run."""

    def read_line(self, line: str) -> None:
        """Read one line; an employer under a titled person, a place under a name are left out."""
        if (self.is_titled and is_employer(line)) or (self.persons and is_place(line.strip("()"))):
            return
        self.group = len(self.persons)
        if line.startswith("(") and line.find(")") in (-1, len(line) - 1):
            line = line.strip("() ")
        self._read_segments(line)

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
        labels = words.label_re().finditer(text) if ":" in text or "：" in text else ()
        for match in labels:
            self._read_run(text[position : match.start()])
            self.start_label(match[1])
            position = match.end()
        self._read_run(text[position:])

    def _read_run(self, run: str) -> None:
        """Read names, then perhaps a source word or a role word with what follows it."""
        run = run.strip(TRIM)
        if not run or (self.label is not None and words.is_courtesy(run)):
            return
        if words.split_staff(run) is not None:
            self._read_names(run)
        elif match := words.bare_label_re().search(run):
            self._read_run(run[: match.start()])
            self.start_label(match[1])
            self._read_run(run[match.end() :])
        elif match := _from_re().search(run):
            self._read_names(run[: match.start()])
            self._read_sources(run[match.end() :])
        elif match := words.suffix_re().search(run):
            self._read_names(run[: match.start()])
            if not _AND_RE.search(run[: match.start()]):
                self._read_suffix(match)
        elif ":" in run:
            self._read_unit(run)
        else:
            self._read_names(run)

    def _read_unit(self, run: str) -> None:
        """Read `Báo X: names`; any other word before a colon is no label of a byline."""
        unit, _, names = run.partition(":")
        if is_known(unit) and ":" not in names:
            self.add_source(unit)
            self._read_names(names)
        else:
            self.is_complete = False

    def _read_suffix(self, match: re.Match[str]) -> None:
        self.is_marked = True
        self.add_roles(words.parse_roles(match[1], bracket=True) or ())
        if match[2]:
            self.add_roles(words.parse_roles(match[2]) or ())
        self.group = len(self.persons)
        if match[3]:
            self._read_sources(match[3])

    # ---- brackets

    def _read_bracket(self, text: str) -> None:
        text = text.strip(TRIM)
        roles = words.parse_roles(text, bracket=True)
        if roles is not None:
            self.is_marked = True
            self.add_roles(roles)
            self.group = len(self.persons)
        elif match := words.made_from_re().match(text):
            self.add_roles(words.parse_roles(match[1], bracket=True) or ())
            self._read_sources(text[match.end() :])
        elif words.label_re().match(text) or words.bare_label_re().match(text):
            self._read_inner(text)
        elif match := words.suffix_re().match(text):
            self._read_suffix(match)
        elif match := _from_re().match(text):
            self._read_sources(text[match.end() :])
        elif text and not words.is_courtesy(text):
            self._read_bracket_names(text)

    def _read_inner(self, text: str) -> None:
        """Read a bracket with a label of its own: `(Video: X)`; the outer label goes on after."""
        label, self.label = self.label, None
        self._read_labelled(text)
        self.label = label
        self.group = len(self.persons)

    def _read_bracket_names(self, text: str) -> None:
        """Read agencies or an employer in brackets; places and remarks are left out."""
        rest = words.split_staff(text)
        if rest is not None:
            self.is_staff |= not self.persons
            if rest:
                self.add_source(rest)
        elif self.is_titled or (is_place(text) and not is_known(text)):
            return
        elif _REMARK_RE.match(text):
            self.is_marked, self.is_complete = True, False
        else:
            for piece in split_pieces(text):
                self._read_bracket_piece(piece.text.strip(TRIM))

    def _read_bracket_piece(self, text: str) -> None:
        """Read one agency; a brand no table knows counts, Vietnamese words do not."""
        is_brand = text[:1].isupper() and not any(map(str.isdigit, text))
        if is_known(text) or (is_brand and not all(map(is_name_part, text.split()))):
            self.add_source(text)

    # ---- sources

    def _read_sources(self, text: str) -> None:
        """Read what follows `Theo`: agencies, or persons and the agency they work for."""
        self.is_marked = True
        text = text.strip(TRIM)
        names, rest = split_house(text)
        if find_agency(text):
            self.add_source(text)
        elif rest and are_persons(names):
            self._read_names(names)
            self._read_sources(rest)
        elif is_organisation(text) and not any(map(find_agency, split_sources(text))):
            self.add_source(text)
        elif are_unknown_persons(text):
            self.settle_pending()
            self.pending = text
        else:
            for part in split_sources(text):
                self._read_source(part)

    def _read_source(self, text: str) -> None:
        person, agency = split_agency_tail(text)
        staff = words.split_staff(text)
        if staff is not None:
            self.add_staff(staff)
        elif person and agency and are_persons(person):
            self._read_names(person)
            self.add_source(agency)
        elif words.is_courtesy(text):
            return
        elif text and (text[0].isupper() or text[0].isdigit() or is_known(text)):
            self.add_source(text)
        else:
            self.is_complete &= not text

    # ---- names

    def _read_names(self, text: str) -> None:
        name = remove_titles(text)
        self.is_titled |= name != text
        for piece in split_pieces(name):
            self._read_piece(piece)

    def _read_piece(self, piece: Piece) -> None:
        text = piece.text.strip(TRIM)
        if not text or (self.persons and _JOB_RE.match(text)):
            return
        rest = words.split_staff(text)
        if rest is not None:
            self.add_staff(rest)
        elif self._is_agency(text, piece.is_after_slash):
            self.add_source(text)
        elif words.is_account(text) or words.is_section(text) or words.is_nameless(text):
            self.is_marked = True
        elif prefix := _PREFIX_RE.match(text):
            self._read_prefixed(prefix, text[prefix.end() :])
        elif is_organisation(text) and not self.is_titled:
            self.add_source(text)
        else:
            self._read_person(text, piece)

    def _is_agency(self, text: str, is_after_slash: bool) -> bool:
        """Return whether a piece is an agency; two letters alone are initials, but for `AP`."""
        if len(text) <= 2 and not is_after_slash:
            return agency_kind(text) == "foreign" and text.isupper()
        return find_agency(text) is not None

    def _read_prefixed(self, prefix: re.Match[str], name: str) -> None:
        """Read `CTV X`, `BTV X`, `PV X`; `CTV` covers all names to the next label."""
        self.is_marked = True
        if prefix["contributor"]:
            self.covers_contributors = True
        if prefix["editor"] and self.label is None:
            self.label = ("editor",)
        self._read_piece(Piece(name))

    def _read_person(self, text: str, piece: Piece) -> None:
        name = remove_titles(text)
        self.is_titled |= name != text
        person, agency = split_agency_tail(name)
        parts = split_hyphens(name)
        if person and agency and is_person_name(person):
            self.add_person(person)
            self.add_source(agency)
        elif len(parts) > 1:
            for part in parts:
                self._read_person(part, piece)
        elif is_person_name(name) and not (piece.is_after_slash and not is_vietnamese_name(name)):
            self.add_person(name)
        else:
            self._read_other(text, piece)

    def _read_other(self, text: str, piece: Piece) -> None:
        """Read what is no person: an organisation, an address, the post of a titled person."""
        if self.persons and not self.is_titled and is_post(text):
            self.is_marked = True
        if self.is_titled and (is_employer(text) or text[0].islower()):
            self.is_complete &= not is_sentence(text)
            return
        is_brand = piece.is_after_slash and text[0].isupper() and len(text.split()) <= 4
        if is_organisation(text) or DOMAIN_RE.fullmatch(text) or is_brand:
            self.add_source(text)
        else:
            self.is_complete = False
