"""One article, whichever way it comes: REST, page, WARC, Wayback Machine, Common Crawl.

A real WordPress is crawled under its own name, `http://kontumtv.vn`, through a proxy setting, and
every answer is kept; then it is taken away, and what was kept is read by each way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.archive_servers import CommonCrawl, Kept, Wayback, captures_of, serve
from tests.crawl_runs import Run, run_crawl
from tests.wordpress.conftest import wordpress
from tests.wordpress.test_wordpress import PROVENANCE, same_value

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.wordpress

HOME = "http://kontumtv.vn"
STOCK = {"VI": "68", "PERMALINK": "/%postname%/", "DATE_FORMAT": "j F, Y"}
THEMES: dict[str, dict[str, str]] = {
    "provincial": {},
    "twentytwentyone": STOCK,
    "twentytwentytwo": STOCK,
    "twentytwentythree": STOCK,
}
COUNT = "100"
AT_ONCE = {"ARCHIVE_DOWNLOAD_DELAY": 0}
# Beside what tells how a record was read: where its bytes are.
OF_THE_WAY = PROVENANCE | {"source", "archive_timestamp", "warc"}
# No stock theme prints the lead typed into the field for it: only REST has it there, and what is
# made of it.
OF_THE_LEAD = frozenset(("description", "event_dates", "content_hash"))
# Block themes of WordPress 6.1 print no links to the further pages of an article: only REST has it
# whole there.
WITHOUT_PAGE_LINKS = ("twentytwentytwo", "twentytwentythree")


@dataclass(frozen=True)
class Copies:
    """What one theme printed: as crawled, and where its bytes are kept."""

    rest: Run
    page: Run
    store: Path
    cut: frozenset[str]
    """Ids of articles of which the theme shows a part only."""
    prints_no_lead: bool

    @property
    def warcs(self) -> list[Path]:
        return sorted(self.store.glob("*.warc.gz"))

    def captures(self) -> list[Kept]:
        return [kept for path in self.warcs for kept in captures_of(path)]


@pytest.fixture(scope="module", params=THEMES)
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    folder = tmp_path_factory.mktemp(request.param)
    with (
        wordpress(THEME=request.param, COUNT=COUNT, **THEMES[request.param]) as instance,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("http_proxy", instance.base_url)
        rest = _crawl(folder / "rest", discovery="rest")
        page = _crawl(folder / "page", {"WARC_STORE": folder / "warc"}, discovery="sitemap")
        paged = {f"kontumtv.vn:{row['id']}" for row in instance.truth if row["pages"] > 1}
    assert (rest.exit_code, page.exit_code) == (0, 0), rest.log + page.log
    cut = frozenset(paged) if request.param in WITHOUT_PAGE_LINKS else frozenset[str]()
    return Copies(rest, page, folder / "warc", cut, request.param != "provincial")


def _crawl(exports: Path, settings: dict[str, Any] | None = None, **arguments: Any) -> Run:
    return run_crawl(exports, settings={**AT_ONCE, **(settings or {})}, base_url=HOME, **arguments)


def test_api_and_page_give_the_same_record(copies: Copies) -> None:
    _check_same(copies.page, copies.rest, copies.cut, prints_no_lead=copies.prints_no_lead)


def test_kept_answers_give_the_same_record(copies: Copies, tmp_path: Path) -> None:
    old = _crawl(tmp_path, archive=",".join(map(str, copies.warcs)))
    _check_same(copies.page, old)
    assert {line["source"] for line in old.feed("articles")} == {"warc"}


def test_wayback_machine_gives_the_same_record(copies: Copies, tmp_path: Path) -> None:
    with serve(Wayback(copies.captures()).answer) as address:
        old = _crawl(tmp_path, archive="wayback", wayback_url=address)
    _check_same(copies.page, old)
    assert {line["source"] for line in old.feed("articles")} == {"wayback"}


def test_common_crawl_gives_the_same_record(copies: Copies, tmp_path: Path) -> None:
    with serve(CommonCrawl(copies.captures(), page_size=50).answer) as address:
        old = _crawl(tmp_path, archive="commoncrawl", commoncrawl_url=address)
    _check_same(copies.page, old)
    assert {line["source"] for line in old.feed("articles")} == {"commoncrawl"}


def _check_same(
    expected: Run,
    found: Run,
    cut: frozenset[str] = frozenset(),
    *,
    prints_no_lead: bool = False,
) -> None:
    ours, theirs = _records(expected), _records(found)
    assert ours.keys() == theirs.keys(), found.log[-3000:]
    assert len(ours) > int(COUNT)
    differing = [
        f"{line['url']} {field}: {line[field]!r} / {theirs[article_id][field]!r}"
        for article_id, line in ours.items()
        if article_id not in cut
        for field in line.keys() - OF_THE_WAY
        if not same_value(field, line, theirs[article_id])
        if not (prints_no_lead and theirs[article_id]["description"] and field in OF_THE_LEAD)
    ]
    assert not differing, "\n".join(differing[:20])


def _records(run: Run) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in run.feed("articles") + run.feed("duplicates")}
