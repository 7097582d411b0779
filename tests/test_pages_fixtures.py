"""Saved pages, each in a folder of its own, against what a reader finds on them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsel import Selector

from crawler.exceptions import PageError
from crawler.pages.article import ArticlePage
from crawler.pages.listing import parse_listing, section_links
from crawler.pages.paging import merge_pages
from crawler.pages.rest import rest_article

if TYPE_CHECKING:
    from crawler.items import RawArticle

PAGES = Path(__file__).parent / "pages"
ARTICLES = sorted((PAGES / "article").iterdir())
LISTINGS = sorted((PAGES / "listing").iterdir())


def load(folder: Path) -> tuple[Selector, str, dict[str, Any]]:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    text = (folder / "page.html").read_text(encoding="utf-8")
    return Selector(text=text), meta["url"], expected


def as_printed(article: RawArticle) -> dict[str, Any]:
    """The article as JSON would hold it, fields without a value left out."""
    record = json.loads(json.dumps(dataclasses.asdict(article)))
    return {key: value for key, value in record.items() if value not in (None, [])}


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: folder.name)
def test_page_says_exactly_what_is_expected(folder: Path) -> None:
    selector, url, expected = load(folder)
    if "error" in expected:
        with pytest.raises(PageError) as error:
            ArticlePage(selector, url).to_raw()
        assert error.value.reason == expected["error"]
        return
    assert as_printed(ArticlePage(selector, url).to_raw()) == expected


@pytest.mark.parametrize("folder", LISTINGS, ids=lambda folder: folder.name)
def test_listing_lists_exactly_what_is_expected(folder: Path) -> None:
    selector, url, expected = load(folder)
    listing = parse_listing(selector, url)
    assert list(listing.urls) == expected["urls"]
    assert listing.next_page == expected["next_page"]
    assert listing.last_page == expected["last_page"]
    assert list(section_links(selector, url)) == expected["sections"]


@pytest.mark.parametrize(
    "slug", ["provincial-word-paste", "provincial-sapo-players", "twentytwentyone-gallery"]
)
def test_rest_post_gives_the_body_the_page_gives(slug: str) -> None:
    selector, url, _ = load(PAGES / "article" / slug)
    page = ArticlePage(selector, url).to_raw()
    content = selector.css(".entry-content, .post-content")[0].get()
    post = {"id": 1, "link": url, "title": {"rendered": "x"}, "content": {"rendered": content}}
    rest = rest_article(post)
    assert (rest.paragraphs, rest.images, rest.videos) == (
        page.paragraphs,
        page.images,
        page.videos,
    )


def test_pages_of_one_article_become_one_record() -> None:
    selector, url, _ = load(PAGES / "article" / "provincial-sapo-players")
    first = ArticlePage(selector, url).to_raw()
    second = dataclasses.replace(first, paragraphs=("Trang hai.",), next_page=None)
    merged = merge_pages(first, second)
    assert merged.paragraphs == (*first.paragraphs, "Trang hai.")
    assert merged.videos == first.videos
    assert (merged.headline, merged.next_page) == (first.headline, None)


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: folder.name)
def test_page_cut_off_anywhere_raises_nothing_but_page_errors(folder: Path) -> None:
    text = (folder / "page.html").read_text(encoding="utf-8")
    for end in range(0, len(text), 97):
        read(text[:end])


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: folder.name)
def test_page_without_one_of_its_tags_raises_nothing_but_page_errors(folder: Path) -> None:
    text = (folder / "page.html").read_text(encoding="utf-8")
    for tag in set(re.findall(r"<(\w+)", text)):
        read(re.sub(rf"</?{tag}\b[^>]*>", "", text))
        read(re.sub(rf"</{tag}>", "", text))


def read(text: str) -> RawArticle | None:
    try:
        return ArticlePage(Selector(text=text), "https://dai.example/a/").to_raw()
    except PageError:
        return None


PIECES = """\
<p>
</p>
<div>
</div>
<br>
<table><tr><td>
</table>
<img src="a.jpg">
<em>
</em>
<a href="//[">
</a>
<iframe src="http://[::1?l=a.mp4">
<figure>
<figcaption>
<li>
<h1 class="entry-title">
</h1>
<noscript>
<time datetime="">
<span class="post-date">
<a rel="tag">
<a rel="category">
<script type="application/ld+json">{"@graph":[[]]}
</script>
<!--
-->
<style>
</style>
<body class="single">
<body class="page">
&#0;
&#55296;
<article id="post-1">
</article>
<div class="entry-content">
<div class="sapo">
<title>
<meta>
<link rel="canonical" href="http://[">
<td colspan="x">
"""
MARKUP = st.lists(
    st.one_of(st.sampled_from(PIECES.splitlines()), st.text(max_size=20)), max_size=40
).map("".join)


class TestAnyPageProperties:
    @given(MARKUP)
    @settings(max_examples=300)
    def test_any_markup_is_an_article_or_a_page_error(self, markup: str) -> None:
        body = markup.encode("utf-8", "replace").decode()
        read(body)
        article = read(f'<body class="single postid-1"><div class="entry-content">{body}')
        assert article is None or article.headline is None or article.headline.raw

    @given(MARKUP)
    @settings(max_examples=150)
    def test_paragraphs_hold_no_white_space_but_single_spaces(self, markup: str) -> None:
        post = {"link": "https://dai.example/a/", "title": {"rendered": "x"}}
        for text in rest_article({**post, "content": {"rendered": markup}}).paragraphs:
            assert text == " ".join(text.split())
            assert text
