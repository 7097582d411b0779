"""A text as a set of shingles, and as a few numbers by which texts like it are found.

Two texts are compared by their shingles: every run of five syllables or numbers. A Vietnamese
word has one to four syllables, so five always hold a phrase, and one changed word changes five
shingles of the several hundred an article has.

A sketch is a MinHash by one permutation (Li, Owen, Zhang 2012): each shingle falls into one of 60
bins by its hash, and the smallest of a bin is kept; of two texts each bin agrees with the
probability of their Jaccard similarity J. A bin left empty takes the value of another, chosen by
its own number (Shrivastava 2017). Three bins in a row make a band: two texts share at least one of
20 with probability 1 - (1 - J^3)^20, which is 0.99 at 0.6 and over 0.9999 at 0.75.

In plain Python this costs less than handing the shingles to a library that computes a hundred
permutations: every shingle is hashed once. A change of anything here is a change of
``seen.SCHEMA_VERSION``.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from functools import lru_cache
from itertools import starmap
from operator import eq

from crawler.text.comparison import MAX_WORD, fold_tone_placement, plain_text, tokens

SHINGLE_SYLLABLES = 5
BINS = 60
BAND_BINS = 3
BANDS = BINS // BAND_BINS

_EMPTY = 1 << 32  # greater than any shingle
_MAX_CACHED = 1 << 17
# Odd, from the digits of the golden ratio and of pi; they only have to spread.
_SPREAD = 0x9E3779B97F4A7C15
_MIX = 0x243F6A8885A308D3
# One factor for each place of a shingle, odd and of 28 bits: five products of these with numbers
# of 32 bits add up to less than 64.
_FACTORS = (0x9E3779B, 0x85EBCA7, 0xC2B2AE3, 0xA7D4EB3, 0xB5297A5)
_LANE_BITS = 64


class _Syllables(dict[str, bytes]):
    """Printed word -> eight bytes for each syllable in it: a hash of 32 bits, and 32 bits of room.

    The same few thousand words make up most of every text, so nearly all are met again.
    """

    def __missing__(self, printed: str) -> bytes:
        hashes = b"".join(map(_syllable_hash, tokens(printed)))
        if len(printed) <= MAX_WORD:
            if len(self) >= _MAX_CACHED:
                self.clear()
            self[printed] = hashes
        return hashes


@lru_cache(maxsize=_MAX_CACHED)  # a word is printed with many marks around it
def _syllable_hash(token: str) -> bytes:
    folded = fold_tone_placement(token).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(folded, digest_size=4).digest() + bytes(4)


_syllables = _Syllables()


def shingles(text: str) -> frozenset[int]:
    """Return the hash of every run of five syllables; of the whole where it has fewer.

    The hash is the sum, modulo 2^32, of the syllables' hashes times the factor of their place. All
    sums of a text are made at once: its syllables stand side by side in one long number, which is
    multiplied by a factor, moved by a syllable, multiplied by the next. That takes a tenth of the
    time of adding up run by run.

    >>> len(shingles("Mưa to ở xã Đăk Pne sáng nay"))
    4
    >>> shingles("Hoà Bình mưa to") == shingles("HÒA BÌNH: mưa to!"), len(shingles("..."))
    (True, 0)
    """
    lanes = b"".join(map(_syllables.__getitem__, plain_text(text).split()))
    if not lanes:
        return frozenset()
    syllables = int.from_bytes(lanes, "little")
    sums = sum(factor * (syllables >> place * _LANE_BITS) for place, factor in enumerate(_FACTORS))
    # Two halves a lane; the lower one is the sum modulo 2^32.
    halves = _words_of(sums, len(lanes))
    runs = max(1, len(lanes) // 8 - SHINGLE_SYLLABLES + 1)
    return frozenset(halves[: 2 * runs : 2])


def _words_of(number: int, size: int) -> array[int]:
    """Return a number of ``size`` bytes as words of 32 bits, the lowest first."""
    words = array("I", number.to_bytes(size, "little"))
    if sys.byteorder == "big":
        words.byteswap()
    return words


def jaccard(first: frozenset[int], second: frozenset[int]) -> float:
    """Return shared shingles by all shingles, 0 to 1; two empty texts share nothing.

    >>> jaccard(frozenset([1, 2, 3]), frozenset([2, 3, 4]))
    0.5
    >>> jaccard(frozenset(), frozenset())
    0.0
    """
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared) if shared else 0.0


def sketch(shingle_set: frozenset[int]) -> list[int]:
    """Return the smallest shingle of each bin; of no shingles, no bins."""
    bins = [_EMPTY] * BINS
    for shingle in shingle_set:
        place = shingle % BINS
        if shingle < bins[place]:
            bins[place] = shingle
    return _filled(bins) if shingle_set else []


def _filled(bins: list[int]) -> list[int]:
    """Fill empty bins from others; which one depends on the number of the bin alone."""
    filled = bins[:]
    for place, smallest in enumerate(bins):
        attempt = 0
        while smallest == _EMPTY:
            attempt += 1
            smallest = bins[((place * BINS + attempt) * _SPREAD >> 20) % BINS]
        filled[place] = smallest
    return filled


def band_keys(bins: list[int]) -> list[int]:
    """Return one signed 32-bit key for each band, told apart by the band's number.

    Thirty-two bits let two of a million texts meet by chance about once in ten lookups, which a
    glance at their digests settles; they take half the room of sixty-four.
    """
    rows = zip(
        range(BANDS), bins[::BAND_BINS], bins[1::BAND_BINS], bins[2::BAND_BINS], strict=False
    )
    return list(starmap(_band_key, rows))


def _band_key(band: int, first: int, second: int, third: int) -> int:
    mixed = ((first * _SPREAD + second) * _MIX + third) * _SPREAD + band * _MIX
    return (mixed >> 24 & 0xFFFFFFFF) - 0x80000000


def digest(bins: list[int]) -> bytes:
    """Return one byte of each bin, enough to estimate how alike two texts are."""
    return bytes([smallest // BINS & 0xFF for smallest in bins])


def estimate(first: bytes, second: bytes) -> float:
    """Return the share of bins that agree: J, give or take 0.065 (one standard deviation)."""
    agreeing: int = sum(map(eq, first, second))
    return agreeing / BINS
