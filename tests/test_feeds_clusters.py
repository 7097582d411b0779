"""`scrapy dataset duplicates`: copies side by side, for a person to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.exceptions import StateError
from crawler.feeds.clusters import WIDTH, cluster_lines, read_clusters, word_diff
from crawler.feeds.dataset import Dataset
from tests.articles import TEXT, make_article

if TYPE_CHECKING:
    from pathlib import Path

MORE = "\n\nVườn ươm còn dạy nghề ghép cây cho thanh niên trong làng vào hai ngày cuối tuần."


def _copies(folder: Path) -> None:
    dataset = Dataset(folder, "r1")
    dataset.add(make_article())
    url = "https://kontumtv.vn/tin-tuc/{}/"
    first = make_article(id="kontumtv.vn:102", url=url.format("a"), text=TEXT.upper())
    second = make_article(id="kontumtv.vn:103", url=url.format("b"), text=TEXT + MORE)
    alone = make_article(id="kontumtv.vn:104", url=url.format("c"), text="Tin khác. " * 60)
    for article in (first, second, alone):
        dataset.add(article)
    dataset.publish()
    dataset.close()


def test_every_copy_is_shown_below_the_article_kept(tmp_path: Path) -> None:
    _copies(tmp_path)
    ((kept, copies),) = read_clusters(tmp_path)
    assert kept.id == "kontumtv.vn:101"
    assert [copy.id for copy in copies] == ["kontumtv.vn:102", "kontumtv.vn:103"]
    shown = "\n".join(cluster_lines(tmp_path))
    assert shown.count(kept.headline) == 3
    assert "exact 1.00" in shown
    assert "near 0.7" in shown
    assert "14/07/2022 12:00" in shown
    assert "{+Vườn ươm còn dạy nghề" in shown
    assert "the same words" in shown
    assert max(map(len, shown.split("\n"))) <= WIDTH


def test_a_copy_that_is_gone_is_not_shown(tmp_path: Path) -> None:
    _copies(tmp_path)
    dataset = Dataset(tmp_path, "r2")
    for number in (102, 103):
        dataset.bury(f"kontumtv.vn:{number}", make_article().date_crawled, "http_410")
    dataset.publish()
    dataset.close()
    assert list(cluster_lines(tmp_path)) == []


def test_no_copies_no_lines(tmp_path: Path) -> None:
    assert list(cluster_lines(tmp_path)) == []


def test_a_torn_line_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "r1.jsonl").write_text('{"id": ')
    with pytest.raises(StateError, match=r"articles/r1\.jsonl:1"):
        list(cluster_lines(tmp_path))


@pytest.mark.parametrize(
    ("kept", "copy", "shown"),
    [
        ("một hai ba", "một hai ba", []),
        ("một hai ba", "Một hai, ba.", []),
        ("một hai ba", "một ba", ["một [-hai-] ba"]),
        ("một ba", "một hai ba", ["một {+hai+} ba"]),
        ("hoà bình", "hòa bình", []),
        ("a b c d e f g h i", "a b c d e f g h k", ["… c d e f g h [-i-] {+k+}"]),
    ],
)
def test_words_only_one_of_them_has_are_marked(kept: str, copy: str, shown: list[str]) -> None:
    assert list(word_diff(kept, copy)) == shown


def test_long_texts_are_compared_by_paragraph() -> None:
    long = "\n\n".join(f"đoạn {number} " + "chữ " * 50 for number in range(100))
    (shown,) = word_diff(long, long + "\n\nđoạn cuối")
    assert shown.endswith("{+đoạn cuối+}")
