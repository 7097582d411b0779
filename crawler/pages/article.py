"""An article page: from the response's selector to a ``RawArticle``."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from parsel import Selector

from crawler.exceptions import PageError
from crawler.items import RawArticle, RawValue
from crawler.pages.body import Body, extract_body, unique_media
from crawler.pages.conversion import convert_page
from crawler.pages.excerpts import body_sapo, parse_sapo
from crawler.pages.frame import Frame, find_frame
from crawler.pages.frame_fields import find_sapo, read_bylines, read_dates
from crawler.pages.head import Head, read_head
from crawler.pages.headings import find_heading
from crawler.pages.headline import declared_titles, extract_title, find_headline
from crawler.pages.kind import asks_password, find_post_id, is_listing, says_gone, why_no_page
from crawler.pages.layout import (
    find_article,
    find_marked_content,
    has_paragraphs,
    is_line,
    iter_own,
)
from crawler.pages.marks import (
    marked_account,
    marked_dates,
    marked_sapo,
    marked_times,
    name_elements,
    players_above,
)
from crawler.pages.paging import find_next_page
from crawler.pages.signatures import printed_byline
from crawler.pages.tables import extract_text
from crawler.pages.terms import read_terms
from crawler.text.legacy import find_legacy
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.items import RawTerm, Video
    from crawler.pages.marks import Named

# Where a marked body holds a line, running text of this length elsewhere is the body.
MIN_ELSEWHERE = 600


class ArticlePage:
    """One page of an article; each property is a field as printed, from the best source there is.

    WordPress and its themes mark the parts of an article by name. Where they do not, the page's
    own structure tells them apart: its ``Frame``, which is looked for only then.
    """

    def __init__(self, page: Selector | Element, url: str) -> None:
        self.url = url
        self._root: Element = page.root if isinstance(page, Selector) else page

    # ---- the page's parts, each found once

    @cached_property
    def _head(self) -> Head:
        return read_head(self._root, self.url)

    @cached_property
    def _body_classes(self) -> frozenset[str]:
        body = self._root.find("body")
        return frozenset(() if body is None else body.get("class", "").split())

    @cached_property
    def _is_wordpress(self) -> bool:
        """Whether WordPress says that this is one post."""
        return self.post_id is not None or "single" in self._body_classes

    @cached_property
    def _article(self) -> Element | None:
        return find_article(self._root, self.post_id)

    @cached_property
    def _marked_content(self) -> Element | None:
        if not self._is_wordpress or self._article is None:
            return None
        marked = find_marked_content(self._article)
        if marked is None or not is_line(marked) or not has_paragraphs(self._article):
            return marked
        found = find_frame(self._article, self._titles)
        return None if found is not None and found.length > MIN_ELSEWHERE else marked

    @cached_property
    def _titles(self) -> list[str]:
        return [title.raw for title in declared_titles(self._head)]

    @cached_property
    def _frame(self) -> Frame | None:
        """The article by the page's structure; around the marked body where there is one."""
        scope = self._root.find("body")
        if scope is None:
            return None
        if self._marked_content is not None:
            return Frame(find_heading(scope, self._titles), self._marked_content, 0)
        return find_frame(scope, self._titles)

    @cached_property
    def _content(self) -> Element | None:
        if self._marked_content is not None:
            return self._marked_content
        return self._frame.content if self._frame else None

    @cached_property
    def _own(self) -> list[Named]:
        """The elements around the body with their classes, in order."""
        if self._is_wordpress and self._article is not None:
            return name_elements(iter_own(self._article, self._content))
        return name_elements(self._frame.around) if self._frame else []

    @cached_property
    def _sapo(self) -> Element | None:
        if self._is_wordpress or self._frame is None:
            return None
        return find_sapo(self._frame.head, self._frame.headline)

    @cached_property
    def _body(self) -> Body:
        if self._marked_content is not None or self._frame is None:
            return extract_body(self._content, self.url)
        unread = {*self._frame.unread, *(() if self._sapo is None else (self._sapo,))}
        return extract_body(self._content, self.url, unread)

    # ---- the fields

    @cached_property
    def post_id(self) -> str | None:
        """WordPress's number: from the body's class, else from the shortlink."""
        return find_post_id(self._body_classes, self._head.links.get("shortlink", ""))

    @property
    def canonical_url(self) -> str | None:
        return absolute_url(self.url, self._head.links.get("canonical"))

    @cached_property
    def headline(self) -> RawValue | None:
        """The headline shown; what the page declares where it shows none."""
        if self._is_wordpress:
            return find_headline(self._own, self._head)
        shown = self._frame.headline if self._frame else None
        if shown is not None and (text := extract_title(shown)):
            return RawValue(text, "page.h1" if shown.tag == "h1" else "page.heading")
        return next(declared_titles(self._head), None)

    @property
    def description(self) -> RawValue | None:
        """The sapo printed above the body or on top of it, never an excerpt that repeats it."""
        if self._is_wordpress:
            marked = marked_sapo(self._own, self._body)
            return marked or body_sapo(self._body)
        text = parse_sapo(extract_text(self._sapo), self._body) if self._sapo is not None else None
        return RawValue(text, "page.sapo") if text else body_sapo(self._body)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self._body.paragraphs

    @property
    def videos(self) -> tuple[Video, ...]:
        """The players of the body; where it has none, the one a theme shows above it."""
        if self._body.videos or not self._is_wordpress or self._article is None:
            return self._body.videos
        return unique_media(players_above(self._article, self._content, self._own, self.url))

    @property
    def byline(self) -> RawValue | None:
        """The byline a page prints outside the body; WordPress prints its account there."""
        if self._is_wordpress or self._frame is None:
            return None
        return printed_byline(self._frame, self._head)

    @cached_property
    def date_published(self) -> tuple[RawValue, ...]:
        marked = (
            *self._head.published,
            *marked_times(self._own, modified=False),
            *marked_dates(self._own),
        )
        # Text is searched for a date only where nothing is marked as one.
        if self._frame_is_asked(marked) and self._frame is not None:
            marked = (*marked, *read_dates(self._frame.head, self._frame.tail))
        return tuple(dict.fromkeys(marked)) if len(marked) > 1 else marked

    def _frame_is_asked(self, marked: tuple[RawValue, ...]) -> bool:
        return not marked or (not self._is_wordpress and len(marked) == 1)

    @property
    def date_modified(self) -> tuple[RawValue, ...]:
        return (
            *self._head.modified,
            *marked_times(self._own, modified=True),
        )

    @property
    def categories(self) -> tuple[RawTerm, ...]:
        return read_terms((element for element, _ in self._own), "category", self.url)

    @property
    def keywords(self) -> tuple[RawTerm, ...]:
        return read_terms((element for element, _ in self._own), "tag", self.url)

    @property
    def cms_author(self) -> str | None:
        """The account WordPress names, in the article's own elements or in its head elsewhere."""
        if not self._is_wordpress:
            return None
        account = marked_account(self._own)
        is_elsewhere = self.headline is None or self.headline.source != "page.h1"
        if account is None and is_elsewhere and self._frame is not None:
            return next(read_bylines(self._frame.head), None)
        return account

    @property
    def in_language(self) -> str | None:
        return self._root.get("lang")

    @property
    def next_page(self) -> str | None:
        return None if self._article is None else find_next_page(self._article, self.url)

    # ---- the record

    def check(self) -> None:
        """Raise where this is no article.

        Raises:
            PageError: with one of ``empty_page``, ``not_an_article``, ``password_protected``.
        """
        reason = why_no_page(self._root, self._body_classes)
        if reason is None and asks_password(self._content):
            reason = "password_protected"
        if reason is None and not (self._is_post or self._looks_like_article()):
            reason = "not_an_article"
        if reason:
            raise PageError(self.url, reason)

    @property
    def _is_post(self) -> bool:
        """Whether WordPress says so and names the post, or there is a body besides."""
        if self.post_id is None:
            return False
        return "single" in self._body_classes or self._content is not None

    def _looks_like_article(self) -> bool:
        """Whether one body dominates the page below a headline, or the page says it is one."""
        if self._frame is None or self.headline is None:
            return False
        if self._head.json_ld:
            return True
        declared = self._head.metas.get("og:type") == "article"
        if says_gone(self.headline.raw) or not (declared or self._frame.is_article):
            return False
        return not is_listing(self._frame.content, self._frame.length, self.url)

    def to_raw(self) -> RawArticle:
        """Return everything the page says of the article.

        Raises:
            PageError: where it is no article, see ``check``.
        """
        self.check()
        legacy = find_legacy(self.paragraphs)
        if legacy is None:
            return self._read()
        root = convert_page(self._root, legacy)
        return replace(ArticlePage(root, self.url)._read(), legacy_encoding=legacy)

    def _read(self) -> RawArticle:
        return RawArticle(
            url=self.url,
            canonical_url=self.canonical_url,
            post_id=self.post_id,
            headline=self.headline,
            description=self.description,
            paragraphs=self.paragraphs,
            byline=self.byline,
            date_published=self.date_published,
            date_modified=self.date_modified,
            categories=self.categories,
            keywords=self.keywords,
            images=self._body.images,
            videos=self.videos,
            cms_author=self.cms_author,
            in_language=self.in_language,
            next_page=self.next_page,
        )
