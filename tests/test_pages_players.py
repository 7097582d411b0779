"""The players of a television station's articles, and what only looks like one."""

from __future__ import annotations

import pytest

from crawler.pages.body import extract_body
from crawler.pages.rest import parse_fragment

BASE = "https://dai.example/ban-tin/"
YOUTUBE = ("https://www.youtube.com/watch?v=AbCdEfGhI-1", "youtube")
FILE = ("https://m.dai.example/a.mp4", "m.dai.example")


def players(markup: str) -> list[tuple[str, str]]:
    videos = extract_body(parse_fragment(markup), BASE).videos
    return [(video.url, video.provider) for video in videos]


@pytest.mark.parametrize(
    ("markup", "player"),
    [
        ('<iframe src="about:blank" data-litespeed-src="/p?l=https://m.dai.example/a.mp4">', FILE),
        (
            '<iframe data-src="https://www.youtube.com/embed/AbCdEfGhI-1" src="about:blank">',
            YOUTUBE,
        ),
        ('<video src="blob:https://x/1"><source src="https://m.dai.example/a.mp4"></video>', FILE),
        ('<video src="https://m.dai.example/a.mp4"><source src="b.webm"></video>', FILE),
        ('<div class="VCSortableInPreviewMode" data-vid="https://m.dai.example/a.mp4">', FILE),
        ('<lite-youtube videoid="AbCdEfGhI-1"></lite-youtube>', YOUTUBE),
        ('<amp-youtube data-videoid="AbCdEfGhI-1"></amp-youtube>', YOUTUBE),
        (
            '<video class="video-js" data-setup=\'{"sources":[{"type":"video/youtube",'
            '"src":"https://www.youtube.com/watch?v=AbCdEfGhI-1"}]}\'></video>',
            YOUTUBE,
        ),
        (
            '<div class="fb-video" data-href="https://www.facebook.com/dai/videos/123/"></div>',
            ("https://www.facebook.com/dai/videos/123/", "facebook"),
        ),
        (
            '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@dai/video/712">'
            "</blockquote>",
            ("https://www.tiktok.com/embed/712", "tiktok"),
        ),
        (
            '<script type="application/json" class="wp-playlist-script">'
            r'{"tracks":[{"src":"https:\/\/m.dai.example\/a.mp3"}]}</script>',
            ("https://m.dai.example/a.mp3", "m.dai.example"),
        ),
        (
            '<script>jwplayer("p").setup({"file": "https://m.dai.example/a.m3u8?t=1"})</script>',
            ("https://m.dai.example/a.m3u8?t=1", "m.dai.example"),
        ),
    ],
)
def test_player_is_found_wherever_it_keeps_its_address(
    markup: str, player: tuple[str, str]
) -> None:
    assert players(markup) == [player]


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="video-item" data-url="https://dai.example/video/ban-tin-toi/"></div>',
        '<div class="player" data-src="https://dai.example/anh.jpg"></div>',
        '<div class="fb-like" data-href="https://www.facebook.com/dai/"></div>',
        '<iframe src="about:blank"></iframe>',
        '<blockquote cite="https://dai.example/nguon/">Lời.</blockquote>',
        '<lite-youtube videoid="khong-phai"></lite-youtube>',
    ],
)
def test_box_that_surely_plays_nothing_is_no_player(markup: str) -> None:
    assert players(markup) == []


def test_text_in_a_box_of_a_player_is_read() -> None:
    body = extract_body(parse_fragment('<div class="video-box"><p>Lời bình.</p></div>'), BASE)
    assert body.paragraphs == ("Lời bình.",)
