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
from itertools import chain, starmap
from operator import eq
from struct import Struct

from crawler.text.comparison import fold_tone_placement, plain_text, tokens

SHINGLE_SYLLABLES = 5
BINS = 60
BAND_BINS = 3
BANDS = BINS // BAND_BINS

_EMPTY = 1 << 63  # greater than any sum of five 60-bit numbers
_FIVE = Struct("<5Q")
_MAX_CACHED = 1 << 16
# Odd, from the digits of the golden ratio and of pi; they only have to spread.
_SPREAD = 0x9E3779B97F4A7C15
_MIX = 0x243F6A8885A308D3

_Places = tuple[int, ...]


class _Syllables(dict[str, tuple[_Places, ...]]):
    """Printed word -> for each syllable in it, its hash at each of the five places of a shingle.

    The same few thousand words make up most of every text, so nearly all are met again.
    """

    def __missing__(self, printed: str) -> tuple[_Places, ...]:
        if len(self) >= _MAX_CACHED:
            self.clear()
        self[printed] = places = tuple(map(_hashed, tokens(printed)))
        return places


def _hashed(token: str) -> _Places:
    folded = fold_tone_placement(token).encode("utf-8", "surrogatepass")
    # Sixty bits, so that the sum of five fits into a machine word: it is five times as fast.
    wide = _FIVE.unpack(hashlib.blake2b(folded, digest_size=40).digest())
    return tuple([number >> 4 for number in wide])


_syllables = _Syllables()


def shingles(text: str) -> frozenset[int]:
    """Return the hash of every run of five syllables; of the whole where it has fewer.

    The hash is the sum of five independent 60-bit hashes, one for each place, so two different
    runs have the same with a probability of 2^-60.

    >>> len(shingles("Mưa to ở xã Đăk Pne sáng nay"))
    4
    >>> shingles("Hoà Bình mưa to") == shingles("HÒA BÌNH: mưa to!"), len(shingles("..."))
    (True, 0)
    """
    words = map(_syllables.__getitem__, plain_text(text).split())
    places = list(chain.from_iterable(words))
    if len(places) < SHINGLE_SYLLABLES:
        return frozenset([sum(map(sum, places))] if places else ())
    runs = zip(places, places[1:], places[2:], places[3:], places[4:], strict=False)
    return frozenset([a[0] + b[1] + c[2] + d[3] + e[4] for a, b, c, d, e in runs])


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
