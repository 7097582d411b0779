"""Archived answers made a dataset again: which are read, in what order, and what is skipped."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from crawler.exceptions import ArchiveError, LockedError, WriteError
from crawler.feeds.history import history_files, read_lines
from crawler.feeds.verify import verify
from crawler.reextract.diff import compare, show_change
from crawler.reextract.rebuilding import Options, Rebuilt, cataloged, rebuild, whole_folder
from crawler.reextract.runs import run_of_info
from crawler.reextract.workers import AHEAD, in_order
from crawler.urls import Site
from tests.servers import SAMPLE
from tests.spider_runs import article_page, post
from tests.warcs import DAY, make_record, write_warc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SITE = Site("kontumtv.vn", "https://kontumtv.vn")
HOME = "https://kontumtv.vn"
POSTS = f"{HOME}/wp-json/wp/v2/posts?per_page=100&page=1"
JSON = (("Content-Type", "application/json"),)


def page(slug: str = "a", number: int = 7, text: str = "Nội dung.", **more: Any) -> bytes:
    """A record of an article's page."""
    extra = more.pop("extra", "")
    body = str(article_page(slug, number, text, extra=extra).body).encode()
    return make_record(more.pop("url", f"{HOME}/tin/{slug}/"), body, **more)


def made(paths: list[Path], folder: Path, **options: Any) -> Rebuilt:
    with cataloged(paths, SITE, 1) as catalog:
        return rebuild(catalog, folder, Options(**options), lambda _: None)


def lines(folder: Path, feed: str = "articles") -> list[dict[str, Any]]:
    files = history_files(folder, feed)
    return [json.loads(line.content) for path in files for line in read_lines(path)]


def from_records(folder: Path, *records: bytes) -> tuple[list[dict[str, Any]], Rebuilt]:
    """Articles and report of a WARC of just these records."""
    path = write_warc(folder / "a.warc.gz", *records)
    rebuilt = made([path], folder / "out")
    assert verify(folder / "out").problems == []
    return lines(folder / "out"), rebuilt


def test_page_of_another_crawlers_archive_says_where_and_when(tmp_path: Path) -> None:
    (article,), rebuilt = from_records(tmp_path, page())
    assert article["source"] == "warc"
    assert article["archive_timestamp"] == article["date_crawled"] == "2024-03-01T08:30:00+07:00"
    assert (article["warc"]["file"], article["warc"]["offset"]) == ("a.warc.gz", 0)
    assert article["run_id"] == "20240301T013000.000000Z"
    assert rebuilt.skipped == 0


def test_two_readings_of_an_archive_are_the_same_bytes(tmp_path: Path) -> None:
    path = write_warc(
        tmp_path / "a.warc.gz",
        page(),
        page("b", 8, "Đường vào làng đã thông xe sau ba tháng sửa chữa."),
    )
    for name in ("one", "two"):
        made([path], tmp_path / name)
    first, second = (history_files(tmp_path / name, "articles")[0] for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert first.name == second.name


def test_captures_become_versions_in_order_of_time_whatever_the_files_order(
    tmp_path: Path,
) -> None:
    late = page(text="Bản sửa.", date=DAY.format(3))
    early = page(text="Bản đầu.", date=DAY.format(1))
    found, _ = from_records(tmp_path, late, early, page(text="Bản đầu.", date=DAY.format(2)))
    assert [(each["version"], each["text"]) for each in found] == [(1, "Bản đầu."), (2, "Bản sửa.")]


def test_every_post_of_a_rest_list_is_read(tmp_path: Path) -> None:
    body = json.dumps([post(1), post(2, content={"rendered": "<p>Bài hai.</p>"})]).encode()
    found, _ = from_records(tmp_path, make_record(POSTS, body, headers=JSON))
    assert [each["id"] for each in found] == ["kontumtv.vn:1", "kontumtv.vn:2"]
    assert found[0]["date_published_source"] == "wp_rest.date_gmt"


def test_page_after_its_rest_answer_is_nothing_new(tmp_path: Path) -> None:
    body = json.dumps([post(7, f"{HOME}/tin/a/", title={"rendered": "Bài a"},
                            date_gmt="2022-07-14T01:30:00", categories=[],
                            content={"rendered": "<p>Nội dung.</p>"})]).encode()  # fmt: skip
    answer = make_record(POSTS, body, headers=JSON)
    found, rebuilt = from_records(tmp_path, answer, page(date=DAY.format(2)))
    assert {each["id"] for each in found} == {"kontumtv.vn:7"}
    assert rebuilt.counts["articles_read"] == 2


NEXT = (
    '<div class="page-links"><span class="post-page-numbers current">1</span>'
    '<a class="post-page-numbers" href="{}/tin/a/2/">2</a></div>'
)


def test_pages_of_one_article_are_one_record(tmp_path: Path) -> None:
    first = page(text="Trang một.", extra=NEXT.format(HOME))
    second = page(text="Trang hai.", url=f"{HOME}/tin/a/2/", date=DAY.format(2))
    (article,), _ = from_records(tmp_path, second, first)
    assert article["text"] == "Trang một.\n\nTrang hai."
    assert article["date_crawled"] == "2024-03-01T08:30:00+07:00"


def test_article_whose_further_page_is_not_there_is_not_taken_for_whole(tmp_path: Path) -> None:
    found, rebuilt = from_records(tmp_path, page(extra=NEXT.format(HOME)))
    assert found == []
    (line,) = lines(tmp_path / "out", "rejected")
    assert (line["reason"], line["is_final"]) == ("not_archived", False)
    assert rebuilt.counts["rejected"] == 1


def test_revisit_is_the_page_once_more(tmp_path: Path) -> None:
    kept = page(fields={"WARC-Record-ID": "<urn:uuid:1>"})
    again = make_record(f"{HOME}/tin/a/", kind="revisit", date=DAY.format(2),
                        fields={"WARC-Refers-To": "<urn:uuid:1>"})  # fmt: skip
    found, rebuilt = from_records(tmp_path, kept, again)
    assert len(found) == 1
    assert rebuilt.counts["unchanged"] == 1


def test_revisit_of_what_is_not_here_is_counted_and_named(tmp_path: Path) -> None:
    lost = make_record(f"{HOME}/tin/b/", kind="revisit", date=DAY.format(2),
                       fields={"WARC-Refers-To": "<urn:uuid:9>"})  # fmt: skip
    _, rebuilt = from_records(tmp_path, page(), lost)
    assert rebuilt.skipped == 1
    assert "revisit" in rebuilt.problems[0]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"{HOME}/category/tin-tuc/", "200 OK"),
        ("https://baokontum.com.vn/tin/a/", "200 OK"),
        (f"{HOME}/tin/b/", "404 Not Found"),
        (f"{HOME}/tin/b/", "503 Service Unavailable"),
    ],
)
def test_what_is_no_article_page_of_the_site_is_passed_over(
    tmp_path: Path, url: str, status: str
) -> None:
    found, rebuilt = from_records(tmp_path, page(), page("b", 8, url=url, status=status))
    assert [each["id"] for each in found] == ["kontumtv.vn:7"]
    assert rebuilt.counts["rejected"] == 0


@pytest.mark.parametrize(
    "broken",
    [
        page("b", 8)[:-20],
        b"\x1f\x8b\x08 no gzip member at all",
        page("b", 8, date="hom qua"),
        gzip.compress(page("b", 8, gzip=False).replace(b"Digest: sha1:", b"Digest: sha1:AA")),
        make_record(f"{HOME}/tin/b/", b"no gzip",
                    headers=(("Content-Type", "text/html"), ("Content-Encoding", "br"))),
        make_record(POSTS, b"<p>no JSON</p>", headers=JSON),
    ],
    ids=["torn", "no gzip", "date", "digest", "encoding", "list"],
)  # fmt: skip
def test_broken_record_is_skipped_counted_and_named(tmp_path: Path, broken: bytes) -> None:
    found, rebuilt = from_records(
        tmp_path, page(), broken, page("c", 9, "Đường vào làng đã thông xe sau ba tháng sửa chữa.")
    )
    assert [each["id"] for each in found] == ["kontumtv.vn:7", "kontumtv.vn:9"]
    assert rebuilt.skipped + rebuilt.counts["rejected"] == 1
    assert all(problem.startswith("a.warc.gz/") for problem in rebuilt.problems)


@pytest.mark.parametrize("content", [b"", b"no archive", page(url="https://a.vn/tin/a/")[:-9]])
def test_archive_without_an_answer_of_the_site_is_one_clear_error(
    tmp_path: Path, content: bytes
) -> None:
    path = write_warc(tmp_path / "a.warc.gz", content)
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz"), cataloged([path], SITE, 1):
        pass


def test_sample_read_by_two_processes_is_that_read_by_one(tmp_path: Path) -> None:
    for processes in (1, 2):
        with cataloged([SAMPLE], SITE, processes) as catalog:
            options = Options(processes=processes)
            rebuild(catalog, tmp_path / str(processes), options, lambda _: None)
    one, two = (lines(tmp_path / name) for name in ("1", "2"))
    assert one == two
    assert len(one) > 70


def test_other_crawlers_notes_are_not_taken_for_ours(tmp_path: Path) -> None:
    answer = page(fields={"WARC-Record-ID": "<urn:uuid:1>"})
    note = make_record(HOME, b"via: https://kontumtv.vn/tin/tu-dau-den/\r\nfirst: x\r\n",
                       kind="metadata", headers=(),
                       fields={"WARC-Concurrent-To": "<urn:uuid:1>"})  # fmt: skip
    (article,), _ = from_records(tmp_path, answer, note)
    assert article["url_aliases"] == []


OWN_INFO = {
    "software": "kontumtv-crawler/0.1.0",
    "isPartOf": "20240301T013000.000000Z",
    "site": "kontumtv.vn",
    "site-home": HOME,
    "site-base-url": HOME,
    "arguments": '{"since": "2024-01-01", "limit": 5}',
}


def test_run_of_ours_is_known_by_its_warcinfo() -> None:
    run = run_of_info(OWN_INFO)
    assert run is not None
    assert (run.id, run.site, run.is_own) == ("20240301T013000.000000Z", SITE, True)
    assert str(run.since) == "2024-01-01"


@pytest.mark.parametrize(
    "odd",
    [
        {"software": "Heritrix/3.4.0"},
        {"isPartOf": "../../etc/20240301T013000.000000Z"},
        {"isPartOf": ""},
        {"arguments": "no JSON"},
        {"arguments": "[]"},
        {"arguments": '{"since": "hom nay"}'},
        {"arguments": '{"since": 7}'},
    ],
)
def test_odd_warcinfo_is_that_of_another_crawler(odd: dict[str, str]) -> None:
    assert run_of_info({**OWN_INFO, **odd}) is None


# ---- the folder ------------------------------------------------------------------------------


def test_dataset_that_is_there_is_never_touched(tmp_path: Path) -> None:
    final = tmp_path / "kontumtv.vn"
    final.mkdir()
    with pytest.raises(WriteError, match="is there already"), whole_folder(final, "r1"):
        pass
    assert list(final.iterdir()) == []


def test_dataset_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    final = tmp_path / "kontumtv.vn"
    with pytest.raises(ZeroDivisionError), whole_folder(final, "r1") as folder:
        (folder / "half").write_text(str(1 / 0))
    assert list(tmp_path.iterdir()) == []
    left = tmp_path / ".kontumtv.vn.reextract" / "dataset"
    left.mkdir(parents=True)
    (left / "half").write_text("")
    with whole_folder(final, "r2") as folder:
        assert list(folder.iterdir()) == []
        (folder / "whole").write_text("")
    assert [each.name for each in final.iterdir()] == ["whole"]
    assert [each.name for each in tmp_path.iterdir()] == ["kontumtv.vn"]


def test_two_re_extractions_into_one_folder_do_not_meet(tmp_path: Path) -> None:
    final = tmp_path / "kontumtv.vn"
    with whole_folder(final, "r1") as folder:
        (folder / "mine").write_text("")
        with pytest.raises(LockedError), whole_folder(final, "r2"):
            pass
        assert (folder / "mine").exists()


# ---- workers ---------------------------------------------------------------------------------


def test_only_so_much_is_under_way_however_much_there_is() -> None:
    asked = 0

    def endless() -> Iterator[int]:
        nonlocal asked
        while True:
            asked += 1
            yield asked

    results = in_order(2, abs, endless())
    assert [next(results) for _ in range(50)] == list(range(1, 51))
    assert asked <= 50 + 2 * AHEAD
    results.close()  # type: ignore[attr-defined]


# ---- comparison ------------------------------------------------------------------------------


def changed(original: Path, target: Path, **values: object) -> None:
    """Copy a dataset's articles with some values of the first line changed."""
    for path in history_files(original, "articles"):
        rows = [json.loads(line.content) for line in read_lines(path)]
        rows[0] |= values
        (target / "articles").mkdir(parents=True)
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (target / "articles" / path.name).write_text(text)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    from_records(
        tmp_path, page(), page("b", 8, "Đường vào làng đã thông xe sau ba tháng sửa chữa.")
    )
    return tmp_path / "out"


def test_same_datasets_do_not_differ(dataset: Path) -> None:
    difference = compare(dataset, dataset)
    assert difference.is_none
    assert (difference.compared, difference.same) == (2, 2)


def test_changed_field_is_counted_with_an_example(dataset: Path, tmp_path: Path) -> None:
    changed(dataset, tmp_path / "old", headline="Tít cũ", extractor="kontumtv/0.0.1")
    difference = compare(tmp_path / "old", dataset)
    assert not difference.is_none
    assert difference.fields == {"headline": 1}
    (example,) = difference.to_json()["fields"]["headline"]["examples"]
    assert (example["before"], example["after"]) == ('"Tít cũ"', '"Bài a"')


def test_record_only_one_side_has_is_told(dataset: Path, tmp_path: Path) -> None:
    changed(dataset, tmp_path / "old", id="kontumtv.vn:99")
    difference = compare(tmp_path / "old", dataset)
    assert difference.unmatched == {"before": 1, "after": 1}
    assert "kontumtv.vn:99" in difference.only_before[0]


def test_run_whose_answers_were_not_kept_is_left_out(dataset: Path, tmp_path: Path) -> None:
    changed(dataset, tmp_path / "old", source="live", run_id="20200101T000000.000000Z")
    assert compare(tmp_path / "old", dataset).unmatched == {"after": 1}


def test_example_shows_where_the_values_part() -> None:
    before, after = show_change("a" * 500 + "X" + "b" * 500, "a" * 500 + "Y" + "b" * 500)
    assert "X" in before
    assert "Y" in after
    assert len(before) < 130
