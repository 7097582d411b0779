from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archives.surt import surt_key, toggle_slash

SAME = [
    ("scheme", "http://kontumtv.vn/tin/", "https://kontumtv.vn/tin/"),
    ("www", "http://www.kontumtv.vn/tin/", "http://kontumtv.vn/tin/"),
    ("host case", "http://KonTumTV.vn/tin/", "http://kontumtv.vn/tin/"),
    ("port of http", "http://kontumtv.vn:80/tin/", "http://kontumtv.vn/tin/"),
    ("port of https", "https://kontumtv.vn:443/tin/", "http://kontumtv.vn/tin/"),
    ("dot after the host", "http://kontumtv.vn./tin/", "http://kontumtv.vn/tin/"),
    ("user", "http://a:b@kontumtv.vn/tin/", "http://kontumtv.vn/tin/"),
    ("escape case", "http://kontumtv.vn/b%e1%ba%a3n-tin/", "http://kontumtv.vn/b%E1%BA%A3n-tin/"),
    ("letter as itself", "http://kontumtv.vn/bản-tin/", "http://kontumtv.vn/b%E1%BA%A3n-tin/"),
    ("needless escape", "http://kontumtv.vn/%74in/", "http://kontumtv.vn/tin/"),
    ("order of parameters", "http://kontumtv.vn/?b=2&a=1", "http://kontumtv.vn/?a=1&b=2"),
    ("brackets", "http://kontumtv.vn/?c[]=1", "http://kontumtv.vn/?c%5b%5D=1"),
    ("space", "http://kontumtv.vn/?s=Kon+Tum", "http://kontumtv.vn/?s=Kon%20Tum"),
    ("colon", "http://k.vn/?after=2024-01-01T00:00", "http://k.vn/?after=2024-01-01T00%3A00"),
    ("empty query", "http://kontumtv.vn/tin/?", "http://kontumtv.vn/tin/"),
    ("empty path", "http://kontumtv.vn", "http://kontumtv.vn/"),
    ("fragment", "http://kontumtv.vn/tin/#respond", "http://kontumtv.vn/tin/"),
    ("host beyond ascii", "http://đài.vn/", "http://xn--i-rfa0m.vn/"),
]
OTHER = [
    ("value", "http://kontumtv.vn/?p=1", "http://kontumtv.vn/?p=2"),
    ("value's case", "http://kontumtv.vn/?s=a", "http://kontumtv.vn/?s=A"),
    ("path's case", "http://kontumtv.vn/tin/", "http://kontumtv.vn/Tin/"),
    ("trailing slash", "http://kontumtv.vn/tin", "http://kontumtv.vn/tin/"),
    ("port", "http://kontumtv.vn:8080/", "http://kontumtv.vn/"),
    ("the other scheme's port", "http://kontumtv.vn:443/", "http://kontumtv.vn/"),
    ("subdomain", "http://m.kontumtv.vn/", "http://kontumtv.vn/"),
    ("www in the middle", "http://a.www.kontumtv.vn/", "http://a.kontumtv.vn/"),
    ("escaped slash", "http://kontumtv.vn/a%2Fb", "http://kontumtv.vn/a/b"),
    ("escaped ampersand", "http://kontumtv.vn/?a=1%26b", "http://kontumtv.vn/?a=1&b"),
    ("escaped plus", "http://kontumtv.vn/?s=1%2B1", "http://kontumtv.vn/?s=1+1"),
    ("escaped question mark", "http://kontumtv.vn/a%3Fb=1", "http://kontumtv.vn/a?b=1"),
    ("order within a name", "http://kontumtv.vn/?a=1&a=2", "http://kontumtv.vn/?a=2&a=1"),
    ("scheme that is no web's", "ftp://kontumtv.vn/", "http://kontumtv.vn/"),
]


@pytest.mark.parametrize(("one", "two"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_one_address_has_one_key(one: str, two: str) -> None:
    assert surt_key(one) == surt_key(two)


@pytest.mark.parametrize(("one", "two"), [row[1:] for row in OTHER], ids=[row[0] for row in OTHER])
def test_another_address_has_another_key(one: str, two: str) -> None:
    assert surt_key(one) != surt_key(two)


def test_a_host_that_no_dns_can_hold_stays_as_written() -> None:
    assert surt_key("http://đài..vn/") == "vn,,đài)/"


def test_slash_is_toggled_before_the_query() -> None:
    assert toggle_slash(surt_key("http://k.vn/a?b=/")) == surt_key("http://k.vn/a/?b=/")


@pytest.mark.parametrize(
    "unit",
    ["a", "/", "&", "%41", "%2F", "%", "+", "a&", "?", "đ", "%c3", "[", ":", "@", ".", "\ud800"],
)
@pytest.mark.parametrize("length", [16_300, 100_000])
def test_long_junk_is_quick(unit: str, length: int) -> None:
    url = "http://k.vn/" + unit * (length // len(unit))
    texts = [url, url.replace("/?", "?"), "http://k.vn/?" + url, "http://" + url[12:], url[12:]]
    for text in texts:
        assert _seconds(text) < 1  # what runs away takes minutes


def _seconds(text: str) -> float:
    begin = time.process_time()
    surt_key(text)
    return time.process_time() - begin


class TestSurtKeyProperties:
    @given(st.text())
    def test_any_path_has_a_plain_key(self, text: str) -> None:
        key = surt_key(f"http://k.vn/{text}")
        assert key.isascii()
        assert key.startswith("vn,k)/")

    @given(st.text())
    def test_any_text_has_a_key(self, text: str) -> None:
        assert ")" in surt_key(text)

    @given(st.text(alphabet="ab/?&=%41Fđ:#."))
    def test_scheme_and_www_never_count(self, rest: str) -> None:
        assert surt_key(f"https://www.k.vn/{rest}") == surt_key(f"http://k.vn/{rest}")
