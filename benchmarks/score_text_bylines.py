"""Adapters between ``crawler.text`` and the scorer of the shared byline data (its ``score.py``)."""

from __future__ import annotations

from typing import Any

from crawler.text.article_end import read_article_end
from crawler.text.bylines import Byline, parse_byline
from crawler.text.datelines import split_dateline


def _credit(byline: Byline) -> dict[str, Any]:
    return {
        "authors": [{"name": author.name, "roles": author.roles} for author in byline.authors],
        "sources": byline.sources,
        "staff": byline.is_staff,
    }


def byline(raw: str) -> dict[str, Any]:
    return _credit(parse_byline(raw))


def dateline(text: str) -> dict[str, Any]:
    found, body = split_dateline(text)
    return {"agency": found and found.agency, "place": found and found.place, "body": body}


def article_end(paragraphs: list[str]) -> dict[str, Any]:
    end = read_article_end(paragraphs)
    return {**_credit(end.byline), "byline_index": end.byline_index, "body_end": end.body_end}
