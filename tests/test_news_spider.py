"""The spider for any site: the site is an argument, everything else is as for kontumtv."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.arguments import parse_arguments
from crawler.exceptions import ArgumentError
from crawler.spiders.kontumtv import KontumtvSpider
from crawler.spiders.news import NewsSpider
from tests.crawl_runs import run_crawl
from tests.servers import HOME, sample_site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("given", "name", "home"),
    [
        ("https://example.vn", "example.vn", "https://example.vn"),
        ("example.vn", "example.vn", "https://example.vn"),
        ("http://www.Example.vn/", "example.vn", "http://www.example.vn"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8080", "localhost:8080", "https://localhost:8080"),
    ],
)
def test_site_is_named_by_its_address(given: str, name: str, home: str) -> None:
    site = NewsSpider.site_of(parse_arguments({"url": given}))
    assert (site.name, site.home, site.base_url) == (name, home, home)


def test_site_can_be_read_at_another_address() -> None:
    given = {"url": "https://example.vn", "base_url": "http://127.0.0.1:8080"}
    assert NewsSpider.site_of(parse_arguments(given)).base_url == "http://127.0.0.1:8080"


def test_spider_of_any_site_wants_one_named() -> None:
    with pytest.raises(ArgumentError, match="url: names no site"):
        NewsSpider.site_of(parse_arguments({}))


def test_spider_of_one_site_takes_no_other() -> None:
    KontumtvSpider.site_of(parse_arguments({"url": "https://kontumtv.vn/"}))
    with pytest.raises(ArgumentError, match=r"kontumtv reads https://kontumtv\.vn"):
        KontumtvSpider.site_of(parse_arguments({"url": "https://example.vn"}))


@pytest.mark.parametrize(
    "text", ["example", "ftp://example.vn", "https://", "https://a@example.vn", "", "https://[::1"]
)
def test_what_is_no_address_of_a_site_is_an_error(text: str) -> None:
    with pytest.raises(ArgumentError, match="url"):
        parse_arguments({"url": text})


@pytest.mark.parametrize("text", ["https://example.vn/tin/a/", "example.vn/?p=12"])
def test_page_of_a_site_is_no_site(text: str) -> None:
    with pytest.raises(ArgumentError, match="single pages go into urls"):
        parse_arguments({"url": text})


@pytest.mark.crawls
def test_any_site_is_crawled_as_one_with_a_spider_of_its_own(tmp_path: Path) -> None:
    with sample_site() as site:
        own = run_crawl(tmp_path / "own", base_url=site.base_url)
        any_site, again = (
            run_crawl(tmp_path / "any", spider="news", url=HOME, base_url=site.base_url)
            for _ in range(2)
        )
    assert (own.exit_code, any_site.exit_code, again.exit_code) == (0, 0, 0)
    for feed in ("articles", "duplicates", "rejected"):
        ours, theirs = (_content(run.feed(feed)) for run in (own, any_site))
        assert ours == theirs
        assert ours
    assert "nothing new: no line written" in again.log


@pytest.mark.crawls
def test_site_nobody_wrote_rules_for_has_a_dataset_of_its_own(tmp_path: Path) -> None:
    with sample_site() as site:
        name = site.base_url.removeprefix("http://")
        run = run_crawl(tmp_path, spider="news", site=name, url=site.base_url, limit=5)
    assert run.exit_code == 0
    articles = run.feed("articles")
    assert articles
    assert {article["site"] for article in articles} == {name}
    assert all(article["id"].startswith(f"{name}:") for article in articles)


def _content(lines: list[dict[str, object]]) -> list[str]:
    """Lines without what differs between two runs, sorted."""
    kept = ({**line, "date_crawled": None, "run_id": None} for line in lines)
    return sorted(json.dumps(line, ensure_ascii=False) for line in kept)
