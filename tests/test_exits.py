from __future__ import annotations

import pytest

from crawler.exits import (
    ARCHIVE,
    COMPLETE,
    ERROR,
    INCOMPLETE,
    INTERRUPTED,
    STATE,
    exit_code,
)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("finished", COMPLETE),
        ("state_error", STATE),
        ("archive_error", ARCHIVE),
        ("shutdown", INTERRUPTED),
        ("closespider_timeout", INCOMPLETE),
        ("closespider_itemcount", INCOMPLETE),
        ("cancelled", ERROR),
        ("", INTERRUPTED),
    ],
)
def test_reason_makes_the_code(reason: str, code: int) -> None:
    assert exit_code(reason, {"discovery/listed": 3}) == code


@pytest.mark.parametrize("stat", ["rejected/to_retry", "discovery/failed", "discovery/missing"])
def test_gap_makes_a_run_incomplete(stat: str) -> None:
    assert exit_code("finished", {stat: 1}) == INCOMPLETE
    assert exit_code("finished", {stat: 0}) == COMPLETE


@pytest.mark.parametrize("stat", ["errors/item", "errors/spider"])
def test_fault_of_the_program_counts_more_than_a_gap(stat: str) -> None:
    assert exit_code("finished", {stat: 1, "rejected/to_retry": 1}) == ERROR
    assert exit_code("closespider_errorcount", {stat: 1}) == ERROR


def test_interrupted_run_says_so_whatever_else_happened() -> None:
    assert exit_code("shutdown", {"errors/item": 1, "discovery/failed": 1}) == INTERRUPTED


def test_what_is_final_is_no_gap() -> None:
    assert exit_code("finished", {"rejected/empty": 4, "article/duplicate": 2}) == COMPLETE
