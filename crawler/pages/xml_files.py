"""XML as sites really serve it: compressed or not, with a byte order mark, broken at the end."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from crawler.exceptions import DiscoveryError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

GZIP_MAGIC = b"\x1f\x8b"
# A sitemap may be 50 MB uncompressed (sitemaps.org, "Sitemap file requirements").
MAX_BYTES = 50 * 1024 * 1024


class XmlFile(NamedTuple):
    """The root element of an XML answer, and whether the answer was damaged."""

    root: Element
    is_broken: bool


def parse_xml(body: bytes, url: str) -> XmlFile:
    """Return what can be read of an XML answer.

    Entities of its own are left alone and nothing outside is fetched.

    Raises:
        DiscoveryError: it is empty, HTML, or no XML at all.
    """
    data, is_cut = decompress(body)
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if not data:
        raise DiscoveryError(url, "empty answer")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or local_name(root) == "html":
        raise DiscoveryError(url, "HTML instead of XML" if b"<html" in data.lower() else "no XML")
    return XmlFile(root, is_cut or has_errors(parser))


def decompress(body: bytes) -> tuple[bytes, bool]:
    """Return the body without gzip, and whether it is cut off or too long to be taken whole.

    >>> decompress(b"<urlset/>")
    (b'<urlset/>', False)
    """
    if not body.startswith(GZIP_MAGIC):
        return body[:MAX_BYTES], len(body) > MAX_BYTES
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, MAX_BYTES)
    except zlib.error:
        return b"", True
    return data, not unpacker.eof


def has_errors(parser: etree.XMLParser) -> bool:
    """Whether the parser had to mend something; a prefix without namespace is no damage."""
    return any(
        entry.level >= etree.ErrorLevels.ERROR and entry.domain != etree.ErrorDomains.NAMESPACE
        for entry in parser.error_log
    )


def local_name(element: Element) -> str:
    """Return an element's name without namespace or prefix, in lower case; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def child_text(element: Element, *names: str) -> str | None:
    """Return the text of the first child of one of these names, None where it is absent or empty.

    Names are tried in order.
    """
    for name in names:
        for child in element:
            if local_name(child) == name:
                text = "".join(map(str, child.itertext())).strip()
                if text:
                    return text
    return None
