"""The days an opening paragraph speaks of, found left to right.

At each word or number that can begin a date the readers are tried in this order, the first that
reads decides: words for a day (`sáng nay`), weekdays, numbers (chains of days), months. A printed
day beside a word beats it: `chiều nay 25-10`, `thứ năm, ngày 19.2`; the sun's day beats the moon's
beside it: `22/2 (mùng 6 Tết)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast
from unicodedata import is_normalized

from crawler.items import EventDate
from crawler.text.characters import normalize_text
from crawler.text.dates import VIETNAM
from crawler.text.events.chain import Chain, read_chain
from crawler.text.events.evidence import is_day
from crawler.text.events.months import read_month
from crawler.text.events.resolve import resolve_chain
from crawler.text.events.spoken import Spoken, read_relative, read_weekdays
from crawler.text.events.words import WORDS, one_of

if TYPE_CHECKING:
    from crawler.items import PartOfDay

MAX_LENGTH: Final = 1000
"""Characters read; an opening paragraph is half of that."""
LONGEST: Final = timedelta(days=3 * 366)
"""A longer span is a term of office or an anniversary, not an event."""

# What can begin a date: the first syllable of a word that places things in time, or a number. The
# look at the first letter spares trying every word at every other place; linear.
_FIRST: Final = sorted(
    {word.split()[0] for word in WORDS["part"]}
    | {"ngày", "hôm", "mùng", "mồng", "rằm", "thứ", "chủ", "chúa", "cùng", "cách", "tháng"}
)
START_RE: Final = re.compile(
    rf"\b(?=[0-9{''.join(sorted({word[0] for word in _FIRST}))}])"
    rf"(?:(?:{'|'.join(_FIRST)})\b|(?<![0-9][.,/:-])(?<!/)[0-9]{{1,2}}(?![0-9]))"
)
FUTURE_RE: Final = re.compile(rf"\b{one_of('future')}\b")
FUTURE_BEFORE_RE: Final = re.compile(r"(?<!tính )\b(?:đến|hết|trước) (?:ngày )?$")
# Days counted from the one named before; `hôm trước` alone is "the other day".
SAME_DAY_RE: Final = re.compile(
    rf"(?:(?P<part>{one_of('part')}) )?(?:cùng ngày|(?P<after>(?:ngày )?hôm sau))\b"
)
# Between a word for a day and the printed day: `sáng nay (14/11`, `thứ sáu, ngày 21.8`.
BESIDE_RE: Final = re.compile(r"(?:,| -)? ?\(?(?:(?:tức|nhằm|là|đúng)(?: là| vào)? )?")
# Between the two ends of a span: `đến`, `đến 22h`; and from `từ …` on any words of the sentence up
# to `kéo dài đến`.
TO_RE: Final = re.compile(
    r",? ?(?:(?:cho |kéo dài )?(?:đến|tới)|-)(?: hết| khoảng)?"
    r"(?: [0-9]{1,2} ?(?:h|g|giờ|:)(?: ?[0-9]{1,2})?(?: phút)?,?)? "
)
LASTS_RE: Final = re.compile(r"[^.]{0,200}\bkéo dài (?:cho )?(?:đến|tới)(?: hết)? ")
_DASHES: Final = "–—‑−"


@dataclass(frozen=True, slots=True)
class Mention:
    """A day or span the text names, and where."""

    first: date
    last: date
    part: str | None
    start: int
    end: int
    lunar: bool = False


def find_event_dates(text: str, published: datetime) -> tuple[EventDate, ...]:
    """Return the days and spans that ``text``, an article's opening, speaks of, in its order.

    Relative words count from ``published`` (aware) by Vietnam's clock; a day without a year is the
    nearest to it. A month is the span of its days. Names, document numbers and their dates,
    scores, amounts and holidays named by number are none.

    >>> from crawler.text.dates import VIETNAM
    >>> published = datetime(2022, 7, 14, 16, tzinfo=VIETNAM)
    >>> [event] = find_event_dates("Sáng ngày 13/7, tỷ số là 2-1.", published)
    >>> event.date.isoformat(), event.part_of_day, event.raw
    ('2022-07-13', 'morning', 'Sáng ngày 13/7')
    >>> find_event_dates("Trực 24/7", published)
    ()
    """
    text = _stored(text[:MAX_LENGTH])
    lower = text.lower().replace("’", "'")
    for dash in _DASHES:
        lower = lower.replace(dash, "-")
    if len(lower) != len(text):
        text = lower
    mentions = _joined(lower, _mentions(lower, published.astimezone(VIETNAM).date()))
    return _event_dates(text, mentions)


def _stored(text: str) -> str:
    """Return ``text`` as it is stored; a paragraph of an article is so already."""
    if is_normalized("NFC", text) and "\u00a0" not in text and "  " not in text:
        return text
    return normalize_text(text)


def _mentions(text: str, published: date) -> list[Mention]:
    """Return what the readers find, left to right, no two at one place."""
    found: list[Mention] = []
    position = 0
    future = [match.start() for match in FUTURE_RE.finditer(text)]
    while start := START_RE.search(text, position):
        mentions = _read(text, start.start(), published, found, future)
        found += mentions
        position = max([start.end(), *(mention.end for mention in mentions)])
    return found


def _read(
    text: str, start: int, published: date, before: list[Mention], future_words: list[int]
) -> list[Mention]:
    """Return the mentions that begin at ``start``, the readers in their order."""
    future = _is_future(text, start, future_words)
    if same := SAME_DAY_RE.match(text, start):
        if not before:
            return []
        last = before[-1]
        day = last.last + timedelta(days=1 if same["after"] else 0)
        return [Mention(day, day, same["part"], start, same.end())]
    relative = read_relative(text, start, published)
    spoken = [relative] if relative else read_weekdays(text, start, published, future)
    if spoken:
        return _with_printed(text, spoken, published, future)
    mentions = _read_chain(text, start, published, future, beside=False)
    if mentions:
        return _without_lunar_beside(text, mentions, published)
    month = read_month(text, start, published)
    return [Mention(month.first, month.last, None, start, month.end)] if month else []


def _is_future(text: str, start: int, future_words: list[int]) -> bool:
    """Return whether the sentence, or the word before, speaks of what is to come."""
    if FUTURE_BEFORE_RE.search(text, max(0, start - 20), start):
        return True
    if not future_words:
        return False
    begin, end = text.rfind(". ", 0, start), text.find(". ", start)
    return any(begin < word < (end if end >= 0 else len(text)) for word in future_words)


def _with_printed(text: str, spoken: list[Spoken], published: date, future: bool) -> list[Mention]:
    """Return the days named by words; a printed day after the last of them beats it."""
    last = spoken[-1]
    beside = BESIDE_RE.match(text, last.end)
    printed = _read_chain(text, beside.end(), published, future, beside=True) if beside else []
    if printed and printed[0].part in (None, last.part):
        spoken = spoken[:-1] if len(printed) == 1 else []
        printed = [_beside(text, day, last.part, last.start, last.end) for day in printed]
    return [
        *(Mention(day.day, day.day, day.part, day.start, day.end) for day in spoken if day.sure),
        *printed,
    ]


def _beside(text: str, day: Mention, part: str | None, start: int, end: int) -> Mention:
    """Return a printed day with the words from ``start`` to ``end`` that name it as well."""
    part = day.part or (part if day.first == day.last else None)
    return replace(day, part=part, start=start, end=_closed(text, end, day.end))


def _closed(text: str, start: int, end: int) -> int:
    """Return ``end``, past the bracket that closes one opened since ``start``."""
    return end + 1 if "(" in text[start:end] and text[end : end + 1] == ")" else end


def _read_chain(
    text: str, start: int, published: date, future: bool, *, beside: bool
) -> list[Mention]:
    """Return the days printed as numbers from ``start`` on."""
    chain = read_chain(text, start)
    if chain is None or not is_day(text, chain, beside):
        return []
    days = resolve_chain(chain, published, future)
    return _chain_mentions(chain, days) if days else []


def _chain_mentions(chain: Chain, days: list[date]) -> list[Mention]:
    """Return one mention for each single day and each span."""
    mentions: list[Mention] = []
    for item, day in zip(chain.items, days, strict=True):
        if item.joined == "range" and not _is_overnight(mentions[-1], item.part, day):
            mentions[-1] = replace(mentions[-1], last=day, part=None)
        else:
            mentions.append(Mention(day, day, item.part, chain.start, chain.end, item.lunar))
    return mentions


def _is_overnight(before: Mention, part: str | None, day: date) -> bool:
    """Return whether it is `tối 13 đến sáng 14/7`: two days with a part each, no span."""
    return bool(before.part and part) and day - before.last <= timedelta(days=1)


def _without_lunar_beside(text: str, mentions: list[Mention], published: date) -> list[Mention]:
    """Return the mentions, of one day named by sun and moon side by side the sun's alone."""
    last = mentions[-1]
    beside = BESIDE_RE.match(text, last.end)
    if beside is None or beside.end() <= last.end + 1:
        return mentions
    other = _read_chain(text, beside.end(), published, False, beside=True)
    if not other or other[0].lunar == last.lunar:
        return mentions
    if other[0].lunar:
        return [*mentions[:-1], replace(last, end=_closed(text, last.end, other[-1].end))]
    return [_beside(text, day, last.part, last.start, last.end) for day in other]


def _joined(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions, two with `đến` between them made one span."""
    joined: list[Mention] = []
    for mention in mentions:
        before = joined[-1] if joined else None
        if before and _is_span(text, before, mention):
            joined[-1] = replace(before, last=mention.last, part=None, end=mention.end)
        else:
            joined.append(mention)
    return [mention for mention in joined if mention.last - mention.first <= LONGEST]


def _is_span(text: str, before: Mention, after: Mention) -> bool:
    """Return whether the two are the ends of one span of time."""
    if before.end >= after.start:
        return False
    lasts = text.endswith("từ ", 0, before.start) and LASTS_RE.fullmatch(
        text, before.end, after.start
    )
    if not lasts and not TO_RE.fullmatch(text, before.end, after.start):
        return False
    return before.last < after.first and not _is_overnight(before, after.part, after.first)


def _event_dates(text: str, mentions: list[Mention]) -> tuple[EventDate, ...]:
    """Return the mentions as exported, each once; a day with its part beats one without."""
    with_part = {mention.first for mention in mentions if mention.part}
    events: dict[tuple[date, date, str | None], EventDate] = {}
    for mention in mentions:
        single = mention.first == mention.last
        if single and not mention.part and mention.first in with_part:
            continue
        part = cast("PartOfDay | None", WORDS["part"].get(mention.part or ""))
        end = None if single else mention.last
        raw = text[mention.start : _closed(text, mention.start, mention.end)].strip(" ,(")
        event = EventDate(date=mention.first, end=end, part_of_day=part, raw=raw)
        events.setdefault((mention.first, mention.last, part), event)
    return tuple(events.values())
