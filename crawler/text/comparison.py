"""Vietnamese text as it is compared: one form for every way of writing the same words.

Never stored, never shown. What is one here: composed and decomposed letters, capitals, spaces,
quotes, dashes, HTML entities left in the text, and both placements of a tone mark (``hòa`` is
``hoà``). What stays apart: digits, diacritics and đ (two days' prices are two articles, ``cà`` is
not ``ca``), and i/y (``kỹ`` and ``kĩ``, but also the names ``Quí`` and ``Quý``).
"""

from __future__ import annotations

import html
import re
import unicodedata

# A number with the points and commas inside it, or a run of letters: one syllable each in
# Vietnamese. The repeated group begins with a character the one before cannot take: linear.
TOKEN_RE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# Everything that is neither letter, mark nor digit: spaces, quotes, dashes, invisible characters.
_SEPARATORS_RE = re.compile(r"[\W_]+")
_LETTERS_RE = re.compile(r"\w+")
_MAX_CACHED = 1 << 16
# What is longer between two spaces is no word, and not worth the memory of remembering it.
MAX_WORD = 64

# A tone mark on "oa", "oe", "uy" stands on the first vowel in the older style (hòa, khỏe, thủy)
# and on the second in the newer (hoà, khoẻ, thuỷ), where no consonant follows: `hoàn` has one
# place only. After q the u is no vowel: `quý` has one place too.
_NEWER = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]
_OLDER = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
_OLDER_OF = dict(zip(_NEWER, _OLDER, strict=True))
_NEWER_RE = re.compile(rf"(?<!q)(?:{'|'.join(_NEWER)})(?![^\W\d_])")


class _Words(dict[str, str]):
    """Printed word -> its comparison key with a space behind it, empty where nothing is left.

    The same few thousand words make up most of every text, so nearly all are met again: a fifth
    of the time of folding the whole. No step of folding looks across a space.
    """

    def __missing__(self, printed: str) -> str:
        key = _fold(printed)
        folded = f"{key} " if key else ""
        if len(printed) <= MAX_WORD:
            if len(self) >= _MAX_CACHED:
                self.clear()
            self[printed] = folded
        return folded


_words = _Words()


def fold_text(text: str) -> str:
    """Return the comparison key of ``text``; punctuation and spaces become one space.

    >>> fold_text("“Giá  cà-phê” 14/7") == fold_text('"GIÁ CÀ PHÊ" – 14.7')
    True
    >>> fold_text("Ủy ban xã H&ograve;a Thuý") == fold_text("Uỷ ban xã Hoà Thúy")
    True
    >>> fold_text("Giá vàng 14/7") == fold_text("Giá vàng 15/7")
    False
    """
    return "".join(map(_words.__getitem__, _without_entities(text).split())).rstrip()


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Folding the case can take a letter and its mark apart again.
    folded = fold_tone_placement(unicodedata.normalize("NFC", folded))
    return _SEPARATORS_RE.sub(" ", folded).strip()


def fold_tone_placement(text: str) -> str:
    """Return ``text``, NFC and in small letters, with every tone mark where older spelling has it.

    >>> fold_tone_placement("hoà khoẻ thuỷ, hoàn quý")
    'hòa khỏe thủy, hoàn quý'
    """
    return _NEWER_RE.sub(lambda found: _OLDER_OF[found[0]], text)


def fold_letters(text: str) -> str:
    """Return a key under which two prints of one line compare equal: letters and digits only.

    Cheaper than ``fold_text``; for two places of one page, which write the same letters.

    >>> fold_letters("Giá cà-phê: 41.200 đồng") == fold_letters("GIÁ CÀ PHÊ – 41.200 ĐỒNG")
    True
    """
    return "".join(_LETTERS_RE.findall(text.casefold()))


def plain_text(text: str) -> str:
    r"""Return ``text`` as a reader sees it, NFC: entities read, even those escaped twice.

    >>> plain_text("Ca\u0300 ph&ecirc; &amp;amp; tiêu")
    'Cà phê & tiêu'
    """
    return unicodedata.normalize("NFC", _without_entities(text))


def tokens(text: str) -> list[str]:
    """Return the syllables and numbers of ``text`` in small letters, tones as they stand.

    >>> tokens("Giá cà-phê: 41.200 đồng/kg")
    ['giá', 'cà', 'phê', '41.200', 'đồng', 'kg']
    """
    return TOKEN_RE.findall(plain_text(text).casefold())


def _without_entities(text: str) -> str:
    if "&" not in text:
        return text
    once = html.unescape(text)
    return html.unescape(once) if once != text else text
