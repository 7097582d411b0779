"""Bylines: the table ``cases/bylines.json``, the tables of words, and properties."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.bylines import Byline, parse_byline
from crawler.text.characters import normalize_text
from crawler.text.credits import parse_roles
from crawler.text.names import is_person_name, restore_case
from crawler.text.tables import load_table

CASES = json.loads((Path(__file__).parent / "cases/bylines.json").read_text(encoding="utf-8"))
# What runs away takes minutes; how long a call takes is measured in benchmarks/.
LONGEST_CALL_SECONDS = 1
"""Of processor time, on 100,000 characters."""

SIGNS = st.sampled_from(
    ["–", "-", "/", "(", ")", ":", ",", "\n", " ", "&", "./.", "Theo ", "Bài, ảnh: ", "CTV ", "PV ",
     "(TTXVN)", "VOV", "tổng hợp", "Y Blơn", "Minh Lan", "MINH LAN", "H’Ren", "TS ", "@", "14/7"]
)  # fmt: skip
BYLINES = st.lists(SIGNS | st.text(max_size=6), max_size=12).map("".join)
LETTERS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyÁẠĐẾÓỘỨÝ’'.0123456789 -–", max_size=8)
VIETNAMESE_BYLINES = st.lists(SIGNS | LETTERS, max_size=12).map("".join)


def _rows(*sections: str) -> list[Any]:
    return [pytest.param(row, id=row["label"]) for name in sections for row in CASES[name]]


def _as_dict(byline: Byline) -> dict[str, Any]:
    return {
        "authors": [
            {"name": author.name, "roles": list(author.roles)} for author in byline.authors
        ],
        "sources": list(byline.sources),
        "is_staff": byline.is_staff,
    }


@pytest.mark.parametrize("row", _rows("seen", "made_up", "must_not_change"))
def test_byline_is_read_as_an_editor_would(row: dict[str, Any]) -> None:
    assert _as_dict(parse_byline(row["input"])) == row["expected"]


@pytest.mark.parametrize("row", _rows("known_failures"))
def test_known_failure_still_fails(row: dict[str, Any]) -> None:
    assert _as_dict(parse_byline(row["input"])) != row["expected"]


def test_labels_of_the_cases_are_unique() -> None:
    labels = [row["label"] for rows in CASES.values() for row in rows]
    assert len(labels) == len(set(labels))


def test_every_role_of_the_table_is_a_role() -> None:
    known = {"text", "photo", "video", "editor", "translator", "compiler", "contributor"}
    assert {role for row in load_table("roles") for role in row["roles"].split()} == known


@pytest.mark.parametrize(
    "name",
    [row["phrase"] for row in load_table("roles") if "label" in row["where"]],
)
def test_every_label_of_the_table_is_found_in_a_byline(name: str) -> None:
    authors = parse_byline(f"{name.capitalize()}: Minh Lan").authors
    expected = parse_roles(name)
    assert tuple(author.roles for author in authors) == ((expected,) if expected else ())


@pytest.mark.parametrize("table", ["roles", "credit_words", "organisations", "surnames", "residue"])
def test_table_has_no_row_twice(table: str) -> None:
    rows = [tuple(row.values())[:3] for row in load_table(table)]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("table", ["roles", "credit_words", "agencies", "places", "common_words"])
def test_rows_have_all_their_cells(table: str) -> None:
    assert all(None not in row and None not in row.values() for row in load_table(table))


@pytest.mark.parametrize(
    "raw",
    ["Minh Lan – " * 9_000, "(" * 100_000, "Tin, ảnh, " * 10_000, "Theo " * 20_000, "A. " * 33_000,
     " " * 99_990 + "Minh Lan", "a" * 100_000, "PV/" * 33_000, "1/1 " * 25_000, "&amp;" * 20_000],
    ids=lambda raw: raw.strip()[:10],
)  # fmt: skip
def test_long_input_ends_soon(raw: str) -> None:
    parse_byline("Minh Lan")
    start = time.process_time()
    parse_byline(raw)
    assert time.process_time() - start < LONGEST_CALL_SECONDS


def test_padding_of_any_length_is_no_hindrance() -> None:
    assert parse_byline(" " * 100_000 + "Minh Lan").authors[0].name == "Minh Lan"


class TestBylineProperties:
    @given(st.text())
    def test_any_text_gives_a_byline(self, raw: str) -> None:
        assert isinstance(parse_byline(raw), Byline)

    @given(BYLINES)
    def test_names_are_trimmed_nfc_and_roles_are_never_empty(self, raw: str) -> None:
        for author in parse_byline(raw).authors:
            assert author.name == unicodedata.normalize("NFC", author.name).strip() != ""
            assert author.roles
            assert "\n" not in author.name

    @given(VIETNAMESE_BYLINES)
    def test_no_name_is_made_up(self, raw: str) -> None:
        printed = "".join(normalize_text(raw).casefold().split())
        for author in parse_byline(raw).authors:
            assert "".join(author.name.casefold().split()) in printed

    @given(BYLINES)
    def test_nobody_and_nothing_is_named_twice(self, raw: str) -> None:
        byline = parse_byline(raw)
        names = [author.name for author in byline.authors]
        assert len(names) == len(set(names))
        assert len(byline.sources) == len(set(byline.sources))

    @given(st.text())
    def test_restored_case_is_stable(self, name: str) -> None:
        once = restore_case(name)
        assert restore_case(once) == once or not is_person_name(name)
