"""Agencies, places and organisations: the tables and their lookups."""

from __future__ import annotations

import collections

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.agencies import canonical_source, find_agency, is_code
from crawler.text.credits import split_staff
from crawler.text.organisations import is_organisation
from crawler.text.places import is_place, provinces
from crawler.text.tables import fold_key, load_table, split_cell

ROWS = load_table("agencies")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["canonical"])
def test_every_alias_leads_to_its_canonical_name(row: dict[str, str]) -> None:
    for alias in (row["canonical"], *split_cell(row["aliases"])):
        assert find_agency(alias) == row["canonical"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["canonical"])
def test_every_row_says_kind_and_source(row: dict[str, str]) -> None:
    assert row["kind"]
    assert row["source"]


def test_no_alias_belongs_to_two_agencies() -> None:
    owners = collections.defaultdict(set)
    for row in ROWS:
        for alias in (row["canonical"], *split_cell(row["aliases"])):
            owners[fold_key(alias)].add(row["canonical"])
    assert {alias: names for alias, names in owners.items() if len(names) > 1} == {}


def test_there_are_the_63_provinces_of_2008() -> None:
    assert len(provinces()) == len(set(provinces())) == 63


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("TTXVN", "TTXVN"),
        ("ttxvn.", "TTXVN"),
        ("Vietnam +", "VietnamPlus"),
        ("VOV – Trung tâm Tin", "VOV"),
        ("VOV Tây Nguyên", "VOV"),
        ("báo điện tử Người Đưa Tin", "Người Đưa Tin"),
        ("hãng tin Reuters", "Reuters"),
        ("www.baokontum.com.vn", "Báo Kon Tum"),
        ("https://vnexpress.net", "VnExpress"),
        ("Báo Cao Bằng", "Báo Cao Bằng"),
        ("Đài Phát thanh - Truyền hình tỉnh Phú Yên", "Đài PT-TH Phú Yên"),
        ("Văn hoá", "Văn Hóa"),
    ],
)
def test_agency_is_found_as_printed(printed: str, canonical: str) -> None:
    assert find_agency(printed) == canonical


@pytest.mark.parametrize("printed", ["", " ", "Minh Lan", "VOVO", "TTXV", "Báo cáo", "x" * 100_000])
def test_other_words_are_no_agency(printed: str) -> None:
    assert find_agency(printed) is None


def test_unknown_source_stays_as_printed_but_an_address_goes_small() -> None:
    assert canonical_source("Harbour Post") == "Harbour Post"
    assert canonical_source("Tinmoi24.VN") == "tinmoi24.vn"


def test_codes_are_told_from_names() -> None:
    assert is_code("QĐND")
    assert not is_code("Nhân Dân")
    assert not is_code("A")


@pytest.mark.parametrize(
    "text",
    ["Đoàn Minh", "Báo cáo kết quả", "Phòng ngừa cháy rừng", "Khoa Điềm – A Biu", "Hội nhập",
     "Công an huyện đang điều tra", "Trung tâm"],
)  # fmt: skip
def test_words_that_begin_like_an_organisation_are_none(text: str) -> None:
    assert not is_organisation(text)


@pytest.mark.parametrize("text", ["PV Minh Lan", "Ban Mai", "Phòng Văn hóa huyện", "", "P.Vy"])
def test_words_that_begin_like_staff_are_none(text: str) -> None:
    assert split_staff(text) is None


class TestLookupProperties:
    @given(st.text())
    def test_any_text_can_be_looked_up(self, text: str) -> None:
        assert find_agency(text) is None or canonical_source(text) == find_agency(text)
        assert is_place(text) in (True, False)

    @given(st.text())
    def test_folding_twice_is_folding_once(self, text: str) -> None:
        assert fold_key(fold_key(text)) == fold_key(text)
