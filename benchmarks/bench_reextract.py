"""Re-extraction: articles a second by one process and by two, and memory from few to many.

    python benchmarks/bench_reextract.py [--pages 3000] [--pairs 3] [--posts 100 100000]

The WARC is made of the sample's pages, each many times under another address and post id, kept by
our own writer as a crawl would. Memory is that of the largest process, on lists of posts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler.archives.warc import WarcArchive  # noqa: E402
from crawler.archives.writer import Exchange, WarcStore  # noqa: E402
from crawler.urls import Site, is_article_url  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = ROOT / "tests" / "sample" / "kontumtv.vn.warc.gz"
HOME = "https://kontumtv.vn"
SITE = Site("kontumtv.vn", HOME)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=UTF-8"), ("Content-Encoding", "gzip"))
JSON = (("Content-Type", "application/json; charset=UTF-8"), ("Content-Encoding", "gzip"))
PER_LIST = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--posts", type=int, nargs="*", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "pages", pages(options.pages))
        ratios = [measure(folder, options.pages) for _ in range(options.pairs)]
        if ratios:
            print(
                f"median of {options.pairs}: two processes "
                f"{statistics.median(ratios):.2f} times as fast"
            )
        for count in options.posts:
            write(folder / str(count), lists(count))
            seconds, peak = reextract(folder / str(count), folder / f"out-{count}", 2)
            print(f"{count} posts: {seconds:.1f} s, largest process {peak / 1024:.0f} MiB")


def measure(folder: Path, count: int) -> float:
    """Time one pair; return how many times as fast two processes are."""
    one, two = (reextract(folder / "pages", folder / "out", number)[0] for number in (1, 2))
    print(f"{count} pages: one process {count / one:.0f}/s, two {count / two:.0f}/s", flush=True)
    return one / two


def reextract(archive: Path, exports: Path, processes: int) -> tuple[float, int]:
    """Run the command; return its seconds and the largest process's memory in KiB."""
    command = [sys.executable, "-m", "scrapy", "reextract", "-a", f"archive={archive}/*.warc.gz"]
    command += ["--processes", str(processes), "-s", f"EXPORTS_DIR={exports}"]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    seconds = time.perf_counter() - start
    subprocess.run(["rm", "-r", str(exports)], check=True)
    return seconds, usage.ru_maxrss


def write(folder: Path, exchanges: Iterator[Exchange]) -> None:
    info = {
        "software": "kontumtv-crawler/bench",
        "isPartOf": "20260101T000000.000000Z",
        "site": SITE.name,
        "site-home": HOME,
        "site-base-url": HOME,
        "arguments": "{}",
    }
    store = WarcStore(folder, "bench", info, 1_000_000_000)
    for exchange in exchanges:
        store.add(exchange)
    store.close()


def sample() -> list[tuple[str, str, str]]:
    """Return path, post id and page of every article of the sample."""
    archive, found = WarcArchive([SAMPLE]), []
    for url in archive.urls():
        capture = archive.get(url) if is_article_url(SITE, url) else None
        text = gzip.decompress(capture.body).decode() if capture else ""
        number = re.search(r"\bpostid-(\d+)\b", text)
        if number and "post-page-numbers" not in text:
            found.append((url.split(SITE.name, 1)[1].rstrip("/"), number[1], text))
    archive.close()
    return found


def pages(count: int) -> Iterator[Exchange]:
    originals = sample()
    for number in range(count):
        path, post_id, text = originals[number % len(originals)]
        url = f"{HOME}{path}-{number}/"
        text = text.replace(f"{path}/", f"{path}-{number}/")
        text = re.sub(rf"\b(postid-|post-|\?p=){post_id}\b", rf"\g<1>{1000 + number}", text)
        text = re.sub(r"</h1>", f" lần {number}</h1>", text, count=1)
        text = text.replace("</p>", f" Lượt {number}.</p>", 1)
        yield exchange(url, text, HTML, number, facts=(("listed", url),))


def lists(count: int) -> Iterator[Exchange]:
    for first in range(1, count + 1, PER_LIST):
        posts = [post(number) for number in range(first, min(first + PER_LIST, count + 1))]
        url = f"{HOME}/wp-json/wp/v2/posts?per_page={PER_LIST}&page={first // PER_LIST + 1}"
        yield exchange(url, json.dumps(posts), JSON, first)


def post(number: int) -> dict[str, object]:
    sentence = f"Hợp tác xã số {number} đã thu hoạch xong vụ cà phê thứ {number % 97} của huyện. "
    paragraph = f"<p>{sentence * 6}</p>"
    return {
        "id": number,
        "link": f"{HOME}/tin-tuc/bai-{number}/",
        "date_gmt": "2022-07-13T05:00:00",
        "modified_gmt": "2022-07-13T05:00:00",
        "title": {"rendered": f"Vụ mùa của hợp tác xã số {number}"},
        "content": {"rendered": paragraph * 4, "protected": False},
    }


def exchange(
    url: str,
    text: str,
    headers: tuple[tuple[str, str], ...],
    number: int,
    facts: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    return Exchange(
        url=url,
        date=BEGIN + timedelta(seconds=number),
        status=200,
        headers=headers,
        body=gzip.compress(text.encode(), 6, mtime=0),
        facts=facts,
    )


if __name__ == "__main__":
    main()
