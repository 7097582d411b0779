"""What reading a date costs, beside ``dateparser.parse`` on the same texts; run by hand.

    python -m benchmarks.bench_text_dates

Texts are printed here from forms that Vietnamese sites use, a different day each time, so that no
cache helps. The last table is the longest single call on 100 kB of junk: none may reach 50 ms.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import dateparser

from crawler.exceptions import DateFormatError
from crawler.text.dates import VIETNAM, parse_timestamp
from crawler.text.events import find_event_dates

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST: Final = datetime(2022, 1, 1, 8, 30, tzinfo=VIETNAM)
FORMS: Final = {
    "ISO 8601": "%Y-%m-%dT%H:%M:%S+00:00",
    "d/m/Y - H:i": "%d/%m/%Y - %H:%M",
    "d/m/Y H:i": "%d/%m/%Y %H:%M",
    "j Tháng n, Y": "%d Tháng %m, %Y",
    "ngày j tháng n năm Y": "ngày %d tháng %m năm %Y",
    "RFC 2822": "%a, %d %b %Y %H:%M:%S +0700",
}
OPENING: Final = (
    "Sáng ngày {d}/{m}, tại xã Hồ Xanh, huyện tổ chức hội thi kéo co năm 2022 với 24 đội, diễn ra "
    "trong hai ngày; chiều cùng ngày, đoàn thăm 12 hộ dân và trao 30 suất quà cho học sinh."
)
JUNK: Final = {
    "digits": "9" * 100_000,
    "fractions": "14/7" * 25_000,
    "spaced fractions": "14/7 " * 20_000,
    "dashes": "-" * 100_000,
    "lists": "2, " * 33_000,
    "weekdays": "thứ hai, " * 11_000,
    "label words": "ngày " * 20_000,
    "parts of day": "sáng " * 20_000,
    "months": "tháng năm " * 10_000,
    "references": "&#7913;" * 14_000,
    "marks": "a" + "\u0301" * 100_000,
    "colons": "1:" * 50_000,
}


def microseconds(call: Callable[[str], object], texts: list[str], rounds: int) -> float:
    """Return the median over ``rounds`` of the mean cost of one call."""
    costs = []
    for _ in range(rounds):
        started = time.process_time()
        for text in texts:
            call(text)
        costs.append((time.process_time() - started) / len(texts) * 1e6)
    return statistics.median(costs)


def read(text: str) -> object:
    try:
        return parse_timestamp(text, reference=FIRST)
    except DateFormatError:
        return None


def read_by_dateparser(text: str) -> object:
    return dateparser.parse(text, languages=["vi", "en"], settings={"DATE_ORDER": "DMY"})


def find(text: str) -> object:
    return find_event_dates(text, FIRST)


def print_costs() -> None:
    days = [FIRST + timedelta(days=3 * number) for number in range(100)]
    print(f"{'timestamps':24} {'ours us':>9} {'dateparser us':>14} {'ratio':>8}")
    for name, form in FORMS.items():
        texts = [day.strftime(form) for day in days]
        read_by_dateparser(texts[0])
        ours = microseconds(read, texts, 9)
        theirs = microseconds(read_by_dateparser, texts, 3)
        print(f"{name:24} {ours:9.1f} {theirs:14.1f} {ours / theirs:8.3f}")
    openings = [OPENING.format(d=day.day, m=day.month) for day in days]
    print(f"{'event dates, an opening':24} {microseconds(find, openings, 9):9.1f}")


def print_junk() -> bool:
    print(f"\n{'100 kB of':24} {'timestamp ms':>13} {'events ms':>10}")
    slowest = 0.0
    for name, junk in JUNK.items():
        costs = [microseconds(call, [junk], 3) / 1000 for call in (read, find)]
        slowest = max(slowest, *costs)
        print(f"{name:24} {costs[0]:13.2f} {costs[1]:10.2f}")
    return slowest < 50


if __name__ == "__main__":
    print_costs()
    sys.exit(0 if print_junk() else 1)
