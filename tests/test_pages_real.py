"""The saved pages of other sites, which lie beside the checkout: the bars of extraction."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.http import HtmlResponse

from crawler.exceptions import PageError
from crawler.items import Article, Fetch
from crawler.normalize import normalize
from crawler.pages.article import ArticlePage
from crawler.urls import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED_PAGES = Path(__file__).parents[1] / "../shared/data/pages"
pytestmark = pytest.mark.skipif(
    not SHARED_PAGES.is_dir(), reason="the saved pages are not beside the checkout"
)

Row = dict[str, Any]


def words(text: str | None) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text or "").lower())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    found = words(text)
    return Counter(tuple(found[i : i + 4]) for i in range(max(len(found) - 3, 1)))


def read_record(file: Path, url: str) -> Article | None:
    response = HtmlResponse(url, body=file.read_bytes())
    fetch = Fetch(date_crawled=datetime(2026, 11, 1, tzinfo=UTC))
    try:
        raw = ArticlePage(response.selector, url).to_raw()
    except PageError:
        return None
    return normalize(replace(raw, fetch=fetch), Site("mau.example", "https://mau.example"))


def read_pages() -> Iterator[tuple[Row, Article | None]]:
    """Yield what is true of each page, and what was read of it."""
    index = (SHARED_PAGES / "index.jsonl").read_text(encoding="utf-8").splitlines()
    files = {row["id"]: row["file"] for row in map(json.loads, index)}
    for line in (SHARED_PAGES / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        yield truth, read_record(SHARED_PAGES / files[truth["id"]], truth["url"])


@pytest.fixture(scope="module")
def all_pages() -> list[tuple[Row, Article | None]]:
    return list(read_pages())


@pytest.fixture
def pages(all_pages: list[tuple[Row, Article | None]]) -> list[tuple[Row, Article]]:
    return [(truth, article) for truth, article in all_pages if article is not None]


def folded(names: list[str]) -> set[str]:
    return {name.casefold() for name in names}


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


def test_every_page_is_an_article(all_pages: list[tuple[Row, Article | None]]) -> None:
    assert [truth["id"] for truth, article in all_pages if article is None] == []


def test_headlines_are_those_shown(pages: list[tuple[Row, Article]]) -> None:
    exact = [
        words(article.headline) in map(words, (truth["title"], *truth["title_alt"]))
        for truth, article in pages
    ]
    assert share(exact) >= 0.97


def test_bodies_are_whole_and_hold_nothing_else(pages: list[tuple[Row, Article]]) -> None:
    precision, recall = [], []
    for truth, article in pages:
        if "body" in truth["skip"]:
            continue
        got = shingles(f"{article.description or ''} {article.text}")
        gold = shingles(" ".join([truth["lead"] or "", *truth["body"]]))
        free = shingles(" ".join([*truth["optional"], truth["title"]]))
        hits = sum((got & gold).values())
        precision.append(hits / max(hits + sum((got - gold - free).values()), 1))
        recall.append(hits / max(sum(gold.values()), 1))
    p, r = (sum(values) / len(values) for values in (precision, recall))
    assert 2 * p * r / (p + r) >= 0.985


def test_hardly_any_page_has_residue(pages: list[tuple[Row, Article]]) -> None:
    left = [
        any("".join(words(bad)) in "".join(words(article.text)) for bad in bads if words(bad))
        for truth, article in pages
        if (bads := truth["must_not_contain"])
    ]
    assert share(left) <= 0.03


def test_marked_leads_are_found(pages: list[tuple[Row, Article]]) -> None:
    leads = [(truth["lead"], article) for truth, article in pages if truth["lead"]]
    found = [
        sum((Counter(words(lead)) & Counter(words(article.description))).values())
        >= 0.9 * len(words(lead))
        for lead, article in leads
    ]
    assert share(found) >= 0.95


def test_days_are_right_and_none_is_made_up(pages: list[tuple[Row, Article]]) -> None:
    days = [
        (truth["published"], article.date_published.isoformat() if article.date_published else "")
        for truth, article in pages
    ]
    assert share([(printed or "")[:10] == read[:10] for printed, read in days]) >= 0.98
    assert [read for printed, read in days if read and not printed] == []


def test_minutes_are_right_where_the_page_tells_them(pages: list[tuple[Row, Article]]) -> None:
    minutes = [
        article.date_published is not None
        and article.date_published.isoformat()[:16] == truth["published"][:16]
        for truth, article in pages
        if truth["published_precision"] in ("second", "minute")
    ]
    assert share(minutes) >= 0.95


def test_authors_are_those_printed(pages: list[tuple[Row, Article]]) -> None:
    exact = []
    for truth, article in pages:
        names = [author.name for author in article.authors]
        account = [article.cms_author] if article.cms_author else []
        expected = [folded(each) for each in (truth["authors"], *truth["authors_alt"])]
        exact.append(folded(names or account) in expected)
    assert share(exact) >= 0.9
