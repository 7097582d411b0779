"""Datelines: the table ``cases/datelines.json`` and properties."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.datelines import split_dateline

CASES = json.loads((Path(__file__).parent / "cases/datelines.json").read_text(encoding="utf-8"))
# What runs away takes minutes; how long a call takes is measured in benchmarks/.
LONGEST_CALL_SECONDS = 1
"""Of processor time, on 100,000 characters."""

PARTS = st.sampled_from(
    ["(", ")", "[", "]", "kontumtv.vn", "TTXVN", "Kon Tum", "KON TUM", "14/7", "ngày 14 tháng 7",
     " – ", "-", ", ", ":", ".", " ", "Sáng ", "&#8211;", "VOV.VN", "\u200b", "Hà Nội"]
)  # fmt: skip
OPENINGS = st.lists(PARTS | st.text(max_size=5), max_size=10).map("".join)


def _rows(*sections: str) -> list[Any]:
    return [pytest.param(row, id=row["label"]) for name in sections for row in CASES[name]]


def _as_dict(paragraph: str) -> dict[str, Any] | None:
    found, body = split_dateline(paragraph)
    if found is None:
        return None
    return {"agency": found.agency, "place": found.place, "raw": found.raw, "body": body}


@pytest.mark.parametrize("row", _rows("seen", "made_up"))
def test_dateline_is_split_from_the_first_words(row: dict[str, Any]) -> None:
    assert _as_dict(row["input"]) == row["expected"]


@pytest.mark.parametrize("row", _rows("must_not_change"))
def test_paragraph_without_dateline_comes_back_unchanged(row: dict[str, Any]) -> None:
    assert split_dateline(row["input"]) == (None, row["input"])


@pytest.mark.parametrize("row", _rows("known_failures"))
def test_known_failure_still_fails(row: dict[str, Any]) -> None:
    assert _as_dict(row["input"]) != row["expected"]


@pytest.mark.parametrize(
    "paragraph",
    ["(" * 100_000, "(kontumtv.vn) – " * 6_000, "A" * 100_000, " " * 100_000, "Kon Tum, " * 11_000,
     "\u200b" * 100_000, "A\u0300" * 50_000],
    ids=lambda paragraph: ascii(paragraph[:6]),
)  # fmt: skip
def test_long_input_ends_soon(paragraph: str) -> None:
    split_dateline("(kontumtv.vn) – Sáng 14/7.")
    start = time.process_time()
    split_dateline(paragraph)
    assert time.process_time() - start < LONGEST_CALL_SECONDS


class TestDatelineProperties:
    @given(OPENINGS)
    def test_nothing_is_lost(self, paragraph: str) -> None:
        found, body = split_dateline(paragraph)
        printed = unicodedata.normalize("NFC", paragraph)
        assert body == paragraph if found is None else printed.endswith(body)
        if found:
            assert found.raw in printed
            assert found.agency or found.place

    @given(st.text())
    def test_any_text_gives_an_answer(self, paragraph: str) -> None:
        found, body = split_dateline(paragraph)
        assert found is not None or body == paragraph

    @given(st.sampled_from([row["input"] for row in CASES["seen"]]))
    def test_the_body_is_no_dateline_again(self, paragraph: str) -> None:
        assert split_dateline(split_dateline(paragraph)[1])[0] is None
