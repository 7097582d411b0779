"""Whole crawls that keep their answers, and the same dataset made again from what they kept."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from crawler.exits import ARCHIVE, COMPLETE, INCOMPLETE, WRITE
from crawler.feeds.verify import verify
from tests.crawl_runs import FAST, ROOT, SITE, Run, run_crawl
from tests.servers import Answer, SampleSite, sample_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.crawls

FEEDS = ("articles", "duplicates", "rejected")


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with sample_site() as running:
        yield running


@dataclass(frozen=True)
class Kept:
    """The datasets of crawls into one store."""

    folder: Path
    site: SampleSite

    def crawl(self, settings: dict[str, Any] | None = None, **arguments: Any) -> Run:
        given = {"WARC_STORE": self.folder / "warc", **(settings or {})}
        url = self.site.base_url
        return run_crawl(self.folder / "exports", settings=given, base_url=url, **arguments)

    def again(self, *options: str, archive: str = "*.warc.gz") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", "reextract", *options]
        command += ["-a", f"archive={self.folder / 'warc' / archive}", "--processes", "2"]
        command += ["-s", f"EXPORTS_DIR={self.folder / 'again'}", "-s", "NEAR_DUPLICATES=drop"]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )

    def assert_same(self) -> None:
        """Every file of the three feeds is there again, byte for byte."""
        done = self.again()
        assert done.returncode == COMPLETE, done.stdout + done.stderr
        before, after = (files(self.folder / name / SITE) for name in ("exports", "again"))
        assert before == after
        assert verify(self.folder / "again" / SITE).problems == []


def files(folder: Path) -> dict[str, list[str]]:
    """Lines of every feed file but for failures of the network, which leave no answer to read."""
    found = {}
    for feed in FEEDS:
        for path in sorted((folder / feed).glob("*.jsonl")):
            kept = [line for line in path.read_text().splitlines() if not is_failure(line)]
            if kept:
                found[f"{feed}/{path.name}"] = kept
    return found


def is_failure(line: str) -> bool:
    return str(json.loads(line).get("reason", "")).startswith("http_")


@pytest.fixture
def kept(tmp_path: Path, site: SampleSite) -> Kept:
    return Kept(tmp_path, site)


@pytest.mark.parametrize("strategy", ["rest", "sitemap", "feed", "listing"])
def test_re_extraction_gives_the_same_bytes(kept: Kept, strategy: str) -> None:
    run = kept.crawl(discovery=strategy)
    assert run.exit_code == COMPLETE, run.log
    assert all(row["warc"]["file"].startswith(f"{SITE}-") for row in run.feed("articles"))
    kept.assert_same()


def test_selections_give_what_they_gave(kept: Kept) -> None:
    kept.crawl(discovery="rest", since="2022-01-01", until="2022-04-30")
    kept.crawl(discovery="sitemap", section="chinh-tri")
    kept.assert_same()


def test_runs_of_one_store_give_versions_and_tombstones(kept: Kept) -> None:
    kept.site.has_validators = True
    first = kept.crawl(discovery="sitemap", settings={"WARC_STORE_MAX_BYTES": 200_000})
    gone, changed = (row for row in first.feed("articles")[:2])
    path = changed["url"].removeprefix("https://kontumtv.vn")
    with urllib.request.urlopen(kept.site.base_url + path) as answer:  # noqa: S310 - loopback
        body = gzip.decompress(answer.read())
    headline = changed["headline"].encode()
    kept.site.faults[path] = Answer(
        body=body.replace(headline, headline + " (sửa)".encode()),
        headers={"Content-Type": "text/html; charset=UTF-8"},
    )
    kept.site.removed.add(gone["url"].removeprefix("https://kontumtv.vn"))
    urls = ",".join((changed["url"], gone["url"]))
    second = kept.crawl(urls=urls)
    assert {(row["id"], row["record_type"]) for row in second.feed("articles")[-2:]} == {
        (changed["id"], "article"),
        (gone["id"], "tombstone"),
    }
    kept.assert_same()


def test_faults_of_the_site_are_kept_and_do_no_harm(kept: Kept) -> None:
    path = next(p for p in _article_paths(kept) if p.endswith("/"))
    kept.site.faults[path] = Answer(503, b"<h1>503</h1>", times=2)
    assert kept.crawl(discovery="sitemap").exit_code == COMPLETE
    kept.assert_same()


def _article_paths(kept: Kept) -> list[str]:
    run = run_crawl(kept.folder / "probe", base_url=kept.site.base_url, discovery="rest")
    return [row["url"].removeprefix("https://kontumtv.vn") for row in run.feed("articles")]


def test_unchanged_pages_of_a_second_crawl_are_not_kept_again(kept: Kept) -> None:
    kept.crawl(discovery="sitemap")
    size = sum(path.stat().st_size for path in (kept.folder / "warc").glob("*.warc.gz"))
    shutil.rmtree(kept.folder / "exports")
    run = kept.crawl(discovery="sitemap")
    assert len(run.feed("articles")) > 70
    again = sum(path.stat().st_size for path in (kept.folder / "warc").glob("*.warc.gz"))
    assert again < size * 1.35


def test_diff_is_silent_where_nothing_changed_and_tells_what_did(kept: Kept) -> None:
    run = kept.crawl(discovery="rest")
    same = kept.again("--diff", str(kept.folder / "exports"))
    assert same.returncode == 0, same.stdout + same.stderr
    (path,) = (run.folder / "articles").glob("*.jsonl")
    headline = run.feed("articles")[0]["headline"]
    path.write_text(path.read_text().replace(headline, "Tít theo luật cũ", 1))
    report = kept.folder / "diff.json"
    other = kept.again("--diff", str(kept.folder / "exports"), "-o", str(report))
    assert other.returncode == 1
    assert "headline: 1 records" in other.stdout
    assert json.loads(report.read_text())["fields"]["headline"]["records"] == 1
    assert not (kept.folder / "again").exists()


def test_nothing_readable_is_one_line_and_its_code(kept: Kept) -> None:
    (kept.folder / "warc").mkdir()
    (kept.folder / "warc" / "a.warc.gz").write_bytes(b"no archive")
    done = kept.again()
    assert (done.returncode, done.stdout) == (ARCHIVE, "")
    assert len(done.stderr.splitlines()) == 1
    assert "a.warc.gz" in done.stderr
    assert not (kept.folder / "again" / SITE).exists()


def test_broken_record_makes_the_result_incomplete_and_is_named(kept: Kept) -> None:
    kept.crawl(discovery="sitemap")
    (path,) = (kept.folder / "warc").glob("*.warc.gz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    done = kept.again()
    assert done.returncode == INCOMPLETE
    assert f"skipped: {path.name}/" in done.stdout
    (report,) = (kept.folder / "again" / SITE / "runs").glob("*.json")
    assert json.loads(report.read_text())["skipped"] >= 1


def test_store_that_cannot_be_made_ends_the_run_before_any_request(kept: Kept) -> None:
    (kept.folder / "warc").write_text("")
    run = kept.crawl()
    assert run.exit_code == WRITE, run.log
    assert "cannot write" in run.log
    assert "Traceback" not in run.log
    assert not [path for path in kept.site.asked if "wp-json" in path]


def test_disk_that_fills_ends_the_run_and_what_was_kept_can_be_read(kept: Kept) -> None:
    # The WARC is the largest file of such a crawl, so it meets the limit first.
    process = _start(kept, preexec_fn=lambda: _limit(600_000))
    log = process.communicate(timeout=60)[1].decode()
    assert process.returncode == WRITE, log
    assert "Traceback" not in log
    assert kept.again().returncode == COMPLETE
    before, after = (files(kept.folder / name / SITE) for name in ("exports", "again"))
    (name,) = (name for name in before if name.startswith("articles/"))
    # The answer that was refused is read all the same; its record says that it is not kept.
    assert [line for line in before[name] if json.loads(line)["warc"]] == after[name]
    assert len(before[name]) - len(after[name]) <= 1


@pytest.mark.parametrize("moment", [0.05, 0.2, 0.4])
def test_killed_crawl_leaves_answers_that_the_next_run_publishes(kept: Kept, moment: float) -> None:
    process = _start(kept)
    while process.poll() is None and len(kept.site.asked) < 30:
        time.sleep(0.001)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    run = kept.crawl(discovery="sitemap")
    assert run.exit_code == COMPLETE, run.log
    assert not list((kept.folder / "warc").glob("*.open"))
    done = kept.again()
    assert done.returncode == COMPLETE, done.stdout + done.stderr
    before, after = (ids(kept.folder / name / SITE) for name in ("exports", "again"))
    assert before == after


def ids(folder: Path) -> list[str]:
    """Ids in both feeds: which of two copies is kept may differ where a run was killed."""
    rows = [line for feed in FEEDS[:2] for path in (folder / feed).glob("*.jsonl")
            for line in path.read_text().splitlines()]  # fmt: skip
    return sorted({json.loads(line)["id"] for line in rows})


def _start(kept: Kept, **options: Any) -> subprocess.Popen[bytes]:
    given = {**FAST, "EXPORTS_DIR": kept.folder / "exports", "WARC_STORE": kept.folder / "warc"}
    command = [sys.executable, "-m", "scrapy", "crawl", "kontumtv"]
    command += ["-a", f"base_url={kept.site.base_url}", "-a", "discovery=sitemap"]
    command += [part for pair in given.items() for part in ("-s", "{}={}".format(*pair))]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options
    )


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_archived_answers_are_not_kept_again(kept: Kept) -> None:
    sample = ROOT / "tests" / "sample" / "kontumtv.vn.warc.gz"
    run_crawl(
        kept.folder / "exports", settings={"WARC_STORE": kept.folder / "warc"}, archive=sample
    )
    assert not (kept.folder / "warc").exists() or not list((kept.folder / "warc").iterdir())
