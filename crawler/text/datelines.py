"""Datelines: the agency or place before the first words, apart from the words.

Forms, from the papers named in ``agencies.csv``: `(kontumtv.vn) – `, `(TTXVN) `, `VOV.VN - `,
`Hà Nội (TTXVN 14/7) - `, `(TTXVN) Kon Tum 14/7 - `, `Kon Tum, 14/7 – `, `KON TUM - `. A place
without date or agency counts only before a dash and the start of a sentence: `Kon Tum – vùng đất …`
and `Mỹ - Trung …` are none.
"""

from __future__ import annotations

import re
import unicodedata

from crawler.items import Dateline
from crawler.text.agencies import DOMAIN_RE, canonical_source, find_agency, is_code
from crawler.text.credits import parse_roles, split_staff
from crawler.text.names import is_person_name, restore_case
from crawler.text.places import place_kind
from crawler.text.tables import DASHES

MAX_DATELINE = 90
"""Characters; no dateline is longer."""

_BLANKS = " \t\n\r\f\v\xa0\u200b\u200c\u200d\ufeff"
_SPACE = r"[\s\u200b-\u200d\ufeff]*"
# An en dash may come as an entity that nobody decoded.
_DASH = rf"(?:[{DASHES}]{{1,2}}|&#821[12];|&[nm]dash;)"
# A day is whole: the hyphens of `5-2-2017` are no dash behind `5-2`.
_DAY = (
    r"(?:(?:ngày\s+)?\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?"
    r"|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?)(?![/.-]?\d)"
)
# `(…)` or `[…]`, at most 60 characters inside, then a sign or nothing.
_BRACKET_RE = re.compile(
    rf"[(\[]\s*(?P<inside>[^()\[\]]{{1,60}}?)\s*[)\]]\s*[.,:]{{0,2}}{_SPACE}(?P<dash>(?:{_DASH}{_SPACE}){{1,2}})?"
)
# `Hà Nội (TTXVN 14/7) - `: a place, then the agency in brackets, then a dash.
_PLACE_BRACKET_RE = re.compile(
    rf"(?P<place>[^\W\d_][^()\[\]\d,]{{1,39}}?)(?:,?\s*(?:{_DAY}))?,?\s*[(\[]\s*(?P<inside>[^()\[\]]{{1,60}}?)\s*[)\]]"
    rf"\s*[.,:]{{0,2}}{_SPACE}(?P<dash>{_DASH})?{_SPACE}"
)
# `Kon Tum, 14/7 – `, `Kon Tum 14/7 - `, `Kon Tum, ngày 2/10/2017 – `
_PLACE_DAY_RE = re.compile(
    rf"(?P<place>[^\W\d_][^()\[\]\d,:;]{{1,39}}?),?\s+(?:{_DAY})\s*[.,:]?\s*{_DASH}{_SPACE}",
    re.IGNORECASE,
)
# `VOV.VN - `, `KON TUM - `, `Web.ĐTN: `
_BARE_RE = re.compile(
    rf"[(\[]?(?P<bare>[^\W_][^()\[\]{DASHES}:,;]{{1,39}}?)[)\]]?\s*(?P<sign>{_DASH}|:){_SPACE}"
)
_INSIDE_DAY_RE = re.compile(rf"[\s,]*(?:{_DAY})\s*$", re.IGNORECASE)
_THEO_RE = re.compile(r"^theo\s+", re.IGNORECASE)
_FIRST_WORDS_RE = re.compile(r"[\"“‘'(]?(?P<first>[^\W_]+)(?:\s+(?P<second>\S+))?")


def split_dateline(paragraph: str) -> tuple[Dateline | None, str]:
    """Return the dateline of a paragraph and the text after it.

    Where there is none: None and the paragraph, unchanged. Where there is nothing else, the text
    is empty.

    >>> split_dateline("(kontumtv.vn) – Sáng 14/7, hội nghị khai mạc.")[1]
    'Sáng 14/7, hội nghị khai mạc.'
    >>> split_dateline("Kon Tum, 14/7 – Mưa to.")[0]
    Dateline(raw='Kon Tum, 14/7 –', agency=None, place='Kon Tum')
    >>> split_dateline("Kon Tum – vùng đất cực Bắc Tây Nguyên."), split_dateline("")
    ((None, 'Kon Tum – vùng đất cực Bắc Tây Nguyên.'), (None, ''))
    """
    head = paragraph[: MAX_DATELINE + 40]
    if not unicodedata.is_normalized("NFC", head):
        dateline, body = split_dateline(unicodedata.normalize("NFC", paragraph))
        return (dateline, body) if dateline else (None, paragraph)
    start = len(head) - len(head.lstrip(_BLANKS))
    for rule in _RULES:
        found = rule(head[start:])
        if found is not None:
            agency, place, length = found
            end = start + length
            return Dateline(head[start:end].strip(_BLANKS), agency, place), paragraph[end:]
    return None, paragraph


_Found = tuple[str | None, str | None, int]


def _read_bracket(head: str) -> _Found | None:
    """Read `(agency)`, `(place) –`, `(agency) place 14/7 –`."""
    match = _BRACKET_RE.match(head)
    if not match or ":" in match["inside"]:
        return None
    inside = _INSIDE_DAY_RE.sub("", match["inside"])
    agency = _find_agency(inside)
    if agency and (match["dash"] or _is_start(head, match.end())):
        return _with_place(agency, head, match.end())
    if not _is_start(head, match.end()):
        return None
    if DOMAIN_RE.fullmatch(inside):
        return canonical_source(inside), None, match.end()
    if not match["dash"]:
        return None
    if place_kind(inside):
        return None, _place(inside), match.end()
    printed = _printed_agency(inside)
    return (printed, None, match.end()) if printed else None


def _with_place(agency: str, head: str, end: int) -> _Found:
    """Return the agency, and the place with a day that follows it: `(TTXVN) Kon Tum 14/7 - `."""
    match = _PLACE_DAY_RE.match(head, end)
    if match and _is_dated_place(match["place"]) and _is_start(head, match.end()):
        return agency, _place(match["place"]), match.end()
    match = _BARE_RE.match(head, end)
    if match and place_kind(match["bare"]) and _begins_sentence(head[match.end() :]):
        return agency, _place(match["bare"]), match.end()
    return agency, None, end


def _printed_agency(inside: str) -> str | None:
    """Return a name in brackets before a dash that no table knows, if it looks like a source."""
    name = _THEO_RE.sub("", inside.rsplit("/", 1)[-1].strip())
    is_name = name[:1].isupper() and len(name.split()) <= 5 and not _is_remark(name)
    return name if is_name else None


def _is_remark(name: str) -> bool:
    """Return whether a bracket says something else: `(Tiếp theo kỳ trước)`, `(Ảnh)`, `(Bài 2)`."""
    first, *rest = name.split()
    if parse_roles(name) is not None or parse_roles(first) is not None:
        return True
    is_part = bool(rest) and (rest[-1].isdigit() or all(word.islower() for word in rest))
    return is_part or split_staff(name) is not None


def _read_place_bracket(head: str) -> _Found | None:
    match = _PLACE_BRACKET_RE.match(head)
    if not match or not _is_start(head, match.end()):
        return None
    agency = _find_agency(_INSIDE_DAY_RE.sub("", match["inside"]))
    is_place = _is_dated_place(match["place"]) if match["dash"] else place_kind(match["place"])
    if not agency or not is_place:
        return None
    return agency, _place(match["place"]), match.end()


def _read_place_day(head: str) -> _Found | None:
    match = _PLACE_DAY_RE.match(head)
    if not match or not _is_start(head, match.end()):
        return None
    name = match["place"].strip()
    if is_code(name) and find_agency(name):
        return find_agency(name), None, match.end()
    return (None, _place(name), match.end()) if _is_dated_place(name) else None


def _read_bare(head: str) -> _Found | None:
    """Read `VOV.VN - `, `Dân trí - `, `KON TUM - ` before the start of a sentence."""
    match = _BARE_RE.match(head)
    if not match or not _is_start(head, match.end()):
        return None
    name, rest = _THEO_RE.sub("", match["bare"].strip()), head[match.end() :]
    agency = find_agency(name)
    if DOMAIN_RE.fullmatch(name):
        agency = canonical_source(name)
    if agency and is_code(name):
        is_name = _begins_with_code(rest) or (len(name) == 2 and not _begins_sentence(rest))
        return None if is_name else (agency, None, match.end())
    if match["sign"] == ":" or not _begins_sentence(rest):
        return None
    if agency and name[0].isupper():
        return agency, None, match.end()
    if _is_lone_place(name) and not _begins_with_place(rest) and not _is_apposition(rest):
        return None, _place(name), match.end()
    return None


_RULES = (_read_bracket, _read_place_bracket, _read_place_day, _read_bare)


def _is_start(head: str, index: int) -> bool:
    """Return whether a sentence begins here: a capital or a digit, perhaps after a quote."""
    word = head[index : index + 2].lstrip("\"“‘'(…")
    return word[:1].isupper() or word[:1].isdigit()


def _find_agency(text: str) -> str | None:
    """Return the first agency of `TTXVN/Vietnam+`, `VOV - Trung tâm Tin`, `Kon Tum - KRT`."""
    text = _THEO_RE.sub("", text)
    if found := find_agency(text):
        return found
    for part in re.split(rf"\s*[/,&]\s*|\s+[{DASHES}]\s+", text):
        if found := find_agency(part):
            return found
    return None


def _begins_with_code(rest: str) -> bool:
    """Return whether an agency follows: `VTV - HTV ký kết …` is no dateline."""
    word = rest.split(" ", 1)[0].strip(",.")
    return is_code(word) and find_agency(word) is not None


def _begins_sentence(rest: str) -> bool:
    """Return whether a first word with a capital is followed by a small one or a number."""
    match = _FIRST_WORDS_RE.match(rest)
    if not match or not match["second"]:
        return False
    second = match["second"]
    return second[0].islower() or second[0].isdigit() or match["first"].isdigit()


def _begins_with_place(rest: str) -> bool:
    words = rest.replace(",", " ").split()
    return any(place_kind(" ".join(words[:count])) for count in (1, 2, 3))


# `Hà Nội – Thủ đô …`, `Kon Tum – Vùng đất …`: the place goes on being spoken of.
_APPOSITION_RE = re.compile(
    r"(?:thủ đô|cố đô|vùng|mảnh đất|miền|điểm đến|thành phố|nơi|quê hương|xứ|đất nước|cái nôi"
    r"|cửa ngõ|hòn đảo|thiên đường|di sản|ngôi nhà|câu chuyện|hành trình|những ngày|một thời"
    r"|huyện (?:miền|biên|vùng|có|nằm)|tỉnh (?:miền|cực|có|nằm))\b",
    re.IGNORECASE,
)


def _is_apposition(rest: str) -> bool:
    """Return whether the words after the dash explain the place, or a second dash closes them."""
    return bool(_APPOSITION_RE.match(rest)) or re.search(r"\s[–—-]\s[a-zà-ỹđ]", rest) is not None


def _is_lone_place(name: str) -> bool:
    """Return whether a place may stand alone; countries do in capitals only: `Mỹ - Trung`."""
    kind = place_kind(name)
    return kind is not None and (name.isupper() or kind not in ("country", "region"))


def _is_dated_place(name: str) -> bool:
    """Return whether a name beside a day or an agency can be a place: all words with capitals."""
    name = name.strip()
    if place_kind(name):
        return True
    return is_person_name(name) and name[0].isupper() and not _TIME_RE.match(name)


# `Sáng 5-2 – `: a part of the day is no place.
_TIME_RE = re.compile(
    r"(?:sáng|trưa|chiều|tối|đêm|khuya|rạng|ngày|hôm|tháng|năm|tuần|mùng|mồng|tết|thứ|chủ nhật"
    r"|đến|từ|vào|trong|tại|ở|theo|khoảng)(?!\w)",
    re.IGNORECASE,
)


_CITY_RE = re.compile(r"(?:TP|TX|TT)\.?(?:HCM)?")


def _place(name: str) -> str:
    """Return the place as printed, capitals restored but for `TP.HCM` and its like."""
    name = name.strip(" .,")
    if " " not in name or not name.isupper():
        return name
    return " ".join(
        word if _CITY_RE.fullmatch(word) else restore_case(word) for word in name.split()
    )
