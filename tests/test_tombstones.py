from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from scrapy.exceptions import DropItem

from crawler.feeds.dataset import Dataset
from crawler.items import Article, Gone
from crawler.pipelines.dataset import DatasetPipeline
from crawler.storage.dedupe import Kind
from crawler.storage.seen import Outcome
from tests.articles import NOON, make_article
from tests.crawlers import make_crawler
from tests.spider_runs import Site, article_page, know, make_spider, read_articles, run_spider
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
    following = f'<div class="page-links"><span>1</span><a href="{HOME}{A}2/">2</a></div>'
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
