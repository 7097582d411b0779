"""Canonical addresses, comparison keys, and which addresses can name an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import Site, absolute_url, article_id, is_article_url, url_key

SITE = Site("kontumtv.vn", "https://kontumtv.vn", "http://127.0.0.1:8080")
ADDRESSES = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="htps:/.[]%?&=#kontumv@0aẢ ", max_size=80),
    st.builds("https://kontumtv.vn/{}".format, st.text(max_size=60)),
)


def test_base_url_is_home_where_none_is_given() -> None:
    assert Site("kontumtv.vn", "https://kontumtv.vn").base_url == "https://kontumtv.vn"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://127.0.0.1:8080/tin/a/", "https://kontumtv.vn/tin/a/"),
        ("http://www.kontumtv.vn:80/tin/a/", "https://kontumtv.vn/tin/a/"),
        ("//kontumtv.vn/tin/a", "https://kontumtv.vn/tin/a"),
        ("/tin/a/?utm_source=zalo&utm_medium=x#respond", "https://kontumtv.vn/tin/a/"),
        ("https://kontumtv.vn/a/?replytocom=12&x=1&fbclid=Iw", "https://kontumtv.vn/a/?x=1"),
        (
            "https://kontumtv.vn/%c4%91%e1%ba%afk%2dt%c3%b4/",
            "https://kontumtv.vn/%C4%91%E1%BA%AFk-t%C3%B4/",
        ),
        ("https://kontumtv.vn/a%2Fb/100%/", "https://kontumtv.vn/a%2Fb/100%25/"),
        ("https://bbt:x@kontumtv.vn/a/", "https://kontumtv.vn/a/"),
        ("http://127.0.0.1:9090/a/", "http://127.0.0.1:9090/a/"),
        ("https://baokontum.com.vn/A?gclid=1&b=2", "https://baokontum.com.vn/A?b=2"),
        ("mailto:bbt@kontumtv.vn", "mailto:bbt@kontumtv.vn"),
    ],
)
def test_canonical_address(url: str, canonical: str) -> None:
    assert SITE.canonical(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://www.kontumtv.vn/tin/đắk-tô",
        "http://kontumtv.vn/tin/%C4%91%E1%BA%AFk-t%C3%B4/",
        "https://kontumtv.vn/tin/%c4%91%e1%ba%afk%2dt%c3%b4/?utm_campaign=1#top",
    ],
)
def test_addresses_of_one_page_have_one_key(url: str) -> None:
    assert url_key(url) == "kontumtv.vn/tin/%C4%91%E1%BA%AFk-t%C3%B4"


def test_other_paths_and_queries_have_other_keys() -> None:
    keys = {url_key(f"https://kontumtv.vn/{path}") for path in ("a", "A", "a/b", "?p=1", "?p=2")}
    assert len(keys) == 5


@pytest.mark.parametrize(
    "path",
    [
        "tin-tuc/kinh-te/gia-ca-phe/",
        "gia-ca-phe/",
        "gia-ca-phe",
        "2022/07/14/gia-ca-phe.html",
        "archives/123",
        "index.php/2022/07/gia-ca-phe/",
        "tin-tuc/gia-ca-phe/?utm_source=facebook",
        "video-clip/thoi-su/thoi-su-ngay-14-07-2022/",
        "tin/%c4%91%e1%ba%afk-to/",
        "tin/category-management-la-gi/",
        "tin/2022/",
    ],
)
def test_could_be_an_article(path: str) -> None:
    assert is_article_url(SITE, f"https://kontumtv.vn/{path}")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "index.php",
        "?p=12",
        "?s=Kon+Tum",
        "tin/a/?replytocom=3",
        "tin/a/?attachment_id=9",
        "category/tin-tuc/",
        "vi/category/tin-tuc/",
        "tag/kon-tum/",
        "author/bbt/",
        "search/kon-tum/",
        "feed/",
        "tin/a/feed/",
        "tin/a/feed/atom/",
        "comments/feed/",
        "page/2/",
        "category/tin-tuc/page/2",
        "tin/a/2/",
        "tin/a/comment-page-1/",
        "2022/",
        "2022/07/",
        "2022/07/14",
        "tin/a/amp/",
        "tin/a/embed/",
        "tin/a/attachment/dsc-1/",
        "wp-content/uploads/2022/07/a.jpg",
        "wp-json/wp/v2/posts",
        "wp-login.php",
        "tin/a.pdf",
        "news/4000.aspx",
        "sitemap.xml",
    ],
)
def test_cannot_be_an_article(path: str) -> None:
    assert not is_article_url(SITE, f"https://kontumtv.vn/{path}")


def test_other_hosts_have_no_articles_of_ours() -> None:
    assert not is_article_url(SITE, "https://baokontum.com.vn/gia-ca-phe/")
    assert not is_article_url(SITE, "https://tv.kontumtv.vn/gia-ca-phe/")


def test_article_id_prefers_the_post_number() -> None:
    assert article_id(SITE, "12", "https://kontumtv.vn/a/") == "kontumtv.vn:12"
    assert article_id(SITE, None, "http://127.0.0.1:8080/tin/a/?utm_id=1") == "kontumtv.vn:tin/a"
    assert article_id(SITE, None, "https://kontumtv.vn/") == "kontumtv.vn:"


@pytest.mark.parametrize(
    "href", ["", None, "#", "javascript:void(0)", "data:image/gif;base64,R0", "http://[", "http:"]
)
def test_no_web_address_is_none(href: str | None) -> None:
    found = absolute_url("mailto:x", href)
    assert found is None


@pytest.mark.parametrize("url", ["http://[", "https://kontumtv.vn/" + "a" * 100_000])
def test_what_is_no_address_stays_as_it_is(url: str) -> None:
    assert SITE.canonical(url) == url
    assert not SITE.is_own(url)
    assert absolute_url(SITE.home, url) is None


class TestAddressProperties:
    @given(ADDRESSES)
    def test_canonical_twice_is_canonical_once(self, url: str) -> None:
        once = SITE.canonical(url)
        assert SITE.canonical(once) == once

    @given(ADDRESSES)
    def test_an_own_address_keeps_its_key(self, url: str) -> None:
        if SITE.is_own(url) and "127.0.0.1" not in url:
            assert url_key(SITE.canonical(url)) == url_key(url)

    @given(ADDRESSES)
    def test_any_text_is_an_article_or_not(self, url: str) -> None:
        assert is_article_url(SITE, url) in (True, False)
        assert article_id(SITE, None, url).startswith("kontumtv.vn:")
        assert absolute_url(SITE.home, url) is None or "//" in str(absolute_url(SITE.home, url))
