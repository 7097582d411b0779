"""Spider arguments (`-a name=value`), typed and checked before any request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from crawler.exceptions import ArgumentError

# A hundred years: older than any site.
MAX_RECHECK_DAYS = 36500
SERVICES = ("wayback", "commoncrawl")
POLICIES = ("latest", "first", "all")
# `CC-MAIN-2024-10`; the oldest are called `CC-MAIN-2009-2010`.
CRAWL_RE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
DISCOVERY_CHOICES = ("auto", "rest", "sitemap", "feed", "listing")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a run was asked for; every default means "everything"."""

    since: date | None = None
    """First day of publication wanted, Vietnam's calendar."""
    until: date | None = None
    """Last day of publication wanted, itself included."""
    section: str | None = None
    """Slug of a category; the categories below it count as well."""
    limit: int | None = None
    """Stop after so many articles."""
    urls: tuple[str, ...] = ()
    """Just these articles, no discovery."""
    recheck: int | None = None
    """Look again at known articles published in the last so many days."""
    discovery: str = "auto"
    archive: tuple[Path, ...] = ()
    """WARC and WACZ files that answer in place of the site."""
    archive_urls: tuple[str, ...] = ()
    """The same, at http(s) addresses; part of the argument `archive`."""
    archive_service: Literal["wayback", "commoncrawl"] | None = None
    """The archive's service that answers in place of the site; a word of the argument `archive`."""
    captures: Literal["latest", "first", "all"] | None = None
    """Which captures of a page are read; None leaves it to the kind of archive."""
    wayback_url: str = "https://web.archive.org"
    """Address of the Wayback Machine, or of the collection of another pywb or OpenWayback."""
    crawl: tuple[str, ...] = ()
    """Crawls of Common Crawl, `CC-MAIN-2024-10`; none for the newest."""
    commoncrawl_url: str | None = None
    """Folder or address of a mirror of Common Crawl, index and data."""
    url: str | None = None
    """The site, for the spider that reads any: its own address, e.g. `https://example.vn`."""
    base_url: str | None = None
    """Another address of the same site, e.g. `http://127.0.0.1:8080`."""

    @property
    def is_archived(self) -> bool:
        """Whether an archive answers in place of the site."""
        return bool(self.archive or self.archive_urls or self.archive_service)

    @property
    def is_selection(self) -> bool:
        """Whether the run leaves articles out on purpose, so that it cannot be complete."""
        return bool(self.since or self.until or self.section or self.limit or self.urls)


def parse_arguments(given: dict[str, str]) -> Arguments:
    """Return the arguments of a run from the strings given on the command line.

    Names that begin with an underscore belong to the scheduler (scrapyd's ``_job``) and are left
    alone.

    Raises:
        ArgumentError: a name is unknown, or a value is not what its name asks for.

    >>> parse_arguments({"limit": "20", "section": "thoi-su"}).limit
    20
    """
    values: dict[str, object] = {}
    for name, text in given.items():
        if name.startswith("_"):
            continue
        if name not in _PARSERS:
            raise ArgumentError(name, f"unknown; known are {', '.join(sorted(_PARSERS))}")
        values[name] = _PARSERS[name](name, text.strip())
    values |= split_archive(str(values.pop("archive", "")))
    arguments = Arguments(**values)  # type: ignore[arg-type]
    if arguments.since and arguments.until and arguments.since > arguments.until:
        raise ArgumentError("until", f"{arguments.until} is before since={arguments.since}")
    if arguments.recheck and arguments.is_archived:
        raise ArgumentError("recheck", "asks the live site, which an archive is not")
    for name in ("captures", "wayback_url", "crawl", "commoncrawl_url"):
        if name in values and not _has_use(name, arguments):
            raise ArgumentError(name, "says nothing without the `archive` it belongs to")
    return arguments


def _has_use(name: str, arguments: Arguments) -> bool:
    """Whether an argument of archives belongs to the archive that was named.

    >>> _has_use("crawl", Arguments(archive_service="wayback"))
    False
    """
    services = {"wayback_url": "wayback", "crawl": "commoncrawl", "commoncrawl_url": "commoncrawl"}
    if name in services:
        return arguments.archive_service == services[name]
    return arguments.is_archived


def _parse_days(name: str, text: str) -> int:
    days = text.removesuffix("d")
    if not days.isdecimal() or not 1 <= int(days[:6]) <= MAX_RECHECK_DAYS:
        raise ArgumentError(name, f"{text!r} is no number of days; write it as 30d")
    return int(days[:6])


def _parse_day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(name, f"{text!r} is no day; write it as 2022-07-14") from None


def _parse_slug(name: str, text: str) -> str:
    slug = text.strip("/").rpartition("/")[2]
    if not slug or slug != slug.lower() or " " in slug:
        raise ArgumentError(name, f"{text!r} is no category slug; write it as thoi-su")
    return slug


def _parse_count(name: str, text: str) -> int:
    # str.isdecimal() accepts the digits of every script, as int() does.
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentError(name, f"{text!r} is no whole number from 1 up")
    return int(text)


def _parse_urls(name: str, text: str) -> tuple[str, ...]:
    if not _is_http_url(text.partition(",")[0].strip()):
        text = _read_url_file(name, text)
    urls = tuple(
        dict.fromkeys(
            url
            for part in text.replace(",", "\n").splitlines()
            if (url := part.strip()) and not url.startswith("#")
        )
    )
    for url in urls:
        if not _is_http_url(url):
            raise ArgumentError(name, f"{url!r} is no http(s) URL")
    if not urls:
        raise ArgumentError(name, "names no URL")
    return urls


def _read_url_file(name: str, text: str) -> str:
    try:
        return Path(text).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ArgumentError(name, f"{text!r} is neither a URL nor a readable file") from error


def _parse_discovery(name: str, text: str) -> str:
    if text not in DISCOVERY_CHOICES:
        raise ArgumentError(name, f"{text!r} is none of {', '.join(DISCOVERY_CHOICES)}")
    return text


def _parse_archive(name: str, text: str) -> str:
    if not text.strip(", "):
        raise ArgumentError(name, "names no file")
    return text


def split_archive(text: str) -> dict[str, object]:
    """Return the fields of ``Arguments`` that the argument `archive` fills.

    It is a service's name, or files, patterns of files and addresses, with commas or spaces
    between them; a file whose own name has a space in it is found all the same.

    Raises:
        ArgumentError: a file is not there, or a pattern names none.

    >>> split_archive("wayback")
    {'archive_service': 'wayback'}
    """
    if text in SERVICES:
        return {"archive_service": text}
    files: dict[Path, None] = {}
    urls: dict[str, None] = {}
    for whole in filter(None, map(str.strip, text.split(","))):
        for part in [whole] if _is_file(whole) else whole.split():
            if _is_http_url(part):
                urls[part] = None
            else:
                files |= dict.fromkeys(_find_files(part))
    return {"archive": tuple(files), "archive_urls": tuple(urls)}


def _find_files(pattern: str) -> list[Path]:
    """Return the file of that name, or the files of that pattern, sorted."""
    if _is_file(pattern):
        return [Path(pattern)]
    if pattern in SERVICES:
        raise ArgumentError("archive", f"{pattern} stands alone")
    found: list[Path] = []
    if any(mark in pattern for mark in "*?["):
        path = Path(pattern)
        inner = path.relative_to(path.anchor) if path.anchor else path
        try:
            found = sorted(filter(Path.is_file, Path(path.anchor).glob(str(inner))))
        except (OSError, ValueError) as error:
            raise ArgumentError("archive", f"{pattern!r} is no pattern: {error}") from error
    if not found:
        raise ArgumentError("archive", f"there is no file {pattern!r}")
    return found


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except ValueError:  # a NUL
        return False


def _parse_captures(name: str, text: str) -> str:
    if text not in POLICIES:
        raise ArgumentError(name, f"{text!r} is none of {', '.join(POLICIES)}")
    return text


def _parse_crawls(name: str, text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for each in names:
        if not CRAWL_RE.fullmatch(each):
            raise ArgumentError(name, f"{each!r} is no crawl; write it as CC-MAIN-2024-10")
    if not names:
        raise ArgumentError(name, "names no crawl")
    return names


def _parse_mirror(name: str, text: str) -> str:
    return text if Path(text).is_dir() else _parse_base_url(name, text)


def _parse_site_url(name: str, text: str) -> str:
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    is_host = "." in host or host == "localhost"
    if not _is_http_url(url) or not is_host or "@" in parts.netloc:
        raise ArgumentError(name, f"{text!r} is no site's address; write it as https://example.vn")
    if parts.path.strip("/") or parts.query:
        raise ArgumentError(name, f"{text!r} is a page's address; single pages go into urls")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _parse_base_url(name: str, text: str) -> str:
    if not _is_http_url(text) or urlsplit(text).query:
        raise ArgumentError(name, f"{text!r} is no http(s) address")
    return text.rstrip("/")


def _is_http_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_PARSERS = {
    "since": _parse_day,
    "until": _parse_day,
    "section": _parse_slug,
    "limit": _parse_count,
    "urls": _parse_urls,
    "recheck": _parse_days,
    "discovery": _parse_discovery,
    "archive": _parse_archive,
    "captures": _parse_captures,
    "wayback_url": _parse_base_url,
    "crawl": _parse_crawls,
    "commoncrawl_url": _parse_mirror,
    "url": _parse_site_url,
    "base_url": _parse_base_url,
}

ARGUMENTS = tuple(_PARSERS)
"""Every name that may be given."""
