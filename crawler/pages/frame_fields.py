"""What the head of an unmarked article says: its date, sapo and byline, told by their shape."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crawler.exceptions import DateFormatError
from crawler.items import RawValue
from crawler.pages.layout import names_of
from crawler.pages.sapo import is_named_sapo, is_running_lead
from crawler.pages.scorer import is_inside
from crawler.pages.tables import short_text
from crawler.text.characters import normalize_text
from crawler.text.comparison import fold_letters
from crawler.text.dates import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element as Element

AUTHOR_NAME_RE = re.compile(
    r"author|byline|tac-?gia|(?:^|[\s_-])(?:writer|reporter|journalist)(?:$|[\s_-])", re.IGNORECASE
)
AUTHOR_PAGE_RE = re.compile(r"/(?:tac-gia|authors?|phong-vien)/[^/?#]", re.IGNORECASE)
# Clocks of the page, and the time of the last change.
OTHER_TIME_RE = re.compile(r"clock|today|current|updated|modified", re.IGNORECASE)
YEAR_RE = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?!\d)")
POSTED_RE = re.compile(
    r"(?:ngày đăng|đăng (?:ngày|lúc|tải)|ngày xuất bản|xuất bản|posted|published)\b", re.IGNORECASE
)
UPDATE_RE = re.compile(r"(?:lần )?cập nhật|sửa đổi|updated|modified", re.IGNORECASE)
BY_RE = re.compile(
    r"\A(?:(?:by|written by|posted by|author|tác giả|người (?:đăng|viết|gửi)|đăng bởi|viết bởi|bởi)"
    r"(?!\w)[\s:]*)(?=\S)",
    re.IGNORECASE,
)
# `… | Lượt xem: 12 | Tác giả: Y Hà`: what stands behind the label, up to the next part.
LABEL_RE = re.compile(
    r"(?:^|[\s|])(?:tác giả|người viết|(?:bài|tin)(?: và|,) ảnh)\s*:\s*"
    r"(?P<name>[^\s|:][^|:]{1,60})",
    re.IGNORECASE,
)
# `Đăng bởi Y Hà vào 3/5/2021`: the day behind the name, and what stands behind that.
ON_RE = re.compile(r"\s(?:vào(?: lúc| ngày)?|on|lúc|ngày)\s(?=\D{0,20}\d)", re.IGNORECASE)
DIGIT_RE = re.compile(r"\d")
# Where a day or a clock begins: `Thứ hai, 3/5/2021`, `09:10`, `Jan 3`, `3 phút đọc`.
DAY_RE = re.compile(
    r"(?:(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|ngày|lúc)[\s,]{1,3}){0,2}"
    r"(?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.? )?"
    r"\d{1,2}(?:[/.:hg-]\d|,? \d{4}|(?:st|nd|rd|th)? [^\W\d]{3})",
    re.IGNORECASE,
)
# A day in a headline or a link is not that of the publication.
NO_STAMPS = frozenset(("a", "h1", "h2", "h3"))
MAX_STAMP = 150
MAX_STAMPS = 30
MAX_BYLINE = 100
SAPO_TAGS = frozenset(("blockquote", "b", "div", "em", "h2", "h3", "h4", "p", "span", "strong"))


def read_dates(head: Sequence[Element], tail: Sequence[Element]) -> Iterator[RawValue]:
    """Yield what the head prints as the time of publication, the finest first.

    Behind the body only what is declared as such counts: other stories have their times there.
    """
    places = (*head, *filter(_is_declared, tail))
    machine = (each for element in places if (each := _machine_time(element)))
    yield from islice(machine, 1)
    labelled = (el for el in tail if POSTED_RE.match(short_text(el, MAX_STAMP) or ""))
    printed = (stamp for el in (*head, *labelled) if (stamp := _printed_time(el)))
    stamps = list(islice(printed, MAX_STAMPS))
    # Of a box and the element in it that prints the date, the shorter text is the date.
    stamps.sort(key=lambda stamp: (stamp[0], len(stamp[1])))
    if stamps:
        yield RawValue(stamps[0][1], "page.text")


def _is_declared(element: Element) -> bool:
    return element.get("itemprop", "").lower() in ("datepublished", "datecreated")


def _machine_time(element: Element) -> RawValue | None:
    if not _is_declared(element) and element.tag != "time":
        return None
    if OTHER_TIME_RE.search(f"{names_of(element)} {element.get('itemprop', '')}"):
        return None
    values = map(element.get, ("datetime", "content", "title"))
    stamp = next(filter(None, values), "").strip()
    return RawValue(stamp, "page.time") if stamp else None


def _printed_time(element: Element) -> tuple[int, str] | None:
    """Return how a date is printed - to the minute 0, the day 1, as a change 2 - and its text."""
    if element.tag in NO_STAMPS or OTHER_TIME_RE.search(names_of(element)):
        return None
    if len(element) and next(element.iter("h1", "h2", "h3"), None) is not None:
        return None
    text = normalize_text(short_text(element, MAX_STAMP) or "")
    if not YEAR_RE.search(text):
        return None
    try:
        precision = parse_timestamp(text).precision
    except DateFormatError:
        return None
    if UPDATE_RE.match(text):
        return 2, text
    return (1 if precision in ("day", "month") else 0), text


def find_sapo(head: Sequence[Element], headline: Element | None) -> Element | None:
    """Return the element of the sapo: named so, or running text between headline and body."""
    named = [el for el in head if is_named_sapo(el) and _is_lead(el)]
    if named:
        return named[-1] if is_inside(named[-1], named[0]) else named[0]
    below = head[head.index(headline) + 1 :] if headline in head else []
    for element in below:
        if element.tag not in SAPO_TAGS or _holds_blocks(element) or not _is_lead(element):
            continue
        if not _is_same(element, headline):
            return element
    return None


def _is_same(element: Element, headline: Element | None) -> bool:
    """Whether an element prints the headline once more: the first is in the breadcrumbs then."""
    if headline is None:
        return False
    first, second = (
        fold_letters(short_text(each, MAX_STAMP) or "") for each in (element, headline)
    )
    return first != "" and first == second


def _is_lead(element: Element) -> bool:
    return is_running_lead(element) and _printed_time(element) is None


def _holds_blocks(element: Element) -> bool:
    return any(element.find(f".//{tag}") is not None for tag in ("p", "div", "h1", "h2", "ul"))


def read_bylines(elements: Iterable[Element]) -> Iterator[str]:
    """Yield the lines that elements named for the author print, without their label."""
    for element in elements:
        text = normalize_text(short_text(element, MAX_BYLINE) or "")
        labelled = LABEL_RE.search(text)
        if labelled is not None:
            yield labelled["name"].strip(" -–")
        elif text and _is_author(element) and (name := remove_by(_without_day(text, element))):
            yield name


def _is_author(element: Element) -> bool:
    """Whether an element is named for the author, or leads to the author's own page."""
    names = f"{names_of(element)} {element.get('itemprop', '')} {element.get('rel', '')}"
    if AUTHOR_NAME_RE.search(names) is not None:
        return True
    return element.tag == "a" and AUTHOR_PAGE_RE.search(element.get("href", "")) is not None


def _without_day(text: str, element: Element) -> str:
    """Return what a byline's element prints but for the day: its names, or all before the day.

    A day, a clock or a count of minutes to read stands in one line with the names often.
    """
    if not DIGIT_RE.search(text):
        return text
    inner = [each for each in element.iterdescendants() if _is_author(each)]
    names = [each for each in inner if not any(map(_is_author, each.iterdescendants()))]
    texts = [normalize_text(short_text(each, MAX_BYLINE) or "") for each in names]
    texts = [text for text in dict.fromkeys(texts) if text and not DIGIT_RE.search(text)]
    return ", ".join(texts) or DAY_RE.split(text, maxsplit=1)[0].rstrip(" (")


def remove_by(text: str) -> str:
    """Return a byline without the words that only say it is one, nor the date behind it.

    >>> remove_by("By Y Hà | 3 Tháng Năm, 2021"), remove_by("Tác giả: Y Hà"), remove_by("Bách")
    ('Y Hà', 'Y Hà', 'Bách')
    >>> remove_by("Đăng bởi Y Hà vào 03/05/2021")
    'Y Hà'
    """
    text = ON_RE.split(text.partition("|")[0], maxsplit=1)[0].strip()
    return BY_RE.sub("", text, count=1).strip(" -–—·•,")
