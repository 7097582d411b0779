"""What makes two records one: the content hash, and the fingerprint of exact duplicates."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from crawler.records import to_json
from crawler.text.comparison import fold_text

if TYPE_CHECKING:
    from crawler.items import Article

HASH_VERSION = 1

# What the article says. Left out on purpose: crawl times and provenance; the raw texts a value
# was read from; what follows from other fields (content_type, word_count, event_dates);
# date_modified and cms_author, which not every source tells. A field added later and empty in
# old records changes no hash, since empty fields are ignored.
CONTENT_FIELDS = (
    "url",
    "headline",
    "description",
    "text",
    "dateline",
    "authors",
    "byline_raw",
    "sources",
    "is_staff",
    "categories",
    "keywords",
    "images",
    "videos",
)

# Below this many syllables a text alone does not tell two posts apart ("Mời quý vị theo dõi
# chương trình Thời sự."), so headline and media count as well.
SHORT_TEXT_SYLLABLES = 40


def content_hash(article: Article) -> str:
    """Return `<version>:<SHA-256 hex>` over the content fields of ``article``.

    The same from every source the article is read from: of `date_published` only the day in
    Vietnam counts, since a page may print less of the time than the API tells.
    """
    values = ((name, getattr(article, name)) for name in CONTENT_FIELDS)
    content = {name: to_json(value) for name, value in values if value}
    if article.date_published is not None:
        content["date_published"] = article.date_published.date().isoformat()
    payload = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{HASH_VERSION}:{hashlib.sha256(payload.encode()).hexdigest()}"


def fingerprint(article: Article) -> str:
    """Return the key that exact duplicates share: SHA-256 over the folded text.

    A short text is told apart by headline and media as well.
    """
    parts = [fold_text(article.text)]
    if article.word_count < SHORT_TEXT_SYLLABLES:
        parts.append(fold_text(article.headline))
        parts += sorted(video.url for video in article.videos)
        parts += sorted(image.url for image in article.images)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
