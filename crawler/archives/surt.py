"""The key under which an archive finds a URL again."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

# RFC 3986, appendix B. Each part excludes the character that ends it: linear, matches any text.
_URL_RE = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_MAX_URL = 16_384  # characters; servers answer 414 to far shorter ones
_MAX_HOST = 253  # characters, RFC 1035; a longer host is no name and is not worth encoding


def surt_key(url: str) -> str:
    """Return the lookup key of ``url``: host reversed, then path and query.

    The idea of the archives' tools (Sort-friendly URI Reordering Transform, Heritrix's glossary).
    One address written in several ways has one key: scheme, ``www.``, host case, default port,
    escapes, fragment and the order of query parameters do not count; path case, the trailing
    slash and query values do. Parameters of one name keep their order, since PHP takes the last.
    A text too long to be asked of any server is its own key.

    >>> surt_key("HTTPS://www.Kontumtv.VN:443/Tin?b=2&a=%c3%a1#x")
    'vn,kontumtv)/Tin?a=%C3%A1&b=2'
    >>> surt_key("http://kontumtv.vn")
    'vn,kontumtv)/'
    >>> surt_key("")
    ')/'
    """
    if len(url) > _MAX_URL:
        return url
    match = _URL_RE.match(url.strip())
    # The pattern matches every text: each of its parts may be empty.
    scheme, authority, path, query = match.groups() if match else (None, None, url, None)
    scheme = (scheme or "http").lower()
    prefix = "" if scheme in _DEFAULT_PORTS else f"{scheme}:"
    key = f"{prefix}{_reverse_host(authority or '', scheme)}){_fold_escapes(path, '/') or '/'}"
    folded = _fold_query(query or "")
    return f"{key}?{folded}" if folded else key


def toggle_slash(key: str) -> str:
    """Return ``key`` with its path's trailing slash taken off, or put on.

    >>> toggle_slash("vn,kontumtv)/tin/?a=1")
    'vn,kontumtv)/tin?a=1'
    >>> toggle_slash("vn,kontumtv)/tin")
    'vn,kontumtv)/tin/'
    """
    path, mark, query = key.partition("?")
    path = path[:-1] if path.endswith("/") else f"{path}/"
    return path + mark + query


def _reverse_host(authority: str, scheme: str) -> str:
    host = authority.rpartition("@")[2].lower().removesuffix(_DEFAULT_PORTS.get(scheme, ":"))
    host, colon, port = host.partition(":") if "[" not in host else (host, "", "")
    host = _encode_host(host.rstrip(".").removeprefix("www."))
    return ",".join(reversed(host.split("."))) + colon + port


def _encode_host(host: str) -> str:
    """Return a host name in letters beyond ASCII as the DNS writes it (``xn--…``)."""
    if host.isascii() or len(host) > _MAX_HOST:
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _fold_query(query: str) -> str:
    """Return the parameters, sorted by name; ``+`` is a space, as forms write it."""
    folded = _fold_escapes(query.replace("+", " "), "&=")
    parameters = [parameter for parameter in folded.split("&") if parameter]
    return "&".join(sorted(parameters, key=lambda parameter: parameter.partition("=")[0]))


def _fold_escapes(text: str, separators: str) -> str:
    """Return ``text`` with every character but letters, digits, ``-._~`` escaped, once.

    ``separators`` stay as they are, and an escaped one stays apart from a bare one: it is escaped
    twice.
    """
    if "%" in text:
        for separator in separators:
            escape = f"{ord(separator):02X}"
            text = re.sub(f"%{escape}", f"%25{escape}", text, flags=re.IGNORECASE)
    return quote(unquote_to_bytes(text.encode("utf-8", "replace")), safe=separators)
