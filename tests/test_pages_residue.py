"""What stands in an article's body and is no text of it, in pages with marks, without, and REST."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from parsel import Selector

from crawler.items import Fetch
from crawler.normalize import normalize
from crawler.pages.article import ArticlePage
from crawler.pages.rest import rest_article
from crawler.urls import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Article, RawArticle

URL = "https://dai.example/mua-lon/"
TITLE = "Mưa lớn gây ngập thôn Kon Mẫu"
TEXTS = (
    "Sáng 14/7, mưa lớn kéo dài nhiều giờ làm nước suối dâng cao, gây ngập hơn ba mươi căn nhà.",
    "Ngay trong đêm, lực lượng dân quân xã đã giúp bà con kê cao đồ đạc, đưa người già đi tránh.",
    "Ủy ban nhân dân xã đã cấp mì và nước uống cho các hộ phải di dời, cử người canh ngầm tràn.",
)
FIRST, *REST = (f"<p>{text}</p>" for text in TEXTS)
END = "".join(REST) + '<p style="text-align:right"><strong>Y Hà</strong></p>'
OTHER = '<a href="/khac/">Một tin khác hoàn toàn của trang này</a>'
OTHERS = f'<li>{OTHER}</li><li><a href="{URL}../nua/">Thêm một tin khác nữa của trang</a></li>'


def record(raw: RawArticle) -> Article:
    fetch = Fetch(date_crawled=datetime(2022, 7, 15, tzinfo=UTC))
    return normalize(replace(raw, fetch=fetch), Site("dai.example", "https://dai.example"))


def marked(body: str) -> RawArticle:
    html = (
        f'<body class="single postid-3"><article id="post-3"><h1 class="entry-title">{TITLE}</h1>'
        f'<div class="entry-content">{body}</div></article></body>'
    )
    return ArticlePage(Selector(text=html), URL).to_raw()


def unmarked(body: str) -> RawArticle:
    html = f"<body><div><h1>{TITLE}</h1><div>{body}</div></div></body>"
    return ArticlePage(Selector(text=html), URL).to_raw()


def post(body: str) -> RawArticle:
    return rest_article(
        {"id": 3, "link": URL, "title": {"rendered": TITLE}, "content": {"rendered": body}}
    )


BODIES = {
    "share": f"{FIRST}{END}<p>Chia sẻ bài viết:</p><p>Facebook Twitter Zalo</p>",
    "tags": f'{FIRST}{END}<p>Từ khóa: <a href="/t/a">ngập lụt</a>, <a href="/t/b">Kon Mẫu</a></p>',
    "tags line": f'{FIRST}{END}<span class="tags-links"><a rel="tag" href="/t">ngập</a></span>',
    "related list": f"{FIRST}{END}<div><strong>TIN LIÊN QUAN</strong></div><ul>{OTHERS}</ul>",
    "related between": f"{FIRST}<p><b>Có thể bạn quan tâm:</b></p><p>{OTHER}</p>{END}",
    "links between": f"{FIRST}<ul>{OTHERS}</ul>{END}",
    "a link between": f"{FIRST}<p>{OTHER}</p>{END}",
    "links behind": f"{FIRST}{END}<ul>{OTHERS}</ul>",
    "related box": f'{FIRST}<div class="BoxRelatedNews"><p>{OTHER} kể rằng</p></div>{END}',
    "elsewhere": f'{FIRST}{END}<p>Xem chi tiết <a href="/x">tại đây</a></p>',
    "navigation": f"{FIRST}{END}<h2>Điều hướng bài viết</h2><div>{OTHER}</div>",
    "contents": f'<p>Nội dung chính</p><ul><li><a href="#a">Phần một</a></li></ul>{FIRST}{END}',
    "contents box": f'<div class="table-of-contents"><p>Phần một</p></div>{FIRST}{END}',
    "player": f'<div><span class="mejs-offscreen">Trình chơi</span> 00:00 00:00</div>{FIRST}{END}',
    "buttons": f'<p><a href="#">A-</a> <a href="#">A+</a> <a href="/in">In</a></p>{FIRST}{END}',
    "comments": f"{FIRST}{END}<p>Bình luận (0)</p>",
    "old header": f"<h1>{TITLE.upper()}</h1><p>Thứ năm, 14/07/2022 15:30</p>{FIRST}{END}",
}


@pytest.mark.parametrize("read", [marked, unmarked, post], ids=["marked", "unmarked", "rest"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_only_the_text_is_left_and_the_byline_found(
    body: str, read: Callable[[str], RawArticle]
) -> None:
    article = record(read(body))
    assert article.text.split("\n\n") == list(TEXTS)
    assert [author.name for author in article.authors] == ["Y Hà"]


KEPT = {
    "links to other sites": '<li><a href="https://a.example/tai-lieu">Tài liệu thứ nhất của bộ</a>'
    '</li><li><a href="https://b.example/tai-lieu">Tài liệu thứ hai của bộ</a></li>',
    "a short link": '<p><a href="/khac/">Xem ảnh lớn hơn</a></p>',
    "a linked sentence": '<p><a href="/khac/">Bà con ở thôn đã về nhà từ sáng sớm hôm nay.</a></p>',
    "a heading": "<h2>Nội dung chính</h2><p>Phần đầu là chuyện của thôn.</p>",
    "a sentence with links": '<p>Xem <a href="/a">bài một</a> và <a href="/b">bài hai</a>.</p>',
    "a time": "<p>Đúng 15:30, mưa tạnh.</p>",
}


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT.keys())
def test_what_only_looks_like_it_stays(body: str) -> None:
    assert len(marked(FIRST + body + END).paragraphs) > len(TEXTS) + 1


def test_text_that_is_only_its_headline_stays() -> None:
    assert record(marked(f"<p>{TITLE}</p>")).text == TITLE


@pytest.mark.parametrize("read", [marked, post], ids=["marked", "rest"])
def test_sapo_typed_on_top_is_the_sapo_from_every_source(
    read: Callable[[str], RawArticle],
) -> None:
    lead = "Mưa lớn trong đêm làm ngập hơn ba mươi căn nhà, không có thiệt hại về người."
    article = record(read(f'<h2 id="article_sapo">{lead}</h2>{FIRST}{END}'))
    assert article.description == lead
    assert article.text.split("\n\n") == list(TEXTS)


def test_container_that_holds_a_line_is_not_the_body_where_that_is_elsewhere() -> None:
    html = (
        '<body class="single postid-3"><article id="post-3"><h1 class="entry-title">Kon Mẫu</h1>'
        f'<div class="entry-content"><p>Tin trong ngày.</p></div><div>{FIRST * 8}</div></article>'
    )
    assert ArticlePage(Selector(text=html), URL).to_raw().paragraphs == TEXTS[:1] * 8
