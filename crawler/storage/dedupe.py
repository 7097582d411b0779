"""Is this article new, changed, unchanged or a copy? Rules only; ``SeenStore`` holds the facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Literal

from crawler.items import OLDER_VERSION
from crawler.storage.hashes import fingerprint
from crawler.storage.seen import Freshness, Outcome
from crawler.urls import url_key

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.items import Article
    from crawler.storage.seen import SeenArticle, SeenStore


def freshness(seen: SeenArticle | None, modified: datetime | None) -> Freshness:
    """Return whether an article listed with this modification time must be asked for.

    Where the dataset knows no modification time, the time we fetched it stands in. Where the
    list tells none, a known article counts as unchanged: asking again for all of them is a
    recheck, not a resume. An article that was gone and is listed has come back.
    """
    if seen is None:
        return Freshness.NEW
    if seen.outcome is Outcome.TOMBSTONE:
        return Freshness.CHANGED
    if modified is not None and modified > (seen.modified or seen.crawled):
        return Freshness.CHANGED
    return Freshness.UNCHANGED


def post_freshness(
    seen: SeenArticle | None, modified: datetime | None, *, is_recheck: bool
) -> Freshness:
    """Return the same for an article whose list holds its text: a recheck costs no request."""
    fresh = freshness(seen, modified)
    has_line = seen is not None and seen.outcome is not Outcome.REJECTED
    if is_recheck and has_line and fresh is Freshness.UNCHANGED:
        return Freshness.CHANGED
    return fresh


NearDuplicates = Literal["drop", "annotate", "off"]
"""Near-duplicates go to the duplicates feed; stay, and say so; are not looked for."""


class Kind(Enum):
    """What an article is to the dataset."""

    NEW = "new"
    CHANGED = "changed"
    OLDER = "older"
    """A version from before the newest one, which nobody had told us of."""
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``article`` with its id, version and duplicate fields as they are to be written."""

    kind: Kind
    article: Article
    fingerprint: str


def judge(article: Article, seen: SeenStore, near_duplicates: NearDuplicates = "drop") -> Verdict:
    """Return what ``article`` is to the dataset; the caller writes it before judging another.

    The first to arrive is the one kept. A missed duplicate is better than a lost article: two
    articles are one when their whole folded text is the same, or as ``storage.near`` says.
    """
    known = seen.by_id(article.id) or _known_by_address(article, seen)
    if known is not None:
        version = seen.past.last_version(known.id) + 1
        article = replace(article, id=_lasting_id(article, known), version=version)
        if _is_older(known, article):
            return _judge_older(article, seen)
    digest = fingerprint(article)
    if known is not None and _says_the_same(known, article):
        return Verdict(Kind.UNCHANGED, article, digest)
    first = seen.by_fingerprint(digest)
    if first is not None and first != article.id:
        copy = replace(article, duplicate_of=first, duplicate_kind="exact", similarity=1.0)
        return Verdict(Kind.DUPLICATE, copy, digest)
    kind = Kind.CHANGED if known else Kind.NEW
    # An article that is kept stays kept: its earlier line stands among the articles, and others
    # may be copies of it.
    is_kept = known is not None and known.outcome is Outcome.ARTICLE
    if near_duplicates == "off" or (near_duplicates == "drop" and is_kept):
        return Verdict(kind, article, digest)
    marked = _mark_near(article, seen)
    if near_duplicates == "drop" and marked is not article:
        kind = Kind.DUPLICATE
    return Verdict(kind, marked, digest)


def _is_older(known: SeenArticle, article: Article) -> bool:
    """Whether an archive took it before the time the dataset's last line tells of."""
    return bool(known.version and article.archive_timestamp and article.observed < known.crawled)


def _judge_older(article: Article, seen: SeenStore) -> Verdict:
    """Return what a late-found old copy is: nothing new, or a line the newest stays before.

    It is never a copy of another article: what it once said is part of its own history.
    """
    if seen.past.holds(article):
        return Verdict(Kind.UNCHANGED, article, fingerprint(article))
    flags = tuple(sorted({*article.quality_flags, OLDER_VERSION}))
    return Verdict(Kind.OLDER, replace(article, quality_flags=flags), fingerprint(article))


def _mark_near(article: Article, seen: SeenStore) -> Article:
    """Return ``article`` with the one it is a near copy of, if there is one."""
    near = seen.near.nearest(article)
    if near is None:
        return article
    similarity = round(near.similarity, 4)
    return replace(
        article, duplicate_of=near.article_id, duplicate_kind="near", similarity=similarity
    )


def _known_by_address(article: Article, seen: SeenStore) -> SeenArticle | None:
    """Return the article at this address where only one of the two copies tells its post id.

    Two different post ids at one address are two articles: WordPress gives a slug out again once
    its post is deleted.
    """
    known = seen.by_address(url_key(article.url))
    if known is None or (_has_post_id(known.id) and _has_post_id(article.id)):
        return None
    return known


def _lasting_id(article: Article, known: SeenArticle) -> str:
    """Return the id an article keeps; a rejection that knew no post id leaves none to keep."""
    is_bare = known.outcome is Outcome.REJECTED and not _has_post_id(known.id)
    return article.id if is_bare else known.id


def _has_post_id(article_id: str) -> bool:
    return article_id.rpartition(":")[2].isdigit()


def _says_the_same(known: SeenArticle, article: Article) -> bool:
    """Whether the last line holds what the article says; one that was gone has come back."""
    return known.outcome is not Outcome.TOMBSTONE and known.content_hash == article.content_hash
