"""The dataset of one site: feeds in ``exports/<site>/`` and the state that follows them.

The order is always: line into the feed, row into the state, then feed to disk, then the state's
transaction. So a row never stands for a line that is not there.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.exceptions import StateError, WriteError
from crawler.feeds.files import FeedWriter, make_folder, stray_partials, sync_folder
from crawler.feeds.history import last_line
from crawler.feeds.names import FEEDS, STATE_NAME
from crawler.feeds.recovery import finish_files, lost_files, recover
from crawler.feeds.reindex import reindex_if_empty
from crawler.records import to_line
from crawler.storage.dedupe import Kind, Verdict, judge
from crawler.storage.lock import RunLock
from crawler.storage.remember import (
    remember_article,
    remember_capture,
    remember_rejected,
    url_keys,
)
from crawler.storage.seen import Outcome, SeenStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from crawler.items import Article, Rejected
    from crawler.storage.dedupe import NearDuplicates
    from crawler.storage.seen import PublishedFile


class Dataset:
    """Feeds and state of one run; ``folder=None`` for a run that stands alone, in memory.

    Raises:
        LockedError: another run has the dataset.
        StateError: the state cannot be used, or is not that of the feeds; nothing was changed.
        WriteError: the disk is full or the folder read-only.
    """

    def __init__(
        self,
        folder: Path | None,
        run_id: str,
        compression: str = "none",
        near_duplicates: NearDuplicates = "drop",
    ) -> None:
        self.folder = folder
        """Where the feeds are; None for a run that stands alone."""
        self.recovered: list[PublishedFile] = []
        """Files of a dead run, published at the start of this one."""
        self.lost: list[str] = []
        """Published files that are no longer there, or not of their size."""
        self._run_id = run_id
        self._compression = compression
        self._near_duplicates: NearDuplicates = near_duplicates
        self._writers: dict[str, FeedWriter] = {}
        self._uncommitted = 0
        self._lock: RunLock | None = None
        if folder is None:
            self.seen = SeenStore(None)
            return
        with self._writing():
            make_folder(folder)
            self._lock = RunLock(folder, run_id)
        try:
            self._open(folder)
        except (StateError, WriteError):
            self._lock.release()
            raise

    def _open(self, folder: Path) -> None:
        path = folder / STATE_NAME
        if not path.exists() and stray_partials(folder):
            raise StateError(str(path), "gone, with the feeds of a dead run still there")
        with self._writing():
            seen = SeenStore(path)
            try:
                sync_folder(folder)
                self.recovered += recover(folder, seen, self._compression)
                self.lost = lost_files(folder, seen)
                if self._is_indexed:
                    seen.near.keep_in_memory()
                    if reindex_if_empty(folder, seen):
                        seen.commit()
            except (StateError, OSError, sqlite3.Error):
                seen.close()
                raise
            self.seen = seen

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Tell what the disk refuses as one kind of error."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise WriteError(str(self.folder), str(error)) from error

    @property
    def _is_indexed(self) -> bool:
        # Turned on later, an empty index is filled from the feeds; one that was on before knows
        # nothing of what was written while it was off.
        return self._near_duplicates != "off"

    # ---- write ------------------------------------------------------------------------------

    @property
    def uncommitted(self) -> int:
        """Lines and rows written since the last commit."""
        return self._uncommitted

    @property
    def left_by(self) -> str | None:
        """Who held the dataset last and did not let it go, in words."""
        return self._lock.left_by if self._lock else None

    def add(self, article: Article) -> Verdict:
        """Judge an article, write what is new to its feed, remember it; return the verdict.

        One step, so that no second copy slips in between judging and remembering.

        Raises:
            WriteError: the disk is full or the folder read-only; only ``abandon`` may follow.
        """
        with self._writing():
            verdict = judge(article, self.seen, self._near_duplicates)
            if verdict.kind is Kind.UNCHANGED:
                self._confirm(verdict.article)
            elif verdict.kind is Kind.DUPLICATE:
                self._write(verdict.article, Outcome.DUPLICATE)
            else:
                self._write(verdict.article, Outcome.ARTICLE, verdict.fingerprint)
            return verdict

    def _write(self, article: Article, outcome: Outcome, digest: str | None = None) -> None:
        line_at = self._append(FEEDS[outcome], article)
        remember_article(
            self.seen,
            article,
            outcome,
            run_id=self._run_id,
            line_at=line_at,
            digest=digest,
            is_indexed=self._is_indexed,
        )

    def _confirm(self, article: Article) -> None:
        """Remember that an article was looked at again and says what the dataset holds."""
        known = self.seen.by_id(article.id)
        assert known is not None  # noqa: S101 - that is what makes it unchanged
        remember_capture(self.seen, article)
        if article.observed >= known.crawled:
            modified = _latest(known.modified, article.date_modified)
            confirmed = replace(known, modified=modified, crawled=article.observed)
            self.seen.record(confirmed, url_keys(article))
        self._uncommitted += 1

    def reject(self, rejected: Rejected) -> None:
        """Write what could not become a record; only a final rejection is remembered.

        Raises:
            WriteError: as of ``add``.
        """
        with self._writing():
            self._append(FEEDS[Outcome.REJECTED], rejected)
            if rejected.is_final:
                remember_rejected(self.seen, rejected, self._run_id)

    def bury(self, article_id: str, date: datetime, reason: str) -> Article | None:
        """Write the tombstone of an article that is gone: its last record, the next version.

        ``date`` is when that was found out, ``reason`` the word for how, e.g. ``http_410``. None,
        and nothing is written, where the dataset holds no living article of that id.

        Raises:
            StateError: its last line is not where the state says; nothing was written.
            WriteError: as of ``add``.
        """
        known = self.seen.by_id(article_id)
        if known is None or known.outcome not in (Outcome.ARTICLE, Outcome.DUPLICATE):
            return None
        with self._writing():
            for writer in self._writers.values():
                writer.flush()
            tombstone = replace(
                last_line(self.folder, known),
                record_type="tombstone",
                tombstone_reason=reason,
                version=self.seen.past.last_version(known.id) + 1,
                date_crawled=date,
                run_id=self._run_id,
            )
            self._write(tombstone, Outcome.TOMBSTONE)
        return tombstone

    def _append(self, feed: str, item: Article | Rejected) -> int | None:
        self._uncommitted += 1
        if self.folder is None:
            return None
        if feed not in self._writers:
            self._writers[feed] = FeedWriter(self.folder, f"{feed}/{self._run_id}.jsonl")
        return self._writers[feed].append(to_line(item))

    # ---- commit and publish -----------------------------------------------------------------

    def commit(self) -> None:
        """Make everything written so far true: feeds to disk first, then the state.

        Raises:
            WriteError: as of ``add``.
        """
        with self._writing():
            for writer in self._writers.values():
                writer.sync()
                self.seen.record_file(writer.position)
            self.seen.commit()
            self._uncommitted = 0

    def publish(self) -> list[PublishedFile]:
        """Commit, give every file its final name and return what the manifest says of each.

        Raises:
            WriteError: as of ``add``.
        """
        self.commit()
        if self.folder is None:
            return []
        with self._writing():
            self._close_writers()
            return finish_files(self.folder, self.seen, self._compression)

    def abandon(self) -> list[PublishedFile]:
        """After a WriteError publish what is committed, exactly as the next run would.

        Where even that fails it is left to the next run. The dataset can be asked afterwards,
        but not written.

        Raises:
            WriteError: the next run has to do it.
            StateError: the same.
        """
        self._discard()
        if self.folder is None:
            return []
        # What the run asks from here on it asks of an empty state, unless this one opens again.
        self.seen = SeenStore(None)
        published = len(self.recovered)
        self._open(self.folder)
        return self.recovered[published:]

    def close(self) -> None:
        """Let the files go; what was not committed is cut off by the next run."""
        self._discard()
        if self._lock is not None:
            self._lock.release()

    def _discard(self) -> None:
        # What is not committed is not true: whether its last bytes reach the disk is all one.
        with suppress(OSError):
            self._close_writers()
        self.seen.close()

    def _close_writers(self) -> None:
        while self._writers:
            _, writer = self._writers.popitem()
            writer.close()


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None), default=None)
