import json
import os
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.exceptions import StateError, WriteError
from crawler.feeds.dataset import Dataset
from crawler.feeds.files import partial_path, sha256_of
from crawler.feeds.manifest import read_manifest
from crawler.feeds.names import STATE_NAME
from crawler.items import SCHEMA_VERSION, Article
from crawler.records import to_line
from crawler.storage.dedupe import Kind
from crawler.storage.hashes import content_hash
from crawler.storage.schema import _SCHEMA_1, APPLICATION_ID
from crawler.storage.seen import Outcome, PublishedFile, SeenStore
from tests.articles import NOON, make_article, make_rejected


def _changed(article: Article, **changes: object) -> Article:
    changed = replace(article, **changes)  # type: ignore[arg-type]
    return replace(changed, content_hash=content_hash(changed))


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _published(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.jsonl"))


def test_new_article_is_a_line_once_published(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    assert dataset.add(make_article()).kind is Kind.NEW
    assert _published(tmp_path) == ["articles/.r1.jsonl"]
    (file,) = dataset.publish()
    dataset.close()
    path = tmp_path / "articles/r1.jsonl"
    assert _published(tmp_path) == ["articles/r1.jsonl"]
    assert _lines(path)[0]["headline"] == make_article().headline
    assert file == PublishedFile(
        "articles/r1.jsonl", 1, path.stat().st_size, sha256_of(path), SCHEMA_VERSION
    )
    assert read_manifest(tmp_path) == [file]


def test_known_article_writes_nothing_in_the_next_run(tmp_path: Path) -> None:
    first = Dataset(tmp_path, "r1")
    first.add(make_article())
    first.publish()
    first.close()
    second = Dataset(tmp_path, "r2")
    assert second.add(make_article(date_crawled=NOON + timedelta(days=9))).kind is Kind.UNCHANGED
    assert second.publish() == []
    second.close()
    assert _published(tmp_path) == ["articles/r1.jsonl"]


def test_changed_article_is_the_next_version(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.add(make_article())
    verdict = dataset.add(_changed(make_article(), headline="Ra mắt vườn ươm (cập nhật)"))
    assert (verdict.kind, verdict.article.version) == (Kind.CHANGED, 2)
    dataset.publish()
    dataset.close()
    assert [line["version"] for line in _lines(tmp_path / "articles/r1.jsonl")] == [1, 2]


def test_copy_goes_whole_to_the_duplicates_feed(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.add(make_article())
    copy = make_article(id="kontumtv.vn:102", url="https://kontumtv.vn/vuon-uom-ca-phe-2/")
    assert dataset.add(copy).kind is Kind.DUPLICATE
    dataset.publish()
    dataset.close()
    (line,) = _lines(tmp_path / "duplicates/r1.jsonl")
    assert line["text"] == copy.text
    assert (line["duplicate_of"], line["duplicate_kind"]) == ("kontumtv.vn:101", "exact")
    assert line["similarity"] == 1.0


def test_copy_in_a_later_run_is_found_too(tmp_path: Path) -> None:
    first = Dataset(tmp_path, "r1")
    first.add(make_article())
    first.publish()
    first.close()
    second = Dataset(tmp_path, "r2")
    copy = make_article(id="kontumtv.vn:102", url="https://kontumtv.vn/vuon-uom-ca-phe-2/")
    assert second.add(copy).article.duplicate_of == "kontumtv.vn:101"
    second.close()


def test_page_without_its_post_id_is_the_article_at_that_address(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.add(make_article())
    nameless = _changed(make_article(), id="kontumtv.vn:tin-tuc/kinh-te/vuon-uom-ca-phe")
    verdict = dataset.add(nameless)
    assert (verdict.kind, verdict.article.id) == (Kind.UNCHANGED, "kontumtv.vn:101")
    dataset.close()


def test_final_rejection_is_remembered_and_a_failure_is_not(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.reject(make_rejected())
    dataset.reject(make_rejected(url="https://kontumtv.vn/b/", reason="http_503", is_final=False))
    dataset.publish()
    assert dataset.seen.counts() == {Outcome.REJECTED: 1}
    assert dataset.seen.by_address("kontumtv.vn/b") is None
    dataset.close()
    assert len(_lines(tmp_path / "rejected/r1.jsonl")) == 2


def test_rejected_article_that_gets_its_text_is_version_one(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    article = make_article()
    dataset.reject(make_rejected(id=article.id, url=article.url))
    assert dataset.add(article).article.version == 1
    dataset.close()


def test_dead_run_is_cut_to_what_it_committed(tmp_path: Path) -> None:
    dead = Dataset(tmp_path, "r1")
    dead.add(make_article())
    dead.commit()
    dead.add(make_article(id="kontumtv.vn:102", text="Tin khác. " * 60))
    dead.close()  # as a kill would: nothing published, the second line on disk
    partial = tmp_path / "articles/.r1.jsonl"
    assert len(_lines(partial)) == 2
    alive = Dataset(tmp_path, "r2")
    assert [file.path for file in alive.recovered] == ["articles/r1.jsonl"]
    assert [line["id"] for line in _lines(tmp_path / "articles/r1.jsonl")] == ["kontumtv.vn:101"]
    assert alive.add(make_article()).kind is Kind.UNCHANGED
    assert alive.add(make_article(id="kontumtv.vn:102", text="Tin khác. " * 60)).kind is Kind.NEW
    alive.close()


def test_run_that_died_before_its_first_commit_leaves_nothing(tmp_path: Path) -> None:
    dead = Dataset(tmp_path, "r1")
    dead.add(make_article())
    dead.close()
    alive = Dataset(tmp_path, "r2")
    assert alive.recovered == []
    alive.close()
    assert _published(tmp_path) == []


def test_committed_file_that_was_cut_is_an_error_and_stays(tmp_path: Path) -> None:
    dead = Dataset(tmp_path, "r1")
    dead.add(make_article())
    dead.commit()
    dead.close()
    partial = tmp_path / "articles/.r1.jsonl"
    partial.write_bytes(partial.read_bytes()[:100])
    with pytest.raises(StateError, match="100 bytes where"):
        Dataset(tmp_path, "r2")
    assert partial.stat().st_size == 100


def test_run_that_stands_alone_writes_no_file(tmp_path: Path) -> None:
    dataset = Dataset(None, "r1")
    assert dataset.add(make_article()).kind is Kind.NEW
    assert dataset.add(make_article()).kind is Kind.UNCHANGED
    assert dataset.publish() == []
    dataset.close()
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("a file")
    with pytest.raises(WriteError):
        Dataset(tmp_path / "exports" / "kontumtv.vn", "r1")


def test_state_stands_beside_the_feeds(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "kontumtv.vn", "r1")
    dataset.close()
    assert (tmp_path / "kontumtv.vn" / STATE_NAME).is_file()


def test_run_that_died_while_publishing_is_published_once(tmp_path: Path) -> None:
    dead = Dataset(tmp_path, "r1")
    dead.add(make_article())
    dead.commit()
    dead.close()
    (tmp_path / "articles/.r1.jsonl").rename(tmp_path / "articles/r1.jsonl")
    alive = Dataset(tmp_path, "r2")
    alive.close()
    assert _published(tmp_path) == ["articles/r1.jsonl"]


def test_every_committed_byte_and_every_new_name_was_synced_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a power cut leaves is what was synced: so that comes first, in every step."""
    synced: dict[int, int] = {}
    real_fsync, real_replace, real_commit = os.fsync, Path.replace, SeenStore.commit

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        synced[os.fstat(descriptor).st_ino] = os.fstat(descriptor).st_size

    def replace_(path: Path, target: Path) -> Path:
        assert synced[path.stat().st_ino] == path.stat().st_size
        synced.pop(path.parent.stat().st_ino, None)
        return real_replace(path, target)

    def commit(seen: SeenStore) -> None:
        for file in seen.unpublished():
            partial = partial_path(tmp_path / file.path)
            if partial.exists():
                assert synced[partial.stat().st_ino] >= file.bytes
                assert partial.parent.stat().st_ino in synced
        real_commit(seen)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace_)
    monkeypatch.setattr(SeenStore, "commit", commit)
    for run_id, compression in (("r1", "none"), ("r2", "zstd")):
        dataset = Dataset(tmp_path, run_id, compression)
        dataset.add(make_article(headline=f"Vườn ươm, lần {run_id}"))
        dataset.commit()
        dataset.add(make_article(headline=f"Vườn ươm, lần {run_id} sửa"))
        dataset.publish()
        dataset.close()
    assert (tmp_path / "articles").stat().st_ino in synced
    assert tmp_path.stat().st_ino in synced


def test_run_without_a_line_publishes_no_empty_file(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.commit()
    assert dataset.publish() == []
    dataset.close()
    assert _published(tmp_path) == []
    assert read_manifest(tmp_path) == []


def test_state_of_the_first_version_is_brought_up_and_its_files_entered(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / STATE_NAME)
    old.executescript(_SCHEMA_1)
    old.execute(
        "INSERT INTO article VALUES ('kontumtv.vn:7', 'rejected', 1, NULL, NULL, ?, 'r0')",
        (NOON.isoformat(),),
    )
    line = to_line(make_article()).encode() + b"\n"
    old.execute("INSERT INTO feed_file VALUES ('articles/r0.jsonl', ?, 1, 1)", (len(line),))
    old.execute(f"PRAGMA application_id={APPLICATION_ID}")
    old.execute("PRAGMA user_version=1")
    old.commit()
    old.close()
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "r0.jsonl").write_bytes(line)
    dataset = Dataset(tmp_path, "r1")
    verdict = dataset.add(make_article(id="kontumtv.vn:7", text="Có chữ rồi. " * 60))
    assert verdict.article.version == 1
    dataset.close()
    (file,) = read_manifest(tmp_path)
    assert (file.path, file.rows, file.bytes) == ("articles/r0.jsonl", 1, len(line))


def test_rejected_page_of_a_known_article_leaves_its_versions(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path, "r1")
    dataset.add(make_article())
    dataset.reject(make_rejected(id=make_article().id, url=make_article().url))
    verdict = dataset.add(_changed(make_article(), headline="Lại có bài"))
    assert (verdict.kind, verdict.article.version) == (Kind.CHANGED, 2)
    dataset.close()
