"""From what the state says is true to files under their final names, at the end and after a kill.

The end of a run and the start of the one after a dead run are the same steps, each of which may
be the last and is then done by the next start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.exceptions import StateError
from crawler.feeds.compression import forms_of
from crawler.feeds.files import feed_files, publish, stray_partials
from crawler.feeds.manifest import write_manifest
from crawler.feeds.names import FEED_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.seen import PublishedFile, SeenStore

_MEND = "`scrapy dataset verify` tells more, `scrapy dataset rebuild-state` makes the state again"


def finish_files(folder: Path, seen: SeenStore, compression: str) -> list[PublishedFile]:
    """Publish every file that is not, enter it in state and manifest, return those published.

    Raises:
        StateError: a committed file was cut or is gone.
        OSError: the disk is full or the folder read-only.
    """
    published = []
    for file in seen.unpublished():
        whole = publish(folder, file, compression)
        seen.record_published(file.path, whole)
        if whole is not None:
            published.append(whole)
    seen.commit()
    write_manifest(folder, seen.published())
    return published


def recover(folder: Path, seen: SeenStore, compression: str) -> list[PublishedFile]:
    """Finish what a dead run left; what it wrote beyond its last commit is not true and goes.

    Raises:
        StateError: the feeds hold what the state does not know; nothing was changed.
        OSError: the disk is full or the folder read-only.
    """
    check_known(folder, seen)
    published = finish_files(folder, seen, compression)
    for stray in stray_partials(folder):
        stray.unlink()
    return published


def check_known(folder: Path, seen: SeenStore) -> None:
    """Refuse a state that is older than the feeds: every line it does not know would be doubled.

    Raises:
        StateError: a published file is not in the state.
    """
    known = {file.path for file in seen.published()}
    for file in seen.unpublished():
        known |= {form.relative_to(folder).as_posix() for form in forms_of(folder / file.path)}
    for path in (path for feed in FEED_NAMES for path in feed_files(folder, feed)):
        if path.relative_to(folder).as_posix() not in known:
            raise StateError(str(folder), f"does not know of {path.name}; {_MEND}")


def lost_files(folder: Path, seen: SeenStore) -> list[str]:
    """Return the published files that are no longer there, or not of their size."""
    return [
        file.path
        for file in seen.published()
        if not (folder / file.path).is_file() or (folder / file.path).stat().st_size != file.bytes
    ]
