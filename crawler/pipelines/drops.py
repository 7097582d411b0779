"""Why an item leaves the pipelines before the articles feed; each carries what is to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

if TYPE_CHECKING:
    from crawler.items import Article, Rejected


class RejectedItem(DropItem):
    """It cannot become a record; ``rejected`` goes to the rejected feed.

    Raised by the validate pipeline, handled by the dataset extension.
    """

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(f"rejected ({rejected.reason}): {rejected.url}", log_level="WARNING")
        self.rejected = rejected


class DuplicateItem(DropItem):
    """Its text is another article's; ``article`` goes whole to the duplicates feed.

    Raised by the dedupe pipeline, handled by the dataset extension.
    """

    def __init__(self, article: Article) -> None:
        super().__init__(
            f"duplicate ({article.duplicate_kind}) of {article.duplicate_of}: {article.url}",
            log_level="INFO",
        )
        self.article = article


class UnchangedItem(DropItem):
    """The dataset holds just this content already; no line is written.

    Raised by the dedupe pipeline, handled by the dataset extension.
    """

    def __init__(self, article: Article) -> None:
        super().__init__(f"unchanged: {article.url}", log_level="DEBUG")
        self.article = article


class OutsideSelectionItem(DropItem):
    """It is an article, but not one this run was asked for (`since`, `until`, `section`)."""

    def __init__(self, url: str, argument: str) -> None:
        super().__init__(f"outside {argument}: {url}", log_level="DEBUG")
        self.argument = argument
