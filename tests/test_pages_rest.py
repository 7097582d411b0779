"""Posts of the REST API, and which of their excerpts an editor wrote."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import DiscoveryError, PageError
from crawler.items import RawTerm, RawValue
from crawler.pages.rest import RestPost, has_all_terms, parse_rest_posts, rest_article

URL = "https://dai.example/wp-json/wp/v2/posts?page=1"
LINK = "https://dai.example/tin/mua-boi-loi/"


def post(**changes: object) -> RestPost:
    fields: RestPost = {
        "id": 7,
        "date": "2022-05-04T06:30:00",
        "date_gmt": "2022-05-03T23:30:00",
        "modified": "2022-05-05T07:00:00",
        "modified_gmt": "2022-05-05T00:00:00",
        "status": "publish",
        "type": "post",
        "link": LINK,
        "title": {"rendered": "Mùa <em>bời lời</em><br />&#8220;trên nương&#8221; &amp; rẫy"},
        "content": {"rendered": "<p>(KRT) &#8211; Bời lời được giá.</p>", "protected": False},
        "excerpt": {"rendered": "<p>Năm nay trúng mùa.</p>\n", "protected": False},
        "_embedded": {
            "author": [{"name": "Ban Biên tập"}],
            "wp:term": [
                [{"name": "Kinh tế &amp; Đời sống", "link": "https://dai.example/category/kt/"}],
                [{"name": "bời lời", "taxonomy": "post_tag", "link": "https://dai.example/tag/b/"}],
            ],
        },
    }
    terms = fields["_embedded"]["wp:term"]  # type: ignore[index]
    terms[0][0]["taxonomy"] = "category"
    return {**fields, **changes}


def test_post_says_what_its_page_would() -> None:
    article = rest_article(post())
    assert article.url == article.canonical_url == LINK
    assert article.post_id == "7"
    assert article.headline == RawValue("Mùa bời lời “trên nương” & rẫy", "wp_rest.title")
    assert article.description == RawValue("Năm nay trúng mùa.", "wp_rest.excerpt")
    assert article.paragraphs == ("(KRT) – Bời lời được giá.",)
    assert article.categories == (
        RawTerm("Kinh tế & Đời sống", "https://dai.example/category/kt/"),
    )
    assert article.keywords == (RawTerm("bời lời", "https://dai.example/tag/b/"),)
    assert article.cms_author == "Ban Biên tập"


def test_greenwich_time_comes_before_local_time() -> None:
    article = rest_article(post())
    assert article.date_published == (
        RawValue("2022-05-03T23:30:00+00:00", "wp_rest.date_gmt"),
        RawValue("2022-05-04T06:30:00", "wp_rest.date"),
    )
    assert article.date_modified[0] == RawValue("2022-05-05T00:00:00+00:00", "wp_rest.modified_gmt")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"content": {"rendered": "", "protected": True}}, "password_protected"),
        ({"status": "draft"}, "not_an_article"),
        ({"type": "page"}, "not_an_article"),
        ({"link": ""}, "not_an_article"),
        ({"link": ["x"]}, "not_an_article"),
        ({"content": None}, "not_an_article"),
    ],
)
def test_post_that_is_no_article_is_refused_with_the_reason(changes: RestPost, reason: str) -> None:
    with pytest.raises(PageError) as error:
        rest_article(post(**changes))
    assert error.value.reason == reason


@pytest.mark.parametrize("title", [{"rendered": " "}, None])
def test_post_without_a_title_is_an_article_without_a_headline(title: object) -> None:
    assert rest_article(post(title=title)).headline is None


def test_terms_beyond_the_embedded_ones_are_noticed() -> None:
    assert has_all_terms(post())
    assert not has_all_terms(post(tags=list(range(12))))


@pytest.mark.parametrize("number", [True, "7", None, 7.0])
def test_number_that_is_none_is_left_out(number: object) -> None:
    assert rest_article(post(id=number)).post_id is None


def test_post_without_embedded_parts_has_no_terms() -> None:
    article = rest_article(post(_embedded={"author": [{"code": "rest_user_invalid_id"}]}))
    assert (article.categories, article.keywords, article.cms_author) == ((), (), None)


def excerpt_of(excerpt: str, content: str) -> str | None:
    changes: RestPost = {"excerpt": {"rendered": excerpt}, "content": {"rendered": content}}
    description = rest_article(post(**changes)).description
    return description.raw if description else None


@pytest.mark.parametrize(
    ("excerpt", "content"),
    [
        ("<p>Mưa lớn cả đêm [&hellip;]</p>", "<p>Mưa lớn cả đêm làm ngập đường.</p>"),
        ("<p>Mưa lớn. Nước lên.</p>", "<p>Mưa lớn.</p>\n<p>Nước lên.</p>"),
        ("<p>Mưa lớn.Nước lên.</p>", "<div>Mưa lớn.</div><div>Nước lên.</div>"),
        ("Mưa lớn cả đêm.", "<p>(kontumtv.vn) &#8211; Mưa lớn cả đêm. Nước lên.</p>"),
        ("Mưa lớn cả đêm.", "<p>(VOV-Tây Nguyên) – Mưa lớn cả đêm. Nước lên.</p>"),
        (
            "Mưa lớn.",
            '<div><img src="/a.jpg"><p class="wp-caption-text">Sông</p></div><p>Mưa lớn.</p>',
        ),
        (
            "Mưa lớn. Sông",
            "<p>Mưa lớn.</p><figure><img src='/a.jpg'><figcaption>Sông</figcaption></figure>",
        ),
        ("", "<p>Mưa lớn.</p>"),
    ],
)
def test_excerpt_that_repeats_the_body_is_no_sapo(excerpt: str, content: str) -> None:
    assert excerpt_of(excerpt, content) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<p>Nước lên nhanh.</p><p>Mưa lớn cả đêm.</p>",
        "<p>Chiều tối. Ảnh: A Lương. Mưa lớn cả đêm.</p>",
    ],
)
def test_excerpt_an_editor_wrote_is_the_sapo(content: str) -> None:
    assert excerpt_of("<p>Mưa lớn cả đêm.</p>", content) == "Mưa lớn cả đêm."


def test_excerpt_as_long_as_an_article_is_no_sapo() -> None:
    assert excerpt_of("Mưa lớn. " * 500, "<p>Nước lên.</p>") is None


def test_list_of_posts_is_read_with_or_without_a_byte_order_mark() -> None:
    body = json.dumps([post(), "junk"]).encode()
    assert parse_rest_posts(body, URL) == parse_rest_posts(b"\xef\xbb\xbf" + body, URL) == [post()]
    assert parse_rest_posts("[]", URL) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html>", "HTML instead of JSON"),
        (b"", "no JSON"),
        (b"[{", "no JSON"),
        (b'{"code":"rest_no_route","data":{"status":404}}', "REST error rest_no_route"),
        (b'{"posts":[]}', "JSON, but no list of posts"),
        (b"[" * 200_000, "no JSON"),
    ],
)
def test_other_answers_are_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(DiscoveryError) as error:
        parse_rest_posts(body, URL)
    assert (error.value.url, error.value.reason) == (URL, reason)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["rendered", "name", "taxonomy", "wp:term"]), children)
    ),
    max_leaves=8,
)


class TestAnyPostProperties:
    @given(st.dictionaries(st.sampled_from(sorted(post())), JSON))
    def test_any_values_make_an_article_or_a_page_error(self, changes: RestPost) -> None:
        try:
            article = rest_article(post(**changes))
        except PageError:
            return
        assert article.headline is None or article.headline.raw
        assert article.url == LINK
