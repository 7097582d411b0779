"""Judge labelled near-duplicates: `score_duplicates.py DATA.jsonl.xz PREDICTIONS [--shuffle SEED]`.

Reads records {"id", "headline", "text", "published", "site"}, gives each to the index in order of
arrival as the crawl does, and writes {"id", "duplicate_of", "kind"} for the scorer beside the
data. `--pairs FILE` writes every pair of copies found, which no order may change.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.feeds.dataset import Dataset
from crawler.items import Article
from crawler.storage.hashes import content_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

CRAWLED = datetime(2022, 7, 14, tzinfo=timezone(timedelta(hours=7)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--shuffle", type=int, metavar="SEED")
    parser.add_argument("--pairs", type=Path)
    options = parser.parse_args()
    articles = read_articles(options.data)
    if options.shuffle is not None:
        random.Random(options.shuffle).shuffle(articles)  # noqa: S311 - an order, not a secret
    dataset = Dataset(None, "score")
    started = time.perf_counter()
    judged = [dataset.add(article).article for article in articles]
    seconds = time.perf_counter() - started
    print(f"{len(judged)} articles, {len(judged) / seconds:.0f} a second")
    _write(options.predictions, [_prediction(article) for article in judged])
    if options.pairs:
        pairs = [sorted([link.article_id, link.other_id]) for link in dataset.seen.near.links()]
        _write(options.pairs, sorted(pairs))
    dataset.close()


def read_articles(path: Path) -> list[Article]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [_article(json.loads(line)) for line in file]


def _article(record: dict[str, str]) -> Article:
    text = record["text"]
    article = Article(
        id=record["id"],
        url=f"https://{record['site']}/{record['id']}/",
        site=record["site"],
        headline=record["headline"],
        text=text,
        date_published=datetime.fromisoformat(record["published"]),
        date_crawled=CRAWLED,
        word_count=len(text.split()),
    )
    return replace(article, content_hash=content_hash(article))


def _prediction(article: Article) -> dict[str, str | None]:
    return {
        "id": article.id,
        "duplicate_of": article.duplicate_of,
        "kind": article.duplicate_kind,
    }


def _write(path: Path, rows: Sequence[object]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
