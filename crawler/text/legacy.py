"""Vietnamese typed in the fonts of before Unicode, read as Western letters: told and converted.

Pages of the years around 2000 hold `ViÖt Nam` (TCVN3, fonts `.VnTime`) or `Vieät Nam` (VNI fonts)
for `Việt Nam`. Both give every syllable letters that no Vietnamese syllable has, and only the right
table gives syllables back; that is how a text is told, never by a single letter.

Sources of the tables: TCVN 5712:1993 (VN3), and the VNI company's own character chart.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Legacy = Literal["tcvn3", "vni", "unknown"]

# fmt: off
# By vowel: plain, then with grave, hook, tilde, acute and dot below.
_VOWELS: Final = (
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ",
    "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ",
)
_TCVN3: Final = (
    "aµ¶·¸¹", "¨»¼½¾Æ", "©ÇÈÉÊË", "eÌÎÏÐÑ", "ªÒÓÔÕÖ", "i×ØÜÝÞ", "oßáâãä", "«åæçèé", "¬êëìíî",
    "uïñòóô", "\u00adõö÷øù", "yúûüýþ",
)
_TCVN3_CAPITALS: Final = dict(zip("¡¢£¤¥¦§®", "ĂÂÊÔƠƯĐđ", strict=True))
# VNI writes the plain letter, then one sign for mark and tone together.
_VNI_SIGNS: Final = {
    "ă": "êèúüéë", "â": "âàåãáä", "ê": "âàåãáä", "ô": "âàåãáä",
    "a": " øûõùï", "e": " øûõùï", "o": " øûõùï", "u": " øûõùï", "y": " øûõù\0",
    "ơ": " øûõùï", "ư": " øûõùï",
}
_VNI_LETTERS: Final = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "ô", "ư": "ö"}
_VNI_SINGLE: Final = dict(zip("ìæóíòîñôö", "ìỉĩíịỵđơư", strict=True))
# fmt: on


def _tcvn3_table() -> dict[int, str]:
    pairs = zip("".join(_TCVN3), "".join(_VOWELS), strict=True)
    return {ord(old): new for old, new in [*pairs, *_TCVN3_CAPITALS.items()] if old != new}


def _vni_pairs() -> dict[str, str]:
    """Return VNI's letters and pairs of letters, small and capital, and what they stand for."""
    found = dict(_VNI_SINGLE)
    for vowels in _VOWELS:
        letter = _VNI_LETTERS.get(vowels[0], vowels[0])
        for sign, vowel in zip(_VNI_SIGNS.get(vowels[0], ""), vowels, strict=False):
            if sign not in " \0":
                found[letter + sign] = vowel
    return found | {old.upper(): new.upper() for old, new in found.items()}


_TCVN3_TABLE: Final = _tcvn3_table()
_VNI_PAIRS: Final = _vni_pairs()
_VNI_RE: Final = re.compile(
    "|".join(re.escape(old) for old in sorted(_VNI_PAIRS, key=len, reverse=True)) + "|ÔØ"
)

# Letters that only Vietnamese in Unicode has: one of them, and the text is no old one.
_MODERN_RE: Final = re.compile("[ăđơưĂĐƠƯ\u0300\u0301\u0303\u0309\u0323\u1ea0-\u1ef9]")
_FOREIGN_RE: Final = re.compile(r"[^\x00-\x7f\s“”‘’–—…•\xa0]")
# A word with a letter of the upper half; TCVN3 uses signs such as `¸` and `®` as letters.
_WORD_RE: Final = re.compile(r"[A-Za-z\xa1-\xff]*[\xa1-\xff][A-Za-z\xa1-\xff]*")
_SYLLABLE_RE: Final = re.compile(
    "(?:ngh?|nh|kh|th|tr|ch|ph|gh|gi|qu|[bcdđghklmnprstvx])?"
    "(?:uyê|uya|uyu|iêu|yêu|oai|oao|oay|oeo|uây|uôi|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă"
    "|oe|oi|ôi|ơi|oo|ua|uâ|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|yê|[aăâeêioôơuưy])"
    "(?:ch|ng|nh|[cmnpt])?"
)
_TONES: Final = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
MIN_WORDS: Final = 8
MAX_WORDS: Final = 400
MIN_VALID: Final = 0.85
MAX_VALID_BEFORE: Final = 0.4


def find_legacy(texts: Iterable[str]) -> Legacy | None:
    """Return in which old way texts are typed, `unknown` where none fits, None for none.

    >>> find_legacy(["Tæng c«ng ty ®iÖn lùc ViÖt Nam ®· hoµn thµnh c«ng tr×nh thñy ®iÖn nµy."])
    'tcvn3'
    >>> find_legacy(["Toång coâng ty ñieän löïc Vieät Nam ñaõ hoaøn thaønh coâng trình thuûy"])
    'vni'
    >>> find_legacy(["Tổng công ty điện lực Việt Nam"]), find_legacy(["A. Müller, café"])
    (None, None)
    """
    words: list[str] = []
    for text in texts:
        if _MODERN_RE.search(text):
            return None
        if len(words) < MAX_WORDS and _FOREIGN_RE.search(text):
            words.extend(word for word in _WORD_RE.findall(text) if len(word) > 1)
    words = words[:MAX_WORDS]
    if len(words) < MIN_WORDS or _valid_share(words) > MAX_VALID_BEFORE:
        return None
    known: tuple[Legacy, ...] = ("tcvn3", "vni")
    for legacy in known:
        if _valid_share([convert_legacy(word, legacy) for word in words]) >= MIN_VALID:
            return legacy
    return "unknown" if _has_signs(words) else None


def convert_legacy(text: str, legacy: Legacy) -> str:
    """Return a text in Unicode; one that is in Unicode already, or of an unknown kind, as it is.

    >>> convert_legacy("ViÖt Nam", "tcvn3"), convert_legacy("Vieät Nam", "vni")
    ('Việt Nam', 'Việt Nam')
    >>> convert_legacy("Việt Nam", "tcvn3")
    'Việt Nam'
    """
    if legacy == "unknown" or _MODERN_RE.search(text):
        return text
    if legacy == "tcvn3":
        return text.translate(_TCVN3_TABLE)
    return _VNI_RE.sub(lambda match: _VNI_PAIRS.get(match[0], match[0]), text)


def _valid_share(words: list[str]) -> float:
    return sum(map(_is_syllable, words)) / len(words)


def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    plain = unicodedata.normalize("NFC", parts.translate(_TONES))
    has_one_tone = sum(ord(sign) in _TONES for sign in parts) <= 1
    return has_one_tone and _SYLLABLE_RE.fullmatch(plain) is not None


def _has_signs(words: list[str]) -> bool:
    """Whether signs stand for letters, as in no language's own letters."""
    return sum(any(sign in word for sign in "¸µ¶¹¨©®ª«¬¼½¾") for word in words) * 3 > len(words)
