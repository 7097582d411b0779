"""Articles made for tests: fictional, complete, changed field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from crawler.items import Article, Author, Dateline, EventDate, Image, Rejected, Video
from crawler.storage.hashes import content_hash

VIETNAM = timezone(timedelta(hours=7))
NOON = datetime(2022, 7, 14, 12, 0, tzinfo=VIETNAM)

TEXT = (
    "Sáng ngày 14/7, hợp tác xã nông nghiệp Đăk Sút ra mắt vườn ươm cà phê xứ lạnh rộng hai héc "
    "ta, cung cấp ba mươi nghìn cây giống cho bà con trong vụ trồng mới năm nay.\n\n"
    "Theo ban quản trị, cây giống được ghép từ dòng mẹ đã chọn lọc sáu năm, hợp với đất đỏ và "
    "sương muối của vùng núi phía bắc tỉnh./."
)


def make_article(**changes: Any) -> Article:
    """Return an article with every field filled; its hash fits its content."""
    article = Article(
        id="kontumtv.vn:101",
        url="https://kontumtv.vn/tin-tuc/kinh-te/vuon-uom-ca-phe/",
        site="kontumtv.vn",
        headline="Ra mắt vườn ươm cà phê xứ lạnh",
        text=TEXT,
        dateline=Dateline("(kontumtv.vn) –", "kontumtv.vn"),
        date_published=NOON,
        date_published_raw="2022-07-14T05:00:00+00:00",
        date_published_source="wp_rest.date_gmt",
        date_published_precision="second",
        date_modified=NOON,
        event_dates=(EventDate(NOON.date(), None, "morning", "Sáng ngày 14/7"),),
        authors=(Author("Hoài Thu"), Author("A Nhũi", ("photo",))),
        byline_raw="Hoài Thu – Ảnh: A Nhũi",
        cms_author="Ban biên tập",
        article_section="Kinh tế",
        categories=("Kinh tế",),
        keywords=("cà phê",),
        images=(Image("https://kontumtv.vn/wp-content/uploads/2022/07/a.jpg", "Vườn ươm"),),
        videos=(Video("http://media.kontumtv.vn/a.mp4", "kontumtv"),),
        word_count=len(TEXT.split()),
        date_crawled=NOON + timedelta(days=1),
        run_id="r1",
    )
    article = replace(article, **changes)
    return replace(article, content_hash=content_hash(article))


def make_rejected(**changes: Any) -> Rejected:
    rejected = Rejected(
        url="https://kontumtv.vn/tin-nhanh/",
        site="kontumtv.vn",
        reason="empty",
        date_crawled=NOON,
        run_id="r1",
        is_final=True,
    )
    return replace(rejected, **changes)
