"""Pictures, players and credits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.media import extract_image, extract_videos, parse_player, split_credit
from crawler.pages.rest import parse_fragment

BASE = "https://dai.example/tin/bai/"


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<img src="/a.jpg">', "https://dai.example/a.jpg"),
        ('<img src="a-300x200.jpg">', "https://dai.example/tin/bai/a-300x200.jpg"),
        (
            '<img src="/a-300x200.jpg" srcset="/s.jpg 300w, /a.jpg 1024w, /m.jpg 768w">',
            "https://dai.example/a.jpg",
        ),
        ('<a href="/goc.jpeg"><img src="/a-300x200.jpg"></a>', "https://dai.example/goc.jpeg"),
        ('<a href="/trang-anh/"><img src="/a.jpg"></a>', "https://dai.example/a.jpg"),
        ('<img src="data:image/gif;base64,R0" data-src="/a.jpg">', "https://dai.example/a.jpg"),
        ('<img src="/Portals/0/anh 1.JPG">', "https://dai.example/Portals/0/anh%201.JPG"),
        ('<img src="file:///C:/a.jpg">', None),
        ('<img src="data:image/gif;base64,R0">', None),
        ('<img src="/dem.gif" width="1" height="1">', None),
        ('<img src="/wp-includes/images/smilies/icon_smile.gif">', None),
        ('<img src="/uploads/banner-qc.gif">', None),
        ("<img>", None),
        ('<img src="/a.jpg" width="²">', "https://dai.example/a.jpg"),
    ],
)
def test_image_is_the_largest_file_named(markup: str, url: str | None) -> None:
    image = parse_fragment(markup).find(".//img")
    assert image is not None
    assert extract_image(image, BASE) == url


@pytest.mark.parametrize(
    ("src", "url", "provider"),
    [
        ("https://a.vn/p.html?l=http://m.a.vn/x.mp4", "http://m.a.vn/x.mp4", "m.a.vn"),
        (
            "https://a.vn/p.html?l=https%3A%2F%2Fm.a.vn%2Fx%20y.m3u8",
            "https://m.a.vn/x%20y.m3u8",
            "m.a.vn",
        ),
        ("https://a.vn/p?w=1&file=//m.a.vn/x.mp3", "https://m.a.vn/x.mp3", "m.a.vn"),
        ("https://youtu.be/AbCdEfGhI-1", "https://www.youtube.com/watch?v=AbCdEfGhI-1", "youtube"),
        (
            "https://www.youtube-nocookie.com/embed/AbCdEfGhI-1?start=3",
            "https://www.youtube.com/watch?v=AbCdEfGhI-1",
            "youtube",
        ),
        ("https://player.vimeo.com/video/1234", "https://vimeo.com/1234", "vimeo"),
        (
            "https://www.dailymotion.com/embed/video/x7a",
            "https://www.dailymotion.com/video/x7a",
            "dailymotion",
        ),
        ("https://vtvgo.example/player/12", "https://vtvgo.example/player/12", "vtvgo.example"),
    ],
)
def test_player_address_tells_what_it_plays(src: str, url: str, provider: str) -> None:
    video = parse_player(src)
    assert video is not None
    assert (video.url, video.provider) == (url, provider)


@pytest.mark.parametrize(
    "src",
    [
        "https://www.google.com/maps/embed?pb=1",
        "https://docs.google.com/forms/d/e/x/viewform?embedded=true",
        "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Ffb.com%2Fkrt",
        "https://www.youtube.com/embed/",
        "https://quangcao.example/khung?id=1",
        "",
    ],
)
def test_other_frames_play_nothing(src: str) -> None:
    assert parse_player(src) is None


def test_player_made_by_a_script_is_found() -> None:
    script = parse_fragment(
        r'<script>player.setup({file: "https:\/\/m.a.vn\/x.mp4", image: "//a.vn/x.gif"})</script>'
    ).find(".//script")
    assert script is not None
    assert [video.url for video in extract_videos(script, BASE)] == ["https://m.a.vn/x.mp4"]


@pytest.mark.parametrize(
    ("printed", "caption", "credit"),
    [
        ("Toàn cảnh. Ảnh: Y Hà", "Toàn cảnh", "Y Hà"),
        ("Toàn cảnh (Ảnh: TTXVN).", "Toàn cảnh", "TTXVN"),
        ("Toàn cảnh - Nguồn: Báo Thử", "Toàn cảnh", "Báo Thử"),
        ("Toàn cảnh (Nguồn ảnh: A Lương (CTV))", "Toàn cảnh", "A Lương (CTV)"),
        ("ẢNH: Y HÀ", None, "Y HÀ"),
        ("Ảnh minh họa", "Ảnh minh họa", None),
        ("Ảnh 3: Đội chiêng.", "Ảnh 3: Đội chiêng.", None),
        ("Chú thích: nhà rông", "Chú thích: nhà rông", None),
    ],
)
def test_credit_is_taken_off_the_caption(
    printed: str, caption: str | None, credit: str | None
) -> None:
    assert split_credit(printed) == (caption, credit)


def test_a_sentence_after_the_word_is_no_credit() -> None:
    printed = "Ảnh: Bà con các thôn trong xã cùng nhau ra đồng gặt lúa từ sáng sớm"
    assert split_credit(printed) == (printed, None)


class TestMediaProperties:
    @given(st.text())
    def test_any_text_is_split_without_error(self, text: str) -> None:
        caption, credit = split_credit(text)
        assert caption is None or text.startswith(caption)
        assert credit is None or credit in text

    @given(st.text(alphabet="htps:/.?&=mp4[]%3Aa1 Ả"))
    def test_any_address_plays_something_or_nothing(self, text: str) -> None:
        markup = parse_fragment("<iframe></iframe>").find(".//iframe")
        assert markup is not None
        markup.set("src", text)
        assert all(video.url.startswith("http") for video in extract_videos(markup, BASE))
