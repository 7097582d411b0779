"""Which feed an article's line goes to."""

from crawler.storage.seen import Outcome

STATE_NAME = "state.sqlite3"
FEEDS = {
    Outcome.ARTICLE: "articles",
    Outcome.TOMBSTONE: "articles",
    Outcome.DUPLICATE: "duplicates",
    Outcome.REJECTED: "rejected",
}
FEED_NAMES = ("articles", "duplicates", "rejected")
VERSIONED_FEEDS = ("articles", "duplicates")
"""Those whose lines have an id and a version."""


def outcome_of(feed: str, *, is_tombstone: bool) -> Outcome:
    """Return what a line of this feed makes of its article."""
    if is_tombstone:
        return Outcome.TOMBSTONE
    return Outcome.DUPLICATE if feed == FEEDS[Outcome.DUPLICATE] else Outcome.ARTICLE
