"""One form for every way of writing the same words, and what a text states."""

from __future__ import annotations

import html
import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.storage.sketches import shingles, sketch
from crawler.text.comparison import fold_text, fold_tone_placement, plain_text, tokens
from crawler.text.statements import contradict, differ_in_figures, read_statements

SENTENCE = "Bà Thuý Hoà ở phường Quyết Thắng nói: “Giá cà-phê – 41.200 đồng/kg – rẻ hơn năm 2021”."


@pytest.mark.parametrize(
    "other",
    [
        unicodedata.normalize("NFD", SENTENCE),
        SENTENCE.upper(),
        SENTENCE.replace(" ", "\u00a0"),
        SENTENCE.replace(" ", "  \n"),
        SENTENCE.replace("“", '"').replace("”", '"'),
        SENTENCE.replace("–", "-"),
        SENTENCE.replace("Thuý Hoà", "Thúy Hòa"),
        SENTENCE.replace("“", "&ldquo;").replace("à", "&agrave;"),
        SENTENCE.replace("“", "&amp;ldquo;"),
    ],
    ids="nfd capitals nbsp spaces quotes dashes tones entities twice-escaped".split(),  # noqa: SIM905
)
def test_the_same_words_written_otherwise_are_the_same(other: str) -> None:
    assert other != SENTENCE
    assert fold_text(other) == fold_text(SENTENCE)
    assert shingles(other) == shingles(SENTENCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [("2021", "2022"), ("41.200", "41.300"), ("cà", "ca"), ("Thuý", "Thuỷ"), ("rẻ", "rẽ"),
     ("Giá", "Gia"), ("Quyết", "Quyêt"), ("đồng", "dồng")],
)  # fmt: skip
def test_digits_and_diacritics_count(old: str, new: str) -> None:
    other = SENTENCE.replace(old, new)
    assert other != SENTENCE
    assert fold_text(other) != fold_text(SENTENCE)
    assert shingles(other) != shingles(SENTENCE)


@pytest.mark.parametrize(
    ("newer", "older"),
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"), ("xoã", "xõa"), ("loé", "lóe"),
     ("uỵch", "uỵch"), ("quý", "quý"), ("hoàn", "hoàn"), ("thoại", "thoại"), ("huynh", "huynh")],
)  # fmt: skip
def test_tone_goes_where_older_spelling_has_it(newer: str, older: str) -> None:
    assert fold_tone_placement(newer) == older
    assert fold_tone_placement(older) == older


def test_i_and_y_stay_apart() -> None:
    assert fold_text("kỹ sư Quý") != fold_text("kĩ sư Quí")


def test_numbers_are_tokens() -> None:
    assert tokens("Từ 26-32 độ, 1.200.000 đồng, 14/7") == [
        "từ", "26", "32", "độ", "1.200.000", "đồng", "14", "7",
    ]  # fmt: skip
    assert tokens("...!") == []


# ---- statements ------------------------------------------------------------------------------

NEWS = (
    "Sáng ngày 14/7, tại xã Đăk Hring, ông A Nhũi trao 1,2 triệu đồng và 20.000 cây giống cho "
    "bảy hộ dân làng Kon Mong."
)


def says_otherwise(first: str, second: str) -> bool:
    found = contradict(read_statements(first), read_statements(second))
    assert found == contradict(read_statements(second), read_statements(first))
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [("14/7", "15/7"), ("14/7", "14/8"), ("Đăk Hring", "Đăk Ui"), ("A Nhũi", "A Thút"),
     ("1,2", "1,3"), ("triệu", "tỷ"), ("20.000", "21.000")],
)  # fmt: skip
def test_another_fact_in_the_same_place_is_another_article(old: str, new: str) -> None:
    assert says_otherwise(NEWS, NEWS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [("14/7", "14-7"), ("14/7", "14.07"), ("20.000", "20 nghìn"), ("1,2 triệu", "1.200.000"),
     ("bảy", "7"), ("Kon Mong", "kon mong"), ("Sáng ngày", "Ngày"), ("tại xã Đăk Hring, ", ""),
     ("trao", "tặng"), ("ông A Nhũi", "ông A Nhũi (Kon Tum)")],
)  # fmt: skip
def test_the_same_fact_in_other_words_is_the_same_article(old: str, new: str) -> None:
    assert old in NEWS
    assert not says_otherwise(NEWS, NEWS.replace(old, new))


def test_names_a_text_begins_and_ends_with_say_who_published_it() -> None:
    assert not says_otherwise(f"(KRT) – {NEWS}\n\nHoàng Lan", f"(TTXVN) – {NEWS}\n\nMinh Đức")


def test_the_first_capital_of_a_sentence_is_no_name() -> None:
    assert not says_otherwise(f"{NEWS} Hôm nay trời mưa.", f"{NEWS} Nay trời mưa.")


@pytest.mark.parametrize(
    ("first", "second"),
    [("thứ Hai", "thứ Ba"), ("thứ Hai", "Chủ nhật"), ("thứ 5", "thứ 6"), ("thứ Tư", "thứ 5")],
)
def test_weekdays_are_figures(first: str, second: str) -> None:
    text = "Kết quả xổ số miền Bắc {} vừa quay tại trường quay của đài như sau."
    assert says_otherwise(text.format(first), text.format(second))


def test_a_weekday_in_letters_is_the_one_in_digits() -> None:
    assert not says_otherwise("Họp thứ Hai tại xã ta.", "Họp thứ 2 tại xã ta.")


def test_names_that_change_places_are_two_articles() -> None:
    duty = "Bác sĩ Hồ Mai trực đêm nay, còn bác sĩ Y Hnghen trực vào sáng mai nhé."
    turned = "Bác sĩ Y Hnghen trực đêm nay, còn bác sĩ Hồ Mai trực vào sáng mai nhé."
    assert says_otherwise(duty, turned)


def test_an_entry_left_out_of_a_list_is_no_other_fact() -> None:
    places = "Đường qua Đăk Hà, Ngọc Réo, Kon Đào và Măng Cành đã thông xe trở lại."
    assert not says_otherwise(places, places.replace(", Kon Đào", ""))


def test_figures_that_change_places_are_two_articles() -> None:
    prices = "Tại huyện phía bắc giá 41 đồng, ở huyện phía nam bán 42 đồng một cân."
    assert says_otherwise(prices, prices.replace("41", "#").replace("42", "41").replace("#", "42"))


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("Thời sự ngày 14/7", "Thời sự ngày 15/7", True),
        ("THỜI SỰ NGÀY 14/7", "THỜI SỰ NGÀY 15/7", True),
        ("Thời sự ngày 14/7", "Thời sự ngày 14-7", False),
        ("Thời sự ngày 14/7", "Bản tin ngày 15/7", False),
        ("Thời sự", "Thời sự", False),
        ("", "", False),
    ],
)
def test_headlines_that_differ_in_figures_alone(first: str, second: str, differ: bool) -> None:
    assert differ_in_figures(first, second) is differ


JUNK = {
    "letters": "a" * 100_000,
    "digits": "1" * 100_000,
    "capitals": "A " * 50_000,
    "points": "1." * 50_000,
    "slashes": "1/" * 50_000,
    "marks": "–.,:" * 25_000,
    "entities": "&amp;" * 20_000,
    "broken entities": "&am" * 33_000,
    "combining": "a\u0301" * 50_000,
    "scales": "12 triệu " * 11_000,
    "names": "Đà Nẵng 12, " * 8_000,
    "facts": "Ab cd 12 " * 11_000,
    "surrogates": "\ud800" * 100_000,
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_takes_no_longer_than_its_length(junk: str) -> None:
    for call in (fold_text, shingles, read_statements, lambda text: sketch(shingles(text))):
        call(junk[:1000])
        # A hundred times the text may take a hundred times as long; a square would take 10,000.
        small, whole = _fastest(call, junk[:5000]), _fastest(call, junk)
        assert whole < max(0.05, small * 20 * 5)


def _fastest(call: object, text: str) -> float:
    assert callable(call)
    times = []
    for _ in range(2):
        started = time.process_time()
        call(text)
        times.append(time.process_time() - started)
    return min(times)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded) == folded
    assert unicodedata.is_normalized("NFC", plain_text(text))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]), max_size=60))
def test_folding_word_by_word_is_folding_the_whole(text: str) -> None:
    whole = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", plain(text)).casefold())
    assert fold_text(text).split() == re.sub(r"[\W_]+", " ", fold_tone_placement(whole)).split()


def plain(text: str) -> str:
    once = html.unescape(text)
    return html.unescape(once)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_contradicts_itself(first: str, second: str) -> None:
    statements = read_statements(first)
    assert not contradict(statements, statements)
    contradict(statements, read_statements(second))
    assert not differ_in_figures(first, first)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*NEWS.split(), "\n", "“", "5.000", "tỷ"]), max_size=40))
def test_words_in_any_order_can_be_read(words: list[str]) -> None:
    text = " ".join(words)
    assert not contradict(read_statements(text), read_statements(text + " hết"))
