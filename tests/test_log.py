from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import DropItem
from scrapy.http import Response

from crawler import log
from crawler.log import CHATTY_AT_START, TALKS_IN_TRACEBACKS, LogFormatter, quiet_start
from tests.articles import make_article
from tests.crawlers import make_crawler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Spider
    from scrapy.logformatter import LogFormatterResult

ARTICLE = make_article()
PAGE = Response(ARTICLE.url)


@pytest.fixture
def spider() -> Spider:
    spider = make_crawler().spider
    assert spider is not None
    return spider


def _line(result: LogFormatterResult) -> str:
    return result["msg"] % result["args"]


def test_scraped_article_is_named_not_printed(spider: Spider) -> None:
    line = _line(LogFormatter().scraped(ARTICLE, PAGE, spider))
    assert line == f"Scraped {ARTICLE.url}"


def test_dropped_article_is_a_line_that_tells_why(spider: Spider) -> None:
    dropped = DropItem(f"unchanged: {ARTICLE.url}", log_level="DEBUG")
    result = LogFormatter().dropped(ARTICLE, dropped, PAGE, spider)
    assert _line(result) == f"unchanged: {ARTICLE.url}"
    assert result["level"] == logging.DEBUG


def test_fault_names_the_article(spider: Spider) -> None:
    line = _line(LogFormatter().item_error(ARTICLE, ValueError("x"), PAGE, spider))
    assert ARTICLE.url in line
    assert ARTICLE.text not in line


def test_item_without_an_address_is_printed(spider: Spider) -> None:
    assert _line(LogFormatter().scraped({"a": 1}, PAGE, spider)) == "Scraped {'a': 1}"


@pytest.fixture
def quiet() -> Iterator[None]:
    quiet_start()
    yield
    for name in CHATTY_AT_START:
        logging.getLogger(name).removeFilter(log._is_warning)
    logging.getLogger(TALKS_IN_TRACEBACKS).removeFilter(log._without_traceback)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", CHATTY_AT_START)
def test_inventories_are_left_out_and_warnings_are_not(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger(name).info("Enabled extensions: all")
        logging.getLogger(name).warning("deprecated")
    assert [record.getMessage() for record in caplog.records] == ["deprecated"]


@pytest.mark.usefixtures("quiet")
def test_dead_host_is_told_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    error = ValueError("no such host")
    logging.getLogger(TALKS_IN_TRACEBACKS).error("Error downloading robots.txt", exc_info=error)
    (record,) = caplog.records
    assert record.exc_info is None
    assert "Traceback" not in caplog.text
