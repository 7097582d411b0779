from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crawler import __version__
from crawler.items import (
    Author,
    Dateline,
    Fetch,
    Image,
    RawArticle,
    RawTerm,
    RawValue,
    Video,
    WarcPosition,
)
from crawler.normalize import normalize
from crawler.storage.hashes import content_hash
from crawler.urls import Site
from tests.articles import NOON, VIETNAM

HOME = "https://kontumtv.vn"
MIRROR = "http://127.0.0.1:8080"
SITE = Site("kontumtv.vn", HOME, MIRROR)
URL = f"{HOME}/tin-tuc/kinh-te/vuon-uom/"
LONG = "Hợp tác xã ra mắt vườn ươm cà phê xứ lạnh. " * 12
READ_AT = NOON + timedelta(days=1)


def _raw(**changes: Any) -> RawArticle:
    raw = RawArticle(
        url=URL,
        post_id="101",
        headline=RawValue("Ra mắt vườn ươm", "page.h1"),
        paragraphs=(LONG,),
        date_published=(RawValue("2022-07-14T12:00:00+07:00", "json_ld"),),
        fetch=Fetch(date_crawled=READ_AT),
    )
    return replace(raw, **changes)


def _values(*printed: str) -> tuple[RawValue, ...]:
    return tuple(RawValue(raw, f"place.{n}") for n, raw in enumerate(printed))


# ---- address -------------------------------------------------------------------------------------


def test_id_is_the_post_number() -> None:
    assert normalize(_raw(), SITE).id == "kontumtv.vn:101"


def test_id_without_a_post_number_is_the_path() -> None:
    assert normalize(_raw(post_id=None), SITE).id == "kontumtv.vn:tin-tuc/kinh-te/vuon-uom"


def test_address_is_the_declared_one() -> None:
    article = normalize(_raw(url=f"{HOME}/?p=101", canonical_url=URL), SITE)
    assert (article.url, article.url_aliases) == (URL, (f"{HOME}/?p=101",))


def test_address_is_the_sites_own_wherever_it_was_read() -> None:
    raw = _raw(url=URL.replace(HOME, MIRROR), canonical_url=URL.replace(HOME, MIRROR))
    article = normalize(raw, SITE)
    assert (article.url, article.url_aliases) == (URL, ())


@pytest.mark.parametrize(
    "declared", ["https://elsewhere.example/tin/vuon-uom/", f"{HOME}/", f"{HOME}/category/tin-tuc/"]
)
def test_declared_address_that_is_no_article_of_the_site_is_not_believed(declared: str) -> None:
    article = normalize(_raw(canonical_url=declared, post_id=None), SITE)
    assert (article.url, article.id) == (URL, "kontumtv.vn:tin-tuc/kinh-te/vuon-uom")


def test_aliases_are_the_sites_own_each_once_sorted() -> None:
    aliases = (f"{HOME}/z/", f"{MIRROR}/a/", f"{HOME}/z/#top", "https://elsewhere.example/", URL)
    assert normalize(_raw(url_aliases=aliases), SITE).url_aliases == (f"{HOME}/a/", f"{HOME}/z/")


# ---- section -------------------------------------------------------------------------------------

NEWS = RawTerm("Tin tức", f"{HOME}/category/tin-tuc/")
ECONOMY = RawTerm("Kinh tế", f"{HOME}/category/tin-tuc/kinh-te/")
SPORT = RawTerm("Thể thao", f"{HOME}/category/the-thao/")


@pytest.mark.parametrize(
    ("categories", "section"),
    [
        ((), None),
        ((SPORT,), "Thể thao"),
        ((SPORT, NEWS), "Tin tức"),
        ((NEWS, ECONOMY, SPORT), "Kinh tế"),
        ((ECONOMY, NEWS), "Kinh tế"),
        ((RawTerm("Nổi bật"), NEWS), "Tin tức"),
        ((RawTerm("Nổi bật"), RawTerm("Khác")), "Nổi bật"),
        ((RawTerm("\u200b"),), None),
        # A path of the same letters is not the same section.
        ((SPORT, RawTerm("Kinh", f"{HOME}/category/kinh/")), "Thể thao"),
    ],
)
def test_main_section_is_the_one_the_address_stands_in(
    categories: tuple[RawTerm, ...], section: str | None
) -> None:
    assert normalize(_raw(categories=categories), SITE).article_section == section


def test_article_named_like_a_section_does_not_stand_in_it() -> None:
    raw = _raw(url=f"{HOME}/tin-tuc/the-thao/", categories=(SPORT, NEWS))
    assert normalize(raw, SITE).article_section == "Tin tức"


def test_terms_are_named_once_in_order() -> None:
    terms = (SPORT, NEWS, RawTerm("Thể  thao"), RawTerm(" "))
    article = normalize(_raw(categories=terms, keywords=terms), SITE)
    assert article.categories == article.keywords == ("Thể thao", "Tin tức")


# ---- dates ---------------------------------------------------------------------------------------


def test_date_carries_where_it_was_read() -> None:
    article = normalize(_raw(date_published=_values("hôm nào đó", "14/7/2022")), SITE)
    assert article.date_published == datetime(2022, 7, 14, tzinfo=VIETNAM)
    assert (article.date_published_raw, article.date_published_source) == ("14/7/2022", "place.1")
    assert article.date_published_precision == "day"


def test_change_carries_where_it_was_read() -> None:
    article = normalize(_raw(date_modified=_values("2022-07-15T08:00:00+07:00")), SITE)
    assert article.date_modified == datetime(2022, 7, 15, 8, tzinfo=VIETNAM)
    assert article.date_modified_raw == "2022-07-15T08:00:00+07:00"
    assert article.date_modified_source == "place.0"
    assert article.date_modified_precision == "second"


@pytest.mark.parametrize("field", ["date_published", "date_modified"])
def test_unreadable_date_keeps_its_text_and_is_flagged(field: str) -> None:
    article = normalize(_raw(**{field: _values("31/2/2022")}), SITE)
    assert getattr(article, field) is None
    assert getattr(article, f"{field}_raw") == "31/2/2022"
    assert f"{field}_unreadable" in article.quality_flags
    assert "no_date_published" not in article.quality_flags


def test_missing_date_is_flagged_as_missing() -> None:
    article = normalize(_raw(date_published=()), SITE)
    assert (article.date_published, article.date_published_raw) == (None, None)
    assert "no_date_published" in article.quality_flags
    assert "date_published_unreadable" not in article.quality_flags


def test_page_without_a_change_is_not_flagged_for_it() -> None:
    assert normalize(_raw(), SITE).quality_flags == ("no_byline",)


def test_relative_date_counts_from_when_the_archive_took_the_page() -> None:
    fetch = Fetch(date_crawled=READ_AT, source="warc", archive_timestamp=NOON)
    article = normalize(_raw(date_published=_values("3 giờ trước"), fetch=fetch), SITE)
    assert article.date_published is not None
    assert article.date_published.hour == 9
    assert article.date_published.date() == NOON.date()


def test_event_days_are_read_from_sapo_and_opening_each_once() -> None:
    raw = _raw(
        description=RawValue("Sáng 14/7, vườn ươm ra mắt.", "page.sapo"),
        paragraphs=("Sáng 14/7, bà con dự lễ. Hội chợ mở ngày 20/7.", LONG + "Ngày 1/1 nghỉ."),
    )
    days = [event.date for event in normalize(raw, SITE).event_dates]
    assert days == [date(2022, 7, 14), date(2022, 7, 20)]


def test_without_a_publication_no_event_day_is_resolved() -> None:
    raw = _raw(paragraphs=("Sáng 14/7, bà con dự lễ.",), date_published=())
    assert normalize(raw, SITE).event_dates == ()


# ---- body ----------------------------------------------------------------------------------------


def test_paragraphs_are_joined_by_a_blank_line_and_counted() -> None:
    article = normalize(_raw(paragraphs=("Bà  con.", " \u200b", "Vui mừng lắm.")), SITE)
    assert (article.text, article.word_count) == ("Bà con.\n\nVui mừng lắm.", 5)


def test_dateline_leaves_the_text() -> None:
    article = normalize(_raw(paragraphs=("(kontumtv.vn) – Vườn ươm ra mắt.",)), SITE)
    assert article.dateline == Dateline("(kontumtv.vn) –", "kontumtv.vn")
    assert article.text == "Vườn ươm ra mắt."


def test_dateline_that_is_a_paragraph_by_itself_leaves_no_empty_one() -> None:
    article = normalize(_raw(paragraphs=("(kontumtv.vn) –", "Vườn ươm ra mắt.")), SITE)
    assert article.dateline is not None
    assert article.text == "Vườn ươm ra mắt."


def test_dateline_may_stand_in_the_sapo() -> None:
    raw = _raw(description=RawValue("(kontumtv.vn) – Vườn ươm ra mắt.", "page.sapo"))
    article = normalize(raw, SITE)
    assert article.dateline == Dateline("(kontumtv.vn) –", "kontumtv.vn")
    assert article.description == "Vườn ươm ra mắt."


def test_sapo_without_a_dateline_stays_as_it_is() -> None:
    article = normalize(_raw(description=RawValue(" Vườn  ươm. ", "page.sapo")), SITE)
    assert (article.description, article.dateline) == ("Vườn ươm.", None)


def test_byline_at_the_end_leaves_the_text() -> None:
    article = normalize(_raw(paragraphs=(LONG, "Hoài Thu")), SITE)
    assert (article.authors, article.byline_raw) == ((Author("Hoài Thu"),), "Hoài Thu")
    assert article.text == LONG.strip()
    assert "no_byline" not in article.quality_flags


def test_byline_printed_outside_the_body_counts_where_it_has_none() -> None:
    article = normalize(_raw(byline=RawValue("Hoài  Thu", "page.byline")), SITE)
    assert (article.authors, article.byline_raw) == ((Author("Hoài Thu"),), "Hoài Thu")
    assert "no_byline" not in article.quality_flags


def test_byline_in_the_body_comes_first() -> None:
    raw = _raw(paragraphs=(LONG, "Hoài Thu"), byline=RawValue("A Nhũi", "page.byline"))
    assert normalize(raw, SITE).byline_raw == "Hoài Thu"


def test_empty_byline_is_none() -> None:
    article = normalize(_raw(byline=RawValue("\u200b ", "page.byline")), SITE)
    assert article.byline_raw is None
    assert "no_byline" in article.quality_flags


def test_account_is_no_author() -> None:
    article = normalize(_raw(cms_author=" Ban  biên tập "), SITE)
    assert (article.cms_author, article.authors) == ("Ban biên tập", ())


@pytest.mark.parametrize("headline", [None, RawValue("\u200b \ufeff", "page.h1")])
def test_headline_nobody_can_see_is_empty_and_flagged(headline: RawValue | None) -> None:
    article = normalize(_raw(headline=headline), SITE)
    assert article.headline == ""
    assert "no_headline" in article.quality_flags


def test_article_without_text_is_flagged_for_that_alone() -> None:
    article = normalize(_raw(paragraphs=()), SITE)
    assert (article.text, article.word_count) == ("", 0)
    assert article.quality_flags == ("empty_text",)


# ---- media ---------------------------------------------------------------------------------------

IMAGE = Image(f"{MIRROR}/wp-content/a.jpg", " Vườn  ươm ", "\u200b")
VIDEO = Video(f"{MIRROR}/wp-content/a.mp4", "kontumtv", " ")


def test_media_are_at_the_sites_own_address() -> None:
    article = normalize(_raw(images=(IMAGE,), videos=(VIDEO,)), SITE)
    assert article.images == (Image(f"{HOME}/wp-content/a.jpg", "Vườn ươm", None),)
    assert article.videos == (Video(f"{HOME}/wp-content/a.mp4", "kontumtv", None),)


def test_media_elsewhere_stay_where_they_are() -> None:
    url = "https://cdn.example/a.jpg?utm_source=x"
    assert normalize(_raw(images=(Image(url),)), SITE).images == (Image(url),)


@pytest.mark.parametrize(
    ("syllables", "images", "videos", "kind"),
    [
        (99, 0, 1, "video"),
        (100, 0, 1, "article"),
        (99, 3, 1, "video"),
        (99, 3, 0, "gallery"),
        (99, 2, 0, "article"),
        (100, 3, 0, "article"),
        (0, 0, 0, "article"),
    ],
)
def test_media_with_little_text_make_the_kind(
    syllables: int, images: int, videos: int, kind: str
) -> None:
    raw = _raw(paragraphs=("và " * syllables,), images=(IMAGE,) * images, videos=(VIDEO,) * videos)
    assert normalize(raw, SITE).content_type == kind


# ---- provenance ----------------------------------------------------------------------------------


def test_provenance_is_told() -> None:
    fetch = Fetch(
        date_crawled=READ_AT,
        source="warc",
        archive_timestamp=NOON,
        warc=WarcPosition("a.warc.gz", 7, "sha1:A"),
        http_etag='"x"',
        http_last_modified="Thu, 14 Jul 2022 05:00:00 GMT",
    )
    article = normalize(_raw(fetch=fetch), SITE, run_id="r1")
    assert (article.date_crawled, article.source) == (READ_AT, "warc")
    assert (article.archive_timestamp, article.warc) == (NOON, fetch.warc)
    assert (article.http_etag, article.http_last_modified) == (
        fetch.http_etag,
        fetch.http_last_modified,
    )
    assert (article.extractor, article.run_id) == (f"kontumtv/{__version__}", "r1")


def test_hash_is_that_of_the_finished_record() -> None:
    article = normalize(_raw(), SITE)
    assert article.content_hash == content_hash(article)


def test_how_the_page_was_fetched_must_be_known() -> None:
    with pytest.raises(ValueError, match="how the page was fetched"):
        normalize(_raw(fetch=None), SITE)
