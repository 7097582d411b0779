"""A WordPress article page: from the response's selector to a ``RawArticle``."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from crawler.exceptions import PageError
from crawler.items import RawArticle, RawValue
from crawler.pages.body import Body, extract_body, unique_media
from crawler.pages.excerpts import parse_sapo
from crawler.pages.head import Head, read_head
from crawler.pages.headline import find_headline
from crawler.pages.kind import asks_password, why_no_page
from crawler.pages.layout import find_article, find_content, iter_own
from crawler.pages.tables import extract_text
from crawler.pages.terms import read_terms
from crawler.text.characters import normalize_text
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element
    from parsel import Selector

    from crawler.items import RawTerm

# WordPress's body_class(): what kind of page this is.
POST_ID_RE = re.compile(r"postid-(\d{1,18})\Z", re.ASCII)
SHORTLINK_RE = re.compile(r"[?&]p=(\d{1,18})(?:\Z|&)", re.ASCII)
PUBLISHED_METAS = ("article:published_time", "datepublished", "pubdate", "dc.date.issued")
MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified")


class ArticlePage:
    """One page of an article of any WordPress theme; each property is a field as printed."""

    SAPO = frozenset(("sapo", "post-sapo", "entry-sapo", "td-post-sub-title", "post-excerpt")) | {
        "singular-sapo",
        "article-sapo",
    }
    DATE = frozenset(
        ("post-date", "entry-date", "posted-on", "wp-block-post-date", "td-post-date", "date")
    ) | {
        "published",
        "mg-blog-date",
        "post-time",
        "entry-time",
        "meta-date",
        "article-date",
        "article-data",
    }
    AUTHOR = frozenset(
        ("wp-block-post-author__name", "post-meta-author", "author-name", "post-author", "author")
    )
    PAGE_LINKS = frozenset(("page-link", "page-links", "post-nav-links", "link-pages"))

    def __init__(self, selector: Selector, url: str) -> None:
        self.url = url
        self._root: Element = selector.root

    # ---- the page's parts, each found once

    @cached_property
    def _head(self) -> Head:
        return read_head(self._root)

    @cached_property
    def _body_classes(self) -> frozenset[str]:
        body = self._root.find("body")
        return frozenset(() if body is None else body.get("class", "").split())

    @cached_property
    def _article(self) -> Element | None:
        return find_article(self._root, self.post_id)

    @cached_property
    def _content(self) -> Element | None:
        return None if self._article is None else find_content(self._article)

    @cached_property
    def _own(self) -> list[tuple[Element, frozenset[str]]]:
        """The elements around the body with their classes, in order."""
        if self._article is None:
            return []
        return [
            (element, frozenset(element.get("class", "").split()))
            for element in iter_own(self._article, self._content)
        ]

    @cached_property
    def _body(self) -> Body:
        return extract_body(self._content, self.url)

    def _with_class(self, names: frozenset[str]) -> Iterator[Element]:
        return (element for element, classes in self._own if not names.isdisjoint(classes))

    # ---- the fields

    @property
    def post_id(self) -> str | None:
        """WordPress's number: from the body's class, else from the shortlink."""
        found = filter(None, map(POST_ID_RE.match, self._body_classes))
        match = next(found, None) or SHORTLINK_RE.search(self._head.links.get("shortlink", ""))
        return match[1] if match else None

    @property
    def canonical_url(self) -> str | None:
        return absolute_url(self.url, self._head.links.get("canonical"))

    @cached_property
    def headline(self) -> RawValue | None:
        return find_headline(self._own, self._head)

    @property
    def description(self) -> RawValue | None:
        """The sapo printed above the body, never an excerpt that repeats it."""
        for element in self._with_class(self.SAPO):
            text = parse_sapo(extract_text(element), self._body)
            if text:
                return RawValue(text, "page.sapo")
        return None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self._body.paragraphs

    @property
    def date_published(self) -> tuple[RawValue, ...]:
        return (
            *self._declared("datePublished", PUBLISHED_METAS),
            *self._times(modified=False),
            *self._printed_dates(),
        )

    @property
    def date_modified(self) -> tuple[RawValue, ...]:
        return (*self._declared("dateModified", MODIFIED_METAS), *self._times(modified=True))

    def _declared(self, key: str, metas: tuple[str, ...]) -> Iterator[RawValue]:
        value = self._head.json_ld.get(key)
        if isinstance(value, str) and value.strip():
            yield RawValue(value.strip(), "json_ld")
        for name in metas:
            if self._head.metas.get(name):
                yield RawValue(self._head.metas[name], f"meta.{name}")

    def _times(self, *, modified: bool) -> Iterator[RawValue]:
        for element, classes in self._own:
            stamp = element.get("datetime", "").strip() if element.tag == "time" else ""
            if stamp and _is_update(element, classes) is modified:
                yield RawValue(stamp, "page.time")
                return

    def _printed_dates(self) -> Iterator[RawValue]:
        """The date as readers see it, of the innermost element named so; possible or not."""
        dates = (el for el in self._with_class(self.DATE) if not _is_update_of(el))
        element = next(dates, None)
        if element is None:
            return
        for inner in dates:
            if element not in islice(inner.iterancestors(), 3):
                break
            element = inner
        text = normalize_text(extract_text(element))
        if text:
            yield RawValue(text, "page.date")

    @property
    def categories(self) -> tuple[RawTerm, ...]:
        return read_terms((element for element, _ in self._own), "category", self.url)

    @property
    def keywords(self) -> tuple[RawTerm, ...]:
        return read_terms((element for element, _ in self._own), "tag", self.url)

    @property
    def cms_author(self) -> str | None:
        linked = (el for el, _ in self._own if "author" in el.get("rel", "").split())
        named = self._with_class(self.AUTHOR)
        texts = (normalize_text(extract_text(el)) for group in (linked, named) for el in group)
        return next(filter(None, texts), None)

    @property
    def in_language(self) -> str | None:
        return self._root.get("lang")

    @property
    def next_page(self) -> str | None:
        """Address of the following page of an article in pages, as wp_link_pages() prints it."""
        for element in self._page_links():
            following = element.getnext()
            if following is not None and following.tag == "a":
                return absolute_url(self.url, following.get("href"))
        return None

    def _page_links(self) -> list[Element]:
        if self._article is None:
            return []
        spans = self._article.iter("span")
        return [
            el
            for el in spans
            if {"current", "post-page-numbers"} <= set(el.get("class", "").split())
        ]

    # ---- the record

    def check(self) -> None:
        """Raise where this is no article.

        Raises:
            PageError: with one of ``empty_page``, ``not_an_article``, ``password_protected``.
        """
        reason = why_no_page(self._root, self._body_classes)
        if reason is None and asks_password(self._content):
            reason = "password_protected"
        if reason is None and not self._says_article():
            reason = "not_an_article"
        if reason:
            raise PageError(self.url, reason)

    def _says_article(self) -> bool:
        """Whether WordPress says so, or else the page itself does and has a body."""
        if "single" in self._body_classes and self.post_id is not None:
            return True
        declared = bool(self._head.json_ld) or self._head.metas.get("og:type") == "article"
        return (declared or self.post_id is not None) and self._content is not None

    def to_raw(self) -> RawArticle:
        """Return everything the page says of the article.

        Raises:
            PageError: where it is no article, see ``check``.
        """
        self.check()
        return RawArticle(
            url=self.url,
            canonical_url=self.canonical_url,
            post_id=self.post_id,
            headline=self.headline,
            description=self.description,
            paragraphs=self.paragraphs,
            date_published=self.date_published,
            date_modified=self.date_modified,
            categories=self.categories,
            keywords=self.keywords,
            images=self._body.images,
            videos=self._body.videos,
            cms_author=self.cms_author,
            in_language=self.in_language,
            next_page=self.next_page,
        )


def _is_update(element: Element, classes: frozenset[str]) -> bool:
    """Whether a ``time`` is that of the last change; a theme that has one for both says both."""
    parent = element.getparent()
    outer = parent.get("class", "") if parent is not None else ""
    return ("updated" in classes and "published" not in classes) or "modified" in outer


def _is_update_of(element: Element) -> bool:
    return _is_update(element, frozenset(element.get("class", "").split()))


def merge_pages(first: RawArticle, *rest: RawArticle) -> RawArticle:
    """Return the pages of one article (``<!--nextpage-->``) as one, in the order given.

    Fetched when and where the first was; its validators are left out, since they say nothing of
    the other pages.
    """
    pages = (first, *rest)
    fetch = first.fetch
    if fetch and rest:
        fetch = replace(fetch, http_etag=None, http_last_modified=None)
    return replace(
        first,
        fetch=fetch,
        paragraphs=tuple(text for page in pages for text in page.paragraphs),
        images=unique_media(image for page in pages for image in page.images),
        videos=unique_media(video for page in pages for video in page.videos),
        next_page=pages[-1].next_page,
    )
