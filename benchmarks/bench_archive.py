"""Memory and time of a crawl of a WARC file, by how many records it holds.

    python -m benchmarks.bench_archive 100 10000

Each record is the page of an article of its own, about 2 kB packed; the crawl is the usual one, in
a process of its own. What grows from the first to the last line is what a larger archive costs.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.warcs import make_record

ROOT = Path(__file__).parents[1]
SITE = "http://kontumtv.vn"
SYLLABLES = "xã huyện tỉnh nông dân cà phê cao su hội nghị ban chỉ đạo công tác mùa vụ trường"
PARAGRAPHS = 6


def page(number: int, rng: random.Random) -> bytes:
    words = SYLLABLES.split()
    text = "".join(
        f"<p>{' '.join(rng.choices(words, k=60)).capitalize()} {number}.</p>"
        for _ in range(PARAGRAPHS)
    )
    return (
        f'<html><head><link rel="canonical" href="{SITE}/tin/bai-{number}/">'
        '<meta property="article:published_time" content="2022-07-14T08:30:00+07:00"></head>'
        f'<body class="single postid-{number}"><article>'
        f'<h1 class="entry-title">Bài số {number}</h1>'
        f'<div class="entry-content">{text}</div></article></body></html>'
    ).encode()


def write_archive(path: Path, count: int) -> None:
    rng = random.Random(count)  # noqa: S311 - pages, not secrets
    with path.open("wb") as out:
        for number in range(1, count + 1):
            date = f"2024-03-{1 + number // 86400:02}T{number // 3600 % 24:02}:"
            date += f"{number // 60 % 60:02}:{number % 60:02}Z"
            out.write(make_record(f"{SITE}/tin/bai-{number}/", page(number, rng), date=date))


def crawl(archive: Path, exports: Path) -> tuple[float, int]:
    """Return seconds and peak memory in kB of a crawl."""
    command = [sys.executable, "-m", "scrapy", "crawl", "kontumtv", "-L", "ERROR"]
    command += ["-a", f"archive={archive}", "-s", f"EXPORTS_DIR={exports}"]
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return time.perf_counter() - begin, usage.ru_maxrss


def main(counts: list[int]) -> None:
    print(f"{'records':>8} {'WARC':>9} {'seconds':>8} {'per second':>10} {'peak memory':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            archive = Path(folder) / f"{count}.warc.gz"
            write_archive(archive, count)
            seconds, peak = crawl(archive, Path(folder) / str(count))
            size = archive.stat().st_size / 1e6
            speed = count / seconds
            print(f"{count:8} {size:6.1f} MB {seconds:8.1f} {speed:10.0f} {peak / 1024:9.1f} MB",
                  flush=True)  # fmt: skip


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [100, 10_000])
