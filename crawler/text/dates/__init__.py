"""Publication times as Vietnamese sites print them."""

from crawler.text.dates.clock import VIETNAM
from crawler.text.dates.days import MONTH_FIRST
from crawler.text.dates.stamp import WEEKDAY_MISMATCH, Timestamp
from crawler.text.dates.timestamps import parse_timestamp

__all__ = ["MONTH_FIRST", "VIETNAM", "WEEKDAY_MISMATCH", "Timestamp", "parse_timestamp"]
