"""RawArticle -> Article: what a page said becomes what we mean by it.

Only composition stands here; what Vietnamese text means stands in ``crawler.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler import __version__
from crawler.candidates import ReadDate, read_modified, read_published
from crawler.items import Article, Dateline, EventDate, Image, RawArticle, RawTerm, Video
from crawler.storage.hashes import content_hash
from crawler.text.article_end import ArticleEnd, read_article_end
from crawler.text.bylines import parse_byline
from crawler.text.characters import normalize_text
from crawler.text.datelines import split_dateline
from crawler.text.events import find_event_dates
from crawler.text.old_headers import remove_old_header
from crawler.urls import article_id, is_article_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from crawler.items import Fetch
    from crawler.urls import Site

# Names the program in every record; the version tells which rules read it.
EXTRACTOR = "kontumtv"

NO_BYLINE = "no_byline"

# A post of a player or of pictures with a few sentences around them is not an article to read.
MEDIA_POST_SYLLABLES = 100
GALLERY_IMAGES = 3


@dataclass(frozen=True, slots=True)
class ReadBody:
    """The body taken apart."""

    printed: tuple[str, ...]
    """All of it, as ``end`` counts: byline, dateline and what is not text still in it."""
    paragraphs: tuple[str, ...]
    description: str | None
    dateline: Dateline | None
    end: ArticleEnd


@dataclass(frozen=True, slots=True)
class Reading:
    """A record, and the steps it was read by."""

    article: Article
    body: ReadBody
    published: ReadDate
    modified: ReadDate


def normalize(raw: RawArticle, site: Site, *, run_id: str = "") -> Article:
    """Return the record of what ``raw`` says; its headline may be empty (and is flagged).

    Version and duplicate fields are left at their defaults: only the dataset knows them.
    """
    return read_article(raw, site, run_id=run_id).article


def read_article(raw: RawArticle, site: Site, *, run_id: str = "") -> Reading:
    """Return the record of what ``raw`` says, with what each part of it was read from."""
    fetch = _fetch_of(raw)
    body = _read_body(raw)
    text = "\n\n".join(body.paragraphs)
    # "3 giờ trước" counts from when the page was taken, not from when the archive was read.
    taken = fetch.archive_timestamp or fetch.date_crawled
    published = read_published(raw.date_published, taken)
    modified = read_modified(raw.date_modified, taken)
    url = _address(raw, site)
    article = Article(
        id=article_id(site, raw.post_id, url),
        url=url,
        url_aliases=_aliases(raw, site, url),
        site=site.name,
        headline=normalize_text(raw.headline.raw) if raw.headline else "",
        description=body.description,
        text=text,
        dateline=body.dateline,
        date_published=published.time,
        date_published_raw=published.raw,
        date_published_source=published.source,
        date_published_precision=published.precision,
        date_modified=modified.time,
        date_modified_raw=modified.raw,
        date_modified_source=modified.source,
        date_modified_precision=modified.precision,
        event_dates=_event_dates(body, published.time),
        authors=body.end.byline.authors,
        byline_raw=body.end.byline_raw,
        sources=body.end.byline.sources,
        is_staff=body.end.byline.is_staff,
        cms_author=_text_or_none(raw.cms_author),
        article_section=_main_section(raw.categories, url),
        categories=_names(raw.categories),
        keywords=_names(raw.keywords),
        images=tuple(_normalize_image(image, site) for image in raw.images),
        videos=tuple(_normalize_video(video, site) for video in raw.videos),
        word_count=len(text.split()),
        date_crawled=fetch.date_crawled,
        source=fetch.source,
        archive_timestamp=fetch.archive_timestamp,
        warc=fetch.warc,
        http_etag=fetch.http_etag,
        http_last_modified=fetch.http_last_modified,
        extractor=f"{EXTRACTOR}/{__version__}",
        run_id=run_id,
    )
    flags = {*body.end.flags, *published.flags, *modified.flags, *_encoding_flags(raw)}
    return Reading(_finish(article, flags), body, published, modified)


def _encoding_flags(raw: RawArticle) -> Iterator[str]:
    if raw.legacy_encoding is not None:
        is_left = raw.legacy_encoding == "unknown"
        yield "legacy_encoding" if is_left else "legacy_encoding_converted"


def _fetch_of(raw: RawArticle) -> Fetch:
    if raw.fetch is None:
        raise ValueError(f"{raw.url}: normalize needs to know how the page was fetched")
    return raw.fetch


def _finish(article: Article, flags: set[str]) -> Article:
    """Return the record with what follows from its other fields."""
    # Whether there is a byline is known only here: a page may print one outside the body.
    flags = flags - {NO_BYLINE} | set(_missing_flags(article))
    article = replace(
        article, content_type=_content_type(article), quality_flags=tuple(sorted(flags))
    )
    return replace(article, content_hash=content_hash(article))


# ---- body ------------------------------------------------------------------------------------


def _read_body(raw: RawArticle) -> ReadBody:
    paragraphs = [text for each in raw.paragraphs if (text := normalize_text(each))]
    if raw.headline is not None:
        paragraphs = remove_old_header(paragraphs, raw.headline.raw)
    end = read_article_end(paragraphs)
    if end.byline_raw is None and raw.byline is not None:
        printed = normalize_text(raw.byline.raw)
        end = replace(end, byline_raw=printed or None, byline=parse_byline(printed))
    dateline, body = _split_first(end.paragraphs)
    description = _text_or_none(raw.description.raw) if raw.description else None
    if description and dateline is None:
        # A sapo printed above the body carries the dateline in its place.
        dateline, description = split_dateline(description)
    return ReadBody(tuple(paragraphs), body, description, dateline, end)


def _split_first(paragraphs: Sequence[str]) -> tuple[Dateline | None, tuple[str, ...]]:
    if not paragraphs:
        return None, ()
    dateline, rest = split_dateline(paragraphs[0])
    opening = (rest,) if rest else ()
    return dateline, (*opening, *paragraphs[1:])


def _event_dates(body: ReadBody, published: datetime | None) -> tuple[EventDate, ...]:
    """Days named by the sapo and by the first paragraph, each once, in that order."""
    if published is None:
        return ()
    openings = [text for text in (body.description, *body.paragraphs[:1]) if text]
    found: dict[object, EventDate] = {}
    for opening in openings:
        for event in find_event_dates(opening, published):
            found.setdefault((event.date, event.end, event.part_of_day), event)
    return tuple(found.values())


# ---- the rest --------------------------------------------------------------------------------


def _text_or_none(text: str | None) -> str | None:
    return normalize_text(text) or None if text else None


def _names(terms: Iterable[RawTerm]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for term in terms if (name := normalize_text(term.name))))


def _main_section(categories: Sequence[RawTerm], url: str) -> str | None:
    """Return the category the article's own URL stands in, else the first one printed.

    WordPress's permalink structure `/%category%/%postname%/` puts an article below the path of
    one of its categories.
    """
    # The last part of the path is the article's own name, which may be a category's as well.
    path = urlsplit(url).path.rstrip("/").rpartition("/")[0] + "/"
    below = [each for each in categories if each.url and _category_path(each.url) in path]
    chosen = max(below, key=lambda each: len(each.url or ""), default=None)
    names = _names([chosen] if chosen else categories[:1])
    return names[0] if names else None


def _category_path(url: str) -> str:
    """Path of a category below its base: `/category/video-clip/thoi-su/` -> `/video-clip/thoi-su/`.

    >>> _category_path("https://kontumtv.vn/category/video-clip/thoi-su/")
    '/video-clip/thoi-su/'
    """
    path = urlsplit(url).path.strip("/")
    return f"/{path.removeprefix('category/')}/"


def _address(raw: RawArticle, site: Site) -> str:
    """Return the address the page declares, if it names an article of this site; else its own.

    A canonical link may lead to whoever told the story first, and a careless theme lets every
    page name the home page, which would make one article of all.
    """
    declared = raw.canonical_url
    return site.canonical(declared if declared and is_article_url(site, declared) else raw.url)


def _aliases(raw: RawArticle, site: Site, url: str) -> tuple[str, ...]:
    candidates = {site.canonical(each) for each in (*raw.url_aliases, raw.url) if site.is_own(each)}
    return tuple(sorted(candidates - {url}))


def _normalize_image(image: Image, site: Site) -> Image:
    return Image(
        url=_media_url(image.url, site),
        caption=_text_or_none(image.caption),
        credit=_text_or_none(image.credit),
    )


def _normalize_video(video: Video, site: Site) -> Video:
    return replace(video, url=_media_url(video.url, site), caption=_text_or_none(video.caption))


def _media_url(url: str, site: Site) -> str:
    return site.canonical(url) if site.is_own(url) else url


def _content_type(article: Article) -> Literal["article", "video", "gallery"]:
    if article.word_count >= MEDIA_POST_SYLLABLES:
        return "article"
    if article.videos:
        return "video"
    return "gallery" if len(article.images) >= GALLERY_IMAGES else "article"


def _missing_flags(article: Article) -> Iterator[str]:
    if not article.headline:
        yield "no_headline"
    if article.date_published_raw is None:
        yield "no_date_published"
    if not article.text:
        yield "empty_text"
    elif article.byline_raw is None:
        yield NO_BYLINE
