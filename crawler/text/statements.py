"""What a text states: its figures and names, each with the words around it.

Two bulletins of one kind say the same words around other figures, names and days; two copies of
one story may be cut, reworded and put in another order, but where the same words stand around a
figure or a name, it is the same one. ``contradict`` tells the two apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple

from crawler.text.comparison import MAX_WORD, fold_tone_placement, plain_text

Kind = Literal["figure", "name", "word"]
Fact = tuple[int | str, ...]

# A run of letters, a figure with everything that ties its parts together (14/7/2022, 26-32,
# 1.200.000, 7:30), a mark, a line break. Each repetition begins with a character the one before
# cannot take: linear.
_PIECE_RE = re.compile(r"[^\W\d_]+|\d+(?:[-–.,/:]\d+)*|[^\w\s]|\n")
_JOINTS_RE = re.compile(r"[-–/:]")
_POINTS_RE = re.compile(r"[.,]")
# 41.200 and 1,200,000 are whole numbers: groups of three.
_GROUPED_RE = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")
# Longer figures are lists or junk; reading one as a number takes time that grows with its square.
_MAX_DIGITS = 30
_SCALES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_NUMERALS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6,
             "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10}  # fmt: skip
# After these a final y is written i as well and sounds the same. Similarity leaves the two apart;
# here it would make two people of one whose name two editors spell in two ways.
_FINAL_Y_RE = re.compile(r"(?:(?<=[hklmst])|(?<=qu))[yỳýỷỹỵ]\Z")
_I_OF = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))
_DAY_WORDS = frozenset(["thứ", "Thứ", "chủ", "Chủ"])
_DAY_DIGITS = frozenset("2345678")
_SENTENCE_ENDS = frozenset(".!?:;\n-–—+*•")
# A name longer than this is a line in capitals.
_MAX_NAME = 8
# So many words before and as many after make a place. One alone ("ngày … tháng") is met all over
# a text, three are broken by the smallest edit.
_AROUND = 2


class Place(NamedTuple):
    """What stands around a fact; another fact there shows as its kind, the text's end as ''."""

    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]


class _Unit(NamedTuple):
    kind: Kind
    fact: Fact


@dataclass(frozen=True, slots=True)
class Statements:
    """The facts of a text by place, and all it mentions anywhere."""

    at: dict[Place, list[Fact]]
    mentioned: frozenset[Fact]


def read_statements(text: str) -> Statements:
    """Return what ``text`` states.

    >>> ((place, facts),) = read_statements("Giá cà phê 41.200 đồng").at.items()
    >>> place.before, place.after, facts
    (('cà', 'phê'), ('đồng', ''), [(41200,)])
    """
    units = _units(_pieces(text))
    shown = [str(fact[0]) if kind == "word" else kind for kind, fact in units]
    around = ["", "", *shown, "", ""]
    at: defaultdict[Place, list[Fact]] = defaultdict(list)
    for number, (kind, fact) in enumerate(units):
        if kind != "word":
            before = tuple(around[number : number + _AROUND])
            after = tuple(around[number + _AROUND + 1 : number + 2 * _AROUND + 1])
            at[Place(kind, before, after)].append(fact)
    return Statements(dict(at), frozenset(_mentioned(units)))


def contradict(first: Statements, second: Statements) -> bool:
    """Return whether the two state different things in the same place.

    They do where each has there what the other has nowhere; and where both speak of the place
    equally often, and the figures differ or the names have nothing in common: in a table or a
    list every fact of one text may stand somewhere else in the other.

    >>> today = read_statements("Sáng 14/7, giá cà phê tại Đăk Hà là 41.200 đồng mỗi kg.")
    >>> contradict(today, read_statements("Sáng 15/7, cà phê tại Đăk Hà là 41.500 đồng mỗi kg."))
    True
    >>> contradict(today, read_statements("Cà phê tại Đăk Hà là 41,2 nghìn đồng mỗi kg: ông A."))
    False
    """
    shared = first.at.keys() & second.at.keys()
    return any(
        _differ(place, first.at[place], second.at[place])
        or (
            _exclude(place, first.at[place], second.mentioned)
            and _exclude(place, second.at[place], first.mentioned)
        )
        for place in shared
    )


def _differ(place: Place, first: list[Fact], second: list[Fact]) -> bool:
    """Whether both speak of the place equally often, and of other things.

    A name may be given shorter or longer; another one has no syllable in common with it. Between
    names alone it is an entry of a list, from which one before it may be gone.
    """
    if len(first) != len(second) or _is_signature(place):
        return False
    if place.kind == "figure":
        return Counter(first) != Counter(second)
    in_list = set(place.before) == {"name"}
    return not in_list and set(chain.from_iterable(first)).isdisjoint(chain.from_iterable(second))


def _exclude(place: Place, facts: list[Fact], mentioned: frozenset[Fact]) -> bool:
    return not _is_signature(place) and any(fact not in mentioned for fact in facts)


def _is_signature(place: Place) -> bool:
    """Whether it is a name a text begins or ends with: those say who published it."""
    return place.kind == "name" and ("" in place.before or "" in place.after)


def differ_in_figures(first: str, second: str) -> bool:
    """Return whether two headlines are the same but for their figures, as those of two days are.

    >>> differ_in_figures("Thời sự ngày 14/7/2022", "Thời sự ngày 15/7/2022")
    True
    >>> differ_in_figures("Thời sự ngày 14/7/2022", "Thời sự ngày 14-7-2022")
    False
    >>> differ_in_figures("Giá vàng hôm nay 14/7", "Vàng lên giá ngày 15/7")
    False
    """
    ours, theirs = (_units(_pieces(text)) for text in (first, second))
    same_words = [_masked(unit) for unit in ours] == [_masked(unit) for unit in theirs]
    return same_words and ours != theirs


def _masked(unit: _Unit) -> _Unit:
    return _Unit("figure", ()) if unit.kind == "figure" else unit


# ---- reading ---------------------------------------------------------------------------------


def _pieces(text: str) -> list[str]:
    """Return letters, figures, marks and line breaks; no piece goes across a space."""
    lines = plain_text(text).split("\n")
    words = (word for line in lines for word in (*line.split(), "\n"))
    return [piece for word in words for piece in _take_apart(word)][:-1]


def _take_apart(word: str) -> list[str]:
    return _known_pieces(word) if len(word) <= MAX_WORD else _PIECE_RE.findall(word)


@lru_cache(maxsize=1 << 14)
def _known_pieces(word: str) -> list[str]:
    return _PIECE_RE.findall(word)


def _units(pieces: list[str]) -> list[_Unit]:
    """Join names and figures with their scales; leave out marks."""
    units: list[_Unit] = []
    begins, position = True, 0
    while position < len(pieces):
        piece = pieces[position]
        position += 1
        if piece.islower() and piece not in _DAY_WORDS:  # by far the most
            units.append(_word(piece))
            begins = False
            continue
        if piece[0].isdecimal():
            scale = _scale(pieces, position)
            units.append(_Unit("figure", _figure(piece, scale)))
            position += scale > 1
        elif day := _weekday(piece, pieces, position):
            units.append(_Unit("figure", ("thứ", day)))
            position += 1
        elif piece[0].isupper():
            end = _end_of_name(pieces, position)
            units.append(_name(pieces[position - 1 : end], begins=begins))
            position = end
        elif piece[0].isalpha():
            units.append(_word(piece))
        begins = (begins and not piece[0].isalnum()) or piece in _SENTENCE_ENDS
    return units


@lru_cache(maxsize=1 << 14)
def _word(piece: str) -> _Unit:
    return _Unit("word", (_fold(piece),))


def _scale(pieces: list[str], position: int) -> int:
    return _SCALES.get(pieces[position].casefold(), 1) if position < len(pieces) else 1


def _weekday(piece: str, pieces: list[str], position: int) -> int | None:
    """Return 2 for `thứ Hai` (Monday) or `thứ 2`, which also means second, 8 for `Chủ nhật`."""
    if piece not in _DAY_WORDS or position == len(pieces):
        return None
    following = pieces[position].casefold()
    if piece in ("thứ", "Thứ"):
        return int(following) if following in _DAY_DIGITS else _NUMERALS.get(following)
    return 8 if following == "nhật" else None


def _end_of_name(pieces: list[str], position: int) -> int:
    """Return where the run of capitals ends; a weekday after a name is none of it."""
    while position < len(pieces) and pieces[position][0].isupper():
        if _weekday(pieces[position], pieces, position + 1):
            break
        position += 1
    return position


def _name(run: list[str], *, begins: bool) -> _Unit:
    """Return a run of capitals as a name; the capital a sentence begins with says nothing."""
    folded = tuple(map(_fold, run))
    if begins and len(folded) == 1:
        return _word(run[0])
    return _Unit("name", folded[1:] if begins else folded)


@lru_cache(maxsize=1 << 12)
def _figure(printed: str, scale: int) -> Fact:
    """Return the numbers of a figure: (41200,) for 41.200 and for 41,2 nghìn, (14, 7) for 14/7.

    >>> _figure("41.200", 1), _figure("41,2", 1000), _figure("14/7", 1), _figure("5.07", 1)
    ((41200,), (41200,), (14, 7), (5, 7))
    """
    if len(printed) > _MAX_DIGITS:
        return (printed,)
    parts = _POINTS_RE.split(printed)
    if scale > 1 and not _GROUPED_RE.match(printed) and len(parts) == 2 and parts[1].isdecimal():
        whole, tenths = parts
        if whole.isdecimal():
            return (int(whole + tenths) * scale // 10 ** len(tenths),)
    numbers = [number for part in _JOINTS_RE.split(printed) for number in _numbers(part)]
    return (*numbers[:-1], numbers[-1] * scale)


def _numbers(part: str) -> list[int]:
    if _GROUPED_RE.match(part):
        return [int(_POINTS_RE.sub("", part))]
    return [int(digits) for digits in _POINTS_RE.split(part)]


def _mentioned(units: list[_Unit]) -> set[Fact]:
    """Return every figure, also in words, and every name and part of one."""
    mentioned: set[Fact] = set()
    for kind, fact in units:
        if kind == "name":
            mentioned.update(_parts(fact))
        elif kind == "figure":
            mentioned.add(fact)
        elif fact[0] in _NUMERALS:
            mentioned.add((_NUMERALS[str(fact[0])],))
    return mentioned


def _parts(name: Fact) -> set[Fact]:
    if len(name) > _MAX_NAME:
        return {name}
    ends = range(1, len(name) + 1)
    return {name[start:end] for end in ends for start in range(end)}


@lru_cache(maxsize=1 << 14)
def _fold(word: str) -> str:
    """Return a word as it is compared here: Quí is Quý, and kĩ thuật is kỹ thuật."""
    folded = fold_tone_placement(word.casefold())
    return _FINAL_Y_RE.sub(lambda found: _I_OF[found[0]], folded)
