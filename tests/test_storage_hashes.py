import unicodedata
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Article, Video
from crawler.storage.hashes import CONTENT_FIELDS, content_hash, fingerprint
from crawler.text.comparison import fold_text
from tests.articles import NOON, TEXT, make_article


def test_hash_is_pinned() -> None:
    """A changed hash makes every article of every dataset a new version: HASH_VERSION + 1 then."""
    assert content_hash(make_article()) == (
        "1:a594b434061ad2f0765d6770eb98ec34af72c6dfbbde9dd390f929c293a404a5"
    )


@pytest.mark.parametrize("name", CONTENT_FIELDS)
def test_every_content_field_changes_the_hash(name: str) -> None:
    article = make_article()
    other: Any = () if isinstance(getattr(article, name), tuple) else "khác"
    if name == "is_staff":
        other = True
    elif name == "dateline":
        other = None
    elif name == "sources":
        other = ("TTXVN",)
    assert content_hash(replace(article, **{name: other})) != content_hash(article)


def test_provenance_leaves_the_hash_alone() -> None:
    article = make_article()
    elsewhere = replace(
        article,
        date_crawled=NOON + timedelta(days=90),
        date_modified=None,
        source="warc",
        run_id="r2",
        http_etag='"x"',
        quality_flags=("no_byline",),
        url_aliases=("https://kontumtv.vn/?p=101",),
        date_published_source="page.date",
    )
    assert content_hash(elsewhere) == content_hash(article)


def test_time_of_day_leaves_the_hash_alone_but_the_day_does_not() -> None:
    article = make_article()
    minutes = replace(article, date_published=NOON.replace(hour=0))
    next_day = replace(article, date_published=NOON + timedelta(days=1))
    assert content_hash(minutes) == content_hash(article)
    assert content_hash(next_day) != content_hash(article)


def test_every_field_is_content_or_provenance_by_choice() -> None:
    provenance = {
        "schema_version", "record_type", "tombstone_reason", "id", "version", "content_hash",
        "url_aliases", "site",
        "content_type", "date_published", "date_published_raw", "date_published_source",
        "date_published_precision", "date_modified", "date_modified_raw", "date_modified_source",
        "date_modified_precision", "event_dates", "cms_author", "article_section", "in_language",
        "word_count", "duplicate_of", "duplicate_kind", "similarity", "date_crawled", "source",
        "archive_timestamp", "warc", "http_etag", "http_last_modified", "extractor", "run_id",
        "quality_flags",
    }  # fmt: skip
    assert {f.name for f in fields(Article)} == provenance | set(CONTENT_FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace(" ", "\u00a0"),
        TEXT.replace("\n\n", "\n"),
        TEXT.upper(),
        TEXT.replace("./.", "."),
    ],
    ids=["nfd", "nbsp", "paragraphs", "capitals", "end-mark"],
)
def test_same_text_written_otherwise_has_the_same_fingerprint(text: str) -> None:
    article = make_article()
    assert fingerprint(replace(article, text=text)) == fingerprint(article)


@pytest.mark.parametrize(
    ("old", "new"),
    [("14/7", "15/7"), ("ba mươi", "bốn mươi"), ("cà phê", "ca phe"), ("sáu", "sau")],
)
def test_digits_words_and_diacritics_count(old: str, new: str) -> None:
    article = make_article()
    assert old in article.text
    assert fingerprint(replace(article, text=TEXT.replace(old, new))) != fingerprint(article)


def test_short_texts_are_told_apart_by_headline_and_media() -> None:
    first = make_article(text="Mời quý vị theo dõi.", word_count=5)
    assert fingerprint(first) == fingerprint(replace(first, id="kontumtv.vn:102"))
    assert fingerprint(first) != fingerprint(replace(first, headline="Thời sự ngày 15/7/2022"))
    other_film = (Video("http://media.kontumtv.vn/b.mp4", "kontumtv"),)
    assert fingerprint(first) != fingerprint(replace(first, videos=other_film))


def test_headline_of_a_long_text_does_not_count() -> None:
    first = make_article()
    assert fingerprint(first) == fingerprint(replace(first, headline="Tin khác", videos=()))


class FoldProperties:
    @given(st.text())
    def test_folding_twice_is_folding_once(self, text: str) -> None:
        assert fold_text(fold_text(text)) == fold_text(text)
