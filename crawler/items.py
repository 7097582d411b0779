"""What travels between the steps: what a page said, and what we mean by it.

``RawArticle`` holds strings as printed; ``Article`` is the exported record, typed. Both are
frozen: a step returns a new item. Keys, order, types and documentation of the exported record
come from here; the JSON Schema and the table in ``exports/README.md`` are generated from it.

Field names are schema.org NewsArticle's in snake case; a name with ``_raw`` keeps the text as
printed beside the value that was read from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - `date` is a field's name here
from datetime import datetime
from typing import Any, Literal

SCHEMA_VERSION = "1.0"
OLDER_VERSION = "older_version"
"""Flag of a line that was written after a newer one: an archive kept it, we had not."""

Precision = Literal["second", "minute", "day", "month"]
PartOfDay = Literal["early_morning", "morning", "noon", "afternoon", "evening", "night"]
Source = Literal["live", "warc", "wayback", "commoncrawl"]
Role = Literal["text", "photo", "video", "editor", "translator", "compiler", "contributor"]


def _doc(text: str, **kwargs: Any) -> Any:
    """Return a dataclass field that carries its documentation."""
    return field(metadata={"doc": text}, **kwargs)


@dataclass(frozen=True, slots=True)
class RawValue:
    """A text as printed and where it was read, e.g. ``RawValue("14/07/2022", "page.date")``."""

    raw: str
    source: str


@dataclass(frozen=True, slots=True)
class RawTerm:
    """A category or tag: its printed name and the URL of its listing, if the page links one."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article."""

    url: str = _doc("absolute URL of the largest file the page names")
    caption: str | None = _doc("caption as printed, without the credit", default=None)
    credit: str | None = _doc("who took it, as printed after `Ảnh:` or in brackets", default=None)


@dataclass(frozen=True, slots=True)
class Video:
    """A video or audio player of the article."""

    url: str = _doc("absolute URL of the media file, or of the player's page")
    provider: str = _doc("`kontumtv`-style own file: the media host; `youtube`, `facebook`, …")
    caption: str | None = _doc("caption as printed", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """How and when the bytes of one answer came; goes into the record's provenance."""

    date_crawled: datetime
    """When the answer was read, +07:00."""
    source: Source = "live"
    archive_timestamp: datetime | None = None
    """When the archive captured it, +07:00."""
    warc: WarcPosition | None = None
    http_etag: str | None = None
    http_last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """What one source said of one article: text as printed, nothing interpreted."""

    url: str
    """Address the answer came from, after redirects."""
    canonical_url: str | None = None
    """What the page declares (`link rel=canonical`, REST `link`)."""
    url_aliases: tuple[str, ...] = ()
    """Other addresses that led here: redirect sources, the shortlink."""
    post_id: str | None = None
    """WordPress's number of the post."""
    headline: RawValue | None = None
    description: RawValue | None = None
    """The sapo, only where the page marks one; never an excerpt WordPress made up itself."""
    paragraphs: tuple[str, ...] = ()
    """The body as a reader sees it, dateline and byline still in it; no captions, share buttons,
    related links, comment form or scripts. One string a paragraph, white space folded."""
    byline: RawValue | None = None
    """A byline printed outside the body, where the page has one."""
    date_published: tuple[RawValue, ...] = ()
    """Every place the page prints it, the most trustworthy first."""
    date_modified: tuple[RawValue, ...] = ()
    categories: tuple[RawTerm, ...] = ()
    keywords: tuple[RawTerm, ...] = ()
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    cms_author: str | None = None
    """Display name of the WordPress account; hardly ever the author."""
    in_language: str | None = None
    next_page: str | None = None
    """URL of the article's next page (`<!--nextpage-->`), None on the last or only one."""
    legacy_encoding: str | None = None
    """How it was typed where that was not Unicode: `tcvn3` or `vni`, converted; `unknown`, left."""
    fetch: Fetch | None = None
    """Set by the spider; pages know nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """What could not become a record: one line of the rejected feed."""

    schema_version: str = _doc("version of this table", default=SCHEMA_VERSION)
    url: str = _doc("canonical URL, or the URL as asked where there is none")
    site: str = _doc("host name of the site")
    id: str | None = _doc("the article's id, where it could be read", default=None)
    reason: str = _doc("why, one of the words listed below")
    detail: str | None = _doc("what was found, in a sentence", default=None)
    headline: str | None = _doc("what was read of it", default=None)
    text: str | None = _doc("what was read of it", default=None)
    date_published_raw: str | None = _doc("what was read of it", default=None)
    date_modified: datetime | None = _doc("last change the site told, +07:00", default=None)
    date_crawled: datetime = _doc("when, +07:00")
    source: Source = _doc("where the bytes came from", default="live")
    archive_timestamp: datetime | None = _doc("when an archive took it, +07:00", default=None)
    run_id: str = _doc("run that wrote the line", default="")
    is_final: bool = _doc(
        "`true`: the page itself is at fault and is not asked for again until it changes; "
        "`false`: the next run tries again",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A known article whose page is no longer there; its tombstone is still to be written."""

    id: str
    url: str
    reason: str
    """``http_404``, ``http_410`` or ``not_listed``."""
    date: datetime
    """When that was found out, +07:00."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person who made the article."""

    name: str = _doc("name as printed, NFC; honorifics gone, ALL CAPS restored")
    roles: tuple[Role, ...] = _doc(
        "what the byline says they did: text, photo, video, editor, translator, compiler, "
        "contributor; `text` where it says nothing",
        default=("text",),
    )


@dataclass(frozen=True, slots=True)
class Dateline:
    """The agency or place before the first words, e.g. `(kontumtv.vn) –`."""

    raw: str = _doc("as printed, dash included")
    agency: str | None = _doc("canonical name of the agency", default=None)
    place: str | None = _doc("place as printed", default=None)


@dataclass(frozen=True, slots=True)
class EventDate:
    """A day, or a range of days, the opening speaks of."""

    date: Day = _doc("first day, Vietnam's calendar")
    end: Day | None = _doc("last day of a range, itself included; null for one day", default=None)
    part_of_day: PartOfDay | None = _doc("only where a word says so", default=None)
    raw: str = _doc("the words it was read from", default="")


@dataclass(frozen=True, slots=True)
class WarcPosition:
    """Where the bytes the record was read from are kept."""

    file: str = _doc("name of the WARC file")
    offset: int = _doc("byte offset of the record in it")
    digest: str | None = _doc("payload digest as the archive gives it", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The exported record, schema 1.0: every key on every line, lists never null."""

    schema_version: str = _doc("version of this table", default=SCHEMA_VERSION)
    record_type: Literal["article", "tombstone"] = _doc(
        "`article`; `tombstone` when it is gone, the rest being its last record", default="article"
    )
    tombstone_reason: str | None = _doc(
        "how that was found out: `http_404`, `http_410`: its page was asked for and answered so; "
        "`not_listed`: the site's list names it no more, and its page answers 404 or 410; "
        "tombstones only",
        default=None,
    )
    id: str = _doc("stable for the article's life, the same from every source: `<site>:<post id>`")
    version: int = _doc(
        "1 for the first, one more for each change of content, for its end and its return",
        default=1,
    )
    content_hash: str = _doc(
        "`1:` and the SHA-256 of the content fields, hexadecimal; provenance excluded, empty "
        "fields ignored, `date_published` by its day",
        default="",
    )
    url: str = _doc("canonical URL at the site's own address")
    url_aliases: tuple[str, ...] = _doc("other URLs that led to it, sorted", default=())
    site: str = _doc("host name of the site, e.g. `kontumtv.vn`")
    headline: str = _doc("title as shown, without the site's name")
    description: str | None = _doc("sapo (lead) where the page marks one", default=None)
    text: str = _doc(
        "body, paragraphs joined by a blank line, without dateline, byline, captions, related "
        "links, comment form; empty for a post of media only",
        default="",
    )
    content_type: Literal["article", "video", "gallery"] = _doc(
        "`video`: a player with little text; `gallery`: pictures with little text",
        default="article",
    )
    dateline: Dateline | None = _doc("agency or place before the first words", default=None)
    date_published: datetime | None = _doc(
        "ISO 8601 at +07:00; null where the page tells none that can be read", default=None
    )
    date_published_raw: str | None = _doc("the text it was read from", default=None)
    date_published_source: str | None = _doc(
        "where that text stood, e.g. `wp_rest.date_gmt`, `json_ld`, `page.time`", default=None
    )
    date_published_precision: Precision | None = _doc(
        "how fine the text was; finer parts of the value are zero", default=None
    )
    date_modified: datetime | None = _doc(
        "the latest change the site declares, on the page or in its sitemap", default=None
    )
    date_modified_raw: str | None = _doc("the text it was read from", default=None)
    date_modified_source: str | None = _doc("where that text stood", default=None)
    date_modified_precision: Precision | None = _doc("how fine the text was", default=None)
    event_dates: tuple[EventDate, ...] = _doc(
        "days the opening speaks of, resolved against publication", default=()
    )
    authors: tuple[Author, ...] = _doc("persons only, order as printed", default=())
    byline_raw: str | None = _doc("the printed line; two lines joined by a line feed", default=None)
    sources: tuple[str, ...] = _doc(
        "agencies and organisations credited, canonical names", default=()
    )
    is_staff: bool = _doc("the byline says `PV`, `Ban Thời sự` or the like", default=False)
    cms_author: str | None = _doc("WordPress account that posted it; not the author", default=None)
    article_section: str | None = _doc("name of the main category", default=None)
    categories: tuple[str, ...] = _doc("names of all categories", default=())
    keywords: tuple[str, ...] = _doc("tags", default=())
    images: tuple[Image, ...] = _doc("pictures of the body, in order", default=())
    videos: tuple[Video, ...] = _doc("players of the body, in order", default=())
    in_language: str = _doc("BCP 47 code; `vi`", default="vi")
    word_count: int = _doc("syllables of `text`, separated by space", default=0)
    duplicate_of: str | None = _doc(
        "`id` of the article kept; in the duplicates feed, or by `NEAR_DUPLICATES=annotate`",
        default=None,
    )
    duplicate_kind: Literal["exact", "near"] | None = _doc(
        "`exact`: the same text after normalisation; `near`: the same story, edited",
        default=None,
    )
    similarity: float | None = _doc(
        "0 to 1: of all runs of five syllables in both texts, the share that stands in both; "
        "1.0 for exact",
        default=None,
    )
    date_crawled: datetime = _doc("when it was fetched, +07:00")
    source: Source = _doc("where the bytes came from", default="live")
    archive_timestamp: datetime | None = _doc(
        "when the archive captured it; null for `live`", default=None
    )
    warc: WarcPosition | None = _doc("file, offset and digest of the bytes", default=None)
    http_etag: str | None = _doc("ETag of the answer", default=None)
    http_last_modified: str | None = _doc("Last-Modified of the answer, as sent", default=None)
    extractor: str = _doc("program and version that made the record", default="")
    run_id: str = _doc("run that wrote the line", default="")
    quality_flags: tuple[str, ...] = _doc(
        "what a careful reader should know, sorted; see the table of flags", default=()
    )

    @property
    def observed(self) -> datetime:
        """When the site said this: the capture's time, else the crawl's; aware."""
        if self.archive_timestamp is None or self.record_type == "tombstone":
            return self.date_crawled
        return self.archive_timestamp
