"""The dataset of one site: feeds in ``exports/<site>/`` and the state that follows them.

The order is always: line into the feed, row into the state, then feed to disk, then the state's
transaction. So a row never stands for a line that is not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.exceptions import StateError
from crawler.feeds.files import FeedWriter, publish, sha256_of, stray_partials
from crawler.records import to_line
from crawler.storage.dedupe import Kind, Verdict, judge
from crawler.storage.seen import Outcome, SeenArticle, SeenStore
from crawler.urls import url_key

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crawler.items import Article, Rejected

STATE_NAME = "state.sqlite3"
FEEDS = {
    Outcome.ARTICLE: "articles",
    Outcome.DUPLICATE: "duplicates",
    Outcome.REJECTED: "rejected",
}


class Dataset:
    """Feeds and state of one run; ``folder=None`` for a run that stands alone, in memory.

    Raises:
        StateError: the state file or the folder cannot be used; nothing was changed.
    """

    def __init__(self, folder: Path | None, run_id: str) -> None:
        self.folder = folder
        """Where the feeds are; None for a run that stands alone."""
        self._run_id = run_id
        self._writers: dict[Outcome, FeedWriter] = {}
        self._uncommitted = 0
        if folder is not None:
            _make_folder(folder)
        self.seen = SeenStore(folder / STATE_NAME if folder else None)
        try:
            self.recovered = self._recover()
        except OSError as error:
            self.seen.close()
            raise StateError(str(folder), str(error)) from error

    def _recover(self) -> list[str]:
        """Publish what a dead run committed; what it wrote beyond that is not true and goes."""
        if self.folder is None:
            return []
        left = list(self.seen.unpublished())
        for file in left:
            publish(self.folder, file)
            self.seen.record_file(file, published=True)
        for stray in stray_partials(self.folder):
            stray.unlink()
        self.seen.commit()
        return [file.path for file in left]

    # ---- write ------------------------------------------------------------------------------

    @property
    def uncommitted(self) -> int:
        """Lines and rows written since the last commit."""
        return self._uncommitted

    def add(self, article: Article) -> Verdict:
        """Judge an article, write what is new to its feed, remember it; return the verdict.

        One step, so that no second copy slips in between judging and remembering.
        """
        verdict = judge(article, self.seen)
        if verdict.kind is Kind.UNCHANGED:
            self._confirm(verdict.article)
            return verdict
        outcome = Outcome.DUPLICATE if verdict.kind is Kind.DUPLICATE else Outcome.ARTICLE
        self._append(outcome, verdict.article)
        self._remember(verdict.article, outcome)
        if outcome is Outcome.ARTICLE:
            self.seen.record_fingerprint(verdict.fingerprint, verdict.article.id)
        return verdict

    def _confirm(self, article: Article) -> None:
        """Remember that an article was looked at again and says what the dataset holds."""
        known = self.seen.by_id(article.id)
        assert known is not None  # noqa: S101 - that is what makes it unchanged
        modified = _latest(known.modified, article.date_modified)
        confirmed = replace(known, modified=modified, crawled=article.date_crawled)
        self.seen.record(confirmed, _url_keys(article))
        self._uncommitted += 1

    def reject(self, rejected: Rejected) -> None:
        """Write what could not become a record; only a final rejection is remembered."""
        self._append(Outcome.REJECTED, rejected)
        if not rejected.is_final:
            return
        key = url_key(rejected.url)
        self.seen.record(
            SeenArticle(
                id=rejected.id or f"{rejected.site}:{key}",
                outcome=Outcome.REJECTED,
                version=1,
                content_hash=None,
                modified=rejected.date_modified,
                crawled=rejected.date_crawled,
                run_id=self._run_id,
            ),
            [key],
        )

    def _append(self, outcome: Outcome, item: Article | Rejected) -> None:
        self._uncommitted += 1
        if self.folder is None:
            return
        if outcome not in self._writers:
            name = f"{FEEDS[outcome]}/{self._run_id}.jsonl"
            self._writers[outcome] = FeedWriter(self.folder, name)
        self._writers[outcome].append(to_line(item))

    def _remember(self, article: Article, outcome: Outcome) -> None:
        self.seen.record(
            SeenArticle(
                id=article.id,
                outcome=outcome,
                version=article.version,
                content_hash=article.content_hash,
                modified=article.date_modified,
                crawled=article.date_crawled,
                run_id=self._run_id,
            ),
            _url_keys(article),
        )

    # ---- commit and publish -----------------------------------------------------------------

    def commit(self) -> None:
        """Make everything written so far true: feeds to disk first, then the state."""
        for writer in self._writers.values():
            writer.sync()
            self.seen.record_file(writer.position, published=False)
        self.seen.commit()
        self._uncommitted = 0

    def publish(self) -> list[dict[str, object]]:
        """Commit, give every file its final name and return path, lines, bytes, sha256 of each."""
        self.commit()
        published = []
        for writer in self._writers.values():
            assert self.folder is not None  # noqa: S101 - there are no writers without it
            file = writer.position
            writer.close()
            publish(self.folder, file)
            self.seen.record_file(file, published=True)
            published.append(
                {
                    "path": file.path,
                    "lines": file.lines,
                    "bytes": file.bytes,
                    "sha256": sha256_of(self.folder / file.path),
                }
            )
        self._writers.clear()
        self.seen.commit()
        return sorted(published, key=lambda each: str(each["path"]))

    def close(self) -> None:
        """Let the files go; what was not committed is cut off by the next run."""
        for writer in self._writers.values():
            writer.close()
        self.seen.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(str(folder), str(error)) from error


def _url_keys(article: Article) -> list[str]:
    return [url_key(url) for url in (article.url, *article.url_aliases)]


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None), default=None)
