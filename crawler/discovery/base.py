"""What every discovery strategy is: requests out, listed articles back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request

from crawler.exceptions import DateFormatError, DiscoveryError
from crawler.text.dates import parse_timestamp
from crawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scrapy.http import Response

    from crawler.arguments import Arguments
    from crawler.exceptions import PageError
    from crawler.items import RawArticle, RawValue
    from crawler.storage.seen import SeenStore
    from crawler.urls import Site


@dataclass(frozen=True, slots=True)
class Listed:
    """An article's address as a list gives it, with what the list says of its times."""

    url: str
    modified: datetime | None = None
    """Last change, aware; None where the list tells none."""
    modified_raw: RawValue | None = None
    """The text ``modified`` was read from; goes into the record where the page tells none."""
    published: datetime | None = None
    """Publication, aware; None where the list tells none."""
    is_guess: bool = False
    """Whether no list names it: an archive has some page there."""


@dataclass(frozen=True, slots=True)
class ListedPost:
    """An article the list itself holds whole (REST), or why it is none."""

    url: str
    post_id: str
    content: RawArticle | PageError
    modified: datetime | None = None


Found = Request | Listed | ListedPost


@dataclass(frozen=True, slots=True)
class Context:
    """What a strategy may know of the run."""

    site: Site
    arguments: Arguments
    seen: SeenStore
    run_id: str
    """Ids of later runs sort after those of earlier ones."""
    is_archived: bool = False
    """Whether an archive answers in place of the site."""


class Discovery(ABC):
    """One way to learn the addresses of a site's articles.

    The spider sends the requests, hands every answer to ``parse`` and every failure to ``fail``.
    """

    name: ClassVar[str]
    is_conditional: ClassVar[bool] = True
    """Whether the body of an answer is all it says, so that it can be kept and taken again."""

    def __init__(self, context: Context) -> None:
        self.site = context.site
        self.arguments = context.arguments
        self.context = context
        # A selection leaves articles out on purpose and an archive is another time's site: what
        # an earlier complete live run left as its mark says nothing about either.
        is_whole = not self.arguments.is_selection and not context.is_archived
        self.mark = context.seen.watermark(self.name) if is_whole else None
        self.expected: int | None = None
        """How many articles the site says there are; None where it does not say."""

    @abstractmethod
    def start(self) -> Iterable[Found]:
        """Yield the first requests."""

    @abstractmethod
    def parse(self, response: Response) -> Iterable[Found]:
        """Yield what an answer lists and the requests that follow from it.

        Raises:
            DiscoveryError: the answer is not what was asked for.
        """

    def fail(self, request: Request, reason: str) -> Iterable[Found]:
        """Yield what to try after a failed request.

        Raises:
            DiscoveryError: there is nothing else to try for it.
        """
        raise DiscoveryError(request.url, reason)

    def missing(self) -> int:
        """Return how many articles the site counts that were not listed; 0 where it counts none."""
        return 0

    def follow_up(self, known: int) -> Iterable[Found]:
        """Yield what to ask once everything listed is read; ``known`` articles are known then."""
        return ()

    def lists_all(self) -> bool:
        """Whether an article that was not listed is not on the site, were nothing to have failed.

        False for a list that ends where known articles begin, or that nobody promises is whole.
        """
        return False

    def other_marks(self, known: int) -> dict[str, str]:
        """Return what else the next run has to know, by name."""
        return {}

    def new_mark(self) -> str | None:
        """Return what the next run may start from, were this one to have left nothing out."""
        return None

    def request(self, path: str, **cb_kwargs: Any) -> Request:
        """Return a request for a path or URL of the site, at the address it is read at."""
        return Request(self.site.reading_url(path), cb_kwargs=cb_kwargs, dont_filter=True)

    def key(self, url: str) -> str:
        """Return the key under which the dataset knows an address, wherever it was read."""
        return url_key(self.site.canonical(url))

    def is_settled(self, urls: Iterable[str]) -> bool:
        """Whether the run of the mark, or one before it, read every one of these articles.

        To be known is not enough: a later run that was killed, had a gap or took a selection may
        have read the first page of a list and not the second.
        """
        mark = self.mark
        seen = (self.context.seen.by_address(self.key(url)) for url in urls)
        return mark is not None and all(each and each.run_id <= mark for each in seen)


def read_machine_time(raw: str | None) -> datetime | None:
    """Return a machine-readable time as an aware datetime, None for none or an unreadable one.

    For comparison only; what goes into a record is read by the normalize step.
    """
    if not raw:
        return None
    try:
        return parse_timestamp(raw).value
    except DateFormatError:
        return None
