from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from scrapy.exceptions import CloseSpider, DropItem

from crawler.discovery.rest import RestDiscovery
from crawler.feeds.dataset import Dataset
from crawler.items import Article, Fetch, Image, RawArticle, RawValue, Rejected, Video
from crawler.pipelines.dataset import DatasetPipeline
from crawler.pipelines.normalize import NormalizePipeline
from crawler.pipelines.validate import ValidatePipeline
from tests.articles import NOON, make_article, make_rejected
from tests.crawlers import make_crawler
from tests.strategies import make_strategy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.crawler import Crawler

    from crawler.spiders.news import NewsSpider

RAW = RawArticle(
    url="https://kontumtv.vn/tin/a/",
    headline=RawValue("Bài a", "page.h1"),
    paragraphs=("Vườn ươm ra mắt.",),
    date_published=(RawValue("31/2/2022", "page.date"),),
    fetch=Fetch(date_crawled=NOON),
)


def _spider(crawler: Crawler) -> NewsSpider:
    return cast("NewsSpider", crawler.spider)


# ---- normalize -----------------------------------------------------------------------------------


def test_what_a_page_said_becomes_a_record_of_this_run() -> None:
    crawler = make_crawler()
    article = NormalizePipeline.from_crawler(crawler).process_item(RAW)
    assert isinstance(article, Article)
    assert (article.headline, article.run_id) == ("Bài a", _spider(crawler).run_id)


def test_missing_and_unreadable_dates_are_counted_apart() -> None:
    crawler = make_crawler()
    NormalizePipeline.from_crawler(crawler).process_item(RAW)
    stats = crawler.stats.get_stats()
    assert stats["article/date_published/unreadable"] == 1
    assert stats["article/date_modified/missing"] == 1
    assert stats["article/flag/date_published_unreadable"] == 1
    assert "article/date_published/missing" not in stats


@pytest.mark.parametrize("pipeline", [NormalizePipeline, ValidatePipeline, DatasetPipeline])
def test_items_of_another_kind_pass(pipeline: Any) -> None:
    item = {"url": "https://kontumtv.vn/"}
    assert pipeline.from_crawler(make_crawler()).process_item(item) is item


# ---- validate ------------------------------------------------------------------------------------


def _validate(article: Article, **arguments: str) -> object:
    return ValidatePipeline.from_crawler(make_crawler(**arguments)).process_item(article)


EMPTY: dict[str, Any] = {"text": "", "description": None, "images": (), "videos": ()}


def test_whole_article_passes() -> None:
    article = make_article()
    assert _validate(article) is article


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "Một câu."),
        ("description", "Một câu."),
        ("images", (Image("https://kontumtv.vn/a.jpg"),)),
        ("videos", (Video("https://kontumtv.vn/a.mp4", "kontumtv"),)),
    ],
)
def test_article_with_anything_to_read_or_see_passes(field: str, value: object) -> None:
    article = make_article(**{**EMPTY, field: value})
    assert _validate(article) is article


def test_article_with_nothing_is_rejected_with_what_was_read() -> None:
    article = make_article(**EMPTY)
    rejected = _validate(article)
    assert rejected == Rejected(
        url=article.url,
        site=article.site,
        id=article.id,
        reason="empty",
        detail="neither text nor media",
        headline=article.headline,
        text="",
        date_published_raw=article.date_published_raw,
        date_modified=article.date_modified,
        date_crawled=article.date_crawled,
        run_id=article.run_id,
        is_final=True,
    )


def test_untitled_article_passes() -> None:
    article = make_article(headline="")
    assert _validate(article) is article


@pytest.mark.parametrize(
    ("arguments", "passes"),
    [
        ({"since": "2022-07-14"}, True),
        ({"since": "2022-07-15"}, False),
        ({"until": "2022-07-14"}, True),
        ({"until": "2022-07-13"}, False),
        ({"since": "2022-07-14", "until": "2022-07-14"}, True),
    ],
)
def test_days_asked_for_are_both_inside(arguments: dict[str, str], passes: bool) -> None:
    article = make_article()
    assert article.date_published is not None
    assert article.date_published.date() == date(2022, 7, 14)
    if passes:
        assert _validate(article, **arguments) is article
    else:
        with pytest.raises(DropItem, match="outside"):
            _validate(article, **arguments)


def test_article_outside_is_counted_by_the_argument() -> None:
    crawler = make_crawler(since="2022-08-01")
    with pytest.raises(DropItem):
        ValidatePipeline.from_crawler(crawler).process_item(make_article())
    assert crawler.stats.get_value("article/outside_since") == 1


def test_article_without_a_date_is_inside() -> None:
    article = make_article(date_published=None)
    assert _validate(article, since="2022-08-01", until="2022-08-02") is article


# ---- dataset -------------------------------------------------------------------------------------


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    return make_crawler(
        {"EXPORTS_DIR": tmp_path, "DATASET_COMMIT_ITEMS": 2, "DATASET_COMMIT_SECONDS": 3600}
    )


@pytest.fixture
def pipeline(crawler: Crawler) -> Iterator[DatasetPipeline]:
    """The pipeline of a run that has begun; ends it where the test did not."""
    pipeline = DatasetPipeline.from_crawler(crawler)
    pipeline.open_spider()
    yield pipeline
    if not _spider(crawler).published:
        pipeline.close_spider()


def _lines(folder: Path, feed: str) -> list[dict[str, Any]]:
    paths = sorted((folder / "kontumtv.vn" / feed).glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def test_new_article_goes_on_and_into_its_feed(
    pipeline: DatasetPipeline, crawler: Crawler, tmp_path: Path
) -> None:
    article = make_article()
    assert pipeline.process_item(article) == article
    pipeline.close_spider()
    assert [row["id"] for row in _lines(tmp_path, "articles")] == [article.id]
    assert crawler.stats.get_value("article/new") == 1
    assert [file["rows"] for file in _spider(crawler).published] == [1]


def test_changed_article_goes_on_with_its_version(
    pipeline: DatasetPipeline, crawler: Crawler
) -> None:
    pipeline.process_item(make_article())
    changed = pipeline.process_item(make_article(headline="Tên khác"))
    assert isinstance(changed, Article)
    assert changed.version == 2
    assert crawler.stats.get_value("article/changed") == 1


def test_unchanged_article_goes_no_further(pipeline: DatasetPipeline, crawler: Crawler) -> None:
    pipeline.process_item(make_article())
    with pytest.raises(DropItem, match="unchanged"):
        pipeline.process_item(make_article())
    assert crawler.stats.get_value("article/unchanged") == 1


def test_copy_goes_no_further_and_names_the_one_kept(
    pipeline: DatasetPipeline, crawler: Crawler, tmp_path: Path
) -> None:
    pipeline.process_item(make_article())
    with pytest.raises(DropItem, match=r"duplicate of kontumtv\.vn:101"):
        pipeline.process_item(make_article(id="kontumtv.vn:102", url="https://kontumtv.vn/b/"))
    pipeline.close_spider()
    assert [row["duplicate_of"] for row in _lines(tmp_path, "duplicates")] == ["kontumtv.vn:101"]


@pytest.mark.parametrize(("is_final", "to_retry"), [(True, None), (False, 1)])
def test_rejection_is_written_counted_and_told(
    is_final: bool, to_retry: int | None, pipeline: DatasetPipeline, crawler: Crawler
) -> None:
    with pytest.raises(DropItem, match=r"rejected \(http_503\): https://kontumtv.vn/tin-nhanh/ x"):
        pipeline.process_item(make_rejected(reason="http_503", detail="x", is_final=is_final))
    assert crawler.stats.get_value("rejected/http_503") == 1
    assert crawler.stats.get_value("rejected/to_retry") == to_retry


def test_lines_are_made_durable_every_so_many(pipeline: DatasetPipeline, crawler: Crawler) -> None:
    dataset = _spider(crawler).dataset
    for number, uncommitted in ((1, 1), (2, 0), (3, 1)):
        pipeline.process_item(make_article(id=f"kontumtv.vn:{number}", text=f"Tin {number}."))
        assert dataset.uncommitted == uncommitted


def test_lines_are_made_durable_after_a_while(tmp_path: Path) -> None:
    settings = {"EXPORTS_DIR": tmp_path, "DATASET_COMMIT_ITEMS": 99, "DATASET_COMMIT_SECONDS": -1}
    crawler = make_crawler(settings)
    pipeline = DatasetPipeline.from_crawler(crawler)
    pipeline.open_spider()
    pipeline.process_item(make_article())
    assert _spider(crawler).dataset.uncommitted == 0
    pipeline.close_spider()


def test_what_a_dead_run_left_is_published_and_told(
    crawler: Crawler, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dead = Dataset(tmp_path / "kontumtv.vn", "r0")
    dead.add(make_article())
    dead.commit()
    dead.close()
    pipeline = DatasetPipeline.from_crawler(crawler)
    pipeline.open_spider()
    pipeline.close_spider()
    assert "published articles/r0.jsonl" in caplog.text


def test_state_in_use_ends_the_run(crawler: Crawler, tmp_path: Path) -> None:
    other = Dataset(tmp_path / "kontumtv.vn", "r0")
    pipeline = DatasetPipeline.from_crawler(crawler)
    with pytest.raises(CloseSpider) as error:
        pipeline.open_spider()
    assert error.value.reason == "locked"
    pipeline.close_spider()
    other.close()


@pytest.mark.parametrize(("overwrite", "stands_alone"), [(True, True), (False, False)])
def test_overwritten_output_stands_alone(
    overwrite: bool, stands_alone: bool, tmp_path: Path
) -> None:
    feeds = {"mine.jsonl": {"format": "jsonlines", "overwrite": overwrite}}
    crawler = make_crawler({"EXPORTS_DIR": tmp_path, "FEEDS": feeds})
    pipeline = DatasetPipeline.from_crawler(crawler)
    pipeline.open_spider()
    assert (_spider(crawler).dataset.folder is None) is stands_alone
    pipeline.close_spider()


@pytest.mark.parametrize(
    ("gap", "mark"), [(None, "m"), ("rejected/to_retry", None), ("errors/item", None)]
)
def test_mark_is_left_only_by_a_run_without_a_gap(
    gap: str | None, mark: str | None, crawler: Crawler, tmp_path: Path
) -> None:
    pipeline = DatasetPipeline.from_crawler(crawler)
    pipeline.open_spider()
    spider = _spider(crawler)
    spider.strategy, spider.new_mark = make_strategy(RestDiscovery, spider.dataset.seen), "m"
    if gap:
        crawler.stats.inc_value(gap)
    pipeline.close_spider()
    after = Dataset(tmp_path / "kontumtv.vn", "r2")
    assert after.seen.watermark("rest") == mark
    after.close()


def test_unchanged_article_remembers_when_it_was_looked_at(
    pipeline: DatasetPipeline, crawler: Crawler
) -> None:
    later = NOON + timedelta(days=9)
    pipeline.process_item(make_article())
    with pytest.raises(DropItem):
        pipeline.process_item(make_article(date_crawled=later))
    known = _spider(crawler).dataset.seen.by_id("kontumtv.vn:101")
    assert known is not None
    assert known.crawled == later
