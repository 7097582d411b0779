"""Posts as WordPress's REST API gives them: ``/wp-json/wp/v2/posts?_embed=author,wp:term``."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from crawler.exceptions import DiscoveryError, PageError
from crawler.items import RawArticle, RawTerm, RawValue
from crawler.pages.body import Body, extract_body
from crawler.pages.conversion import convert_page
from crawler.pages.excerpts import body_sapo, parse_sapo
from crawler.pages.headline import extract_title
from crawler.text.characters import normalize_text
from crawler.text.legacy import convert_legacy, find_legacy
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

    from crawler.text.legacy import Legacy

RestPost: TypeAlias = dict[str, object]
"""One object of the list, as JSON has it; nothing in it is sure to be there."""


def parse_rest_posts(body: bytes | str, url: str) -> list[RestPost]:
    """Return the posts of one answer, an empty list for a page behind the last.

    Raises:
        DiscoveryError: the answer is HTML, no JSON, an error object, or no list.
    """
    text = body.decode("utf-8-sig", "replace") if isinstance(body, bytes) else body
    if text.lstrip().startswith("<"):
        raise DiscoveryError(url, "HTML instead of JSON")
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(url, "no JSON") from error
    if isinstance(data, dict) and "code" in data:
        raise DiscoveryError(url, f"REST error {str(data['code'])[:80]}")
    if not isinstance(data, list):
        raise DiscoveryError(url, "JSON, but no list of posts")
    return [post for post in data if isinstance(post, dict)]


def rest_article(post: RestPost) -> RawArticle:
    """Return what a post object says of the article, the same as its page would.

    Raises:
        PageError: ``password_protected``; ``not_an_article`` for anything but a published post
            with an address.
    """
    url = _text(post, "link")
    _check(post, url)
    content = parse_fragment(_text(post, "content", "rendered"))
    body = extract_body(content, url)
    legacy = find_legacy(body.paragraphs)
    if legacy is not None:
        body = extract_body(convert_page(content, legacy), url)
    article = _with_body(post, url, body)
    return article if legacy is None else _converted(article, legacy)


def _converted(article: RawArticle, legacy: Legacy) -> RawArticle:
    headline, lead = article.headline, article.description
    if headline is not None:
        headline = RawValue(convert_legacy(headline.raw, legacy), headline.source)
    if lead is not None:
        lead = RawValue(convert_legacy(lead.raw, legacy), lead.source)
    return replace(article, headline=headline, description=lead, legacy_encoding=legacy)


def _with_body(post: RestPost, url: str, body: Body) -> RawArticle:
    headline = _title(_text(post, "title", "rendered"))
    return RawArticle(
        url=url,
        canonical_url=url,
        post_id=_post_id(post),
        headline=RawValue(headline, "wp_rest.title") if headline else None,
        description=_description(post, body),
        paragraphs=body.paragraphs,
        date_published=rest_dates(post, "date"),
        date_modified=rest_dates(post, "modified"),
        categories=tuple(_terms(post, "category")),
        keywords=tuple(_terms(post, "post_tag")),
        images=body.images,
        videos=body.videos,
        cms_author=_author(post),
    )


def _check(post: RestPost, url: str) -> None:
    content = post.get("content")
    if isinstance(content, dict) and content.get("protected") is True:
        raise PageError(url, "password_protected")
    published = post.get("status", "publish") == "publish" and post.get("type", "post") == "post"
    if not published or absolute_url(url, url) is None or not isinstance(content, dict):
        raise PageError(url, "not_an_article")


def _text(post: RestPost, *path: str) -> str:
    """Return the text at a path of keys, empty where there is none."""
    value: object = post
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _post_id(post: RestPost) -> str | None:
    number = post.get("id")
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else None


def parse_fragment(markup: str) -> Element:
    """Return an element that holds a piece of HTML."""
    data = markup.replace("\x00", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, no_network=True)
    root = etree.fromstring(b"<html><body>" + data + b"</body></html>", parser)
    body = root.find("body")
    return root if body is None else body


def _title(markup: str) -> str:
    if "<" not in markup:
        return normalize_text(html.unescape(markup))
    return extract_title(parse_fragment(markup))


def _description(post: RestPost, body: Body) -> RawValue | None:
    excerpt = _title(_text(post, "excerpt", "rendered"))
    text = parse_sapo(excerpt, body)
    return RawValue(text, "wp_rest.excerpt") if text else body_sapo(body)


def rest_dates(post: RestPost, key: str) -> tuple[RawValue, ...]:
    """Return what a post tells under ``date`` or ``modified``: in UTC, then in the site's zone."""
    gmt, local = _text(post, f"{key}_gmt"), _text(post, key)
    values = [RawValue(f"{gmt}+00:00", f"wp_rest.{key}_gmt")] if gmt else []
    return (*values, RawValue(local, f"wp_rest.{key}")) if local else tuple(values)


def _embedded(post: RestPost, key: str) -> list[object]:
    embedded = post.get("_embedded")
    value = embedded.get(key) if isinstance(embedded, dict) else None
    return value if isinstance(value, list) else []


def _terms(post: RestPost, taxonomy: str) -> Iterator[RawTerm]:
    for group in _embedded(post, "wp:term"):
        for term in group if isinstance(group, list) else []:
            if isinstance(term, dict) and term.get("taxonomy") == taxonomy:
                name = _title(_text(term, "name"))
                if name:
                    yield RawTerm(name, _text(term, "link") or None)


def _author(post: RestPost) -> str | None:
    for author in _embedded(post, "author"):
        if isinstance(author, dict):
            return _title(_text(author, "name")) or None
    return None


def has_all_terms(post: RestPost) -> bool:
    """Whether every category and tag a post counts came embedded with it."""
    counted = sum(_count(post.get(key)) for key in ("categories", "tags"))
    return sum(map(_count, _embedded(post, "wp:term"))) >= counted


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else 0
