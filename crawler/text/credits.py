"""The words of a byline that are no names: labels, suffixes, staff, courtesy.

Each pattern is built from a table (``roles.csv``, ``credit_words.csv``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, cast

from crawler.text.agencies import find_agency
from crawler.text.organisations import is_organisation
from crawler.text.places import is_place
from crawler.text.tables import DASHES, alternation, fold_key, load_table, load_words

if TYPE_CHECKING:
    from crawler.items import Role

Roles = tuple["Role", ...]

# `Tin, ảnh`, `Bài và ảnh`, `Tin - ảnh`: what stands between two role words of one label.
_AND = rf"(?:\s*[,&+/{DASHES}]\s*|\s+(?:và|and)\s+|\s+)"
# `PVKT`, `Nhóm PVĐT`: reporters of a desk given by its initials; `P.Vy` is a name.
_STAFF_CODE_RE = re.compile(r"(?:(?i:nhóm|tổ)\s+)?PV[A-ZĐ]{0,4}")
_NAMELESS_RE = re.compile(r"(?:theo|nguồn)\s*:?\s+", re.IGNORECASE)
_PROVIDED_RE = re.compile(r"(?:.{0,40}\s)?(?:cung\s+cấp|tư\s+liệu)$", re.IGNORECASE)


@cache
def _roles() -> dict[str, Roles]:
    """Return folded role phrase -> roles; none for work that is no authorship (graphics)."""
    return {
        fold_key(row["phrase"]): cast("Roles", tuple(row["roles"].split()))
        for row in load_table("roles")
        if row["where"] != "bracket"
    }


@cache
def _bracket_roles() -> dict[str, Roles]:
    """Return the same for brackets, where some phrases mean another thing: `(t/h)` compiles."""
    rows = (row for row in load_table("roles") if "bracket" in row["where"])
    meant = {fold_key(row["phrase"]): cast("Roles", tuple(row["roles"].split())) for row in rows}
    return _roles() | meant


@cache
def label_re() -> re.Pattern[str]:
    """Return the pattern of a role label with its colon: `Tin, ảnh:`; group 1 is the label.

    At most four role words: a longer run is no label, and the limit keeps the search linear.
    """
    words = alternation(load_words("roles", "where", "label"))
    return re.compile(
        rf"(?<!nguồn )(?<!\w)((?:{words})(?:{_AND}(?:{words})){{0,3}})\s*[:：]", re.IGNORECASE
    )


@cache
def bare_label_re() -> re.Pattern[str]:
    """Return the pattern of a label without colon: `Ảnh BTC`, `Bài và ảnh NGỌC HẢO`, `Bài của X`.

    The next word must begin with a capital; a lone `tin` or `bài` is too common to count.
    """
    bare = alternation(load_words("roles", "where", "bare"))
    first = alternation(load_words("roles", "where", "label"))
    return re.compile(
        rf"(?<!\w)((?:(?i:{first}){_AND})?(?i:{bare})|(?i:{first})(?=\s+(?:của|by)\s))(?:\s+(?:của|by))?\s+(?=[^\W\d_a-zà-ỹđ]|nhân\s|đơn\s|gia\s|tư\s|minh\s"
        r"|sưu\s|cung\s|internet)"
    )


@cache
def suffix_re() -> re.Pattern[str]:
    """Return the pattern of a role after the names: `… tổng hợp`, `… lược dịch theo X`."""
    words = alternation(load_words("roles", "where", "suffix"))
    return re.compile(
        rf"(?:^|(?<=[\s{DASHES}/,]))({words})(?:{_AND}({words}))?"
        r"(?:\s*$|\s+(?:từ|theo)(?:\s+nguồn)?[\s:]+(.+)$)",
        re.IGNORECASE,
    )


@cache
def made_from_re() -> re.Pattern[str]:
    """Return the pattern of a role before a source without `theo`: `(Tổng hợp The Sun)`."""
    made = load_words("roles", "roles", "compiler", "translator")
    return re.compile(rf"((?i:{alternation(made)}))\s*:?\s+(?=[^\W\d_a-zà-ỹđ])(?!(?i:theo|từ)\s)")


def parse_roles(label: str, *, bracket: bool = False) -> Roles | None:
    """Return the roles a label names, in their order; None where a word of it is no role.

    >>> parse_roles("Tin, ảnh"), parse_roles("Bài và ảnh"), parse_roles("Quay phim")
    (('text', 'photo'), ('text', 'photo'), ('video',))
    >>> parse_roles("T/h"), parse_roles("T/h", bracket=True), parse_roles("Đồ họa")
    (('text',), ('compiler',), ())
    >>> parse_roles("Tổng thư ký") is None, parse_roles("") is None
    (True, True)
    """
    table = _bracket_roles() if bracket else _roles()
    key = fold_key(label)
    if key in table:
        return table[key]
    found = [_word_roles(word, table) for word in _label_words(key)]
    if not found or None in found:
        return None
    return tuple(dict.fromkeys(role for roles in found for role in roles or ()))


def _label_words(key: str) -> list[str]:
    return [word for word in re.split(r"[,&+/-]|\b(?:và|and)\b", key) if word.strip()]


def _word_roles(word: str, table: dict[str, Roles]) -> Roles | None:
    """Return the roles of one phrase, else of its two halves: `tin ảnh` is `tin` and `ảnh`."""
    word = word.strip()
    if word in table:
        return table[word]
    first, _, rest = word.partition(" ")
    if first in table and rest in table:
        return table[first] + table[rest]
    return None


def is_courtesy(text: str) -> bool:
    """Return whether a photo credit names no one: `NVCC`, `BTC cung cấp`, `Internet`.

    >>> is_courtesy("NVCC"), is_courtesy("BTC cung cấp"), is_courtesy("Thu Trang"), is_courtesy("")
    (True, True, False, False)
    """
    words = load_words("credit_words", "kind", "courtesy")
    return fold_key(text) in words or bool(_PROVIDED_RE.match(text[:80]))


def is_account(text: str) -> bool:
    """Return whether ``text`` is an account of the CMS: of the table, or one plain small word.

    >>> is_account("admin"), is_account("thutrang"), is_account("Thu Trang"), is_account("HL")
    (True, True, False, False)
    """
    if fold_key(text) in load_words("credit_words", "kind", "account"):
        return True
    return text.islower() and text.isascii() and " " not in text and "." not in text


# `T.H`, `K.Đ.`: single capitals with a stop after each but perhaps the last.
_INITIALS_RE = re.compile(r"(?:[A-ZĐ]\.)+[A-ZĐ]?")


def is_nameless(text: str) -> bool:
    """Return whether a line says how an item was made but not by whom: `Tổng hợp`, `CTV`.

    >>> is_nameless("Tổng hợp"), is_nameless("(Nguồn: Internet)"), is_nameless("Ảnh")
    (True, True, False)

    `T.H` outside brackets is somebody's initials, `(t.h)` and `t/h` are `tổng hợp`.

    >>> is_nameless("T.H"), is_nameless("(T.H)"), is_nameless("TH")
    (False, True, True)
    """
    if _INITIALS_RE.fullmatch(text.strip()):
        return False
    text = text.strip(" .()")
    source = _NAMELESS_RE.match(text)
    if source:
        return is_courtesy(text[source.end() :])
    roles = parse_roles(text, bracket=True) or ()
    return bool({"compiler", "translator", "contributor"} & set(roles))


def split_staff(text: str) -> str | None:
    """Return what follows the words for staff without a name; None where it is no staff.

    What follows is empty, or the agency the staff is of.

    >>> split_staff("Nhóm PV"), split_staff("Phòng Thời sự"), split_staff("NHÓM PVKT")
    ('', '', '')
    >>> split_staff("BBT báo điện tử Người Đưa Tin"), split_staff("PV Thanh Tâm")
    ('báo điện tử Người Đưa Tin', None)
    """
    text = text.strip(" .")
    if fold_key(text) in load_words("credit_words", "kind", "staff"):
        return ""
    if _STAFF_CODE_RE.fullmatch(text):
        return ""
    match = _staff_re().match(text)
    if not match:
        return None
    rest = text[match.end() :].strip()
    if not match["head"] and (inner := split_staff(rest)) is not None:
        return inner
    desk = _desk_re().match(rest)
    if desk:
        rest = rest[desk.end() :].strip(" -–,")
    elif match["head"]:
        return None
    if not rest or _is_desk(rest) or is_place(rest):
        return ""
    return rest if _is_house(rest) else None


@cache
def _staff_re() -> re.Pattern[str]:
    staff = alternation(load_words("credit_words", "kind", "staff"))
    heads = alternation(load_words("credit_words", "kind", "desk_head"))
    return re.compile(rf"(?:(?:{staff})|(?P<head>{heads}))\s+(?=\S)", re.IGNORECASE)


@cache
def _desk_re() -> re.Pattern[str]:
    desks = alternation(load_words("credit_words", "kind", "desk"))
    return re.compile(rf"(?:{desks})(?!\w)", re.IGNORECASE)


def _is_desk(text: str) -> bool:
    """Return whether ``text`` is the name of one or two desks: `Thời sự`, `Văn hóa - Xã hội`."""
    desks = load_words("credit_words", "kind", "desk")
    key = fold_key(text)
    return key in desks or all(part in desks for part in re.split(r"[-,&]| và ", key))


def is_section(text: str) -> bool:
    """Return whether ``text`` is a section's name, which says nothing of the author."""
    return fold_key(text) in load_words("credit_words", "kind", "desk")


def _is_house(text: str) -> bool:
    return find_agency(text) is not None or is_organisation(text)
