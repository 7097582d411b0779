from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from crawler.spiders.conditional import (
    answered_as_before,
    is_misled,
    keep_answer,
    with_conditions,
    without_conditions,
)
from crawler.storage.schema import APPLICATION_ID, SCHEMA_VERSION, STEPS
from crawler.storage.seen import SeenStore
from crawler.urls import Site
from tests.crawl_runs import run_crawl
from tests.servers import Answer, sample_site

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://kontumtv.vn/wp-sitemap.xml"
SITE = Site("kontumtv.vn", "https://kontumtv.vn")
REQUEST = Request(URL, meta={"strategy": "s"})


def _response(**headers: str) -> TextResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return TextResponse(URL, body=b"<urlset/>", headers=given, request=REQUEST.copy())


def test_request_names_what_is_known() -> None:
    asked = with_conditions(REQUEST, '"x"', "Thu, 14 Jul 2022 08:30:00 GMT")
    assert asked.headers["If-None-Match"] == b'"x"'
    assert asked.headers["If-Modified-Since"] == b"Thu, 14 Jul 2022 08:30:00 GMT"
    assert asked.meta == {"strategy": "s", "handle_httpstatus_list": [304]}


def test_request_without_a_validator_asks_as_ever() -> None:
    assert with_conditions(REQUEST, None, None) is REQUEST


def test_conditions_are_taken_back_at_the_first_address() -> None:
    asked = with_conditions(REQUEST, '"x"', None)
    led = asked.replace(url=URL + "?b", meta={**asked.meta, "redirect_urls": [URL]})
    plain = without_conditions(led)
    assert (plain.url, plain.meta) == (URL, {"strategy": "s"})
    assert "If-None-Match" not in plain.headers


def test_not_modified_of_another_address_misleads() -> None:
    led = Request(URL, meta={"redirect_urls": [URL]})
    assert is_misled(TextResponse(URL, status=304, request=led))
    assert not is_misled(TextResponse(URL, status=304, request=REQUEST))


def test_answer_is_the_same_again() -> None:
    kept = keep_answer(_response(ETag='"x"', Content_Type="application/xml"), SITE)
    assert kept is not None
    assert (kept.etag, kept.last_modified) == ('"x"', None)
    again = answered_as_before(TextResponse(URL, status=304, request=REQUEST), kept)
    assert (again.status, again.body, again.url) == (200, b"<urlset/>", URL)
    assert isinstance(again, TextResponse)


def test_answer_without_a_validator_is_not_kept() -> None:
    assert keep_answer(_response(Content_Type="application/xml"), SITE) is None


# ---- whole runs ----------------------------------------------------------------------------------


@pytest.mark.crawls
@pytest.mark.parametrize("strategy", ["sitemap", "feed", "listing"])
def test_unchanged_lists_are_not_sent_again(strategy: str, tmp_path: Path) -> None:
    with sample_site() as site:
        site.has_validators = True
        first = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
        site.asked.clear()
        again = run_crawl(tmp_path, base_url=site.base_url, discovery=strategy)
        assert again.exit_code == 0, again.log
        assert again.lines() == first.lines()
        assert site.asked_for_articles() == []
        lists = [path for path in site.asked if path != "/robots.txt"]
        assert set(lists) <= set(site.not_modified)
        assert again.report["counts"]["listed"] == again.report["counts"]["known"] > 0


@pytest.mark.crawls
def test_article_that_failed_is_tried_again_though_no_list_changed(tmp_path: Path) -> None:
    with sample_site() as site:
        site.has_validators = True
        path = "/tin-tuc/"
        run_crawl(tmp_path / "all", base_url=site.base_url, discovery="sitemap")
        path = site.asked_for_articles()[3]
        site.faults[path] = Answer(status=403)
        first = run_crawl(tmp_path / "gap", base_url=site.base_url, discovery="sitemap")
        site.faults.clear()
        site.asked.clear()
        again = run_crawl(tmp_path / "gap", base_url=site.base_url, discovery="sitemap")
        assert (first.exit_code, again.exit_code) == (3, 0)
        assert site.asked_for_articles() == [path]


# ---- the state -----------------------------------------------------------------------------------


def test_state_of_the_version_before_is_brought_up_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    old = sqlite3.connect(path)
    for step in STEPS[:3]:
        old.executescript(step)
    old.execute("INSERT INTO watermark VALUES ('rest', 'm')")
    old.execute(f"PRAGMA application_id={APPLICATION_ID}")
    old.execute("PRAGMA user_version=3")
    old.commit()
    old.close()
    seen = SeenStore(path)
    assert seen.watermark("rest") == "m"
    assert seen.lists.answer(URL) is None
    kept = keep_answer(_response(ETag='"x"'), SITE)
    assert kept is not None
    seen.lists.record_answer(kept)
    seen.commit()
    seen.close()
    seen = SeenStore(path)
    assert seen.lists.answer(URL) == kept
    seen.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    db.close()
