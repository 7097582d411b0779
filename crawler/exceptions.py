"""Every error this project raises, apart from the rest so that no import runs in a circle."""

from __future__ import annotations


class CrawlerError(Exception):
    """Base of all errors of this project; catch it at the edge, never in between."""


class DateFormatError(CrawlerError):
    """A printed date could not be read.

    Raised by ``crawler.text.dates``; the normalize pipeline handles it: the date stays empty, the
    raw text is kept and ``article/date_published/unreadable`` is counted.
    """

    def __init__(self, raw: str, reason: str) -> None:
        super().__init__(f"cannot read date {raw!r}: {reason}")
        self.raw = raw
        self.reason = reason


class PageError(CrawlerError):
    """A page was read but holds no article.

    Raised by the page classes; the spider handles it: the URL and the reason go to the rejected
    feed.
    """

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class DiscoveryError(CrawlerError):
    """A sitemap, feed, listing or REST answer is closed, empty or not what it claims to be.

    Raised by ``crawler.pages`` and ``crawler.discovery``; the spider handles it: ``auto`` falls
    through to the next strategy, any other run is incomplete and says so.
    """

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class ArgumentError(CrawlerError):
    """A spider argument is unknown or malformed; raised before any request, ends the run."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"argument {name}: {reason}")
        self.name = name
        self.reason = reason


class ArchiveError(CrawlerError):
    """An archive file is missing or holds no readable record; raised before any request."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"archive {path}: {reason}")
        self.path = path
        self.reason = reason


class StateError(CrawlerError):
    """The state file cannot be used: another program's, a newer version's, or damaged.

    Raised by ``crawler.storage``; ends the run before any request. The file is never deleted.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"state {path}: {reason}")
        self.path = path
        self.reason = reason


class LockedError(CrawlerError):
    """Another run has the dataset.

    Raised by ``crawler.storage.lock``; ends the run before any request, with an exit code of its
    own. ``holder`` is a sentence, None where the lock does not say whose it is.
    """

    def __init__(self, path: str, holder: str | None) -> None:
        super().__init__(f"{path}: {holder or 'another run'} has it")
        self.path = path
        self.holder = holder


class WriteError(CrawlerError):
    """The dataset cannot be written: the disk is full, the folder read-only.

    Raised by ``crawler.feeds``; the dataset pipeline handles it: what is committed is published,
    the run ends with an exit code of its own, the next one goes on from there.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"cannot write {path}: {reason}")
        self.path = path
        self.reason = reason


class RecordError(CrawlerError):
    """A line of a feed is not the record its schema describes.

    Raised by ``crawler.records``; `verify` tells it with file and line, other readers stop.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class ManifestError(CrawlerError):
    """A manifest is missing or cannot be read; told by `verify`, mended by the next run."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"manifest {path}: {reason}")
        self.path = path
        self.reason = reason
