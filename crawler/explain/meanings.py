"""What the words of a record mean to a person who has only the record."""

from __future__ import annotations

from typing import Final

FLAGS: Final = {
    "no_headline": "the page shows no headline",
    "no_byline": "the text ends without a line naming anybody",
    "byline_in_text": "it stood behind the last sentence of a paragraph",
    "byline_on_top": "it stood before the text",
    "empty_text": "no text: media only",
    "no_date_published": "the page prints no date",
    "date_published_unreadable": "the page prints a date that is impossible or unknown",
    "date_published_weekday_mismatch": "the printed weekday is not that of the printed day",
    "date_published_sources_disagree": "two places of the page name different days",
    "date_published_in_future": "later than the page was taken",
    "date_published_month_first": "day and month only fit in American order",
    "older_version": "an old copy, found after a newer version was in the dataset",
    "date_modified_unreadable": "the page prints a change that is impossible or unknown",
    "legacy_encoding": "typed in a way of before Unicode that is not known here; left as it is",
    "legacy_encoding_converted": "typed in the fonts of before Unicode (TCVN3, VNI); converted",
}

REASONS: Final = {
    "empty": "neither text nor media",
    "password_protected": "WordPress asks for a password",
    "not_an_article": "a listing, a static page, an attachment, an error page",
    "empty_page": "the answer holds no page",
    "not_html": "the answer is no text",
    "unreadable_rest": "the answer is no post of the REST API",
    "other_post": "another post than that asked for, or several: --post names one",
    "not_archived": "the archive has no capture of it",
    "archive": "the archive has a copy that cannot be read, or does not answer",
    "forbidden_by_robots": "the site's robots.txt forbids it",
}


def flag_meaning(flag: str) -> str:
    """Return a flag's meaning in a sentence; the flag's own words where it is not in the table.

    >>> flag_meaning("empty_text")
    'no text: media only'
    >>> flag_meaning("date_published_odd")
    'date published odd'
    """
    return FLAGS.get(flag, flag.replace("_", " "))
