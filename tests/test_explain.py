"""`scrapy explain`: what it shows is what the crawl does, and nothing on a page breaks it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.commands.explain_spider import explain_raw
from crawler.exceptions import PageError
from crawler.explain import (
    Explanation,
    explain_article,
    explain_refusal,
    read_source,
    table_lines,
)
from crawler.explain.meanings import FLAGS, REASONS
from crawler.explain.table import WIDTH
from crawler.items import Article, Fetch, RawValue
from crawler.normalize import normalize
from crawler.urls import Site
from tests.crawl_runs import FAST
from tests.sample.reading import WARC, read_answers, read_expected
from tests.servers import Answer, sample_site

ROOT = Path(__file__).parents[1]
SITE = Site("kontumtv.vn", "https://kontumtv.vn")
TAKEN = Fetch(date_crawled=datetime(2022, 9, 1, 8, tzinfo=timezone(timedelta(hours=7))))
HOME = "https://kontumtv.vn"
POSTS = "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"
PATH_340 = "/tin-tuc/chinh-tri/thuong-truc-hdnd-tinh-lam-viec-voi-lien-minh-hop-tac-xa/"
URL = f"{HOME}/tin-tuc/kinh-te/vuon-uom/"
PAGE = """<!doctype html><html lang="vi"><head><title>Vườn ươm</title>{head}</head>
<body class="single postid-77"><article class="post-77">
<h1 class="entry-title">Vườn ươm Đăk Sút</h1><span class="post-date">{date}</span>
<div class="entry-content">{body}</div></article></body></html>"""
BODY = """<p>(kontumtv.vn) – Sáng ngày 14/7, hợp tác xã Đăk Sút ra mắt vườn ươm cà phê xứ lạnh rộng
hai héc ta, đủ giống cho ba xã trong vùng.</p><p>Hoài Thu – A Nhũi</p><p>Trả lời</p>"""


def make_page(date: str = "Thứ Năm, 14/07/2022 - 15:30", head: str = "", body: str = BODY) -> str:
    return PAGE.format(date=date, head=head, body=body)


def explain(text: str, url: str = URL) -> Explanation:
    return explain_article(replace(read_source(text, url), fetch=TAKEN), SITE, "a test")


def field(explanation: Explanation, name: str) -> dict[str, Any]:
    found: dict[str, Any] = explanation.to_json()["fields"][name]
    return found


def run_explain(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `scrapy explain` as a user does."""
    settings = [part for name, value in FAST.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "explain", *map(str, arguments), *settings]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


# ---- an article ------------------------------------------------------------------------------


def test_every_field_of_the_record_is_shown_with_the_value_a_crawl_gives() -> None:
    for expected in (each for each in read_expected() if each["feed"] == "articles"):
        path = expected["url"].removeprefix(HOME)
        raw = replace(read_source(read_answers()[path].text, expected["url"]), fetch=TAKEN)
        shown = explain_article(raw, SITE, "a test")
        assert [each.field for each in shown.findings] == [each.name for each in fields(Article)]
        assert shown.article == normalize(raw, SITE)
        assert field(shown, "headline")["value"] == expected["headline"]


def test_a_date_names_the_rule_and_the_place_it_was_read_from() -> None:
    found = field(explain(make_page()), "date_published")
    assert found["value"] == "2022-07-14T15:30:00+07:00"
    (origin,) = found["origins"]
    assert origin["source"] == "page.date"
    assert origin["raw"] == "Thứ Năm, 14/07/2022 - 15:30"
    assert origin["rule"] == "day_month_year"
    assert origin["use"] == "used"


def test_every_other_place_of_a_date_is_shown_with_its_reading_or_its_error() -> None:
    head = """<script type="application/ld+json">{"@type": "NewsArticle",
        "datePublished": "2022-02-31T09:00:00+07:00"}</script>
        <meta property="article:published_time" content="2022-07-13T09:00:00+07:00">"""
    origins = field(explain(make_page(head=head)), "date_published")["origins"]
    shown = [(each["source"], each["use"], each["error"]) for each in origins]
    assert shown == [
        ("json_ld", "unreadable", "no such day"),
        ("meta.article:published_time", "used", None),
        ("page.date", "other", None),
    ]
    assert origins[2]["reading"] == "2022-07-14T15:30:00+07:00 to the minute"


def test_a_changed_date_comes_from_the_latest_place() -> None:
    head = """<meta property="article:modified_time" content="2022-07-15T09:00:00+07:00">
        <meta property="og:updated_time" content="2022-07-16T09:00:00+07:00">"""
    origins = field(explain(make_page(head=head)), "date_modified")["origins"]
    assert [each["use"] for each in origins] == ["other", "used"]


def test_an_impossible_date_stays_empty_and_says_why() -> None:
    shown = explain(make_page(date="Thứ Năm, 31/02/2022 - 15:30"))
    assert field(shown, "date_published")["value"] is None
    assert field(shown, "date_published")["origins"][0]["error"] == "no such day"
    lines = "\n".join(table_lines(shown))
    assert '"Thứ Năm, 31/02/2022 - 15:30" cannot be read: no such day' in lines
    assert "date_published_unreadable: the page prints a date that is impossible" in lines
    assert "not looked for without date_published" in lines


def test_a_contradicting_weekday_is_told_with_the_reading() -> None:
    found = field(explain(make_page(date="Thứ Hai, 14/07/2022")), "date_published")
    assert found["origins"][0]["reading"].endswith("date_weekday_mismatch")


def test_byline_dateline_and_event_name_their_paragraph() -> None:
    shown = explain(make_page())
    assert field(shown, "byline_raw")["origins"][0]["source"] == "paragraph 2 of 3"
    assert field(shown, "dateline")["origins"][0]["raw"] == "(kontumtv.vn) –"
    event = field(shown, "event_dates")["origins"][0]
    assert (event["raw"], event["reading"]) == ("Sáng ngày 14/7", "2022-07-14, morning")


def test_what_is_no_text_is_shown_as_left_out() -> None:
    found = field(explain(make_page()), "text")
    assert found["note"].startswith("1 of 3 paragraphs")
    left_out = [(each["source"], each["raw"], each["rule"]) for each in found["origins"]]
    assert left_out == [
        ("paragraph 2", "Hoài Thu – A Nhũi", "the byline"),
        ("paragraph 3", "Trả lời", None),
    ]


def test_a_byline_in_the_last_sentence_says_so() -> None:
    body = BODY.replace("</p><p>Hoài Thu – A Nhũi", " ./. Hoài Thu – A Nhũi")
    shown = explain(make_page(body=body))
    assert field(shown, "byline_raw")["origins"][0]["source"].startswith("end of paragraph 1")
    assert "byline_in_text" in field(shown, "quality_flags")["value"]
    assert any(FLAGS["byline_in_text"] in line for line in table_lines(shown))


def test_without_a_byline_the_last_lines_are_shown() -> None:
    body = BODY.replace("Hoài Thu – A Nhũi", "Vườn ươm đủ giống cho cả vùng trong ba năm tới.")
    found = field(explain(make_page(body=body)), "byline_raw")
    assert found["value"] is None
    shown = [(each["source"], each["use"]) for each in found["origins"]]
    assert shown == [("paragraph 2 of 3", "seen"), ("paragraph 3 of 3", "seen")]


def test_the_header_byline_names_its_place() -> None:
    raw = replace(read_source(make_page(body="<p>Mưa to ở Đăk Sút.</p>"), URL), fetch=TAKEN)
    raw = replace(raw, byline=RawValue("Hoài Thu", "page.byline"))
    (origin,) = field(explain_article(raw, SITE, "a test"), "byline_raw")["origins"]
    assert (origin["source"], origin["raw"]) == ("page.byline", "Hoài Thu")


def test_a_decomposed_page_gives_the_same_values() -> None:
    page = make_page()
    plain, decomposed = explain(page), explain(unicodedata.normalize("NFD", page))
    assert decomposed.article == plain.article
    for name in ("headline", "text", "authors", "date_published"):
        assert field(decomposed, name)["value"] == field(plain, name)["value"]


def test_a_rest_post_is_read_like_its_page() -> None:
    answer = read_answers()[
        "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"
    ]
    raw = read_source(answer.text, f"{HOME}/wp-json/wp/v2/posts", "340")
    shown = explain_article(replace(raw, fetch=TAKEN), SITE, "a test")
    assert shown.url == HOME + PATH_340
    sources = [each["source"] for each in field(shown, "date_published")["origins"]]
    assert sources == ["wp_rest.date_gmt", "wp_rest.date"]
    single = json.dumps(next(post for post in json.loads(answer.text) if post["id"] == 340))
    assert read_source(single, HOME) == raw


def test_a_list_of_posts_needs_a_number() -> None:
    posts = [{"id": number, "content": {"rendered": ""}} for number in (1, 2)]
    with pytest.raises(PageError, match="other_post"):
        read_source(json.dumps(posts), HOME)


# ---- no article ------------------------------------------------------------------------------


def test_a_listing_page_says_what_was_seen() -> None:
    text = read_answers()["/category/tin-tuc/"].text
    with pytest.raises(PageError) as caught:
        read_source(text, f"{HOME}/category/tin-tuc/")
    shown = explain_refusal(f"{HOME}/category/tin-tuc/", "a test", caught.value.reason, text=text)
    assert shown.reason == "not_an_article"
    assert "category" in field(shown, "body_class")["value"]
    lines = list(table_lines(shown))
    assert lines[0].split(maxsplit=1) == ["verdict", "no article: not_an_article"]
    assert any(line.startswith("title ") for line in lines)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty_page"),
        (" \n", "empty_page"),
        ("\x00", "empty_page"),
        ("<html><body></body></html>", "empty_page"),
        ("{", "unreadable_rest"),
        ("{}", "unreadable_rest"),
        ('{"code": "rest_forbidden"}', "unreadable_rest"),
        ("[1]", "other_post"),
        ("[]", "other_post"),
        ('{"content": 5}', "not_an_article"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(PageError) as caught:
        read_source(text, URL)
    assert caught.value.reason == reason
    lines = list(table_lines(explain_refusal(URL, "a test", reason, text=text)))
    assert lines[1].strip() == REASONS[reason]


class TestTableProperties:
    @given(st.text(max_size=300), st.text(max_size=60))
    def test_no_text_of_a_page_breaks_the_table(self, body: str, date: str) -> None:
        page = make_page(date=date, body=f"<p>{body}</p>{BODY}")
        for line in table_lines(explain(page)):
            assert line.isprintable()

    @given(st.text(max_size=300))
    def test_any_answer_is_explained_or_refused(self, text: str) -> None:
        try:
            explain(text)
        except PageError as error:
            shown = explain_refusal(URL, "a test", error.reason, text=text)
            assert all(line.isprintable() for line in table_lines(shown))


def test_lines_keep_to_the_width_and_addresses_whole() -> None:
    for path in (PATH_340, "/tin-tuc/van-hoa-xa-hoi/chum-anh-cho-phien-plei-kan/"):
        shown = explain(read_answers()[path].text, HOME + path)
        lines = list(table_lines(shown))
        wide = [line for line in lines if len(line) > WIDTH]
        assert all(re.fullmatch(r'    "?https?://\S+', line) for line in wide)
        assert any(line.endswith(f" {HOME + path}") for line in lines)


def test_every_flag_of_the_exports_readme_has_a_meaning() -> None:
    readme = (ROOT / "exports/README.md").read_text("utf-8")
    table = readme.partition("`quality_flags`:")[2].partition("`reason` of")[0]
    flags = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert "no_byline" in flags
    assert flags <= FLAGS.keys()


def test_an_article_that_says_nothing_is_none() -> None:
    path = "/tin-tuc/tin-dia-phuong/tin-dang-cap-nhat/"
    raw = replace(read_source(read_answers()[path].text, HOME + path), fetch=TAKEN)
    shown = explain_raw(raw, SITE, "a test", ["a note"])
    assert shown.reason == "empty"
    assert field(shown, "headline")["value"] == "Tin đang cập nhật"
    assert "note                      a note" in table_lines(shown)


# ---- the command -----------------------------------------------------------------------------


def test_an_id_is_looked_up_in_the_archive() -> None:
    done = run_explain("kontumtv.vn:340", "--archive", WARC, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown["verdict"] == "article"
    assert shown["fields"]["url"]["value"] == HOME + PATH_340
    assert shown["fields"]["warc"]["value"]["file"] == WARC.name
    assert shown["fields"]["date_published"]["origins"][0]["rule"] == "day_month_year"


@pytest.mark.crawls
def test_an_article_in_three_pages_is_read_whole() -> None:
    path = "/tin-tuc/kinh-te/nong-nghiep/trong-sam-duoi-tan-rung-ngoc-linh/"
    done = run_explain(HOME + path, "--archive", WARC, "--json")
    expected = next(each for each in read_expected() if each["url"] == HOME + path)
    assert json.loads(done.stdout)["fields"]["text"]["value"] == expected["text"]


@pytest.mark.crawls
@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (f"{HOME}/category/tin-tuc/", "not_an_article"),
        ("kontumtv.vn:99999", "not_archived"),
    ],
)
def test_what_the_archive_holds_no_article_of_ends_with_1(asked: str, reason: str) -> None:
    done = run_explain(asked, "--archive", WARC)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0].endswith(f"no article: {reason}")


def test_a_saved_page_is_read_at_the_address_given(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(make_page(), encoding="utf-8")
    done = run_explain(file, "--url", URL)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"url                       {URL}" in done.stdout.splitlines()


@pytest.mark.crawls
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("khong-co.html",), "there is no file 'khong-co.html'"),
        ((URL, "--archive", "khong-co.warc"), "there is no file 'khong-co.warc'"),
        ((URL, "--archive", "wayback"), "--archive takes files that are here"),
    ],
)
def test_a_bad_argument_is_one_line_and_ends_with_2(
    arguments: tuple[str, ...], complaint: str
) -> None:
    done = run_explain(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert complaint in done.stderr


@pytest.mark.crawls
def test_a_live_page_is_asked_for_by_the_rules_of_its_robots_txt() -> None:
    with sample_site() as site:
        done = run_explain(HOME + PATH_340, "--base-url", site.base_url, "--json")
        assert done.returncode == 0
        assert json.loads(done.stdout)["fields"]["id"]["value"] == "kontumtv.vn:340"
        assert site.asked == ["/robots.txt", PATH_340]
        site.faults["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /")
        done = run_explain(HOME + PATH_340, "--base-url", site.base_url)
        assert (done.returncode, site.asked.count(PATH_340)) == (1, 1)
        assert "forbidden_by_robots" in done.stdout
