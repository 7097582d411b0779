"""The near-duplicate index: what is a copy of what, and what survives."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.feeds.dataset import Dataset
from crawler.items import Article, Video
from crawler.storage.dedupe import Kind, NearDuplicates
from crawler.storage.hashes import content_hash
from crawler.storage.near import LEAST_SIMILARITY, Near, NearIndex
from crawler.storage.schema import SCHEMA_VERSION
from crawler.storage.seen import Outcome, SeenStore
from crawler.storage.sketches import (
    BINS,
    band_keys,
    digest,
    estimate,
    jaccard,
    shingles,
    sketch,
)
from tests.articles import make_article

CASES = json.loads((Path(__file__).parent / "cases" / "duplicates.json").read_text("utf-8"))
WORDS = (  # noqa: SIM905 - read more easily so
    "làng rẫy suối đồi nhà rông cồng chiêng lúa ngô cà phê cao su mía sắn trâu bò cá hồ "
    "thuyền đường cầu trường lớp thầy cô học sinh bác sĩ trạm xá chợ phiên hội xuân mưa "
    "nắng gió rừng thông "
).split()


def text_of(seed: int, words: int = 200) -> str:
    made = random.Random(seed)  # noqa: S311 - made-up data
    return " ".join(made.choice(WORDS) for _ in range(words))


def edited(text: str, seed: int, rate: float) -> str:
    made = random.Random(seed)  # noqa: S311 - made-up data
    return " ".join("thêm" if made.random() < rate else word for word in text.split())


def article(number: int, text: str, **changes: Any) -> Article:
    return make_article(
        id=f"kontumtv.vn:{number}",
        url=f"https://kontumtv.vn/tin-tuc/{number}/",
        text=text,
        word_count=len(text.split()),
        **{"headline": f"Bài {WORDS[number % len(WORDS)]}", "videos": (), **changes},
    )


def case_article(number: int, case: dict[str, str]) -> Article:
    changes: dict[str, Any] = {"headline": case["headline"]}
    if "video" in case:
        video = Video(case["video"], "kontumtv")
        changes |= {"videos": (video,), "content_type": "video"}
    return article(number, case["text"], **changes)


# ---- the rule --------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True], ids=["first-first", "second-first"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_two_texts_are_one_article_or_two(case: dict[str, Any], turned: bool) -> None:
    first, second = (case_article(n, case[key]) for n, key in enumerate(("first", "second")))
    if turned:
        first, second = second, first
    dataset = Dataset(None, "r1")
    dataset.add(first)
    verdict = dataset.add(second)
    found = verdict.article.duplicate_kind or "apart"
    assert found == case["expected"], case["comment"]
    assert (verdict.kind is Kind.DUPLICATE) == (case["expected"] == "near")
    dataset.close()


def test_similarity_is_counted_not_estimated() -> None:
    store = SeenStore(None)
    first, second = text_of(1), edited(text_of(1), 2, 0.02)
    store.near.add(article(1, first))
    assert store.near.nearest(article(2, second)) == Near(
        "kontumtv.vn:1", jaccard(shingles(first), shingles(second))
    )
    store.close()


def test_the_most_alike_is_named() -> None:
    store = SeenStore(None)
    store.near.add(article(1, edited(text_of(1), 5, 0.03)))
    store.near.add(article(2, text_of(1)))
    store.near.add(article(3, text_of(2)))
    near = store.near.nearest(article(4, text_of(1) + " hết"))
    assert near is not None
    assert near.article_id == "kontumtv.vn:2"
    store.close()


def test_a_copy_of_a_copy_is_a_copy_of_the_article_kept() -> None:
    dataset = Dataset(None, "r1")
    steps = [edited(text_of(1), 0, 0.0)]
    for seed in (2, 3):
        steps.append(edited(steps[-1], seed, 0.03))
    first, second, third = map(shingles, steps)
    assert jaccard(first, third) < LEAST_SIMILARITY
    assert min(jaccard(first, second), jaccard(second, third)) > LEAST_SIMILARITY
    verdicts = [dataset.add(article(n, text)) for n, text in enumerate(steps, 1)]
    assert [v.article.duplicate_of for v in verdicts] == [None, "kontumtv.vn:1", "kontumtv.vn:1"]
    similarity = verdicts[2].article.similarity
    assert similarity == round(jaccard(shingles(steps[0]), shingles(steps[2])), 4)
    dataset.close()


def test_an_article_is_no_copy_of_itself() -> None:
    dataset = Dataset(None, "r1")
    assert dataset.add(article(1, text_of(1))).kind is Kind.NEW
    assert dataset.add(article(1, text_of(1) + " thêm một câu")).kind is Kind.CHANGED
    dataset.close()


def test_an_article_kept_stays_kept_when_its_text_changes() -> None:
    dataset = Dataset(None, "r1")
    dataset.add(article(1, text_of(1)))
    dataset.add(article(2, text_of(2)))
    verdict = dataset.add(article(2, text_of(1) + " thêm một câu"))
    assert (verdict.kind, verdict.article.duplicate_of) == (Kind.CHANGED, None)
    dataset.close()


def test_a_copy_whose_text_changes_is_judged_anew() -> None:
    dataset = Dataset(None, "r1")
    dataset.add(article(1, text_of(1)))
    assert dataset.add(article(2, text_of(1) + " thêm một câu")).kind is Kind.DUPLICATE
    verdict = dataset.add(article(2, text_of(3)))
    assert (verdict.kind, verdict.article.version) == (Kind.CHANGED, 2)
    dataset.close()


def test_what_is_gone_has_no_copies(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    first = article(1, text_of(1))
    dataset.add(first)
    dataset.bury(first.id, first.date_crawled, "http_410")
    assert dataset.add(article(2, text_of(1) + " thêm một câu")).kind is Kind.NEW
    dataset.close()


@pytest.mark.parametrize(
    ("mode", "kind", "of"),
    [
        ("drop", Kind.DUPLICATE, "kontumtv.vn:1"),
        ("annotate", Kind.NEW, "kontumtv.vn:1"),
        ("off", Kind.NEW, None),
    ],
)
def test_setting_decides_where_a_copy_goes(
    mode: NearDuplicates, kind: Kind, of: str | None
) -> None:
    dataset = Dataset(None, "r1", near_duplicates=mode)
    dataset.add(article(1, text_of(1)))
    verdict = dataset.add(article(2, text_of(1) + " thêm một câu"))
    assert (verdict.kind, verdict.article.duplicate_of) == (kind, of)
    assert verdict.article.duplicate_kind == ("near" if of else None)
    assert bool(list(dataset.seen.near.links())) is (mode != "off")
    dataset.close()


def test_exact_copies_stay_exact() -> None:
    dataset = Dataset(None, "r1", near_duplicates="off")
    dataset.add(article(1, text_of(1)))
    verdict = dataset.add(article(2, text_of(1).upper()))
    assert (verdict.kind, verdict.article.duplicate_kind) == (Kind.DUPLICATE, "exact")
    dataset.close()


def test_pairs_do_not_depend_on_the_order_of_arrival() -> None:
    texts = [edited(text_of(n // 4), n, 0.01 * (n % 4)) for n in range(40)]
    articles = [article(n, text) for n, text in enumerate(texts)]
    found = []
    for order in range(5):
        random.Random(order).shuffle(articles)  # noqa: S311 - made-up data
        store = SeenStore(None)
        for each in articles:
            store.near.add(each)
        found.append({frozenset(link[:2]) for link in store.near.links()})
        store.close()
    assert len(found[0]) > 20
    assert all(pairs == found[0] for pairs in found)


SHARED = Path(__file__).parents[1] / "../shared/data/duplicates"


@pytest.mark.long
@pytest.mark.skipif(not SHARED.exists(), reason="the labelled pairs are not beside the checkout")
def test_labelled_pairs_are_told_apart(tmp_path: Path) -> None:
    data, root = SHARED / "dev.jsonl.xz", Path(__file__).parents[1]
    predictions = tmp_path / "predictions.jsonl"
    program = root / "benchmarks" / "score_duplicates.py"
    subprocess.run([sys.executable, program, data, predictions], check=True, cwd=root)
    truth = map(json.loads, (SHARED / "dev.jsonl.truth.jsonl").read_text("utf-8").splitlines())
    labels = {row["id"]: row for row in truth}
    said = map(json.loads, predictions.read_text("utf-8").splitlines())
    links = {row["id"]: row["duplicate_of"] for row in said if row["duplicate_of"]}
    clusters = {key: row["cluster"] for key, row in labels.items()}
    assert [key for key, of in links.items() if clusters[key] != clusters[of]] == []
    pairs = [(key, row["of"]) for key, row in labels.items() if row["relation"] == "merge"]
    joined = sum(_root(links, key) == _root(links, of) for key, of in pairs)
    assert joined / len(pairs) >= 0.98


def _root(links: dict[str, str], article_id: str) -> str:
    while article_id in links:
        article_id = links[article_id]
    return article_id


# ---- the index -------------------------------------------------------------------------------


def count_bands(store: SeenStore) -> list[int]:
    counts = (f"SELECT count(*) FROM near_band_{level}" for level in range(3))  # noqa: S608
    return [store._db.execute(count).fetchone()[0] for count in counts]


def test_what_is_removed_leaves_nothing() -> None:
    store = SeenStore(None)
    store.near.add(article(1, text_of(1)))
    store.near.add(article(2, text_of(1) + " thêm một câu"))
    assert store.near
    for number in (1, 2, 3):
        store.near.remove(f"kontumtv.vn:{number}")
    assert not store.near
    assert list(store.near.links()) == []
    assert sum(count_bands(store)) == 0
    store.close()


def test_a_full_level_goes_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.storage.near._LEVEL_DOCUMENTS", (2, 4))
    store = SeenStore(None)
    sizes = []
    for number in range(1, 6):
        store.near.add(article(number, text_of(number)))
        sizes.append([count // 20 for count in count_bands(store)])
    assert sizes == [[1, 0, 0], [0, 2, 0], [1, 2, 0], [0, 0, 4], [1, 0, 4]]
    for number in range(1, 6):
        copy = article(9, text_of(number) + " thêm một câu")
        assert store.near.nearest(copy) is not None
        store.near.remove(f"kontumtv.vn:{number}")
    assert sum(count_bands(store)) == 0
    store.close()


def test_committed_rows_are_there_after_reopening_and_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    store = SeenStore(path)
    store.near.add(article(1, text_of(1)))
    store.commit()
    store.near.add(article(2, text_of(2)))
    store.close()
    store = SeenStore(path)
    assert store.near.nearest(article(3, text_of(1) + " thêm một câu")) is not None
    assert store.near.nearest(article(3, text_of(2) + " thêm một câu")) is None
    store.close()


KILLED = """
import os, sys
from pathlib import Path
from crawler.storage.seen import SeenStore
from tests.test_storage_near import article, text_of
store = SeenStore(Path(sys.argv[1]))
for number in range(1, 60):
    store.near.add(article(number, text_of(number)))
    if number == 40:
        store.commit()
os.kill(os.getpid(), 9)
"""


def test_killed_before_commit_the_index_is_as_it_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    root = Path(__file__).parents[1]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=root)
    assert killed.returncode == -9
    store = SeenStore(path)
    assert store._db.execute("SELECT count(*) FROM near_document").fetchone() == (40,)
    assert sum(count_bands(store)) == 40 * 20
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def test_state_of_the_version_before_is_filled_from_the_feeds(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.add(article(1, text_of(1)))
    dataset.add(article(2, text_of(2)))
    gone = article(3, text_of(3))
    dataset.add(gone)
    dataset.bury(gone.id, gone.date_crawled, "http_410")
    dataset.publish()
    dataset.close()
    _step_back_to_version_2(tmp_path / "state.sqlite3")
    dataset = Dataset(tmp_path, "r2")
    for number, kind in ((1, Kind.DUPLICATE), (2, Kind.DUPLICATE), (3, Kind.NEW)):
        assert dataset.add(article(10 + number, text_of(number) + " nữa")).kind is kind
    dataset.close()


def _step_back_to_version_2(path: Path) -> None:
    old = sqlite3.connect(path)
    near = ("near_document", "near_link", "near_band_0", "near_band_1", "near_band_2")
    for table in (*near, "list_answer", "unlisted", "content", "capture"):
        old.execute(f"DROP TABLE {table}")
    old.execute("PRAGMA user_version=2")
    old.commit()
    old.close()


def test_the_first_version_of_the_state_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    first = sqlite3.connect(path)
    first.executescript(FIRST_VERSION)
    first.close()
    store = SeenStore(path)
    assert store.counts() == {Outcome.ARTICLE: 1}
    store.near.add(article(1, text_of(1)))
    store.commit()
    assert store._db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    store.close()


FIRST_VERSION = """
CREATE TABLE article (id TEXT PRIMARY KEY, outcome TEXT NOT NULL, version INTEGER NOT NULL,
    content_hash TEXT, modified TEXT, crawled TEXT NOT NULL, run_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE address (url_key TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE fingerprint (digest TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE feed_file (path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, lines INTEGER NOT NULL,
    published INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE watermark (discovery TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO article VALUES ('kontumtv.vn:9', 'article', 1, '1:aa', NULL,
    '2022-07-14T12:00:00+07:00', 'r0');
PRAGMA application_id=0x4B545631;
PRAGMA user_version=1;
"""


# ---- shingles and sketches -------------------------------------------------------------------


def test_shingles_are_pinned() -> None:
    """Other numbers make every index on disk worthless: SCHEMA_VERSION + 1 then."""
    found = shingles("Mưa to ở xã Đăk Pne sáng nay")
    assert sorted(found) == PINNED_SHINGLES
    assert band_keys(sketch(found))[:3] == PINNED_KEYS


PINNED_SHINGLES = [668207655, 1206470615, 1829067130, 3922683358]
PINNED_KEYS = [-1252841179, -188894805, 2043393345]


@pytest.mark.parametrize("rate", [0.005, 0.02, 0.05, 0.1])
def test_bins_agree_as_often_as_shingles_are_shared(rate: float) -> None:
    errors = []
    for seed in range(40):
        first = text_of(seed, 400)
        ours, theirs = shingles(first), shingles(edited(first, seed, rate))
        guess = estimate(digest(sketch(ours)), digest(sketch(theirs)))
        errors.append(guess - jaccard(ours, theirs))
    assert abs(sum(errors) / len(errors)) < 0.04
    assert max(map(abs, errors)) < 4 * 0.065 + 0.05


def test_every_bin_of_a_short_text_is_filled() -> None:
    assert len(sketch(shingles("một hai ba bốn năm sáu"))) == BINS
    assert sketch(shingles("")) == []


words = st.lists(st.sampled_from(WORDS), min_size=60, max_size=120).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(words, words)
def test_similarity_is_symmetric_and_one_only_for_the_same_words(first: str, second: str) -> None:
    ours, theirs = shingles(first), shingles(second)
    assert jaccard(ours, theirs) == jaccard(theirs, ours)
    assert jaccard(ours, ours) == 1.0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_at_all_can_be_added_and_removed(text: str) -> None:
    store = SeenStore(None)
    index = NearIndex(store._db)
    each = replace(make_article(), text=text, headline=text[:20])
    each = replace(each, content_hash=content_hash(each)) if text.isascii() else each
    index.nearest(each)
    index.add(each)
    index.remove(each.id)
    assert not index
    store.close()


@settings(max_examples=30, deadline=None)
@given(words, st.integers(0, 5))
def test_a_copy_with_a_word_changed_is_found_either_way(text: str, seed: int) -> None:
    changed = edited(text, seed, 0.0).split()
    changed[len(changed) // 2] = "khác"
    for first, second in ((text, " ".join(changed)), (" ".join(changed), text)):
        store = SeenStore(None)
        store.near.add(article(1, first))
        expected = jaccard(shingles(first), shingles(second)) >= LEAST_SIMILARITY
        found = store.near.nearest(article(2, second)) is not None
        assert found == expected
        store.close()
