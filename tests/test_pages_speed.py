"""No page takes long, whatever is in it: processor time, far above what is usual."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from parsel import Selector

from crawler.exceptions import PageError
from crawler.pages.article import ArticlePage

LENGTH = 100_000
HEADLINE = "<h1>Mưa lớn gây ngập thôn Kon Mẫu</h1>"
TEXT = "<p>Mưa lớn gây ngập nhiều tuyến đường, bà con phải kê đồ đạc lên cao tránh nước.</p>" * 3
# Usual is a tenth of this on a busy machine; what grows with the square is far beyond it.
MAX_SECONDS = 0.5


@pytest.mark.parametrize("body_class", ["", "single postid-4"])
@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<span>",
        "<div>chữ ",
        HEADLINE,
        "<h2>Mưa lớn gây ngập ",
        "<a href=x>Mưa lớn gây ngập nhiều nơi</a>",
        "<span class=date>12/05/2021 10:20</span>",
        "<div class=sapo>Mưa lớn gây ngập nhiều tuyến đường ở huyện đêm qua",
        '<div class="share related"><b>x</b>',
        "<table><tr><td>",
        "<div class=author>x",
        "<div class=title>Mưa lớn gây ngập",
        "<span><div>Mưa lớn gây ngập nhiều tuyến đường</div>",
        "<ul><li>Mưa lớn gây ngập nhiều tuyến đường",
        "<div class=video data-src='//a.vn/",
        '<script type="application/ld+json">{"@type":"Article","headline":"',
        "<iframe src='//a.vn/a.mp4'></iframe>",
        "µ¸¹ ®®",
    ],
)
def test_page_of_100_kb_is_read_or_refused_soon(piece: str, body_class: str) -> None:
    body = HEADLINE + piece * (LENGTH // len(piece)) + TEXT
    page = Selector(text=f"<html><body class='{body_class}'>{body}</body></html>")
    start = time.process_time()
    with suppress(PageError):
        ArticlePage(page, "https://dai.example/a/").to_raw()
    assert time.process_time() - start < MAX_SECONDS
