import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.exceptions import StateError
from crawler.storage.seen import FeedFile, Holding, Outcome, PublishedFile, SeenArticle, SeenStore

NOW = datetime(2022, 7, 14, 15, 30, tzinfo=timezone(timedelta(hours=7)))


def _seen(article_id: str = "kontumtv.vn:7", **changes: object) -> SeenArticle:
    values: dict[str, object] = {
        "id": article_id,
        "outcome": Outcome.ARTICLE,
        "version": 1,
        "content_hash": "1:aa",
        "modified": NOW,
        "crawled": NOW,
        "run_id": "r1",
    }
    return SeenArticle(**{**values, **changes})  # type: ignore[arg-type]


def test_what_is_committed_is_there_after_reopening(tmp_path: Path) -> None:
    store = SeenStore(tmp_path / "state.sqlite3")
    store.record(_seen(), ["kontumtv.vn/a", "kontumtv.vn/b"])
    store.record_fingerprint("f", "kontumtv.vn:7")
    store.record_watermark("rest", "2022-07-14T08:30:00+00:00")
    store.commit()
    store.close()
    store = SeenStore(tmp_path / "state.sqlite3")
    assert store.by_id("kontumtv.vn:7") == _seen()
    assert store.by_address("kontumtv.vn/b") == _seen()
    assert store.by_fingerprint("f") == "kontumtv.vn:7"
    assert store.watermark("rest") == "2022-07-14T08:30:00+00:00"
    assert store.counts() == {Outcome.ARTICLE: 1}
    store.close()


def test_living_articles_are_counted_by_section_and_month() -> None:
    store = SeenStore(None)
    store.record(_seen(id="a", section="Kinh tế", month="2022-07"))
    store.record(_seen(id="b", section="Kinh tế", month="2022-07", outcome=Outcome.DUPLICATE))
    store.record(_seen(id="c", section=None, month=None))
    store.record(_seen(id="d", section="Kinh tế", month="2022-07", outcome=Outcome.TOMBSTONE))
    assert list(store.holdings()) == [Holding(None, None, 1), Holding("Kinh tế", "2022-07", 2)]
    store.close()


def test_what_was_not_committed_is_gone(tmp_path: Path) -> None:
    store = SeenStore(tmp_path / "state.sqlite3")
    store.commit()
    store.record(_seen())
    store.close()
    store = SeenStore(tmp_path / "state.sqlite3")
    assert store.by_id("kontumtv.vn:7") is None
    store.close()


def test_first_article_with_a_text_keeps_it() -> None:
    store = SeenStore(None)
    store.record_fingerprint("f", "kontumtv.vn:1")
    store.record_fingerprint("f", "kontumtv.vn:2")
    assert store.by_fingerprint("f") == "kontumtv.vn:1"
    store.close()


def test_unpublished_files_are_told_with_their_true_length() -> None:
    store = SeenStore(None)
    store.record_file(FeedFile("articles/a.jsonl", 10, 1))
    store.record_file(FeedFile("articles/b.jsonl", 20, 2))
    whole = PublishedFile("articles/b.jsonl.gz", 2, 9, "00", "1.0")
    store.record_published("articles/b.jsonl", whole)
    assert store.unpublished() == [FeedFile("articles/a.jsonl", 10, 1)]
    assert store.published() == [whole]
    store.close()


def test_second_run_on_the_same_state_is_refused(tmp_path: Path) -> None:
    first = SeenStore(tmp_path / "state.sqlite3")
    with pytest.raises(StateError, match="another run is using it"):
        SeenStore(tmp_path / "state.sqlite3")
    first.close()
    SeenStore(tmp_path / "state.sqlite3").close()


def test_foreign_database_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE theirs (x)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(StateError, match="another program"):
        SeenStore(path)
    assert path.read_bytes() == before


def test_file_that_is_no_database_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    path.write_bytes(b"{}\n" * 1000)
    with pytest.raises(StateError, match="not a database"):
        SeenStore(path)
    assert path.read_bytes() == b"{}\n" * 1000


def test_state_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    store = SeenStore(path)
    store.commit()
    store.close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version=99")
    newer.close()
    with pytest.raises(StateError, match="newer version"):
        SeenStore(path)


def test_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError):
        SeenStore(tmp_path / "no" / "state.sqlite3")
