"""Addresses of one site: the canonical form, the key for comparison, and what can name an article.

A site is read at more than one address: its own, with or without ``www.``, and for tests, mirrors
and archives at ``base_url``. Everything stored carries the site's own address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

# Parameters that tell where a reader came from (RFC 3986 lets a site read them, none of ours does),
# and the one WordPress adds to links that answer a comment.
TRACKING_RE = re.compile(
    r"(?:utm_\w*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|zclid|igshid|mc_[ce]id|_ga|_gl"
    r"|replytocom)\Z",
    re.IGNORECASE,
)
# Queries that ask WordPress for something else than a pretty address names (WP::$public_query_vars,
# wp-includes/class-wp.php), `replytocom` being dropped above.
QUERY_VAR_RE = re.compile(
    r"(?:p|page_id|attachment(?:_id)?|s|cat|category_name|tag|tag_id|author(?:_name)?|m|w|year"
    r"|monthnum|day|paged?|feed|tb|embed|preview|replytocom|rest_route|post_type|amp)\Z"
)
ARCHIVES = frozenset(("category", "tag", "author", "search", "comments", "attachment", "type"))
ENDPOINTS = frozenset(("feed", "rdf", "rss", "rss2", "atom", "amp", "embed", "trackback"))
# `/2022/`, `/2022/07/`, `/2022/07/14/`
DATE_ARCHIVE_RE = re.compile(r"/(?:19|20)\d\d(?:/\d\d?){0,2}\Z")
# A page of a listing, of an article, or of its comments: `/page/2`, `/slug/2`, `/comment-page-2`.
PAGE_NUMBER_RE = re.compile(r"/(?:page/\d+|comment-page-\d+|(?<!/archives/)\d{1,2})\Z")
# WordPress slugs hold no dot, so one before the end is a file's, pages in `.html` apart.
FILE_RE = re.compile(r"\.(?!html?\Z)[a-z0-9]{1,5}\Z", re.IGNORECASE)
ESCAPE_RE = re.compile(r"%([0-9A-Fa-f]{2})|%")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What may stand unescaped in a path or query beside the unreserved characters (RFC 3986 §3.3, 3.4).
SAFE = "/%!$&'()*+,;=:@?"
MAX_URL_LENGTH = 4096
# Nearly every link of a WordPress page: absolute already, nothing to be joined, split or escaped.
ABSOLUTE_RE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[!-~]*)?\Z")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Site:
    """A news site: its name in records, its own address, and the address it is read at."""

    name: str
    """Host name, e.g. ``kontumtv.vn``."""
    home: str
    """The site's own address without a slash at the end, e.g. ``https://kontumtv.vn``."""
    base_url: str = ""
    """The address really asked; ``home`` where none is given."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", (self.base_url or self.home).rstrip("/"))

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts (with a port that is not the scheme's own) under which the site is known."""
        return _known_hosts(self.name.removeprefix("www."), self.home, self.base_url)

    def is_own(self, url: str) -> bool:
        """Whether an absolute ``url`` names something of this site.

        >>> site = Site("kontumtv.vn", "https://kontumtv.vn", "http://127.0.0.1:8080")
        >>> site.is_own("http://www.kontumtv.vn/a/"), site.is_own("http://127.0.0.1:8080/a/")
        (True, True)
        >>> site.is_own("http://127.0.0.1:9090/a/"), site.is_own("mailto:bbt@kontumtv.vn")
        (False, False)
        """
        scheme, host, _, _ = _split(url)
        return scheme in DEFAULT_PORTS and host in self.hosts

    def canonical(self, url: str) -> str:
        """Return ``url`` at the site's own address, without fragment and tracking parameters.

        Escapes are upper case and only where needed (RFC 3986 §6.2.2); path and other parameters
        stay. A relative address is taken from the site's root; another site's address keeps its
        host.

        >>> site = Site("kontumtv.vn", "https://kontumtv.vn", "http://127.0.0.1:8080")
        >>> site.canonical("http://127.0.0.1:8080/tin%2dtuc/%e1%ba%a3nh/?utm_source=x&a=1#respond")
        'https://kontumtv.vn/tin-tuc/%E1%BA%A3nh/?a=1'
        >>> site.canonical("http://www.kontumtv.vn")
        'https://kontumtv.vn/'
        >>> site.canonical("http://baokontum.com.vn/a?fbclid=1")
        'http://baokontum.com.vn/a'
        """
        return _canonical(self, url)

    def reading_url(self, url: str) -> str:
        """Return where a ``url`` of this site is asked for: at ``base_url``.

        >>> site = Site("kontumtv.vn", "https://kontumtv.vn", "http://127.0.0.1:8080")
        >>> site.reading_url("http://www.kontumtv.vn/wp-sitemap.xml")
        'http://127.0.0.1:8080/wp-sitemap.xml'
        """
        return self.base_url + self.canonical(url).removeprefix(self.home)


@lru_cache(maxsize=1 << 12)  # each address of an article is asked about a dozen times
def _canonical(site: Site, url: str) -> str:
    scheme, host, path, query = _split(_join(site.base_url, url))
    address = site.home if scheme in DEFAULT_PORTS and host in site.hosts else None
    if address is None:
        address = f"{scheme}://{host}" if host else f"{scheme}:" if scheme else ""
    return address + path + (f"?{query}" if query else "")


@lru_cache(maxsize=64)
def _known_hosts(name: str, *addresses: str) -> frozenset[str]:
    return frozenset((name, f"www.{name}", *(_split(address)[1] for address in addresses)))


def _join(base: str, url: str) -> str:
    if len(url) > MAX_URL_LENGTH:
        return url.strip()
    try:
        return urljoin(f"{base}/", url.strip())
    except ValueError:  # `http://[`, a bracket that opens no IPv6 address
        return url.strip()


@lru_cache(maxsize=1 << 12)  # as above
def _split(url: str) -> tuple[str, str, str, str]:
    """Return scheme, host with its port, path and query, each normalised; empty where absent.

    What is no address, or longer than any, stands unchanged as a path.
    """
    if len(url) > MAX_URL_LENGTH:
        return "", "", url, ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", url, ""
    scheme = parts.scheme.lower()
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(DEFAULT_PORTS.get(scheme, ":"))
    path = _normalize_escapes(parts.path) or ("/" if host else "")
    pairs = parts.query.split("&") if parts.query else []
    kept = (pair for pair in pairs if pair and not TRACKING_RE.match(pair.partition("=")[0]))
    return scheme, host, path, _normalize_escapes("&".join(kept))


def _normalize_escape(match: re.Match[str]) -> str:
    if match[1] is None:  # a percent sign that escapes nothing
        return "%25"
    character = chr(int(match[1], 16))
    return character if character in UNRESERVED else match[0].upper()


def _normalize_escapes(text: str) -> str:
    """Return a path or query with escapes in upper case and only where needed.

    >>> _normalize_escapes("/%7ebbt/tin%20m%e1%bb%9bi"), _normalize_escapes("/ảnh"), ""
    ('/~bbt/tin%20m%E1%BB%9Bi', '/%E1%BA%A3nh', '')
    >>> _normalize_escapes("/100%")
    '/100%25'
    """
    return ESCAPE_RE.sub(_normalize_escape, quote(text, safe=SAFE, errors="replace"))


def absolute_url(base: str, href: str | None) -> str | None:
    """Return a link of a page as an absolute web address, None where it is none.

    >>> absolute_url("https://kontumtv.vn/tin/a/", "../anh 1.jpg")
    'https://kontumtv.vn/tin/anh%201.jpg'
    >>> absolute_url("https://kontumtv.vn/", "file:///C:/a.jpg"), absolute_url("https://a.vn", None)
    (None, None)
    """
    if not href or len(href) > MAX_URL_LENGTH:
        return None
    if ABSOLUTE_RE.match(href):
        return href
    try:
        url = urljoin(base, href.strip())
        scheme, host, *_ = urlsplit(url)
    except ValueError:
        return None
    return "%20".join(url.split()) if host and scheme in DEFAULT_PORTS else None


def url_key(url: str) -> str:
    """Return a key under which two addresses of one page compare equal; never stored as an address.

    Scheme, ``www.``, a slash at the end, the form of escapes, fragment and tracking do not count.

    >>> url_key("HTTPS://www.kontumtv.vn/tin-tuc/a/?utm_source=zalo") == url_key(
    ...     "http://kontumtv.vn/tin%2Dtuc/a"
    ... )
    True
    >>> url_key("https://kontumtv.vn/?p=12")
    'kontumtv.vn?p=12'
    """
    _, host, path, query = _split(url.strip())
    return host.removeprefix("www.") + path.rstrip("/") + (f"?{query}" if query else "")


def is_article_url(site: Site, url: str) -> bool:
    """Whether ``url`` could name an article; a static page or a section can still be behind it.

    >>> site = Site("kontumtv.vn", "https://kontumtv.vn")
    >>> is_article_url(site, "https://kontumtv.vn/tin-tuc/kinh-te/gia-ca-phe/")
    True
    >>> is_article_url(site, "https://kontumtv.vn/2022/07/14/gia-ca-phe.html")
    True
    >>> is_article_url(site, "https://kontumtv.vn/category/tin-tuc/page/2/")
    False
    >>> is_article_url(site, "https://kontumtv.vn/tin-tuc/kinh-te/gia-ca-phe/feed/")
    False
    """
    if not site.is_own(url):
        return False
    _, _, path, query = _split(url)
    path = path.rstrip("/").removeprefix("/index.php")
    return not _asks_wordpress(query, url) and bool(path) and not _names_no_article(path)


def _asks_wordpress(query: str, url: str) -> bool:
    names = (pair.partition("=")[0] for pair in query.split("&"))
    return any(map(QUERY_VAR_RE.match, names)) or "replytocom=" in url


def _names_no_article(path: str) -> bool:
    segments = path.lower().split("/")[1:]
    return (
        segments[0] in ARCHIVES
        or segments[0].startswith("wp-")
        or not ARCHIVES.isdisjoint(segments[:-1])
        or not ENDPOINTS.isdisjoint(segments[-2:])
        or DATE_ARCHIVE_RE.match(path) is not None
        or PAGE_NUMBER_RE.search(path) is not None
        or FILE_RE.search(segments[-1]) is not None
    )


def article_id(site: Site, post_id: str | None, url: str) -> str:
    """Return the article's id: by the post's number, or by its path where none is known.

    >>> site = Site("kontumtv.vn", "https://kontumtv.vn")
    >>> article_id(site, "1203", "https://kontumtv.vn/tin-tuc/a/")
    'kontumtv.vn:1203'
    >>> article_id(site, None, "http://www.kontumtv.vn/tin-tuc/a/")
    'kontumtv.vn:tin-tuc/a'
    """
    if post_id:
        return f"{site.name}:{post_id}"
    return f"{site.name}:{url_key(site.canonical(url)).partition('/')[2]}"
