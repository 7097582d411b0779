"""What a line of a feed leaves in the state: the same when it is written and when it is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.items import OLDER_VERSION
from crawler.storage.hashes import fingerprint
from crawler.storage.seen import Outcome, SeenArticle
from crawler.urls import url_key

if TYPE_CHECKING:
    from crawler.items import Article, Rejected
    from crawler.storage.seen import SeenStore


def remember_article(
    seen: SeenStore,
    article: Article,
    outcome: Outcome,
    *,
    run_id: str,
    line_at: int | None,
    digest: str | None = None,
    is_indexed: bool = True,
) -> None:
    """Remember the last line of an article, be it an article, a duplicate or a tombstone.

    ``digest`` is its fingerprint, where that was made already; ``is_indexed`` whether later
    articles are compared with it.
    """
    seen.past.record(article)
    remember_capture(seen, article)
    if is_older(article):
        seen.record_addresses(article.id, _unclaimed(seen, article))
        return
    seen.record(
        SeenArticle(
            id=article.id,
            outcome=outcome,
            version=article.version,
            content_hash=article.content_hash,
            modified=article.date_modified,
            crawled=article.observed,
            run_id=run_id,
            line_at=line_at,
            section=article.article_section,
            month=f"{article.date_published:%Y-%m}" if article.date_published else None,
        ),
        url_keys(article),
    )
    if outcome is Outcome.ARTICLE:
        seen.record_fingerprint(digest or fingerprint(article), article.id)
    if outcome is Outcome.TOMBSTONE:
        # The next article with this text is no copy of one that is gone.
        seen.forget_fingerprints(article.id)
    if outcome is Outcome.TOMBSTONE or not is_indexed:
        seen.near.remove(article.id)
    else:
        seen.near.add(article)


def remember_capture(seen: SeenStore, article: Article) -> None:
    """Remember the capture a record was read from, if it was one; it is not asked for again."""
    if article.archive_timestamp is not None:
        seen.past.record_read(url_keys(article), article.archive_timestamp)


def is_older(article: Article) -> bool:
    """Whether a line of the same article was there before that tells of a later time."""
    return OLDER_VERSION in article.quality_flags


def url_keys(article: Article) -> list[str]:
    """Return the keys of every address that led to an article."""
    return [url_key(url) for url in (article.url, *article.url_aliases)]


def _unclaimed(seen: SeenStore, article: Article) -> list[str]:
    """Return the addresses no other article has today: it may have been theirs once only."""
    known = {key: seen.by_address(key) for key in url_keys(article)}
    return [key for key, owner in known.items() if owner is None or owner.id == article.id]


def remember_rejected(seen: SeenStore, rejected: Rejected, run_id: str) -> None:
    """Remember a final rejection; what the dataset holds of the article stays what it is."""
    key = url_key(rejected.url)
    known = (seen.by_id(rejected.id) if rejected.id else None) or seen.by_address(key)
    if known is None or known.outcome is Outcome.REJECTED:
        known = SeenArticle(
            id=rejected.id or f"{rejected.site}:{key}",
            outcome=Outcome.REJECTED,
            version=0,
            content_hash=None,
            modified=rejected.date_modified,
            crawled=rejected.date_crawled,
            run_id=run_id,
        )
    else:
        modified = rejected.date_modified or known.modified
        # A capture that says nothing does not tell what the site says now.
        crawled = rejected.date_crawled if rejected.source == "live" else known.crawled
        known = replace(known, modified=modified, crawled=crawled)
    seen.record(known, [key])
    if rejected.archive_timestamp is not None:
        seen.past.record_read([key], rejected.archive_timestamp)
