"""The embedded sample: its WARC answers what a crawler asks, its expected records fit its pages.

No code of the crawler is asked here: what the records say is held against what WordPress printed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from urllib.parse import urlsplit

import pytest
from parsel import Selector

from tests.sample.reading import (
    SAMPLE,
    WARC,
    Record,
    read_answers,
    read_expected,
    read_posts,
)

POSTS = "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=id&order=asc&_embed=author,wp:term"
LINE_END_RE = re.compile(
    r"</?(?:p|li|h[34]|div|td|th|dd|dt|figcaption|blockquote)\b[^>]*>|<br[^>]*>"
)
UNSEEN_RE = re.compile(r"<(script|noscript|style)\b.*?</\1>", re.DOTALL)
TAG_RE = re.compile(r"<[^>]+>")
MACHINE_RE = re.compile(r"127\.0\.0\.1|localhost|/tmp/")

EXPECTED = read_expected()
SOURCES = {post["id"]: post for post in read_posts()}
HIDDEN = [p for p in SOURCES.values() if "password" in p or p.get("status") == "draft"]
WITH_TEXT = [record for record in EXPECTED if record["feed"] != "rejected"]
BY_URL = {record["url"]: record for record in EXPECTED}


def path_of(record: Record) -> str:
    return urlsplit(record["url"]).path


def source_of(record: Record) -> Record:
    return SOURCES[int(record["id"].rpartition(":")[2])]


def slug_of(record: Record) -> str:
    return path_of(record).split("/")[-2]


def page_of(record: Record) -> Selector:
    return Selector(read_answers()[path_of(record)].text)


def squeeze(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.replace("\u200b", "").split()))


def plain_lines(html: str) -> list[str]:
    """Return the lines a reader sees; NFC, white space folded."""
    html = TAG_RE.sub("", LINE_END_RE.sub("\n", UNSEEN_RE.sub("", html)))
    text = Selector(f"<div>{html}</div>")
    return [line for line in map(squeeze, text.xpath("string()").get("").split("\n")) if line]


def body_lines(record: Record) -> list[str]:
    """Return the lines of the article's body, all its pages one after another."""
    pages = [path_of(record) + further for further in ("", "2/", "3/")]
    bodies = [read_answers()[page].text for page in pages if page in read_answers()]
    blocks = (Selector(body).css("div.entry.post-content").get("") for body in bodies)
    return [line for block in blocks for line in plain_lines(block)]


def text_lines(record: Record) -> list[str]:
    """Return text and dateline of the expected record as the page prints them."""
    lines = record["text"].split("\n\n") if record["text"] else []
    if record["dateline"]:
        lines[0] = f"{record['dateline']['raw']} {lines[0]}"
    return lines


def is_furniture(line: str, record: Record) -> bool:
    """Whether a printed line is a caption, a table's cell, a related link or page numbers."""
    pictures = [(i["caption"], i["credit"]) for i in record["images"]]
    captions = [(v["caption"], None) for v in record["videos"]]
    return (
        any(
            cap and line.startswith(cap) and (who or "") in line for cap, who in pictures + captions
        )
        or line
        in plain_lines("".join(re.findall(r"<t[dh]>.*</t[dh]>", source_of(record)["content"])))
        or line.startswith(("Xem thêm: ", "Trang: 1 "))
        or line in {video["url"] for video in record["videos"]}
    )


def is_bulletin(record: Record) -> bool:
    """Whether the article is one of a series that fills in a form, day after day."""
    return slug_of(record).startswith(("gia-ca-phe-hom-nay", "du-bao-thoi-tiet"))


each_record = pytest.mark.parametrize("record", WITH_TEXT, ids=slug_of)


# ---- the WARC --------------------------------------------------------------------------------


def test_the_warc_is_small() -> None:
    assert WARC.stat().st_size < 3_000_000


def test_the_warc_names_no_machine() -> None:
    assert [path for path, answer in read_answers().items() if MACHINE_RE.search(answer.text)] == []


@pytest.mark.parametrize("record", EXPECTED, ids=slug_of)
def test_every_expected_address_answers(record: Record) -> None:
    assert read_answers()[path_of(record)].status == 200


def test_every_redirect_leads_to_a_recorded_page() -> None:
    moved = {path: answer for path, answer in read_answers().items() if answer.status in (301, 302)}
    assert len(moved) >= 6
    for answer in moved.values():
        assert read_answers()[answer.location.removeprefix("http://kontumtv.vn")].status == 200


@pytest.mark.parametrize("pages", ["/page/{}/", "/feed/?paged={}", "/category/tin-tuc/page/{}/"])
def test_listings_are_recorded_to_the_404_behind_them(pages: str) -> None:
    statuses = [
        read_answers()[path].status
        for n in range(2, 99)
        if (path := pages.format(n)) in read_answers()
    ]
    assert statuses.pop() == 404
    assert set(statuses) == {200}
    assert len(statuses) >= 5


def test_an_address_of_nothing_is_a_404() -> None:
    assert read_answers()["/tin-tuc/kinh-te/khong-co-bai-nay/"].status == 404


@pytest.mark.parametrize("post", HIDDEN, ids=lambda post: post["slug"])
def test_hidden_text_is_nowhere(post: Record) -> None:
    lines = plain_lines(post["content"])
    assert len(lines) > 1
    for line in lines:
        assert not any(line in answer.text for answer in read_answers().values())


def test_rest_tells_the_posts_that_are_expected() -> None:
    told = json.loads(read_answers()[POSTS].text)
    listed = {post["id"]: post["link"] for post in told}
    links = {source_of(record)["id"]: f"http://kontumtv.vn{path_of(record)}" for record in EXPECTED}
    assert listed == links


@each_record
def test_times_are_those_of_rest(record: Record) -> None:
    told = {post["id"]: post for post in json.loads(read_answers()[POSTS].text)}
    post = told[source_of(record)["id"]]
    assert record["date_published"] == f"{post['date']}+07:00"
    assert record["date_modified"] == f"{post['modified']}+07:00"


# ---- the expected records --------------------------------------------------------------------


def test_every_published_post_is_expected_once() -> None:
    public = [number for number, post in SOURCES.items() if post.get("status") != "draft"]
    assert Counter(source_of(record)["id"] for record in EXPECTED) == Counter(public)


def test_there_are_sixty_articles_and_a_line_for_every_feed() -> None:
    feeds = Counter(record["feed"] for record in EXPECTED)
    assert feeds["articles"] >= 60
    assert feeds.keys() == {"articles", "duplicates", "rejected"}


@each_record
def test_text_is_what_the_page_prints(record: Record) -> None:
    lines = [line for line in body_lines(record) if not is_furniture(line, record)]
    text, byline = text_lines(record), (record["byline_raw"] or "").split("\n")
    # One byline stands above the text, where some newsrooms put it; all others below.
    allowed = {squeeze(" ".join(order)) for order in ([*text, *byline], [*byline, *text])}
    assert squeeze(" ".join(lines)) in allowed


@each_record
def test_paragraphs_begin_where_lines_begin(record: Record) -> None:
    lines = body_lines(record)
    for paragraph in text_lines(record):
        assert any(line.startswith(paragraph) for line in lines), paragraph


@each_record
def test_head_is_what_the_page_prints(record: Record) -> None:
    page = page_of(record)
    day, time = record["date_published"][:16].split("T")
    printed = page.css("p.post-meta .post-date::text").get("")
    assert printed.endswith(f"{day[8:]}/{day[5:7]}/{day[:4]} - {time}")
    assert squeeze(page.css("h1::text").get("")) == record["headline"]
    assert page.css(".sapo p::text").get() == record["description"]
    assert page.css(".post-meta-author a::text").get() == record["cms_author"]


@each_record
def test_terms_are_what_the_page_prints(record: Record) -> None:
    page = page_of(record)
    assert page.css("p.post-meta .post-cats a::text").getall() == record["categories"]
    assert page.css("p.post-tag a::text").getall() == record["keywords"]
    assert page.css("#crumbs a::text").getall()[-1] in record["categories"]
    assert record["article_section"] in record["categories"]


@each_record
def test_media_are_named_by_the_page(record: Record) -> None:
    page = read_answers()[path_of(record)].text
    for image in record["images"]:
        assert image["url"].removeprefix("https:") in page
    for video in record["videos"]:
        assert video["url"].rpartition("watch?v=")[2] in page
    assert len(record["images"]) == len(source_of(record).get("media", []))


@each_record
def test_names_and_dates_stand_in_what_they_were_read_from(record: Record) -> None:
    byline = (record["byline_raw"] or "").casefold()
    assert all(author["name"].casefold() in byline for author in record["authors"])
    opening = record["text"].split("\n\n")[0]
    assert all(event["raw"] in opening for event in record["event_dates"])


def test_exact_duplicates_have_the_text_of_the_first() -> None:
    copied = [record for record in EXPECTED if record.get("duplicate_of")]
    assert {record["feed"] for record in copied} == {"duplicates"}
    copies = [record for record in copied if not record["near_duplicate_of"]]
    assert len(copies) == 2
    for copy in copies:
        first = BY_URL[copy["duplicate_of"]]
        assert copy["text"] == first["text"]
        assert copy["date_published"] > first["date_published"]


def test_only_duplicates_share_a_text() -> None:
    texts = Counter(record["text"] for record in EXPECTED if record["feed"] == "articles")
    assert [text for text, count in texts.items() if text and count > 1] == []


def test_near_duplicates_share_most_paragraphs() -> None:
    pairs = [(r, BY_URL[r["near_duplicate_of"]]) for r in WITH_TEXT if r["near_duplicate_of"]]
    assert len(pairs) == 2
    for copy, first in pairs:
        ours, theirs = copy["text"].split("\n\n"), first["text"].split("\n\n")
        assert copy["text"] != first["text"]
        assert len(set(ours) & set(theirs)) >= 3


def test_no_other_articles_share_a_paragraph() -> None:
    copies = {slug_of(r) for r in WITH_TEXT if r["duplicate_of"] or r["near_duplicate_of"]}
    alone = [r for r in WITH_TEXT if slug_of(r) not in copies and not is_bulletin(r)]
    seen = Counter(paragraph for r in alone for paragraph in set(r["text"].split("\n\n")))
    assert [text for text, count in seen.items() if text and count > 1] == []


# ---- the sources -----------------------------------------------------------------------------


@pytest.mark.parametrize("post", SOURCES.values(), ids=lambda post: post["slug"])
def test_sources_are_nfc_unless_they_say_nfd(post: Record) -> None:
    assert unicodedata.is_normalized(post.get("unicode", "NFC"), post["title"] + post["content"])


def test_one_source_at_least_is_nfd() -> None:
    decomposed = [post for post in SOURCES.values() if post.get("unicode") == "NFD"]
    assert decomposed
    assert not any(unicodedata.is_normalized("NFC", post["content"]) for post in decomposed)


@pytest.mark.parametrize("name", ["expected.jsonl", "site.json", "README.md"])
def test_what_stands_beside_the_sources_is_nfc(name: str) -> None:
    assert unicodedata.is_normalized("NFC", (SAMPLE / name).read_text(encoding="utf-8"))
