"""Vietnamese typed in the fonts of before Unicode, told and converted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector
from scrapy.http import HtmlResponse

from crawler.pages.article import ArticlePage
from crawler.pages.decoding import page_selector
from crawler.pages.rest import rest_article
from crawler.text.legacy import convert_legacy, find_legacy

MODERN = (
    "Sáng nay, lãnh đạo huyện đã đến thăm bà con ở thôn Kon Mẫu bị ngập nước, trao quà và dặn dò "
    "mọi người giữ gìn sức khỏe, sớm ổn định cuộc sống để vào vụ gieo trồng mới."
)
TCVN3 = (
    "S¸ng nay, l·nh ®¹o huyÖn ®· ®Õn th¨m bµ con ë th«n Kon MÉu bÞ ngËp n\u00adíc, trao quµ vµ dÆn "
    "dß mäi ng\u00adêi gi÷ g×n søc kháe, sím æn ®Þnh cuéc sèng ®Ó vµo vô gieo trång míi."
)
VNI = (
    "Saùng nay, laõnh ñaïo huyeän ñaõ ñeán thaêm baø con ôû thoân Kon Maãu bò ngaäp nöôùc, trao "
    "quaø vaø daën doø moïi ngöôøi giöõ gìn söùc khoûe, sôùm oån ñònh cuoäc soáng ñeå vaøo vuï "
    "gieo troàng môùi."
)


@pytest.mark.parametrize(("text", "legacy"), [(TCVN3, "tcvn3"), (VNI, "vni")])
def test_text_of_old_fonts_is_told_and_converted(text: str, legacy: str) -> None:
    assert find_legacy([text]) == legacy
    assert convert_legacy(text, legacy) == MODERN


@pytest.mark.parametrize(
    "text",
    [
        MODERN,
        "Le café était fermé à cause de la fête, déjà prévue pour l'été à côté du marché.",
        "Der Bürgermeister erklärte, die Straße müsse für größere Fahrzeuge geöffnet werden.",
        "© 2022 Đài Mẫu ® – giá 5 µm, ½ ngày",
        "Ha Noi, Viet Nam, khong dau",
        "",
    ],
)
def test_text_of_today_is_left_alone(text: str) -> None:
    assert find_legacy([text] * 3) is None


def test_signs_for_letters_that_no_table_reads_are_told() -> None:
    assert find_legacy(["b¸¸c d¸¸® k©©¨ m¨¨¹ n¹¹ª p««x t¬¬b v¸µ¶ r¶¶¹ s®®®"]) == "unknown"


def page(text: str) -> str:
    return (
        "<html><head><title>Dai Mau</title></head><body><div class='content'><h1>Kon Mẫu</h1>"
        f"<div class='noidung'><p>{text}</p><p>{text}</p></div></div></body></html>"
    )


@pytest.mark.parametrize(("text", "legacy"), [(TCVN3, "tcvn3"), (VNI, "vni")])
def test_page_of_old_fonts_is_read_in_unicode(text: str, legacy: str) -> None:
    raw = ArticlePage(Selector(text=page(text)), "https://dai.example/a.htm").to_raw()
    assert set(raw.paragraphs) == {MODERN}
    assert raw.legacy_encoding == legacy


@pytest.mark.parametrize(("text", "legacy"), [(TCVN3, "tcvn3"), (VNI, "vni"), (MODERN, None)])
def test_post_of_old_fonts_is_read_in_unicode(text: str, legacy: str | None) -> None:
    post = {"link": "https://dai.example/a/", "title": {"rendered": text}}
    raw = rest_article({**post, "content": {"rendered": f"<p>{text}</p>"}})
    assert raw.paragraphs == (MODERN,)
    assert raw.headline is not None
    assert raw.headline.raw.replace("nớc", "nước").replace("ngời", "người") == MODERN
    assert raw.legacy_encoding == legacy


def test_page_in_windows_1258_is_decoded_where_it_says_so() -> None:
    letters = "Mưa lớn gây ngập nhiều tuyến đường ở thôn, bà con phải kê đồ đạc lên cao. "
    head = b"<html><head><meta charset='windows-1258'></head><body><h1>Kon Mau</h1><p>"
    body = head + to_1258(letters * 3) + b"</p></body></html>"
    response = HtmlResponse("https://dai.example/a.htm", body=body)
    raw = ArticlePage(response.selector, response.url).to_raw()
    assert raw.paragraphs == ((letters * 3).strip(),)


@pytest.mark.parametrize("declared", ["", "<meta charset=x-user-defined>"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(TCVN3, "cp1252"), (VNI, "cp1252"), (MODERN, "1258"), (MODERN, "utf-8")],
)
def test_page_that_does_not_say_its_encoding_is_read_as_vietnamese(
    text: str, encoding: str, declared: str
) -> None:
    body = to_1258(page(text)) if encoding == "1258" else page(text).encode(encoding, "ignore")
    response = HtmlResponse("https://dai.example/a.htm", body=declared.encode() + body)
    raw = ArticlePage(page_selector(response), response.url).to_raw()
    assert set(raw.paragraphs) == {MODERN}


def to_1258(text: str) -> bytes:
    """The code page has letters with their hats, and the marks of tones apart."""
    kept = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve and horn belong to the letter
    result = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c in kept or c == parts[0]))
        marks = "".join(c for c in parts[1:] if c not in kept)
        result += (base + marks).encode("cp1258")
    return result


class TestLegacyProperties:
    @given(st.lists(st.text(max_size=200), max_size=5))
    def test_any_text_is_told_and_converted_without_error(self, texts: list[str]) -> None:
        legacy = find_legacy(texts)
        for text in texts:
            if legacy is not None:
                assert isinstance(convert_legacy(text, legacy), str)

    @given(st.text(alphabet="aàạbcdđeêễghiklmnoôơởtuưừy ", min_size=1))
    def test_text_in_unicode_is_never_changed(self, text: str) -> None:
        if any(letter in "đơưạễởừ" for letter in text):
            assert convert_legacy(text, "tcvn3") == convert_legacy(text, "vni") == text
