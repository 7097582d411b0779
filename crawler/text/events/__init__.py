"""The days an article's opening speaks of."""

from crawler.text.events.find import find_event_dates

__all__ = ["find_event_dates"]
