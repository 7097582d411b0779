"""Names of persons as newspapers sign with them: what is one, and how it is written.

A name is kept as printed; only titles before it go and capitals are restored. `A` and `Y` begin
names of the Central Highlands (`A Pớt`, `Y Nhàn`); `Y` is never "and".
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from crawler.text.tables import alternation, load_words

MAX_SYLLABLES = 6
# One syllable: initials (`Đ.`, `Tr.T.`, `N.T.H`, `P.Vy`) or a word with a capital and perhaps an
# apostrophe or hyphen inside (`H’Mai`, `K'Brêu`). Parts are told apart by the full stop or sign
# between them, so it cannot run away. A mark may stand apart from its letter (`ơ̆`).
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
_SYLLABLE_RE = re.compile(
    rf"(?:{_LETTER}{{1,7}}\.){{0,6}}(?:{_LETTER}{{1,12}}(?:[’'`ʼ‘-]{_LETTER}{{1,12}}){{0,2}})?\.?"
)
_APOSTROPHE_RE = re.compile(r"[’'`ʼ‘]")
_GROUP_RE = re.compile(rf"{_LETTER}+")
_VOWELS = frozenset("aeiouyăâêôơư")
# Syllables of Vietnamese: onset, vowels, coda, written without marks. Foreign ones do not fit.
_VIETNAMESE_RE = re.compile(
    r"(?:ngh?|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?"
)
_MARKS = str.maketrans(
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđĕŏŭĭ",
    "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyydeoui",
    "\u0306",
)


@cache
def _title_re() -> re.Pattern[str]:
    """Return the pattern of up to three titles before a name: `PGS.TS `, `Thiếu tá `."""
    titles = alternation(load_words("credit_words", "kind", "title"))
    # The titles are words of a table, each followed by a stop, comma or space: no overlap.
    return re.compile(rf"(?:(?:{titles})(?:\.\s*|\s*[,–-]\s*|\s+)){{1,3}}(?=\S)", re.IGNORECASE)


@cache
def _common_words() -> frozenset[str]:
    return load_words("common_words", "kind", "always")


@cache
def _heading_words() -> frozenset[str]:
    return load_words("common_words", "kind", "always", "capitals")


def remove_titles(name: str) -> str:
    """Return the name without titles and ranks before it.

    >>> remove_titles("PGS.TS Hà Huy Phượng"), remove_titles("Luật sư Kiều Anh Vũ")
    ('Hà Huy Phượng', 'Kiều Anh Vũ')
    >>> remove_titles("Bảo Sơn"), remove_titles("Ông")
    ('Bảo Sơn', 'Ông')
    """
    return _title_re().sub("", name, count=1) if _title_re().match(name) else name


def restore_case(name: str) -> str:
    """Return the name with capitals restored; mixed case is left alone.

    Capital by letter group; single letters and undotted codes without a vowel stay. Loses: a pen
    name meant to be all capitals, such as `VIỆT`.

    >>> restore_case("H’MAI NIÊ"), restore_case("TR.TÂN"), restore_case("HL"), restore_case("K.Đ")
    ('H’Mai Niê', 'Tr.Tân', 'HL', 'K.Đ')
    >>> restore_case("thu trang"), restore_case("Thu TRANG"), restore_case("")
    ('Thu Trang', 'Thu TRANG', '')
    """
    if not (name.isupper() or name.islower()) or is_code_name(name):
        return name
    return _GROUP_RE.sub(lambda group: group[0][0].upper() + group[0][1:].lower(), name)


def is_code_name(name: str) -> bool:
    """Return whether a name is bare initials.

    >>> is_code_name("HL"), is_code_name("NTH"), is_code_name("LAN"), is_code_name("H.L")
    (True, True, False, False)
    """
    return (
        name.isupper()
        and name.isalpha()
        and len(name) <= 4
        and not (_VOWELS & set(name.lower().translate(_MARKS)))
    )


def is_person_name(text: str) -> bool:
    """Return whether ``text`` has the shape of a person's name or pen name.

    Every syllable begins with a capital, or it is initials; no common word of headings in it; a
    single lower-case or ASCII word is an account, not a name.

    >>> is_person_name("Thu Trang"), is_person_name("Y Nhàn"), is_person_name("R.C.Kim")
    (True, True, True)
    >>> is_person_name("TIN LIÊN QUAN"), is_person_name("Người dân"), is_person_name("quantri")
    (False, False, False)
    """
    if not 2 <= len(text) <= 60:
        return len(text) == 1 and text.isupper()
    syllables = text.split()
    if len(syllables) > MAX_SYLLABLES or _has_common_word(text, syllables):
        return False
    return all(map(_is_name_syllable, syllables)) or _is_lower_name(syllables)


def _is_name_syllable(syllable: str) -> bool:
    return syllable[0].isupper() and bool(_SYLLABLE_RE.fullmatch(syllable))


def _is_lower_name(syllables: list[str]) -> bool:
    """Return whether all is lower case but Vietnamese: `thu hằng`."""
    return 2 <= len(syllables) <= 4 and all(
        is_vietnamese(syllable) and syllable.islower() for syllable in syllables
    )


def _has_common_word(text: str, syllables: list[str]) -> bool:
    """Return whether a word, a pair or the whole is common; more count where all is capitals."""
    words = _heading_words() if text.isupper() else _common_words()
    lower = [syllable.lower() for syllable in syllables]
    pairs = (" ".join(pair) for pair in pairwise(lower))
    parts = (*lower, *pairs, " ".join(lower))
    return not words.isdisjoint(parts)


def is_vietnamese(syllable: str) -> bool:
    """Return whether a word can be a Vietnamese syllable.

    >>> is_vietnamese("Hương"), is_vietnamese("Jean"), is_vietnamese("Ki")
    (True, False, True)
    """
    return bool(_VIETNAMESE_RE.fullmatch(syllable.lower().translate(_MARKS)))


def is_name_part(syllable: str) -> bool:
    """Return whether a word of a name is Vietnamese, initials, or of the Central Highlands.

    >>> is_name_part("Hương"), is_name_part("H’Linh"), is_name_part("R.C.Kim"), is_name_part("Jean")
    (True, True, True, False)
    """
    return "." in syllable or bool(_APOSTROPHE_RE.search(syllable)) or is_vietnamese(syllable)
