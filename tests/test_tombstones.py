from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.request import urlopen

import pytest
from scrapy.exceptions import DropItem
from scrapy.http import TextResponse

from crawler.feeds.dataset import Dataset
from crawler.items import Article, Gone
from crawler.pipelines.dataset import DatasetPipeline
from crawler.storage.dedupe import Kind
from crawler.storage.seen import Outcome
from tests.articles import NOON, make_article
from tests.crawl_runs import run_crawl
from tests.crawlers import make_crawler
from tests.servers import Answer, sample_site
from tests.spider_runs import (
    Page,
    Site,
    article_page,
    know,
    make_spider,
    read_articles,
    run_spider,
    sitemap,
)
from tests.strategies import HOME

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.spiders.news import NewsSpider

A, B = "/tin/a/", "/tin/b/"
ARTICLE = make_article()
GONE = Gone(id=ARTICLE.id, url=ARTICLE.url, reason="http_410", date=NOON)


def _named(*, known: bool, **arguments: str) -> NewsSpider:
    spider = make_spider(urls=HOME + A, **arguments)
    if known:
        know(spider, read_articles({A: article_page()}, A))
    return spider


# ---- an answer of the page itself ----------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_known_article_whose_page_is_no_more_is_gone(status: int) -> None:
    run = run_spider(_named(known=True), {A: status})
    assert run.gone() == [("kontumtv.vn:7", f"http_{status}")]
    assert run.rejected() == []


@pytest.mark.parametrize("status", [403, 500, 503])
def test_page_that_fails_is_not_gone(status: int) -> None:
    run = run_spider(_named(known=True), {A: status})
    assert run.gone() == []
    assert [each.reason for each in run.rejected()] == [f"http_{status}"]


def test_page_never_seen_cannot_be_gone() -> None:
    run = run_spider(_named(known=False), {A: 404})
    assert run.gone() == []
    assert [each.reason for each in run.rejected()] == ["http_404"]


def test_further_page_that_is_no_more_leaves_the_article_alone() -> None:
    following = '<div class="page-links"><span class="post-page-numbers current">1</span>'
    following += f'<a class="post-page-numbers" href="{HOME}{A}2/">»</a></div>'
    site: Site = {A: article_page(extra=following), A + "2/": 404}
    run = run_spider(_named(known=True), site)
    assert run.asked == [A, A + "2/"]
    assert run.gone() == []


# ---- the line ------------------------------------------------------------------------------------


def _pipeline(folder: Path) -> DatasetPipeline:
    crawler = make_crawler({"EXPORTS_DIR": folder, "DATASET_COMPRESSION": "none"})
    pipeline = DatasetPipeline.from_crawler(crawler)
    pipeline.open_spider()
    return pipeline


def test_tombstone_is_the_last_record_with_the_reason(tmp_path: Path) -> None:
    pipeline = _pipeline(tmp_path)
    pipeline.process_item(ARTICLE)
    buried = cast("Article", pipeline.process_item(GONE))
    assert (buried.record_type, buried.tombstone_reason) == ("tombstone", "http_410")
    assert (buried.version, buried.text) == (2, ARTICLE.text)
    pipeline.close_spider()
    (path,) = (tmp_path / "kontumtv.vn" / "articles").iterdir()
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_article_is_buried_once(tmp_path: Path) -> None:
    pipeline = _pipeline(tmp_path)
    pipeline.process_item(ARTICLE)
    pipeline.process_item(GONE)
    with pytest.raises(DropItem, match="no tombstone"):
        pipeline.process_item(GONE)
    pipeline.close_spider()


def test_article_that_returns_is_a_new_version(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.add(ARTICLE)
    dataset.bury(ARTICLE.id, NOON, "http_404")
    verdict = dataset.add(ARTICLE)
    known = dataset.seen.by_id(ARTICLE.id)
    dataset.close()
    assert (verdict.kind, verdict.article.version) == (Kind.CHANGED, 3)
    assert known is not None
    assert known.outcome is Outcome.ARTICLE


# ---- absence -------------------------------------------------------------------------------------


@pytest.mark.crawls
@pytest.mark.parametrize("strategy", ["rest", "sitemap"])
def test_article_no_list_names_is_buried_once_its_page_agrees(
    strategy: str, tmp_path: Path
) -> None:
    with sample_site() as site:
        first = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
        gone = first.feed("articles")[3]
        path = gone["url"].removeprefix(HOME)
        site.removed.add(path)
        site.asked.clear()
        second = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
        assert second.exit_code == 0, second.log
        assert site.asked_for_articles() == [path]
        (tombstone,) = [row for row in second.feed("articles") if row["record_type"] != "article"]
        assert (tombstone["id"], tombstone["version"]) == (gone["id"], 2)
        assert tombstone["tombstone_reason"] == "not_listed"
        site.asked.clear()
        third = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
        assert site.asked_for_articles() == []
        assert third.lines() == second.lines()
        site.removed.clear()
        back = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
        versions = [row["version"] for row in back.feed("articles") if row["id"] == gone["id"]]
        assert versions == [1, 2, 3]


@pytest.mark.crawls
def test_article_no_list_names_but_whose_page_answers_stays_and_is_asked_once(
    tmp_path: Path,
) -> None:
    with sample_site() as site:
        first = run_crawl(tmp_path, base_url=site.base_url, discovery="sitemap")
        path = first.feed("articles")[3]["url"].removeprefix(HOME)
        with sample_site() as other, urlopen(other.base_url + path) as answer:  # noqa: S310 - our own loopback
            page = answer.read()
            kept = {name: answer.headers[name] for name in ("Content-Type", "Content-Encoding")}
        site.removed.add(path)
        headers = {name: value for name, value in kept.items() if value}
        site.faults[path] = Answer(body=page, headers=headers)
        for asked in ([path], []):
            site.asked.clear()
            run = run_crawl(tmp_path, base_url=site.base_url, discovery="sitemap")
            assert site.asked_for_articles() == asked
            assert run.lines() == first.lines()


@pytest.mark.crawls
def test_only_so_many_are_asked_for_in_one_run(tmp_path: Path) -> None:
    with sample_site() as site:
        first = run_crawl(tmp_path, base_url=site.base_url, discovery="sitemap")
        paths = [row["url"].removeprefix(HOME) for row in first.feed("articles")[:3]]
        site.removed.update(paths)
        found = []
        for _ in range(2):
            site.asked.clear()
            settings = {"CONFIRM_GONE_MAX": 2}
            base_url = site.base_url
            run_crawl(tmp_path, base_url=base_url, discovery="sitemap", settings=settings)
            found.append(len(site.asked_for_articles()))
        assert found == [2, 1]


def test_list_with_a_gap_buries_nobody() -> None:
    spider = make_spider(discovery="sitemap")
    know(spider, read_articles({A: article_page()}, A))
    robots = f"Sitemap: {HOME}/s1.xml\nSitemap: {HOME}/s2.xml\n"
    site: Site = {
        "/robots.txt": Page(robots, TextResponse),
        "/s1.xml": sitemap(B),
        "/s2.xml": 503,
        B: article_page("b", 8),
    }
    run = run_spider(spider, site)
    assert run.gone() == []
    assert A not in run.asked
