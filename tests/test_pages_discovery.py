"""Sitemaps and feeds, whole and broken."""

from __future__ import annotations

import contextlib
import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import DiscoveryError
from crawler.pages.feed import FeedEntry, parse_feed
from crawler.pages.sitemap import SitemapEntry, parse_sitemap, sitemap_candidates

URL = "https://dai.example/sitemap.xml"
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
URLSET = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {XMLNS}>'
    "<url><loc>https://dai.example/a/?x=1&amp;y=2</loc><lastmod>2022-05-05T00:00:00+00:00</lastmod>"
    "</url><url><loc>\n https://dai.example/b/ </loc></url>"
    "<url><lastmod>2022</lastmod></url></urlset>"
).encode()
ENTRIES = (
    SitemapEntry("https://dai.example/a/?x=1&y=2", "2022-05-05T00:00:00+00:00"),
    SitemapEntry("https://dai.example/b/"),
)


def test_entries_in_order_those_without_address_left_out() -> None:
    sitemap = parse_sitemap(URLSET, URL)
    assert (sitemap.kind, sitemap.entries, sitemap.is_broken) == ("urlset", ENTRIES, False)


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(URLSET),
        b"\xef\xbb\xbf" + URLSET,
        b"\n\n" + URLSET,
        URLSET.replace(XMLNS.encode(), b""),
        URLSET.replace(b"sitemap/0.9", b"sitemap/0.84"),
        URLSET.replace(b"<url>", b"<url><image:image><image:loc>x</image:loc></image:image>", 1),
    ],
    ids=["gzip", "byte-order-mark", "blank-lines", "no-namespace", "old-namespace", "no-prefix"],
)
def test_other_forms_of_the_same_file_say_the_same(body: bytes) -> None:
    sitemap = parse_sitemap(body, URL)
    assert (sitemap.entries, sitemap.is_broken) == (ENTRIES, False)


def test_index_names_further_sitemaps() -> None:
    entry = "<sitemap><loc>https://dai.example/s1.xml</loc></sitemap>"
    sitemap = parse_sitemap(f"<sitemapindex {XMLNS}>{entry}</sitemapindex>".encode(), URL)
    assert sitemap.kind == "index"
    assert sitemap.entries == (SitemapEntry("https://dai.example/s1.xml"),)


@pytest.mark.parametrize(
    "body",
    [URLSET[:230], gzip.compress(URLSET)[:-12], URLSET.replace(b"&amp;", b"&")],
    ids=["cut-off", "gzip-cut-off", "bare-ampersand"],
)
def test_what_can_be_read_of_a_broken_file_is_read_and_flagged(body: bytes) -> None:
    sitemap = parse_sitemap(body, URL)
    assert sitemap.is_broken
    assert sitemap.entries[0].url.startswith("https://dai.example/a/?x=1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty answer"),
        (b" \n", "empty answer"),
        (b"\x1f\x8bjunk", "empty answer"),
        (b"<!DOCTYPE html><html><body><p>404</body></html>", "HTML instead of XML"),
        (b"404 not found", "no XML"),
        (b"<rss><channel/></rss>", "<rss> instead of a sitemap"),
    ],
)
def test_no_sitemap_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(DiscoveryError) as error:
        parse_sitemap(body, URL)
    assert error.value.reason == reason


def test_entities_are_neither_fetched_nor_blown_up() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    body = (
        f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        f"<urlset><url><loc>https://dai.example/&l11;&f;</loc></url></urlset>"
    ).encode()
    start = time.process_time()
    sitemap = parse_sitemap(body, URL)
    assert time.process_time() - start < 1
    assert all(len(entry.url) < 100 for entry in sitemap.entries)


def test_bomb_is_cut_and_flagged() -> None:
    body = gzip.compress(b"<urlset>" + b" " * 60_000_000 + b"</urlset>", 1)
    assert parse_sitemap(body, URL).is_broken


def test_robots_txt_names_sitemaps_in_any_case_once() -> None:
    robots = (
        "\ufeffsitemap:https://a.vn/1.xml\r\nUser-agent: *\r\n"
        " SITEMAP : https://a.vn/2.xml\r\nSitemap: https://a.vn/1.xml"
    )
    assert sitemap_candidates(robots) == ["https://a.vn/1.xml", "https://a.vn/2.xml"]


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Đài Thử</title>
<atom:link href="https://dai.example/feed/" rel="self" /><link>https://dai.example</link>
<item><title>Một</title><link>https://dai.example/a/</link>
<pubDate>Thu, 25 Dec 2025 03:13:51 +0000</pubDate>
<guid isPermaLink="false">https://dai.example/?p=7</guid>
<content:encoded><![CDATA[<p>x</p>]]></content:encoded></item>
<item><title>Không địa chỉ</title></item><item><link>/b/</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><link rel="self" href="https://dai.example/f"/>
<entry><id>https://dai.example/?p=7</id><link rel="edit" href="/e"/>
<link rel="alternate" href="https://dai.example/a/"/>
<updated>2025-12-26T00:00:00Z</updated><published>2025-12-25T03:13:51Z</published></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/">
<item><link>https://dai.example/a/</link><dc:date>2025-12-25T03:13:51Z</dc:date></item>
</rdf:RDF>"""


def test_rss_entries() -> None:
    assert parse_feed(RSS.encode(), URL) == (
        FeedEntry(
            "https://dai.example/a/", "https://dai.example/?p=7", "Thu, 25 Dec 2025 03:13:51 +0000"
        ),
        FeedEntry("https://dai.example/b/"),
    )


def test_atom_entry_is_its_page_and_its_first_publication() -> None:
    assert parse_feed(ATOM.encode(), URL) == (
        FeedEntry("https://dai.example/a/", "https://dai.example/?p=7", "2025-12-25T03:13:51Z"),
    )


def test_rdf_entry() -> None:
    assert parse_feed(RDF.encode(), URL) == (
        FeedEntry("https://dai.example/a/", None, "2025-12-25T03:13:51Z"),
    )


def test_feed_without_entries_is_empty() -> None:
    assert parse_feed(b"<rss version='2.0'><channel/></rss>", URL) == ()


@pytest.mark.parametrize("body", [b"", b"<html><p>403</html>", b"{}", URLSET])
def test_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(DiscoveryError):
        parse_feed(body, URL)


class TestAnyBytesProperties:
    @given(st.binary() | st.builds(lambda n, b: URLSET[:n] + b, st.integers(0, 400), st.binary()))
    def test_any_bytes_are_read_or_refused(self, body: bytes) -> None:
        for parse in (parse_sitemap, parse_feed):
            with contextlib.suppress(DiscoveryError):
                assert parse(body, URL) is not None
