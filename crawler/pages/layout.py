"""Which part of a page is the article's own, and which boxes never belong to it.

The words are those WordPress themes and plugins give their elements as class or id.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, cast

from lxml import etree

from crawler.pages.tables import short_text
from crawler.pages.themes import ANY_THEME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

# Boxes inside an article or its body that are no part of the text. Words of the first group count
# wherever they stand between spaces, hyphens and underscores; those of the second only as a whole
# name, since layouts are called `no-sidebar` or `comments-open` as well; so `has-ads` and its like
# tell of a layout. Alternatives over single words: the search cannot run away.
NOISE_RE = re.compile(
    r"(?:^|[\s_-])(?<!has[_-])(?<!no[_-])(?<!with[_-])(?:share|sharing|sharedaddy|shareaholic|social|socials|addtoany|addthis"
    r"|related|relatedposts|yarpp|relpost|lien-quan|recommend|recommended"
    r"|ads|adsbygoogle|advert|advertisement|quang-cao|quangcao"
    r"|comments-(?:area|list|form|wrap)|comment-(?:list|form|respond)|respond|disqus|toc"
    r"|breadcrumbs?|pagination|page-links?|post-nav-links|post-navigation|nav-links"
    r"|author-(?:box|bio|info)|ratings?|kksr|rmp|newsletter|subscribe|printfriendly"
    r"|screen-reader-text|sr-only|post-views|tagcloud|popup)(?:$|[\s_-])"
    r"|lien-?quan|tin-?khac|other-?news|table-of-contents|lwptoc|kk-star"
    r"|(?:^|\s)(?:mejs-(?:offscreen|controls|layers?)|vjs-(?:control|modal|text|menu|error)|plyr__control"
    r"|jw-(?:controls|title|error))[\w-]*"
    # `RelatedNews`, `BoxRelated`: words of their own by their capitals.
    r"|(?-i:(?:^|[\s_-]|(?<=[a-z]))Relate(?:d)?(?=[A-Z\s_-]|$))|article-relate(?![a-z])"
    r"|(?:^|\s)(?:sidebar|widget|ad|banner|modal|crumbs|comments|post-comments|wp-block-comments"
    r"|wp-block-post-comments"
    # What Instagram and Facebook put in place of a post until their script shows it.
    r"|instagram-media|fb-xfbml-parse-ignore)(?:$|\s)",
    re.IGNORECASE,
)
# Lines of tags and sections in the body; around it they are read for their terms.
TERMS_RE = re.compile(
    r"(?:^|[\s_-])(?:tags?-links|cat-links|(?:post|entry|article|news|box)-tags?"
    r"|(?:post|entry)-footer)(?:$|[\s_-])"
    r"|(?:^|\s)tags(?:$|\s)",
    re.IGNORECASE,
)
HIDDEN_RE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
CONTENT_RANKS = {name: rank for rank, name in enumerate(ANY_THEME.content)}
MEDIA_TAGS = ("img", "iframe", "video", "audio", "embed", "object")
MAX_LINE = 150
MAX_LINE_PARTS = 2
MANY_LINES = 3
MAX_SAID_ABOVE = 12
MAX_LOOKED_AT = 100
PAGE_PARTS = frozenset(("nav", "aside", "script", "style", "noscript", "svg", "form", "template"))
POST_BY_ID = etree.XPath("id($id)")
MAIN = etree.XPath("(//*[@role='main'])[1]")


@lru_cache(maxsize=4096)
def is_noise(names: str) -> bool:
    """Whether an element with these classes and ids is a box beside the text.

    >>> is_noise("ads-inline"), is_noise("sharedaddy sd-sharing-enabled"), is_noise("post-content")
    (True, True, False)
    >>> is_noise("loads"), is_noise("")
    (False, False)
    """
    return NOISE_RE.search(names) is not None


@lru_cache(maxsize=4096)
def is_noise_in_body(names: str) -> bool:
    """Whether an element with these names is a box beside the text, or a line of tags in it."""
    return NOISE_RE.search(names) is not None or TERMS_RE.search(names) is not None


def is_written(element: Element) -> bool:
    """Whether a box holds some paragraphs of running text."""
    lengths = [len(each.text or "") for each in islice(element.iter("p"), MAX_LOOKED_AT)]
    running = [length for length in lengths if length >= MAX_LINE // 2]
    return len(running) > 1 and sum(running) >= MANY_LINES * MAX_LINE


def names_of(element: Element) -> str:
    """Return an element's classes and id as one string, empty where it has neither."""
    classes, identity = element.get("class"), element.get("id")
    if identity:
        return f"{classes} {identity}" if classes else identity
    return classes or ""


def is_box(element: Element) -> bool:
    """Whether an element is a box beside the text: by its name, or because nobody sees it."""
    names = names_of(element)
    if names and is_noise_in_body(names):
        return True
    # VCCorp's editor says so by an attribute: `type="RelatedOneNews"`.
    if element.get("type", "").startswith("Related"):
        return True
    style = element.get("style")
    return style is not None and HIDDEN_RE.search(style) is not None


def select(path: etree.XPath, element: Element, **variables: str) -> list[Element]:
    """Return the elements a compiled path finds."""
    return cast("list[Element]", path(element, **variables))


def find_article(root: Element, post_id: str | None) -> Element | None:
    """Return the element that holds the article: ``#post-N``, else ``main``, else ``body``."""
    found = select(POST_BY_ID, root, id=f"post-{post_id}") if post_id else []
    found = found or list(islice(root.iter("main"), 1)) or select(MAIN, root)
    return found[0] if found else root.find("body")


def find_marked_content(article: Element) -> Element | None:
    """Return the element whose class says that it holds the body, None where none does.

    Of several the most telling class wins, and of two alike the first: related posts come later.
    """
    best: tuple[int, Element] | None = None
    for element in article.iter("div", "section", "article", "main"):
        for name in element.get("class", "").split():
            rank = CONTENT_RANKS.get(name)
            if rank is not None and (best is None or rank < best[0]) and not _is_said(element):
                best = rank, element
    return best[1] if best else None


def _is_said(element: Element) -> bool:
    """Whether an element stands in a reader's comment, which WordPress gives the class so."""
    boxes = islice(element.iterancestors(), MAX_SAID_ABOVE)
    return any("comment" in box.get("class", "").split() for box in boxes)


def is_line(content: Element) -> bool:
    """Whether a body is a line of text without picture or player: perhaps only a teaser."""
    if len(content) > MAX_LINE_PARTS or next(content.iter(*MEDIA_TAGS), None) is not None:
        return False
    return short_text(content, MAX_LINE) is not None


def has_paragraphs(article: Element) -> bool:
    """Whether an article's paragraphs hold more than a few lines, at a glance."""
    return sum(len(element.text or "") for element in article.iter("p")) > MANY_LINES * MAX_LINE


def iter_own(article: Element, content: Element | None) -> Iterator[Element]:
    """Yield the article's elements around its body: no comments, related posts or navigation."""
    walk = etree.iterwalk(article, events=("start",))
    for _, element in walk:
        if element is article:
            yield element
        elif element is content or element.tag in PAGE_PARTS or is_noise(names_of(element)):
            walk.skip_subtree()
        else:
            yield element
