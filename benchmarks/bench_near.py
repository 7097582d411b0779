"""The near-duplicate index beside datasketch's LSH on the same made-up documents.

    python benchmarks/bench_near.py [DOCUMENTS] [--no-peer]

Documents of 300 to 800 syllables, drawn from a made-up vocabulary with the frequencies of a
language (a few hundred syllables make up half of every text), with names and figures between. One
in fifty is an edited copy of an earlier one; its true Jaccard similarity is counted here, with sets
of strings. Each program runs in a process of its own, looks every document up and then adds it;
making the documents is not timed. Ours writes to disk and commits every hundred documents, as a
crawl does. Recall: of the copies with true J >= 0.8, those for which the original was found.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from bisect import bisect
from datetime import UTC, datetime
from importlib import import_module
from itertools import accumulate, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.items import Article
from crawler.storage.seen import SeenStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ONSETS = "b c ch d đ g gi h k kh l m n ng nh p ph qu r s t th tr v x".split()  # noqa: SIM905
RHYMES = (  # noqa: SIM905 - read more easily than a list of two hundred strings
    "a à á ả ã ạ ai ài ái ại am àm ám ạm an àn án ản ạn ang àng áng ảng ạng anh ành ánh ảnh "
    "ạnh ao ào áo ảo ạo au àu áu ậu âm ầm ấm ân ần ấn ận âng ầng ất ật e è é ẻ ẹ em èm ém "
    "en èn én eo èo éo ê ề ế ể ệ êm ềm ên ền ến ện ết ệt i ì í ỉ ị ia ìa ía iên iền iến iện "
    "iết iệt in ìn ít ịt o ò ó ỏ ọ oa òa óa oan oàn oán oang oi òi ói ong òng óng ọng ô ồ ố "
    "ổ ộ ôi ồi ối ội ôn ồn ốn ông ồng ống ộng ơ ờ ớ ở ợ ơi ời ới ơn ờn u ù ú ủ ụ ua ùa úa "
    "ung ùng úng ụng uôi uối uộc uy ùy úy ư ừ ứ ử ự ưa ừa ứa ưng ừng ứng ước ược ương ường "
    "ướng ượng ưu "
).split()
COPY_EVERY = 50
COMMIT_EVERY = 100
REACH = 200_000  # a copy is of a document at most so many back
CRAWLED = datetime(2022, 7, 14, tzinfo=UTC)


def make_vocabulary() -> tuple[list[str], list[float]]:
    """Return syllables and cumulated weights, by Zipf and Mandelbrot's law."""
    syllables = ["".join(pair) for pair in product(ONSETS, RHYMES)]
    random.Random(7).shuffle(syllables)  # noqa: S311 - made-up data
    weights = [1 / (rank + 12) for rank in range(len(syllables))]
    return syllables, list(accumulate(weights))


SYLLABLES, WEIGHTS = make_vocabulary()


def make_words(number: int) -> list[str]:
    """Return the words of document ``number``, the same whenever they are asked for."""
    made = random.Random(number)  # noqa: S311 - made-up data
    words = made.choices(SYLLABLES, cum_weights=WEIGHTS, k=made.randint(300, 800))
    for place in range(made.randrange(20), len(words), 25):
        words[place] = str(made.randint(1, 5000)) if place % 2 else words[place].capitalize()
    return words


def edit(words: list[str], made: random.Random) -> list[str]:
    """Return ``words`` with some exchanged and a stretch cut, from hardly to beyond recognition."""
    rate = made.uniform(0.0, 0.04)
    edited = [_drawn(made) if w.islower() and made.random() < rate else w for w in words]
    cut = made.randrange(max(1, len(words) // 6))
    begin = made.randrange(len(words) - cut)
    return edited[:begin] + edited[begin + cut :]


def _drawn(made: random.Random) -> str:
    return SYLLABLES[bisect(WEIGHTS, made.random() * WEIGHTS[-1])]


def documents(count: int) -> Iterator[tuple[int, list[str], int | None]]:
    """Yield number, words, and of a copy the number of its original."""
    for number in range(count):
        if number % COPY_EVERY or not number:
            yield number, make_words(number), None
            continue
        made = random.Random(-number)  # noqa: S311 - made-up data
        original = made.randrange(max(0, number - REACH), number)
        original += original % COPY_EVERY == 0  # no copies of copies: their words are not made anew
        if original >= number:
            original = number - 1
        yield number, edit(make_words(original), made), original


def true_jaccard(first: list[str], second: list[str]) -> float:
    ours, theirs = ({tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in (first, second))
    return len(ours & theirs) / len(ours | theirs)


# ---- the two programs ------------------------------------------------------------------------


class Ours:
    """The index on disk; an original is found when the pair is among the links."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "state.sqlite3"
        self._seen = SeenStore(self._path)
        self._added = 0

    def prepare(self, number: int, words: list[str]) -> Article:
        text, key = " ".join(words), f"kontumtv.vn:{number}"
        return Article(id=key, url="", site="", headline="", text=text, date_crawled=CRAWLED)

    def look_up_and_add(self, article: Article) -> list[int]:
        found = self._seen.near.matches(article)
        self._seen.near.add(article)
        self._added += 1
        if self._added % COMMIT_EVERY == 0:
            self._seen.commit()
        return [int(near.article_id.partition(":")[2]) for near in found]

    def bytes_on_disk(self) -> int:
        self._seen.commit()
        self._seen.close()
        return self._path.stat().st_size


class Datasketch:
    """MinHashLSH as its documentation has it: 128 permutations, candidates at 0.8 accepted."""

    def __init__(self, folder: Path) -> None:
        datasketch = import_module("datasketch")
        self._minhash = datasketch.MinHash
        self._index = datasketch.MinHashLSH(threshold=0.8, num_perm=128)

    def prepare(self, number: int, words: list[str]) -> tuple[int, list[str]]:
        return number, words

    def look_up_and_add(self, document: tuple[int, list[str]]) -> list[int]:
        number, words = document
        minhash = self._minhash(num_perm=128)
        minhash.update_batch([" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)])
        found: list[int] = self._index.query(minhash)
        self._index.insert(number, minhash)
        return found

    def bytes_on_disk(self) -> int:
        return 0


PROGRAMS: dict[str, Callable[[Path], Any]] = {"ours": Ours, "datasketch": Datasketch}


def measure(name: str, count: int) -> dict[str, Any]:
    """Run one program over all documents; return its figures."""
    before = _peak_mb()
    with tempfile.TemporaryDirectory(prefix="near-") as folder:
        program = PROGRAMS[name](Path(folder))
        busy = cpu = 0.0
        found = of = wrong = 0
        for number, words, original in documents(count):
            document = program.prepare(number, words)
            started, cpu_started = time.perf_counter(), time.process_time()
            answer = program.look_up_and_add(document)
            busy += time.perf_counter() - started
            cpu += time.process_time() - cpu_started
            if original is not None and true_jaccard(words, make_words(original)) >= 0.8:
                of += 1
                found += original in answer
            wrong += original is None and bool(answer)
            _tell(name, number, busy, cpu)
        size = program.bytes_on_disk()
    return {
        "program": name,
        "documents": count,
        "a second": round(count / busy),
        "a second of CPU": round(count / cpu),
        "recall at J >= 0.8": round(found / max(of, 1), 4),
        "copies at J >= 0.8": of,
        "found for no copy": wrong,
        "peak MB": _peak_mb(),
        "of it before": before,
        "bytes on disk a document": round(size / count),
    }


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _tell(name: str, number: int, busy: float, cpu: float) -> None:
    if (number + 1) % 50_000 == 0:
        figures = f"{busy:.0f} s, of CPU {cpu:.0f} s, peak {_peak_mb()} MB"
        print(f"{name} {number + 1}: {figures}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=int, nargs="?", default=100_000)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--only", choices=PROGRAMS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only, options.documents)))
        return
    for name in ["ours"] if options.no_peer else list(PROGRAMS):
        command = [sys.executable, __file__, str(options.documents), "--only", name]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        for key, value in json.loads(answer).items():
            print(f"{key:26} {value}")
        print(flush=True)


if __name__ == "__main__":
    main()
