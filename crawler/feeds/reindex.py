"""The index of near-duplicates, made again from the feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.exceptions import RecordError, StateError
from crawler.feeds.history import history_files, read_lines
from crawler.feeds.names import VERSIONED_FEEDS
from crawler.items import Article
from crawler.records import parse_line
from crawler.storage.seen import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.seen import SeenStore


def reindex_if_empty(folder: Path, seen: SeenStore) -> int:
    """Fill the index of a state that has articles and none in the index; return how many.

    So it is with a state of a version before there was an index, or before its sketches changed.
    The last line of every living article is entered, in the order they were written.

    Raises:
        StateError: a line is no record; says where.
    """
    if seen.near or not seen.counts().get(Outcome.ARTICLE):
        return 0
    added = 0
    for path in history_files(folder, *VERSIONED_FEEDS):
        for line in read_lines(path):
            try:
                article = parse_line(Article, line.content)
            except RecordError as error:
                raise StateError(line.place, str(error)) from error
            known = seen.by_id(article.id)
            is_last = known is not None and known.version == article.version
            if is_last and article.record_type == "article":
                seen.near.add(article)
                added += 1
    return added
