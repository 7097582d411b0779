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
