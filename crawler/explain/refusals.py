"""An answer that is no article: the reason, and what of an article was seen in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parsel import Selector

from crawler.exceptions import DiscoveryError
from crawler.explain.findings import Explanation, Finding, Origin
from crawler.explain.meanings import REASONS
from crawler.explain.sources import is_json, page_of, posts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.items import RawValue
    from crawler.pages.rest import RestPost

# What an XPath finds is shown as it stands: this is what a theme's author would look at first.
DECLARATIONS = {
    "title": "string(//title[not(ancestor::*[local-name() = 'svg'])])",
    "h1": "string((//h1)[1])",
    "body_class": "string(//body/@class)",
    "og:type": "string(//meta[@property = 'og:type']/@content)",
    "robots": "string(//meta[@name = 'robots']/@content)",
    "json_ld": "string((//script[@type = 'application/ld+json'])[1])",
}
MAX_POSTS = 10


def explain_refusal(
    url: str, answer: str, reason: str, detail: str | None = None, text: str = ""
) -> Explanation:
    """Return why an answer gave no record, with what was seen in its ``text``."""
    if detail is None:
        detail = REASONS.get(reason)
    seen = tuple(_seen_posts(text, url) if is_json(text) else _seen_page(text, url))
    return Explanation(url, answer, seen, reason=reason, detail=detail)


def _seen_page(text: str, url: str) -> Iterator[Finding]:
    if not text.strip():
        return
    selector, page = Selector(text, type="html"), page_of(text, url)
    for name, path in DECLARATIONS.items():
        yield Finding(name, " ".join((selector.xpath(path).get() or "").split()) or None)
    yield Finding("post_id", page.post_id)
    yield Finding("canonical_url", page.canonical_url)
    yield _printed("headline", *filter(None, [page.headline]))
    yield _printed("date_published", *page.date_published)
    yield _printed("date_modified", *page.date_modified)
    yield Finding("categories", [term.name for term in page.categories])
    count = len(page.paragraphs)
    yield Finding("paragraphs", [page.paragraphs[0]] if count else [], note=f"{count} in the body")
    yield Finding("links", len(selector.xpath("//a[@href]")))


def _printed(field: str, *values: RawValue) -> Finding:
    origins = tuple(Origin(value.source, value.raw, use="seen") for value in values)
    return Finding(field, values[0].raw if values else None, origins)


def _seen_posts(text: str, url: str) -> Iterator[Finding]:
    try:
        posts = posts_of(text, url)
    except DiscoveryError as error:
        yield Finding("rest", error.reason)
        return
    yield Finding("posts", [_summary(post) for post in posts[:MAX_POSTS]], note=f"{len(posts)}")


def _summary(post: RestPost) -> dict[str, Any]:
    return {key: post.get(key) for key in ("id", "type", "status", "link")}
