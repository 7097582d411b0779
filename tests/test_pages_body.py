"""Paragraphs, captions, related links and tables of an article's body."""

from __future__ import annotations

import time

import pytest

from crawler.items import Image
from crawler.pages.body import Body, extract_body
from crawler.pages.rest import parse_fragment

BASE = "https://dai.example/bai/"
PICTURE = '<p style="text-align: center;"><img src="/a.jpg" /></p>'


def read(markup: str) -> Body:
    return extract_body(parse_fragment(f"<div>{markup}</div>").find("div"), BASE)


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("<p>Một.</p><p>Hai.</p>", ("Một.", "Hai.")),
        ("Một.<br />\nHai.<br><br>Ba.", ("Một.", "Hai.", "Ba.")),
        ("<div>Một.<div>Hai.</div>Ba.</div>", ("Một.", "Hai.", "Ba.")),
        ("<p>X<span>ã Đ</span><span>ăk</span> Hà</p>", ("Xã Đăk Hà",)),
        ("<p>Một<o:p></o:p> dòng<!-- thôi --> thôi</p>", ("Một dòng thôi",)),
        ("<p>&#7843;nh &amp; ch&#7919;</p>", ("ảnh & chữ",)),
        ("<p>a\u0309nh\u00a0 đẹp\u200b</p>", ("ảnh đẹp",)),
        ("<ol><li>Một</li><li><p>Hai</p></li></ol>", ("Một", "Hai")),
        (
            "<table><tr><td><p>Cả bài</p><p>trong bảng</p></td></tr></table>",
            ("Cả bài", "trong bảng"),
        ),
        ("<p>&nbsp;</p><p></p>", ()),
        ('<p>Còn <span style="display: none">ẩn</span>hiện</p>', ("Còn hiện",)),
        ("<p>[ma_lenh id=3]</p>", ("[ma_lenh id=3]",)),
        ('<p>Nhìn <img class="emoji" src="/e.png" />thấy</p>', ("Nhìn thấy",)),
    ],
)
def test_paragraphs_are_what_a_reader_sees(markup: str, paragraphs: tuple[str, ...]) -> None:
    assert read(markup).paragraphs == paragraphs


@pytest.mark.parametrize(
    "box",
    [
        '<div class="sharedaddy"><p>Chia sẻ</p></div>',
        '<div id="ez-toc-container"><p>Mục lục</p></div>',
        '<div class="ads-inline">Quảng cáo</div>',
        '<div class="yarpp yarpp-related"><p>Bài khác</p></div>',
        '<div class="page-link">Trang: 1</div>',
        "<form><p>Bạn có đồng ý không?</p></form>",
        "<style>.a{}</style>",
        "<script>var a = '<p>b</p>';</script>",
        "<p>Xem thêm: <a href='/b/'>Bài khác</a></p>",
        "<p><a href='/b/'>&gt;&gt; Bài khác</a></p>",
        "<p>Tin liên quan</p><ul><li><a href='/b/'>b</a></li><li><a href='/c/'>c</a></li></ul>",
        "<p><a href='/cong-van.pdf'>Tải về: Công văn số 1 (PDF)</a></p>",
        "<table><tr><td>Thôn</td><td>Hộ</td></tr><tr><td>Một</td><td>12</td></tr></table>",
    ],
)
def test_boxes_beside_the_story_are_no_paragraphs(box: str) -> None:
    assert read(f"<p>Trước.</p>{box}<p>Sau.</p>").paragraphs == ("Trước.", "Sau.")


@pytest.mark.parametrize(
    "text",
    [
        '<p class="loads">Xe chở nặng.</p>',
        "<p><a href='/b/'>Một câu được gắn liên kết từ đầu đến cuối.</a></p>",
        "<p><a href='/b/'>Một câu được gắn liên kết, trừ dấu chấm</a>.</p>",
        "<p>Xem thêm hồ sơ tại <a href='/b/'>trụ sở</a> xã.</p>",
        "<p>Các tin khác nhau về vụ việc.</p>",
        "<p>Mời <a href='/b/'>bạn</a> đến dự.</p>",
    ],
)
def test_text_that_looks_like_a_box_stays(text: str) -> None:
    assert len(read(text).paragraphs) == 1


@pytest.mark.parametrize(
    ("caption", "image"),
    [
        ('<p style="text-align: center;"><em>Nhà rông</em></p>', ("Nhà rông", None)),
        ('<p class="has-text-align-center">Nhà rông</p>', ("Nhà rông", None)),
        ('<p align="center">Nhà rông. Ảnh: Y Hà</p>', ("Nhà rông", "Y Hà")),
        ("<p><i>Nhà rông</i></p>", ("Nhà rông", None)),
        ("<p>Ảnh: Y Hà</p>", (None, "Y Hà")),
        ("<center>Nhà rông</center><p>(Ảnh: Y Hà)</p>", ("Nhà rông", "Y Hà")),
    ],
)
def test_caption_right_after_a_picture_is_its_caption(
    caption: str, image: tuple[str | None, str | None]
) -> None:
    body = read(f"{PICTURE}{caption}<p>Thân bài.</p>")
    assert body.images == (Image("https://dai.example/a.jpg", *image),)
    assert body.paragraphs == ("Thân bài.",)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Nhà rông</p>",
        '<p style="text-align: right;"><em>Y Hà</em></p>',
        f"<p><em>{'Đoạn dẫn dài in nghiêng. ' * 10}</em></p>",
        f'<p style="text-align: center;">{"Khổ thơ dài canh giữa. " * 20}</p>',
    ],
)
def test_other_paragraphs_after_a_picture_stay_text(text: str) -> None:
    body = read(PICTURE + text)
    assert body.images == (Image("https://dai.example/a.jpg"),)
    assert len(body.paragraphs) == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<p>https://www.youtube.com/watch?v=AbCdEfGhI-1</p>",
        '<p><a href="https://youtu.be/AbCdEfGhI-1">https://youtu.be/AbCdEfGhI-1</a></p>',
        '<figure class="wp-block-embed"><div>\nhttps://youtu.be/AbCdEfGhI-1\n</div></figure>',
    ],
)
def test_player_address_alone_in_a_paragraph_is_a_player(markup: str) -> None:
    body = read(f"<p>Chữ.</p>{markup}")
    assert [video.url for video in body.videos] == ["https://www.youtube.com/watch?v=AbCdEfGhI-1"]
    assert body.paragraphs == ("Chữ.",)


def test_other_addresses_in_a_paragraph_stay_text() -> None:
    texts = ("https://dai.example/bai/", "Xem https://youtu.be/AbCdEfGhI-1 nhé")
    assert read("".join(f"<p>{text}</p>" for text in texts)).paragraphs == texts


def test_caption_of_a_player_is_its_caption() -> None:
    frame = '<iframe src="https://youtu.be/AbCdEfGhI-1"></iframe>'
    body = read(f"<figure>{frame}<figcaption>Lễ hội (Nguồn: KRT)</figcaption></figure>")
    assert body.videos[0].caption == "Lễ hội (Nguồn: KRT)"


def test_centred_text_without_a_picture_before_it_stays_text() -> None:
    assert read('<p style="text-align: center;"><em>Lời bài hát</em></p>').paragraphs != ()


@pytest.mark.parametrize(
    "byline", ["<p>Ảnh: Y Hà</p>", '<p style="text-align: right;"><strong>Ảnh: Y Hà</strong></p>']
)
def test_credit_at_the_end_of_a_picture_story_is_its_byline(byline: str) -> None:
    body = read(f"<p>Dẫn.</p>{PICTURE}<p><em>Nhà rông</em></p>{byline}")
    assert body.images[0].credit is None
    assert body.paragraphs == ("Dẫn.", "Ảnh: Y Hà")


def test_credit_to_the_right_is_a_byline_before_more_text_too() -> None:
    byline = '<p style="text-align: right;">Ảnh: Y Hà</p>'
    body = read(f"{PICTURE}{byline}<p>Chú dẫn của toà soạn.</p>")
    assert body.paragraphs == ("Ảnh: Y Hà", "Chú dẫn của toà soạn.")


def test_a_second_credit_line_is_no_part_of_the_caption() -> None:
    body = read(f"{PICTURE}<p>Ảnh: Y Hà</p><p>Ảnh: bức thứ hai bị mất</p><p>Hết.</p>")
    assert body.images[0].credit == "Y Hà"
    assert body.paragraphs == ("Ảnh: bức thứ hai bị mất", "Hết.")


def test_the_first_caption_of_a_player_counts() -> None:
    frame = '<iframe src="https://youtu.be/AbCdEfGhI-1"></iframe>'
    body = read(f"<div>{frame}<figcaption>Một</figcaption><figcaption>Hai</figcaption></div>")
    assert body.videos[0].caption == "Một"


def test_a_caption_is_for_the_picture_before_it_only() -> None:
    body = read(
        f"{PICTURE}<p>Chữ.</p><figure><blockquote>Thơ</blockquote><figcaption>Nguồn</figcaption></figure>"
    )
    assert body.images[0].caption is None
    assert body.paragraphs == ("Chữ.", "Thơ")


def test_the_same_picture_twice_is_one_with_its_caption() -> None:
    body = read(f"{PICTURE}<p>Chữ.</p>{PICTURE}<p><em>Nhà rông</em></p>")
    assert body.images == (Image("https://dai.example/a.jpg", "Nhà rông"),)


def test_layout_table_beside_a_picture_is_read_as_text() -> None:
    cell = "Đoạn văn dài của bài viết, kể chuyện ở làng. " * 8
    body = read(
        f"<table><tr><td><img src='/a.jpg'></td><td><p>{cell}</p><p>Hết.</p></td></tr></table>"
    )
    assert body.paragraphs == (cell.strip(), "Hết.")
    assert len(body.images) == 1


def test_layout_table_around_a_picture_table_is_read_as_text() -> None:
    picture = "<table><tr><td><img src='/a.jpg'></td></tr><tr><td>Nhà rông</td></tr></table>"
    body = read(f"<table><tr><td>{picture}</td></tr><tr><td>Đoạn văn.</td></tr></table>")
    assert body.paragraphs == ("Đoạn văn.",)
    assert body.images == (Image("https://dai.example/a.jpg", "Nhà rông"),)


def test_a_picture_shown_twice_keeps_its_first_caption() -> None:
    body = read(f"{PICTURE}<p><em>Một</em></p>{PICTURE}<p><em>Hai</em></p>")
    assert body.images == (Image("https://dai.example/a.jpg", "Một"),)


def test_texts_hold_captions_and_tables_too() -> None:
    body = read(
        "<figure><img src='/a.jpg'><figcaption>Chú thích</figcaption></figure><p>Chữ.</p>"
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    )
    assert body.texts == ("Chú thích", "Chữ.", "abcd")


def test_no_content_is_an_empty_body() -> None:
    assert extract_body(None, BASE) == Body()


@pytest.mark.parametrize("unit", ["<div>", "<em>x", "<img src=a><p><em>x", "<table><tr><td>x"])
def test_markup_nested_without_end_costs_little(unit: str) -> None:
    start = time.process_time()
    read(unit * (100_000 // len(unit)))
    assert time.process_time() - start < 1
