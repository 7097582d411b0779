"""Article ends: the table ``cases/article_ends.json``, indices, residue, and properties."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.article_end import ArticleEnd, read_article_end
from crawler.text.residue import residue_kind
from crawler.text.tables import load_table

CASES = json.loads((Path(__file__).parent / "cases/article_ends.json").read_text(encoding="utf-8"))
SENTENCE = "Huyện đã hỗ trợ cây giống và phân bón cho hơn 120 hộ nghèo ở các làng vùng sâu."
# What runs away takes minutes; how long a call takes is measured in benchmarks/.
LONGEST_CALL_SECONDS = 1
"""Of processor time, on 100,000 characters."""

LINES = st.sampled_from(
    [SENTENCE, f"{SENTENCE[:-1]}./.", f"{SENTENCE} Minh Lan", "Minh Lan – A Biu", "MINH LAN", "PV",
     "Trung tâm VH-TT-DL&TT huyện Sa Thầy", "Theo TTXVN", "Bài: Minh Lan", "Ảnh: A Biu", "Trả lời",
     "TIN LIÊN QUAN", ">> Lễ hội", "* Ghi chú", "Ảnh minh họa", "", "Danh sách gồm:", "Tổng hợp",
     "1. Minh Lan", "- Minh Lan", "CHỦ TỊCH", "Xem thêm: Lễ hội", "Gặt lúa. Ảnh: A Biu"]
)  # fmt: skip
BODIES = st.lists(LINES | st.text(max_size=30), max_size=8)


def _rows(*sections: str) -> list[Any]:
    return [pytest.param(row, id=row["label"]) for name in sections for row in CASES[name]]


def _as_dict(end: ArticleEnd) -> dict[str, Any]:
    return {
        "paragraphs": list(end.paragraphs),
        "byline_raw": end.byline_raw,
        "authors": [author.name for author in end.byline.authors],
        "sources": list(end.byline.sources),
        "is_staff": end.byline.is_staff,
    }


@pytest.mark.parametrize("row", _rows("seen", "made_up", "must_not_change"))
def test_text_and_byline_are_told_apart(row: dict[str, Any]) -> None:
    assert _as_dict(read_article_end(row["input"])) == row["expected"]


@pytest.mark.parametrize("row", _rows("known_failures"))
def test_known_failure_still_fails(row: dict[str, Any]) -> None:
    assert _as_dict(read_article_end(row["input"])) != row["expected"]


@pytest.mark.parametrize("row", _rows("must_not_change"))
def test_no_byline_no_loss(row: dict[str, Any]) -> None:
    assert row["expected"]["paragraphs"] == row["input"]
    assert row["expected"]["byline_raw"] is None


def test_indices_point_into_the_input() -> None:
    end = read_article_end([SENTENCE, " ", "Bài: Minh Lan", "Ảnh: A Biu", "Trả lời"])
    assert (end.body_end, end.byline_index) == (0, 2)


def test_tail_byline_stands_in_the_last_paragraph() -> None:
    end = read_article_end([SENTENCE, f"{SENTENCE} Minh Lan"])
    assert (end.body_end, end.byline_index) == (1, 1)


@pytest.mark.parametrize(
    ("paragraphs", "flags"),
    [
        ([SENTENCE], ("no_byline",)),
        ([SENTENCE, "Minh Lan"], ()),
        ([f"{SENTENCE} Minh Lan"], ("byline_in_text",)),
        (["Minh Lan", f"{SENTENCE} {SENTENCE}"], ("byline_on_top",)),
        ([], ("no_byline",)),
    ],
)
def test_flags_say_where_the_byline_stood(paragraphs: list[str], flags: tuple[str, ...]) -> None:
    assert read_article_end(paragraphs).flags == flags


@pytest.mark.parametrize("row", load_table("residue"), ids=lambda row: row["phrase"])
def test_every_phrase_of_the_table_is_residue(row: dict[str, str]) -> None:
    assert residue_kind(row["phrase"].capitalize()) == row["kind"]


@pytest.mark.parametrize(
    "line",
    ["Trả lời phóng viên, ông Hải Đăng nói vụ này được mùa.", "Chia sẻ với bà con là việc nên làm.",
     "In ấn và phát hành sách còn nhiều khó khăn.", "Thích nghi với khí hậu là việc lâu dài.",
     "Email là kênh liên lạc chính của hợp tác xã."],
    ids=lambda line: line[:12],
)  # fmt: skip
def test_sentence_that_begins_like_residue_is_text(line: str) -> None:
    assert residue_kind(line) is None


@pytest.mark.parametrize(
    "paragraphs",
    [["a. " * 33_000], ["Minh Lan"] * 12_000, [" " * 100_000], ["(" * 100_000], [">> x"] * 20_000,
     [SENTENCE] * 1_200, ["Ảnh: " * 20_000], ["Trả lời"] * 14_000, ["TIN LIÊN QUAN"] * 8_000],
    ids=lambda paragraphs: paragraphs[0].strip()[:10],
)  # fmt: skip
def test_long_input_ends_soon(paragraphs: list[str]) -> None:
    read_article_end([SENTENCE, "Minh Lan"])
    start = time.process_time()
    read_article_end(paragraphs)
    assert time.process_time() - start < LONGEST_CALL_SECONDS


class TestArticleEndProperties:
    @given(BODIES)
    def test_text_is_a_subsequence_or_a_prefix_of_a_paragraph(self, paragraphs: list[str]) -> None:
        rest = iter(paragraphs)
        for kept in read_article_end(paragraphs).paragraphs:
            assert any(kept == line or (kept and line.startswith(kept)) for line in rest)

    @given(st.lists(st.text()))
    def test_any_text_gives_an_end(self, paragraphs: list[str]) -> None:
        end = read_article_end(paragraphs)
        assert -1 <= end.body_end < max(1, len(paragraphs))
        assert (end.byline_raw is None) == (end.byline_index is None)

    @given(BODIES)
    def test_long_sentences_are_never_lost_before_the_comment_form(self, body: list[str]) -> None:
        kept = [line for line in body[:3] if line == SENTENCE]
        end = read_article_end([*kept, SENTENCE])
        assert end.paragraphs == (*kept, SENTENCE)

    @given(BODIES)
    def test_what_was_read_once_is_text_only(self, body: list[str]) -> None:
        end = read_article_end([SENTENCE, *body])
        assert SENTENCE in " ".join(end.paragraphs)
