"""How archives reach their servers: one function that takes an address and gives the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from crawler.archives.payloads import find_header
from crawler.archives.records import RecordError
from crawler.exceptions import ArchiveError

# The server asks for patience, or is in trouble: it says nothing of what was asked for.
BUSY = frozenset((408, 425, 429, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said, content encoding off."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of that name (lower case), or an empty text."""
        return find_header(self.headers, name)


class TooLargeError(RecordError):
    """The answer is longer than anything an archive's answer may be."""


Ask = Callable[[str, dict[str, str]], Awaitable[Answered]]
"""Asks for an address with these headers; redirects are not followed.

Raises ``ArchiveError`` where no answer comes, all tries spent; ``TooLargeError``.
"""


async def ask_index(ask: Ask, url: str) -> Answered:
    """Return what an index says.

    Raises:
        ArchiveError: nothing, or that it does not answer now.
    """
    try:
        answered = await ask(url, {})
    except TooLargeError as error:
        raise ArchiveError(url, error.reason) from error
    if answered.status in BUSY or answered.status >= 500:
        raise ArchiveError(url, f"HTTP {answered.status}")
    return answered
