"""The headline a page shows, and the titles it declares."""

from __future__ import annotations

import pytest
from parsel import Selector

from crawler.pages.article import ArticlePage
from crawler.pages.headline import remove_site_name
from crawler.pages.json_ld import choose_node, parse_json_ld


def headline(head: str, article: str) -> tuple[str, str] | None:
    body = f'<body class="single postid-1"><main>{article}</main></body>'
    html = f"<html><head>{head}</head>{body}</html>"
    found = ArticlePage(Selector(text=html), "https://dai.example/a/").headline
    return (found.raw, found.source) if found else None


CONTENT = '<div class="entry-content"><h1>Tựa của bài dán vào</h1><p>Chữ.</p></div>'


@pytest.mark.parametrize(
    ("article", "text"),
    [
        ('<h1>Đài Thử</h1><h1 class="entry-title">Mùa sắn</h1>', "Mùa sắn"),
        ('<h2 class="entry-title">Mùa sắn</h2><h1>Đài Thử</h1>', "Mùa sắn"),
        ("<h1>Mùa <br>sắn</h1>", "Mùa sắn"),
        ("<h1>  Mùa\u00a0sắn </h1><div id='comments'><h1>Bình luận</h1></div>", "Mùa sắn"),
    ],
)
def test_heading_of_the_article_is_the_headline(article: str, text: str) -> None:
    assert headline("<title>Khác – Đài Thử</title>", article + CONTENT) == (text, "page.h1")


def test_heading_pasted_into_the_body_is_not_the_headline() -> None:
    assert headline("<title>Mùa sắn</title>", CONTENT) == ("Mùa sắn", "page.title")


def test_structured_data_comes_before_open_graph_before_the_title() -> None:
    json_ld = (
        '<script type="application/ld+json">{"@type":"Article","headline":"A &amp; Á"}</script>'
    )
    graph = (
        '<meta property="og:title" content="B - Đài"><meta property="og:site_name" content="Đài">'
    )
    assert headline(f"{json_ld}{graph}<title>C</title>", CONTENT) == ("A & Á", "json_ld")
    assert headline(f"{graph}<title>C</title>", CONTENT) == ("B", "meta.og:title")


def test_title_that_is_only_the_site_is_no_headline() -> None:
    feed = '<link rel="alternate" type="application/rss+xml" title="Đài Thử &raquo; Feed">'
    assert headline(f"<title>Đài Thử</title>{feed}", CONTENT) is None


@pytest.mark.parametrize(
    ("title", "site", "rest"),
    [
        ("Mùa sắn – Đài Thử", "Đài Thử", "Mùa sắn"),
        ("Mùa sắn | Đài Thử", "ĐÀI THỬ", "Mùa sắn"),
        ("Mùa sắn - được - mùa - Đài Thử", "Đài Thử", "Mùa sắn - được - mùa"),
        ("Ca COVID-19 mới", "Đài Thử", "Ca COVID-19 mới"),
        ("Đài Thử khai trương", "Đài Thử", "Đài Thử khai trương"),
        ("Chuyện của Đài Thử", "Đài Thử", "Chuyện của Đài Thử"),
        ("Mùa sắn – Báo Khác", "Đài Thử", "Mùa sắn – Báo Khác"),
        ("", "Đài Thử", ""),
    ],
)
def test_only_the_name_of_the_site_is_taken_off(title: str, site: str, rest: str) -> None:
    assert remove_site_name(title, site) == rest


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', '{"@type": null}', '{"@graph": {"@graph": 3}}', "[" * 100_000],
)
def test_json_ld_without_an_article_is_empty(text: str) -> None:
    assert parse_json_ld(text) == {}


def test_json_ld_with_raw_line_feeds_is_still_read() -> None:
    assert parse_json_ld('[{"@type": "NewsArticle", "headline": "a\nb"}]')["headline"] == "a\nb"


NODE = {"headline": "Mùa sắn", "url": "https://dai.example/mua-san/"}
OTHER = {"headline": "Mùa lúa", "url": "https://dai.example/mua-lua/"}


@pytest.mark.parametrize(
    ("nodes", "chosen"),
    [
        ([OTHER, NODE], NODE),
        ([OTHER, {"headline": "Mùa sắn"}], {"headline": "Mùa sắn"}),
        ([{"headline": "Mùa sắn", "url": "https://dai.example/"}], None),
        ([{"datePublished": "2022-07-14"}], {"datePublished": "2022-07-14"}),
        ([OTHER], {}),
        ([OTHER, {"headline": "Mùa ngô"}], {}),
    ],
)
def test_json_ld_counts_where_it_speaks_of_this_page(
    nodes: list[dict[str, object]], chosen: dict[str, object] | None
) -> None:
    urls, titles = ["https://www.dai.example/mua-san"], ["Mùa sắn - Đài Thử"]
    assert choose_node(nodes, urls, titles) == (nodes[0] if chosen is None else chosen)


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "Mùa sắn",}',
        '<!-- {"@type": "NewsArticle", "headline": "Mùa sắn"} -->',
        '/*<![CDATA[*/ {"@type": "NewsArticle", "headline": "Mùa sắn"}; /*]]>*/',
        '{"@type": "NewsArticle", "headline": "Mùa sắn", "description": "một "hai" ba"}',
    ],
)
def test_broken_json_ld_is_mended(text: str) -> None:
    assert parse_json_ld(text)["headline"] == "Mùa sắn"


def test_broken_json_ld_of_several_articles_is_not_guessed_at() -> None:
    node = '{"@type": "NewsArticle", "headline": "a "b" c"}'
    assert parse_json_ld(f"[{node}, {node}]") == {}
