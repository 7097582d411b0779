"""Publication times as Vietnamese sites print them."""

from crawler.text.dates.clock import VIETNAM
from crawler.text.dates.timestamps import WEEKDAY_MISMATCH, Timestamp, parse_timestamp

__all__ = ["VIETNAM", "WEEKDAY_MISMATCH", "Timestamp", "parse_timestamp"]
