"""Kill a run at every line of the code that writes, one child process for each.

    python -m tests.kill_steps FOLDER COMPRESSION STRIDE OFFSET

Prints one JSON line: how many lines there were to die at, and what was wrong after any of them.
A process of its own, since children are made by forking.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.feeds.dataset import Dataset
from crawler.feeds.history import history_files, read_lines
from crawler.feeds.names import FEED_NAMES
from crawler.feeds.verify import verify
from crawler.urls import url_key
from tests.articles import NOON, make_article, make_rejected

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# What is stepped through; SQLite's own steps are one transaction each.
STEPPED = ("crawler/feeds/", "crawler/storage/seen.py", "crawler/storage/lock.py")
KILLED = 9

TEXTS = {
    102: "Đường liên xã qua suối Đăk Psi vừa được nối lại sau mưa lũ. " * 8,
    103: "Lớp học chữ ban đêm ở làng bên sông có thêm hai mươi học viên. " * 8,
    104: "Đàn voi nhà được khám sức khỏe trước mùa lễ hội năm nay tại huyện. " * 8,
}
GONE = "Trại hè của thiếu nhi vùng biên dời sang tuần sau vì trời mưa to. " * 8


def write_all(folder: Path, run_id: str, compression: str) -> None:
    """One whole run: new, changed, copied, rejected and gone; commits on the way."""
    dataset = Dataset(folder, run_id, compression)
    for number, text in TEXTS.items():
        dataset.add(
            make_article(id=f"kontumtv.vn:{number}", url=f"https://k.vn/{number}/", text=text)
        )
        if number == 103:
            dataset.commit()
    dataset.add(make_article(id="kontumtv.vn:109", url="https://k.vn/109/", text=TEXTS[104]))
    if dataset.seen.by_address(url_key(make_rejected().url)) is None:  # as the spider does
        dataset.reject(make_rejected())
    dataset.commit()
    dataset.add(make_article(headline="Vườn ươm cà phê xứ lạnh đón khách"))
    dataset.bury("kontumtv.vn:100", NOON, "http_410")
    dataset.publish()
    dataset.close()


def start(folder: Path) -> None:
    """What is there before the run: an article that will change, one that will be gone."""
    dataset = Dataset(folder, "r0")
    dataset.add(make_article())
    dataset.add(make_article(id="kontumtv.vn:100", url="https://k.vn/100/", text=GONE))
    dataset.publish()
    dataset.close()


def content(folder: Path) -> list[str]:
    """Every line of every feed, whichever run wrote it and when."""
    lines = []
    for path in history_files(folder, *FEED_NAMES):
        for line in read_lines(path):
            record = json.loads(line.content)
            record["run_id"] = None
            lines.append(f"{line.feed} {json.dumps(record, sort_keys=True)}")
    return sorted(lines)


def in_child(action: Callable[[], None], die_at: int) -> tuple[int, int]:
    """Run ``action`` in a child that is gone at that line; return its status and the lines run."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        sys.settrace(_killer(die_at, writer))
        action()
        sys.settrace(None)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        steps = len(pipe.read())
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), steps


def _killer(die_at: int, writer: int) -> Callable[..., Any]:
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal count
        if not any(part in frame.f_code.co_filename for part in STEPPED):
            return None
        if event == "line":
            count += 1
            if die_at == 0:
                os.write(writer, b".")
            if count == die_at:
                os._exit(KILLED)
        return trace

    return trace


def faults_after(folder: Path, wanted: list[str], compression: str) -> list[str]:
    """Return what is wrong once the run after the killed one has ended."""
    faults = [f"right after the kill: {problem}" for problem in verify(folder).problems]
    write_all(folder, "r2", compression)
    faults += verify(folder).problems
    found = content(folder)
    faults += [f"lost: {line}" for line in wanted if line not in found]
    faults += [f"too many: {line}" for line in found if found.count(line) > wanted.count(line)]
    return faults


def main(folder: Path, compression: str, stride: int, offset: int) -> None:
    begin, undisturbed, killed = folder / "begin", folder / "whole", folder / "killed"
    start(begin)
    shutil.copytree(begin, undisturbed)
    write_all(undisturbed, "r1", compression)
    wanted = content(undisturbed)
    shutil.copytree(begin, killed)
    _, steps = in_child(lambda: write_all(killed, "r1", compression), die_at=0)
    faults = {}
    for die_at in range(offset, steps + 1, stride):
        shutil.rmtree(killed)
        shutil.copytree(begin, killed)
        status, _ = in_child(lambda: write_all(killed, "r1", compression), die_at)
        found = faults_after(killed, wanted, compression)
        if found or status != KILLED:
            faults[die_at] = [f"exit status {status}", *found]
    print(json.dumps({"steps": steps, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
