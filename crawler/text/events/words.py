"""The table of event words, ``words.csv``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from crawler.text.dates.words import any_word, read_words

WORDS: Final = read_words(Path(__file__).with_name("words.csv"))
"""``{kind: {word: value}}``; the table says what each kind is."""


def one_of(kind: str) -> str:
    """Return a pattern of all words of ``kind``, the longest first.

    >>> one_of("after_part")
    '(?:mai|mốt|nay|qua)'
    """
    return any_word(WORDS[kind])


def numbers(kind: str) -> dict[str, int]:
    """Return the words of ``kind`` with their values as numbers."""
    return {word: int(value) for word, value in WORDS[kind].items()}
