"""What may be exported at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Article, Rejected

if TYPE_CHECKING:
    from datetime import date


def outside(article: Article, since: date | None, until: date | None) -> str | None:
    """Name the bound that leaves the article out; an article without a date is kept."""
    if article.date_published is None:
        return None
    day = article.date_published.date()
    if since and day < since:
        return "since"
    return "until" if until and day > until else None


def is_empty(article: Article) -> bool:
    """Whether an article holds neither text nor picture nor player."""
    return not (article.text or article.description or article.images or article.videos)


def refuse(article: Article, reason: str, detail: str) -> Rejected:
    """Return the line of an article whose own page is at fault."""
    return Rejected(
        url=article.url,
        site=article.site,
        id=article.id,
        reason=reason,
        detail=detail,
        headline=article.headline,
        text=article.text,
        date_published_raw=article.date_published_raw,
        date_modified=article.date_modified,
        date_crawled=article.date_crawled,
        source=article.source,
        archive_timestamp=article.archive_timestamp,
        run_id=article.run_id,
        is_final=True,
    )


def refuse_empty(article: Article) -> Rejected | None:
    """Return the line of an article that says nothing; None where it says something."""
    return refuse(article, "empty", "neither text nor media") if is_empty(article) else None
