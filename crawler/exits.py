"""How a run ended, as the exit code of `scrapy crawl`; the README has the table."""

from __future__ import annotations

from typing import Any

COMPLETE = 0
ERROR = 1
BAD_ARGUMENT = 2
INCOMPLETE = 3
STATE = 4
ARCHIVE = 5
LOCKED = 6
WRITE = 7
DAMAGED = 8
INTERRUPTED = 130

_BY_REASON = {
    "state_error": STATE,
    "archive_error": ARCHIVE,
    "locked": LOCKED,
    "write_error": WRITE,
    "shutdown": INTERRUPTED,
    "": INTERRUPTED,  # the second Ctrl-C leaves no time for a reason
}
_ERRORS = ("errors/item", "errors/spider")
_GAPS = ("rejected/to_retry", "discovery/failed", "discovery/missing")


def exit_code(reason: str, stats: dict[str, Any]) -> int:
    """Return the exit code for a finish reason and the stats of the run.

    >>> exit_code("finished", {"discovery/listed": 3})
    0
    >>> exit_code("finished", {"rejected/to_retry": 1}) == INCOMPLETE
    True
    >>> exit_code("finished", {"errors/write": 1}) == WRITE
    True
    """
    if stats.get("errors/write"):
        return WRITE
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    if any(stats.get(key) for key in _ERRORS):
        return ERROR
    # A CLOSESPIDER_* limit the operator set.
    if reason.startswith("closespider_"):
        return INCOMPLETE
    if reason != "finished":
        return ERROR
    return INCOMPLETE if any(stats.get(key) for key in _GAPS) else COMPLETE
