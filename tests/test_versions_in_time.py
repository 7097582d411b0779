"""Old copies beside what is known: nothing is lost, and the newest stays the current one."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.admission import refuse_empty
from crawler.feeds.changes import Since, changes
from crawler.feeds.current import current_lines
from crawler.feeds.dataset import Dataset
from crawler.feeds.rebuild import rebuild_state
from crawler.feeds.verify import verify
from crawler.items import OLDER_VERSION, Article
from crawler.storage.dedupe import Kind, Verdict
from crawler.urls import url_key
from tests.articles import NOON, make_article

DAY = timedelta(days=1)
LIVE_DAY = 100


def said(headline: str, day: int, *, live: bool = False, number: int = 101) -> Article:
    """What the site said on a day, seen on that day or in a copy an archive took of it."""
    then = NOON + day * DAY
    article = make_article(
        id=f"kontumtv.vn:{number}",
        headline=headline,
        text=f"{headline}. " * 60,
        url=f"https://kontumtv.vn/tin/{number}/",
        date_crawled=then if live else NOON + 900 * DAY,
        archive_timestamp=None if live else then,
        source="live" if live else "warc",
    )
    return replace(article, run_id="")


class Site:
    """A dataset, run after run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = 0

    def run(self, *articles: Article) -> list[Verdict]:
        self.runs += 1
        dataset = Dataset(self.folder, self.run_id, near_duplicates="off")
        verdicts = [dataset.add(replace(each, run_id=self.run_id)) for each in articles]
        dataset.publish()
        dataset.close()
        return verdicts

    def bury(self, day: int) -> Article | None:
        self.runs += 1
        dataset = Dataset(self.folder, self.run_id, near_duplicates="off")
        tombstone = dataset.bury("kontumtv.vn:101", NOON + day * DAY, "http_404")
        dataset.publish()
        dataset.close()
        return tombstone

    @property
    def run_id(self) -> str:
        return f"20260101T{self.runs:06}.000000Z"

    def current(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in current_lines(self.folder)]

    def history(self) -> list[dict[str, Any]]:
        paths = sorted((self.folder / "articles").glob("*.jsonl"))
        return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_captures_in_order_of_time_are_versions(site: Site) -> None:
    verdicts = site.run(said("Một", 1), said("Hai", 2), said("Hai", 3), said("Ba", 4))
    assert [(each.kind, each.article.version) for each in verdicts] == [
        (Kind.NEW, 1),
        (Kind.CHANGED, 2),
        (Kind.UNCHANGED, 3),
        (Kind.CHANGED, 3),
    ]
    assert not any(OLDER_VERSION in row["quality_flags"] for row in site.history())
    assert [row["archive_timestamp"][:10] for row in site.history()] == [
        f"{NOON + day * DAY:%Y-%m-%d}" for day in (1, 2, 4)
    ]


def test_an_older_copy_is_a_line_that_the_current_view_leaves_out(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    (older,) = site.run(said("Xưa", 1))
    assert (older.kind, older.article.version) == (Kind.OLDER, 2)
    assert OLDER_VERSION in older.article.quality_flags
    assert [row["headline"] for row in site.history()] == ["Nay", "Xưa"]
    assert [row["headline"] for row in site.current()] == ["Nay"]
    assert verify(site.folder).problems == []


def test_an_older_copy_of_what_was_said_before_gives_nothing(site: Site) -> None:
    site.run(said("Một", 10, live=True), said("Hai", LIVE_DAY, live=True))
    assert [each.kind for each in site.run(said("Một", 3), said("Hai", 5))] == [Kind.UNCHANGED] * 2
    assert len(site.history()) == 2


def test_a_live_look_that_finds_nothing_new_makes_a_copy_older(site: Site) -> None:
    site.run(said("Một", 1, live=True))
    site.run(said("Một", LIVE_DAY, live=True))
    (between,) = site.run(said("Hai", 50))
    assert between.kind is Kind.OLDER
    assert [row["headline"] for row in site.current()] == ["Một"]


def test_the_live_site_after_an_old_copy_is_the_next_version(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    site.run(said("Xưa", 1))
    (newer,) = site.run(said("Mai", LIVE_DAY + 1, live=True))
    assert (newer.kind, newer.article.version) == (Kind.CHANGED, 3)
    assert [row["headline"] for row in site.current()] == ["Mai"]


def test_the_live_site_that_says_again_what_it_said_once_is_a_version(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    site.run(said("Xưa", 1))
    (back,) = site.run(said("Xưa", LIVE_DAY + 1, live=True))
    assert (back.kind, back.article.version) == (Kind.CHANGED, 3)
    assert verify(site.folder).problems == []


def test_an_old_copy_does_not_bring_back_what_is_gone(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    site.bury(LIVE_DAY + 1)
    (older,) = site.run(said("Xưa", 1))
    assert older.kind is Kind.OLDER
    assert site.current() == []
    assert verify(site.folder).problems == []


def test_an_article_with_an_old_copy_is_buried_as_it_was_last(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    site.run(said("Xưa", 1))
    tombstone = site.bury(LIVE_DAY + 1)
    assert tombstone is not None
    assert (tombstone.headline, tombstone.version) == ("Nay", 3)
    assert verify(site.folder).problems == []


def test_a_lost_state_is_made_again_with_old_copies(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    site.run(said("Xưa", 1), said("Xưa nữa", 2))
    rebuild_state(site.folder)
    assert verify(site.folder).problems == []
    again = site.run(said("Xưa", 1), said("Nay", LIVE_DAY, live=True), said("Xưa hơn", 0))
    assert [each.kind for each in again] == [Kind.UNCHANGED, Kind.UNCHANGED, Kind.OLDER]
    assert again[-1].article.version == 4


def test_an_old_copy_is_no_change(site: Site) -> None:
    site.run(said("Nay", LIVE_DAY, live=True))
    first = site.run_id
    site.run(said("Xưa", 1))
    assert list(changes(site.folder, Since(first))) == []
    second = site.run_id
    site.run(said("Mai", LIVE_DAY + 1, live=True))
    (change,) = changes(site.folder, Since(second))
    assert change["change"] == "changed"


def test_captures_that_were_read_are_known(site: Site) -> None:
    site.run(said("Một", 1))
    dataset = Dataset(site.folder, "20270101T000000.000000Z", near_duplicates="off")
    key = url_key("https://kontumtv.vn/tin/101/")
    assert dataset.seen.past.has_read(key, NOON + DAY)
    assert not dataset.seen.past.has_read(key, NOON + 2 * DAY)
    dataset.close()


OBSERVATIONS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 9), st.booleans()), min_size=1, max_size=6
)


class TestVersionsProperties:
    @settings(max_examples=12, deadline=None)
    @given(OBSERVATIONS)
    def test_whatever_order_they_come_in(self, given: list[tuple[str, int, bool]]) -> None:
        """Each content once at least, each version once, the newest last seen is the current."""
        with tempfile.TemporaryDirectory() as folder:
            site = Site(Path(folder))
            last_live = 20
            newest: tuple[datetime, str] | None = None
            for text, day, is_live in given:
                # The live site is seen now, and now is later each time.
                last_live += is_live
                article = said(text, last_live if is_live else day, live=is_live)
                site.run(article)
                if newest is None or article.observed >= newest[0]:
                    newest = (article.observed, text)
            assert newest is not None
            rows = site.history()
            assert {row["headline"] for row in rows} == {text for text, _, _ in given}
            assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
            assert [row["headline"] for row in site.current()] == [newest[1]]
            assert verify(site.folder).problems == []
            rebuild_state(site.folder)
            assert verify(site.folder).problems == []


def test_a_capture_of_no_article_counts_as_read_with_its_line(tmp_path: Path) -> None:
    # Remembered any sooner, a kill between the two would lose the line for good.
    empty = replace(said("Tin đang cập nhật", 1), text="", description=None, images=(), videos=())
    rejected = refuse_empty(empty)
    assert rejected is not None
    assert empty.archive_timestamp is not None
    key = url_key(empty.url)
    dataset = Dataset(tmp_path, "r1", near_duplicates="off")
    assert not dataset.seen.past.has_read(key, empty.archive_timestamp)
    dataset.reject(rejected)
    assert dataset.seen.past.has_read(key, empty.archive_timestamp)
    dataset.close()
