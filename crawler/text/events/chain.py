"""Days printed as numbers, one or several: `14/7`, `từ 12 đến 14/7`, `28 và 29-6`, `mùng 3 Tết`.

This is the grammar alone: which numbers and words belong together. What day they are
(``resolve``) and whether they are days at all (``evidence``) is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from crawler.text.dates.words import WORDS as DATE_WORDS
from crawler.text.dates.words import numbers as date_numbers
from crawler.text.dates.words import one_of as date_one_of
from crawler.text.events.words import one_of
from crawler.text.lunar import BRANCHES, STEMS

MONTHS: Final = date_numbers("month", "lunar_month")
NUMBERS: Final = date_numbers("number")
TET: Final = 0
"""Stands for the month in `mùng 3 Tết`."""
MAX_ITEMS: Final = 6


@dataclass(frozen=True, slots=True)
class Item:
    """One day as printed; what an item does not print it borrows from its neighbours."""

    day: int
    month: int | None
    year: int | None
    part: str | None
    lunar: bool
    separator: str
    mung: bool
    joined: str = ""
    """How it is joined to the item before: `range`, `list`, or nothing for the first."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The items that stand together, where they end, and what follows that names their year."""

    items: tuple[Item, ...]
    start: int
    end: int
    named: bool
    """Whether `ngày`, `hôm` or `mùng` stands before the first number."""
    year_word: str | None = None
    lunar_year: str | None = None
    yearly: bool = False
    """Whether `hàng năm` follows: a custom, not an event."""


# Every pattern is matched at one place and has bounded quantifiers only.
_DAY = r"(?P<day>[0-9]{1,2})"
_MONTH_NAME = rf"(?P<name>{date_one_of('month', 'lunar_month')}\b|[0-9]{{1,2}}(?![0-9]))"
_YEAR = r"(?P<year>[12][0-9]{3})(?![0-9])"
PREFIX_RE: Final = re.compile(
    rf"(?:(?:hết|các|những) )?(?:(?P<part>{one_of('part')}) )?(?:các )?"
    r"(?P<named>(?:ngày |hôm )?(?P<mung>mùng |mồng )?)"
)
ITEM_RES: Final = (
    # 14/7, 14/7/2022, 14.7; in 28/5-1/6 the dash joins two days.
    re.compile(
        rf"{_DAY}(?P<sep> ?/ ?|\.)(?P<month>[0-9]{{1,2}})"
        rf"(?:(?: ?/ ?|[.-])(?P<year>[12][0-9]{{3}})|(?P=sep)(?P<short>[0-9]{{2}}))?"
        r"(?![0-9]|/ ?[0-9]|\.[0-9]|[/-]?[^\W\d_])"
    ),
    # 14-7, 14-7-2026; in 8-10/12 the first number is a day alone.
    re.compile(
        rf"{_DAY}(?P<sep>-)(?P<month>[0-9]{{1,2}})(?:[-/.](?P<year>[12][0-9]{{3}}))?"
        r"(?![0-9]|/ ?[0-9]|[.-][0-9]|[/-]?[^\W\d_])"
    ),
    # 14 tháng 7, 14 tháng Bảy năm 2022, 23 tháng Chạp
    re.compile(
        rf"{_DAY} tháng {_MONTH_NAME}(?:,? năm {_YEAR}|[/.-]{_YEAR.replace('year', 'y2')})?"
    ),
    # 28 Tết, mùng 3 Tết
    re.compile(rf"{_DAY} (?P<tet>tết)\b"),
    # 28 in `28 và 29-6`
    re.compile(rf"{_DAY}(?![0-9]|\.[0-9]|,[0-9]{{3}}|[^\W_]|%)"),
)
_WORD_RE: Final = re.compile(rf"(?P<word>{date_one_of('number')})\b")
_FULL_MOON_RE: Final = re.compile(rf"rằm(?: tháng {_MONTH_NAME})?(?!\w)")
_MONTH_AFTER_RE: Final = re.compile(rf" (?:tháng {_MONTH_NAME}|(?P<tet>tết)\b)")
JOIN_RE: Final = re.compile(
    r"(?P<range> ?- ?|,? (?:cho |kéo dài )?(?:đến|tới|sang) )"
    r"|(?P<list>(?:, ?| và |, và | ?[&+] ?| hoặc |; ))"
)
_CAN_CHI = rf"(?:{'|'.join(STEMS)}) (?:{'|'.join(BRANCHES)}|tí|tị)"
TAIL_RE: Final = re.compile(
    rf"(?P<lunar>,? \(?(?:âm lịch|âl\b))?(?: nguyên đán)?(?:,? (?:năm )?(?P<name>{_CAN_CHI})\b)?"
    rf"(?:,? (?:năm )?(?P<year>[12][0-9]{{3}})(?![0-9]))?(?P<word>,? {one_of('year')}\b)?"
    r"(?P<lunar_after>,? \(?(?:âm lịch|âl\b))?(?P<yearly> (?:hàng|hằng|mỗi) năm\b)?"
)


def read_chain(text: str, start: int) -> Chain | None:
    """Return the days that are printed from ``start`` on, None if none with a month are.

    >>> chain = read_chain("ngày 12 đến 14/7 tại xã", 0)
    >>> [(item.day, item.month, item.joined) for item in chain.items]
    [(12, 7, ''), (14, 7, 'range')]
    >>> read_chain("ngày 12 người", 0) is None
    True
    """
    items: list[Item] = []
    ends: list[int] = []
    named, position, joined = False, start, ""
    while len(items) < MAX_ITEMS:
        prefix = PREFIX_RE.match(text, position)
        read = _read_item(text, prefix, joined) if prefix else None
        if read is None or prefix is None or _is_other(items, read[0], prefix):
            break
        item = read[0]
        if not items:
            named = bool(prefix["named"]) or item.lunar
        elif joined == "list" and not prefix[0]:
            item = replace(item, part=items[-1].part)
        items.append(item)
        ends.append(read[1])
        join = JOIN_RE.match(text, read[1])
        if join is None:
            break
        joined, position = ("range" if join["range"] else "list"), join.end()
    while items and items[-1].month is None:
        items.pop()
        ends.pop()
    return _with_tail(text, Chain(_filled(items), start, ends[-1], named)) if items else None


def _is_other(items: list[Item], item: Item, prefix: re.Match[str]) -> bool:
    """Return whether ``item`` begins a phrase of its own: `14/7, 5/7 xã` goes on with a fraction.

    The days of a list ascend, over New Year the month starts again; `12/7, sáng 14/7` are two.
    """
    last = items[-1] if items else item
    if item.joined != "list" or not last.month:
        return False
    if prefix[0] or not item.month or item.year or (last.month >= 11 and item.month <= 2):
        return bool(prefix[0])
    return (item.month, item.day) <= (last.month, last.day)


def _read_item(text: str, prefix: re.Match[str], joined: str) -> tuple[Item, int] | None:
    """Return the item after ``prefix`` and where it ends."""
    part, mung, position = prefix["part"], bool(prefix["mung"]), prefix.end()
    moon = _FULL_MOON_RE.match(text, position)
    if moon:
        month = _month(moon["name"]) if moon["name"] else None
        return Item(15, month, None, part, True, "", mung, joined), moon.end()
    for pattern in ITEM_RES:
        match = pattern.match(text, position)
        if match:
            return _item(match, part, mung, joined), match.end()
    word = _WORD_RE.match(text, position) if mung else None
    return _word_item(text, word, part, joined) if word else None


def _item(match: re.Match[str], part: str | None, mung: bool, joined: str) -> Item:
    """Return the item of a match of ``ITEM_RES``."""
    groups = match.groupdict()
    name, year = groups.get("name"), groups.get("year") or groups.get("y2")
    if groups.get("short"):
        year = f"20{groups['short']}"
    month = _month(name) if name else TET if groups.get("tet") else groups.get("month")
    lunar = month == TET or name in DATE_WORDS["lunar_month"]
    return Item(
        int(match["day"]), None if month is None else int(month), int(year) if year else None,
        part, lunar, (groups.get("sep") or "").strip(), mung, joined,
    )  # fmt: skip


def _word_item(text: str, word: re.Match[str], part: str | None, joined: str) -> tuple[Item, int]:
    """Return the item of `mùng ba Tết`, `mùng sáu tháng Giêng`."""
    item = Item(NUMBERS[word["word"]], None, None, part, False, "", True, joined)
    after = _MONTH_AFTER_RE.match(text, word.end())
    if after is None:
        return item, word.end()
    month = TET if after["tet"] else _month(after["name"])
    lunar = bool(after["tet"]) or after["name"] in DATE_WORDS["lunar_month"]
    return replace(item, month=month, lunar=lunar), after.end()


def _month(name: str) -> int:
    return MONTHS[name] if name in MONTHS else int(name)


def _filled(items: list[Item]) -> tuple[Item, ...]:
    """Return the items, each without a month taking month, year and calendar from the next one.

    In a range that goes down (`29 đến 2/10`) the month is the one before.
    """
    filled: list[Item] = []
    for item in reversed(items):
        if item.month is None:
            after = filled[-1]
            month = after.month or TET
            if after.joined == "range" and item.day > after.day and month != TET:
                month = (month - 2) % 12 + 1
            item = replace(
                item, month=month, lunar=after.lunar, separator=after.separator,
                year=after.year if month == after.month else None, mung=item.mung or after.mung,
            )  # fmt: skip
        filled.append(item)
    return tuple(reversed(filled))


def _with_tail(text: str, chain: Chain) -> Chain:
    """Return the chain with what follows it: `âm lịch`, `năm Quý Mão`, `năm 2025`, `năm ngoái`."""
    tail = TAIL_RE.match(text, chain.end)
    if tail is None or tail.end() == chain.end:
        return chain
    items = chain.items
    if tail["lunar"] or tail["lunar_after"] or tail["name"]:
        items = tuple(replace(item, lunar=True) for item in items)
    if tail["year"]:
        items = (*items[:-1], replace(items[-1], year=items[-1].year or int(tail["year"])))
    word = tail["word"].strip(", ") if tail["word"] else None
    return replace(
        chain, items=items, end=tail.end(), year_word=word, lunar_year=tail["name"],
        yearly=bool(tail["yearly"]),
    )  # fmt: skip
