"""A real pywb on loopback serves WARC files; by the Wayback way they give the same records.

`make archives` installs it into an environment of its own; `PYWB_BIN` names another.
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.archive_servers import captures_of
from tests.crawl_runs import ROOT, Run, run_crawl
from tests.servers import SAMPLE, sample_site
from tests.test_archive_crawls import content

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.archives

BIN = Path(os.environ.get("PYWB_BIN", ROOT / ".venv/pywb/bin"))
SHARED = ROOT.parent / "shared/data/warc"
DAYS = [SHARED / f"kontumtv-day{day}.warc.gz" for day in (1, 2)]
START_SECONDS = 30
NO_DELAY = {"ARCHIVE_DOWNLOAD_DELAY": 0, "NEAR_DUPLICATES": "off"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The WARC files a crawl of ours kept."""
    folder = tmp_path_factory.mktemp("store")
    with sample_site() as site:
        kept = {"WARC_STORE": folder / "warc"}
        run = run_crawl(folder, settings=kept, base_url=site.base_url, discovery="sitemap")
    assert run.exit_code == 0, run.log
    return sorted((folder / "warc").glob("*.warc.gz"))


@pytest.fixture(scope="module")
def pywb(store: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server of `sample`, of `store`, and of `days` where those are there."""
    assert (BIN / "wayback").exists(), f"no pywb in {BIN}; `make archives` installs it"
    folder = tmp_path_factory.mktemp("pywb")
    days = [day for day in DAYS if day.exists()]
    for name, files in {"sample": [SAMPLE], "store": store, "days": days}.items():
        _manage(folder, "init", name)
        for file in files:
            _manage(folder, "add", name, str(file))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "pywb.log").open("wb") as log:
        command = [str(BIN / "wayback"), "-p", str(port), "-b", "127.0.0.1"]
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/", server, folder / "pywb.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(folder, ignore_errors=True)


def _manage(folder: Path, *arguments: str) -> None:
    command = [str(BIN / "wb-manager"), *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own loopback
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"pywb did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def crawl(exports: Path, archive: str, url: str | None = None) -> Run:
    given: dict[str, Any] = {"captures": "all", **({"wayback_url": url} if url else {})}
    return run_crawl(exports, "-L", "WARNING", settings=NO_DELAY, archive=archive, **given)


def by_id(run: Run) -> list[dict[str, Any]]:
    return sorted(content(run), key=lambda row: (row["id"], row["content_hash"]))


def test_the_sample_is_the_same_as_from_its_file(pywb: str, tmp_path: Path) -> None:
    served = crawl(tmp_path / "served", "wayback", f"{pywb}/sample")
    from_file = crawl(tmp_path / "file", str(SAMPLE))
    assert content(served) == content(from_file), served.log[-2000:]
    assert len(content(served)) > 50
    assert served.exit_code == from_file.exit_code == 0
    assert {row["source"] for row in served.feed("articles")} == {"wayback"}


@pytest.mark.skipif(not all(day.exists() for day in DAYS), reason="no recordings beside us")
def test_two_days_of_a_site_are_the_same_as_from_their_files(pywb: str, tmp_path: Path) -> None:
    served = crawl(tmp_path / "served", "wayback", f"{pywb}/days")
    from_files = crawl(tmp_path / "files", ",".join(map(str, DAYS)))
    # Of one second, a file tells which came first, and an index does not.
    assert by_id(served) == by_id(from_files), served.log[-2000:]
    assert len(by_id(served)) > 100


def test_what_a_crawl_kept_is_replayed_as_it_came(pywb: str, store: list[Path]) -> None:
    kept = [each for path in store for each in captures_of(path)]
    assert len(kept) > 80
    for each in kept:
        if each.status != 200:
            continue
        with urllib.request.urlopen(  # noqa: S310 - our own loopback
            f"{pywb}/store/{each.timestamp}id_/{each.url}", timeout=30
        ) as answer:
            body = answer.read()
            is_packed = answer.headers["Content-Encoding"] == "gzip"
        assert (gzip.decompress(body) if is_packed else body) == each.body, each.url


def test_a_collection_without_the_site_ends_with_code_5(pywb: str, tmp_path: Path) -> None:
    run = crawl(tmp_path, "wayback", f"{pywb}/nothing-here")
    assert run.exit_code == 5
    assert "Traceback" not in run.log
