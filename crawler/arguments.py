"""Spider arguments (`-a name=value`), typed and checked before any request."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from crawler.exceptions import ArgumentError

# A hundred years: older than any site.
MAX_RECHECK_DAYS = 36500
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
    """WARC files that answer in place of the site."""
    url: str | None = None
    """The site, for the spider that reads any: its own address, e.g. `https://example.vn`."""
    base_url: str | None = None
    """Another address of the same site, e.g. `http://127.0.0.1:8080`."""

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
    known = {f.name for f in fields(Arguments)}
    values: dict[str, object] = {}
    for name, text in given.items():
        if name.startswith("_"):
            continue
        if name not in known:
            raise ArgumentError(name, f"unknown; known are {', '.join(sorted(known))}")
        values[name] = _PARSERS[name](name, text.strip())
    arguments = Arguments(**values)  # type: ignore[arg-type]
    if arguments.since and arguments.until and arguments.since > arguments.until:
        raise ArgumentError("until", f"{arguments.until} is before since={arguments.since}")
    if arguments.recheck and arguments.archive:
        raise ArgumentError("recheck", "asks the live site, which an archive is not")
    return arguments


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


def _parse_archive(name: str, text: str) -> tuple[Path, ...]:
    paths = tuple(Path(part.strip()) for part in text.split(",") if part.strip())
    if not paths:
        raise ArgumentError(name, "names no file")
    for path in paths:
        if not path.is_file():
            raise ArgumentError(name, f"there is no file {str(path)!r}")
    return paths


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
    "url": _parse_site_url,
    "base_url": _parse_base_url,
}
