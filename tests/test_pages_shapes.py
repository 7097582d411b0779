"""How pages of unknown sites are built: misleading names of boxes, headings, bylines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from parsel import Selector

from crawler.exceptions import PageError
from crawler.pages.article import ArticlePage

if TYPE_CHECKING:
    from crawler.items import RawArticle

URL = "https://bao.example/mua-lua-som-991.html"
TITLE = "Nông dân Đăk Thử được mùa lúa sớm"
TEXTS = (
    "Sáng 12/5, hơn hai trăm hộ dân ra đồng gặt vụ lúa sớm sau nhiều tuần chờ nắng lên ở xã.",
    "Trưởng thôn cho biết năng suất năm nay đạt gần sáu tấn một hecta, cao hơn năm trước nhiều.",
    "Cả xã còn khoảng ba trăm hecta chưa gặt; máy gặt được điều từ các xã bên sang giúp bà con.",
    "Dự kiến việc gặt hái xong vào cuối tháng, sau đó bà con làm đất để gieo tiếp vụ mới này.",
    "Huyện giao các xã tu sửa kênh mương nội đồng trước mùa mưa, nhất là những đoạn xung yếu.",
    "Thương lái đã về tận ruộng đặt mua với giá cao hơn đầu vụ, nhà nào cũng bán được thóc.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXTS)
MENU = '<ul class="menu">' + '<li><a href="/muc/">Một mục của trang báo</a></li>' * 9 + "</ul>"
ANSWER = "<p>Bài viết rất hay, bà con vùng cao chúng tôi đọc thấy vui, cảm ơn tòa soạn nhiều.</p>"
TEASERS = '<div class="khac"><h3><a href="/b/">Một tin khác của vùng cao hôm nay</a></h3></div>' * 6


def read(body: str, title: str = TITLE, classes: str = "", head: str = "") -> RawArticle:
    html = (
        f"<html><head><title>{title}</title>{head}</head>"
        f'<body class="{classes}">{MENU}{body}</body></html>'
    )
    return ArticlePage(Selector(text=html), URL).to_raw()


@pytest.mark.parametrize(
    "page",
    [
        f'<div class="main sidebar"><h2>{TITLE}</h2><div class="chu">{BODY}</div></div>',
        f'<div class="widget Blog"><h3>{TITLE}</h3><div>{BODY}</div></div>',
        f'<h1>{TITLE}</h1><section class="phan phan--has-ads"><div>{BODY}</div></section>',
        f'<h1>{TITLE}</h1><div class="share-zone"><div class="chu">{BODY}</div></div>',
        f"<article><header><h2>{TITLE}</h2></header><aside>12/5</aside>{BODY}</article>",
        f'<h1>{TITLE}</h1><div class="chu">{BODY}</div><div class="cookie-bar">{BODY}{BODY}</div>',
    ],
    ids=["layout sidebar", "widget", "has-ads", "share zone", "header of the article", "cookies"],
)
def test_body_is_found_whatever_its_box_is_called(page: str) -> None:
    raw = read(page)

    assert raw.headline is not None
    assert (raw.headline.raw, raw.paragraphs) == (TITLE, TEXTS)


def test_box_of_advertisements_without_running_text_is_none_of_the_body() -> None:
    line = f"<p>{TEXTS[0]}</p>"

    raw = read(f'<h1>{TITLE}</h1><div><div class="ads">{line}</div>{BODY}</div>')

    assert raw.paragraphs == TEXTS


def test_marked_body_in_a_comment_is_a_readers() -> None:
    comment = f'<li class="comment byuser"><div class="entry">{ANSWER}</div></li>'
    page = f'<main><h1>{TITLE}</h1><div class="la">{BODY}</div><ol>{comment}</ol></main>'

    assert read(page, classes="single postid-991").paragraphs == TEXTS


def test_post_that_is_its_own_body_is_marked() -> None:
    page = f'<h1>{TITLE}</h1><div class="post-content" id="post-991">{BODY}</div>{TEASERS}'

    assert read(page, classes="single postid-991").paragraphs == TEXTS


@pytest.mark.parametrize(
    "logo", ['<h1><a href="/"><img src="/l.svg"></a></h1>', "<h1></h1>", "<h1> \u00a0</h1>"]
)
def test_heading_without_a_word_is_not_the_headline_of_a_post(logo: str) -> None:
    page = f"<main>{logo}<h1>{TITLE}</h1><div class='entry-content'>{BODY}</div></main>"

    headline = read(page, classes="single postid-991").headline

    assert headline is not None
    assert (headline.raw, headline.source) == (TITLE, "page.h1")


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        (f"Trang của Y Hà | {TITLE}", f"<h2><a href='{URL}'>{TITLE}</a></h2>"),
        (TITLE, f"<h2><time>12/05/2024</time> {TITLE}</h2>"),
        (f"{TITLE} - Báo Thử Nghiệm", f"<h1>Tin tức xã hội</h1><p class='title-news'>{TITLE}</p>"),
    ],
    ids=["site before headline", "day before headline", "section as H1"],
)
def test_heading_is_told_by_the_declared_title(title: str, heading: str) -> None:
    boast = "<h1>Khi nào, nếu không phải bây giờ</h1><p>Vài chữ.</p>" if "H1" not in heading else ""
    page = f"<div>{heading}<div>{BODY}</div></div><div>{boast}</div>"

    headline = read(page, title).headline

    assert headline is not None
    assert TITLE in headline.raw


def test_buttons_to_share_make_no_listing() -> None:
    button = '<li><a href="#">Chia sẻ bài này lên một mạng xã hội</a></li>'
    shares = f'<ul class="sd-sharing">{button * 12}</ul>'
    head = '<meta property="og:type" content="article">'

    assert read(f"<h1>{TITLE}</h1><div>{BODY}{shares}</div>", head=head).paragraphs == TEXTS
    with pytest.raises(PageError):
        read(f"<h1>{TITLE}</h1><div>{BODY}<ul>{button * 12}</ul></div>", head=head)


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ('<p class="author">Y Hà - 12/05/2024 10:30</p>', "Y Hà"),
        ('<p class="author">Y Hà, Thứ Hai, 12/5/2024</p>', "Y Hà"),
        ('<p class="author">Y Hà <span>3 phút đọc</span></p>', "Y Hà"),
        ('<p class="byline"><a class="author">Y Hà</a><a>@yha</a> 9:10 12/5</p>', "Y Hà"),
        ('<p class="author-info"><a class="name" href="/x">Y Hà</a></p>', "Y Hà"),
        ('<p><a href="/tac-gia/y-ha.html">Y Hà</a></p>', "Y Hà"),
        ('<p class="author">Tổ phóng viên 7</p>', "Tổ phóng viên 7"),
        ('<p class="author">12.05.2024</p>', None),
        ('<p><a href="/tac-gia/">Y Hà</a></p>', None),
    ],
)
def test_byline_is_the_names_without_the_day(byline: str, expected: str | None) -> None:
    found = read(f"<div><h1>{TITLE}</h1>{byline}<div>{BODY}</div></div>").byline

    assert (found.raw if found else None) == expected


@pytest.mark.parametrize(
    "line",
    [
        'Từ khóa: <a href="/tag/lua">lúa sớm</a>, <a href="/tag/dt">Đăk Thử</a>',
        '<a href="/truoc">← Một bài trước đó của trang</a>',
        '<a href="/sau">Một bài sau này của trang »</a>',
        '<span class="entry-footer">Đăng bởi Y Hà lúc 9 giờ sáng</span>',
        '<span type="RelatedOneNews">Một bài khác về nông thôn mới</span>',
    ],
)
def test_lines_below_the_text_are_none_of_it(line: str) -> None:
    page = f'<article id="post-991"><h1>{TITLE}</h1><div class="entry-content">{BODY}'

    raw = read(f"{page}<p>{line}</p></div></article>", classes="single postid-991")

    assert raw.paragraphs == TEXTS


def test_text_that_only_mentions_tags_or_arrows_stays() -> None:
    kept = ("Chủ đề năm nay do xã chọn là lúa sớm", "Giá lên → bà con vui")
    body = f'{BODY}<p>Chủ đề <a href="/a">năm nay</a> do xã chọn là lúa sớm</p><p>{kept[1]}</p>'

    assert read(f"<h1>{TITLE}</h1><div>{body}</div>").paragraphs == (*TEXTS, *kept)


def test_story_after_story_gives_the_one_of_the_headline() -> None:
    other = BODY.replace("xã", "huyện")
    rest = f"<article><header><h2>Một câu chuyện khác</h2></header><div>{other}</div></article>" * 9
    page = f"<main><article><h2>{TITLE}</h2><div>{BODY}</div></article>{rest}</main>"

    assert read(page).paragraphs == TEXTS


def test_article_in_an_aside_is_found_by_its_headline() -> None:
    page = f"<main><aside><section><h1>{TITLE}</h1>{BODY}</section></aside></main>"

    assert read(page).paragraphs == TEXTS


def test_heading_that_shows_the_declared_title_comes_before_the_h1_of_a_section() -> None:
    headings = f"<h1>Bài mới nhất</h1><h2>{TITLE}</h2>"
    page = f"<main>{headings}<div class='entry-content'>{BODY}</div></main>"

    headline = read(page, classes="single postid-991").headline

    assert headline is not None
    assert (headline.raw, headline.source) == (TITLE, "page.heading")


@pytest.mark.parametrize("name", ["instagram-media", "fb-xfbml-parse-ignore", "tiktok-embed"])
def test_stand_in_for_an_embedded_post_is_no_text(name: str) -> None:
    stand_in = f'<blockquote class="{name}"><p>Xem bài của Y Hà trên trang này</p></blockquote>'

    assert read(f"<h1>{TITLE}</h1><div>{BODY}{stand_in}</div>").paragraphs == TEXTS


def test_headline_printed_again_is_no_lead() -> None:
    long = f"{TITLE} sau nhiều năm mất mùa"
    crumbs = f"<nav><ul><li><h1>{long}</h1></li></ul></nav>"
    lead = "<p>Hơn hai trăm hộ dân của xã phấn khởi vì năng suất cao hơn năm trước.</p>"

    raw = read(f"<main>{crumbs}<h2>{long}</h2>{lead}<div>{BODY}</div></main>", long)

    assert raw.description is not None
    assert raw.description.raw.startswith("Hơn hai trăm hộ dân")


@pytest.mark.parametrize("name", ["home", "page", "blog", "category"])
def test_class_of_wordpress_refuses_pages_of_wordpress_only(name: str) -> None:
    page = f"<main><h1>{TITLE}</h1><div>{BODY}</div></main>"
    style = '<link rel="stylesheet" href="https://bao.example/wp-content/themes/a/style.css">'

    assert read(page, classes=f"{name} rong").paragraphs == TEXTS
    with pytest.raises(PageError):
        read(page, classes=f"{name} rong", head=style)
