"""How a run ended, as the exit code of `scrapy crawl`; the README has the table."""

from __future__ import annotations

from typing import Any

COMPLETE = 0
ERROR = 1
BAD_ARGUMENT = 2
INCOMPLETE = 3
STATE = 4
ARCHIVE = 5
INTERRUPTED = 130

_BY_REASON = {"state_error": STATE, "archive_error": ARCHIVE, "shutdown": INTERRUPTED}
_ERRORS = ("errors/item", "errors/spider")
_GAPS = ("rejected/to_retry", "discovery/failed", "discovery/missing")


def exit_code(reason: str, stats: dict[str, Any]) -> int:
    """Return the exit code for a finish reason and the stats of the run.

    >>> exit_code("finished", {"discovery/listed": 3})
    0
    >>> exit_code("finished", {"rejected/to_retry": 1}) == INCOMPLETE
    True
    """
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
