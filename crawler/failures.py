"""Why a request failed, in one word for counting and one sentence for reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

if TYPE_CHECKING:
    from twisted.python.failure import Failure

_WORD_START_RE = re.compile(r"(?<=[a-z])(?=[A-Z])")

# The site cannot be reached at all, so no other way of asking it can do better.
UNREACHABLE = frozenset(("cannot_resolve_host", "download_connection_refused"))


def failure_reason(failure: Failure) -> tuple[str, str]:
    """Return (word, sentence), e.g. ``("http_404", "HTTP 404")``.

    The word of anything but an HTTP status is the exception's name in snake case:
    ``download_timeout``, ``cannot_resolve_host``, ``response_data_loss``.
    """
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return f"http_{status}", f"HTTP {status}"
    if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
        return "forbidden_by_robots", str(error)
    name = type(error).__name__.removesuffix("Error").removesuffix("Exception")
    return _WORD_START_RE.sub("_", name).lower(), f"{type(error).__name__}: {error}"
