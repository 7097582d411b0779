"""News agencies, newspapers and stations: one canonical name for each, found by its aliases.

The table ``agencies.csv`` gives name, kind, aliases and where each was seen. Two families come
from a rule instead of rows: the paper and the station of every province (`Báo Sơn La`,
`Đài PT-TH Sơn La`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from crawler.text.places import is_place, provinces
from crawler.text.tables import DASHES, fold_key, load_table, split_cell

DOMAIN_RE = re.compile(r"(?:www\.)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z]{2,6}", re.I)
# What a writer puts before the name: `báo`, `báo điện tử`, `hãng tin`, `trang`.
_KIND_RE = re.compile(
    r"(?:nhật\s+)?(?:báo(?:\s+điện\s+tử)?|tờ|hãng(?:\s+(?:tin|thông\s+tấn))?"
    r"|trang(?:\s+(?:tin|web|thông\s+tin)(?:\s+điện\s+tử)?)?|website|kênh|đài|mạng|tạp\s+chí)\s+",
    re.IGNORECASE,
)
# What a writer puts behind it: the bureau or the edition, `VOV-Tây Nguyên`, `QĐND Online`.
_BUREAU_RE = re.compile(rf"\s*[{DASHES}]\s*|\s+")
_WORD_END_RE = re.compile(r"[\s&+,/-]")
_EDITIONS = frozenset({"online", "điện tử", "news", "trung tâm tin", "phía nam", "việt nam"})
_STATION = ("Đài PT-TH", "Đài PT&TH", "Đài PTTH", "Đài Phát thanh và Truyền hình")
_STATION_DASH = ("Đài Phát thanh - Truyền hình", "Đài Phát thanh Truyền hình")


@cache
def _agencies() -> dict[str, str]:
    """Return folded alias -> canonical name; rows of the table win over the rule."""
    names = _provincial_names()
    for row in load_table("agencies"):
        for alias in (row["canonical"], *split_cell(row["aliases"])):
            names[fold_key(alias)] = row["canonical"]
    return names


def _provincial_names() -> dict[str, str]:
    names = {}
    for province in provinces():
        names[fold_key(f"Báo {province}")] = f"Báo {province}"
        names[fold_key(f"Báo {province} điện tử")] = f"Báo {province}"
        for ending in (".vn", ".com.vn", ".org.vn"):
            names[f"bao{_letters(province)}{ending}"] = f"Báo {province}"
        for station in (*_STATION, *_STATION_DASH):
            for place in (province, f"tỉnh {province}"):
                names[fold_key(f"{station} {place}")] = f"Đài PT-TH {province}"
    return names


@cache
def _first_words() -> frozenset[str]:
    """Return the first words of all aliases, to turn most names away at once."""
    return frozenset(map(_first_word, _agencies()))


def _first_word(key: str) -> str:
    return _WORD_END_RE.split(key, maxsplit=1)[0]


def _letters(name: str) -> str:
    """Return the plain letters of a name, as addresses have them: `Hà Tĩnh` is `hatinh`."""
    marked = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in marked if "a" <= letter <= "z")


@lru_cache(maxsize=4096)
def find_agency(name: str) -> str | None:
    """Return the canonical name of the agency that ``name`` is an alias of, bureau dropped.

    >>> find_agency("VOV.VN"), find_agency("báo Người lao động"), find_agency("VOV- Miền Trung")
    ('VOV', 'Người Lao Động', 'VOV')
    >>> find_agency("baohatinh.vn"), find_agency("Đài PT-TH tỉnh Sơn La")
    ('Báo Hà Tĩnh', 'Đài PT-TH Sơn La')
    >>> find_agency("Thu Trang") is None, find_agency("") is None
    (True, True)
    """
    if len(name) > 80:
        return None
    name = name.strip(" .,:;")
    for prefix in ("http://", "https://", "www."):
        name = name.removeprefix(prefix)
    if _first_word(fold_key(name)) not in _first_words() and not _KIND_RE.match(name):
        return None
    return _lookup(name) or _lookup_bureau(name)


def _lookup(name: str) -> str | None:
    names = _agencies()
    key = fold_key(name)
    if found := names.get(key):
        return found
    without_kind = _KIND_RE.sub("", name, count=1)
    if without_kind == name:
        return None
    rest = fold_key(without_kind)
    return names.get(f"báo {rest}") or names.get(rest)


def _lookup_bureau(name: str) -> str | None:
    """Return the agency of `agency-bureau`, where the bureau is a place or an edition."""
    for match in _BUREAU_RE.finditer(name):
        bureau = name[match.end() :]
        if is_place(bureau) or _is_edition(bureau):
            return _lookup(name[: match.start()])
    return None


def _is_edition(text: str) -> bool:
    """Return whether ``text`` names an edition or a bureau: `Trung tâm Tin`, `TP HCM`."""
    return fold_key(text) in _EDITIONS


@cache
def _kinds() -> dict[str, str]:
    return {row["canonical"]: row["kind"] for row in load_table("agencies")}


def agency_kind(name: str) -> str | None:
    """Return the kind of an agency of the table, found by any alias.

    >>> agency_kind("TTXVN"), agency_kind("AP"), agency_kind("Thu Trang")
    ('national agency', 'foreign', None)
    """
    return _kinds().get(find_agency(name) or "")


def is_code(name: str) -> bool:
    """Return whether a name is a code or an address, which no sentence begins with by chance.

    >>> is_code("TTXVN"), is_code("VOV.VN"), is_code("QĐND Online"), is_code("Lao Động")
    (True, True, True, False)
    """
    first = name.split(" ", 1)[0]
    return bool(DOMAIN_RE.fullmatch(name)) or "." in name or (len(first) > 1 and first.isupper())


def canonical_source(name: str) -> str:
    """Return the canonical name, else the name as printed; an unknown address in lower case.

    >>> canonical_source("Nhadautu.vn"), canonical_source("KHOU 11"), canonical_source("VOV1")
    ('nhadautu.vn', 'KHOU 11', 'VOV')
    """
    found = find_agency(name)
    if found:
        return found
    name = name.strip(" .,;:")
    return name.lower() if DOMAIN_RE.fullmatch(name) else name
