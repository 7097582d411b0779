from __future__ import annotations

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.failures import UNREACHABLE, failure_reason


def _reason(error: Exception) -> tuple[str, str]:
    return failure_reason(Failure(error))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("status", [404, 503])
def test_status_is_the_reason(status: int) -> None:
    error = HttpError(Response("https://kontumtv.vn/", status=status))
    assert _reason(error) == (f"http_{status}", f"HTTP {status}")


def test_robots_txt_is_named() -> None:
    error = IgnoreRequest("Forbidden by robots.txt")
    assert _reason(error) == ("forbidden_by_robots", "Forbidden by robots.txt")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (DownloadTimeoutError("60 s"), "download_timeout"),
        (CannotResolveHostError("kontumtv.vn"), "cannot_resolve_host"),
        (IgnoreRequest("max redirections reached"), "ignore_request"),
        (ValueError("x"), "value"),
    ],
)
def test_anything_else_is_its_name_in_snake_case(error: Exception, word: str) -> None:
    assert _reason(error) == (word, f"{type(error).__name__}: {error}")


@pytest.mark.parametrize("error", [CannotResolveHostError, DownloadConnectionRefusedError])
def test_names_of_a_dead_host_are_those_scrapy_raises(error: type[Exception]) -> None:
    assert _reason(error("x"))[0] in UNREACHABLE


def test_busy_host_is_not_dead() -> None:
    assert _reason(DownloadTimeoutError("60 s"))[0] not in UNREACHABLE
