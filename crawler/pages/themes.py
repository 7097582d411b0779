"""What themes call the parts of an article: one small table a theme, a version beside the other.

Most themes use some of the names below, so one table of all of them reads a theme never seen. A
theme gets rows of its own only where those would read it wrong; a site that is rebuilt gets a new
row beside the old one, which keeps reading the copies that archives hold.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Theme:
    """Classes of the elements that hold an article's fields."""

    content: tuple[str, ...] = ()
    """Containers of the body, the most telling first; seen on 83 pages of 28 Vietnamese sites."""
    headline: frozenset[str] = NO_NAMES
    sapo: frozenset[str] = NO_NAMES
    date: frozenset[str] = NO_NAMES
    author: frozenset[str] = NO_NAMES


# fmt: off
ANY_THEME = Theme(
    content=(
        "wp-block-post-content", "td-post-content", "entry-content", "post-content",
        "single-content", "mk-single-content", "colibri-post-content",
        "elementor-widget-theme-post-content", "article-content", "post-entry", "entry",
    ),
    headline=frozenset((
        "entry-title", "post-title", "wp-block-post-title", "single-title", "article-title",
        "td-post-title", "post__title", "page-title",
    )),
    sapo=frozenset((
        "sapo", "post-sapo", "entry-sapo", "td-post-sub-title", "post-excerpt", "singular-sapo",
        "article-sapo", "jeg_post_subtitle", "post-subtitle", "entry-subtitle", "post-lead",
        "entry-lead", "single-excerpt",
    )),
    date=frozenset((
        "post-date", "entry-date", "posted-on", "wp-block-post-date", "td-post-date", "date",
        "published", "mg-blog-date", "post-time", "entry-time", "meta-date", "article-date",
        "article-data", "jeg_meta_date", "tie-date", "entry-meta-date", "post-meta-date",
    )),
    author=frozenset((
        "wp-block-post-author__name", "post-meta-author", "author-name", "post-author", "author",
        "td-post-author-name", "jeg_meta_author", "meta-author", "entry-author",
    )),
)
# fmt: on
