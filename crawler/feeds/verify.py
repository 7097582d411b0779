"""Is the dataset what was published? Its files against the manifest; the lines in ``checks``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.exceptions import ManifestError, StateError
from crawler.feeds.checks import Findings, check_lines, check_state, check_versions
from crawler.feeds.compression import forms_of
from crawler.feeds.files import PARTIAL_PREFIX, is_feed_name, sha256_of
from crawler.feeds.index import HistoryIndex
from crawler.feeds.manifest import MANIFEST_NAME, read_manifest
from crawler.feeds.names import FEED_NAMES, STATE_NAME
from crawler.storage.lock import LOCK_NAME
from crawler.storage.snapshot import StateSnapshot, UnreadableStateError

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.seen import FeedFile, PublishedFile

# What else may stand in a site's folder.
_OWN_NAMES = (MANIFEST_NAME, LOCK_NAME, STATE_NAME)


def verify(folder: Path) -> Findings:
    """Check a site's folder and return what was found; nothing in it is changed.

    The caller holds the lock where the folder can be written.
    """
    found = Findings()
    with HistoryIndex() as index:
        state = _open_state(folder, found)
        try:
            listed = _listed(folder, state, found)
            _check_files(folder, listed, found)
            _check_names(folder, listed, state.unpublished() if state else [], found)
            check_lines(folder, index, listed, found)
            check_versions(index, found)
            _check_runs(folder, listed, found)
            if state:
                check_state(index, state, found)
        finally:
            if state:
                state.close()
    return found


def _open_state(folder: Path, found: Findings) -> StateSnapshot | None:
    path = folder / STATE_NAME
    if not path.exists():
        found.notes.append("there is no state: not compared")
        return None
    try:
        state = StateSnapshot(path)
    except UnreadableStateError as error:
        found.notes.append(f"{STATE_NAME} {error.reason}: not compared")
        return None
    except StateError as error:
        found.add(STATE_NAME, error.reason)
        return None
    if not state.is_current:
        found.notes.append("the state is empty or of an older version: not compared")
        state.close()
        return None
    return state


# ---- files -----------------------------------------------------------------------------------


def _listed(folder: Path, state: StateSnapshot | None, found: Findings) -> dict[str, PublishedFile]:
    """Return the files there should be: the manifest's, and those a killed run had no time for."""
    listed = {file.path: file for file in _read_manifest(folder, found)}
    known = {file.path: file for file in state.published()} if state else {}
    for path, file in known.items():
        if path not in listed:
            found.notes.append(f"{path}: not in the manifest yet; the next run enters it")
            listed[path] = file
        elif listed[path] != file:
            found.add(path, "the manifest and the state say different things of it")
    if state:
        for path in listed.keys() - known.keys():
            found.add(path, "in the manifest and not in the state")
    return listed


def _read_manifest(folder: Path, found: Findings) -> list[PublishedFile]:
    """Return what the manifest lists; before the first file is published there is none."""
    try:
        return read_manifest(folder)
    except ManifestError as error:
        if (folder / MANIFEST_NAME).exists():
            found.add(MANIFEST_NAME, error.reason)
        else:
            found.notes.append("there is no manifest")
        return []


def _check_files(folder: Path, listed: dict[str, PublishedFile], found: Findings) -> None:
    for name, file in listed.items():
        path = folder / name
        if not path.is_file():
            found.add(name, f"gone, with {file.rows} lines")
            continue
        size = path.stat().st_size
        if size != file.bytes:
            found.add(name, f"{size} bytes where the manifest has {file.bytes}")
        elif sha256_of(path) != file.sha256:
            found.add(name, "same length, another SHA-256 than the manifest has")


def _check_names(
    folder: Path,
    listed: dict[str, PublishedFile],
    unpublished: list[FeedFile],
    found: Findings,
) -> None:
    """Tell what nobody published: foreign files, and those a run is to finish."""
    expected = set(listed)
    for file in unpublished:
        forms = {form.relative_to(folder).as_posix() for form in forms_of(folder / file.path)}
        expected |= forms
        found.notes.append(f"{file.path}: {file.lines} lines of a run that did not end")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in expected and not _is_own(path, name):
            found.add(name, "a foreign file")


def _is_own(path: Path, name: str) -> bool:
    """Whether the project keeps a file of this name beside the published ones."""
    parent, _, last = name.rpartition("/")
    if parent == "":
        return last.lstrip(PARTIAL_PREFIX).startswith(_OWN_NAMES)
    if parent == "runs":
        return last.endswith(".json")
    return parent in FEED_NAMES and last.startswith(PARTIAL_PREFIX) and is_feed_name(last[1:])


def _check_runs(folder: Path, listed: dict[str, PublishedFile], found: Findings) -> None:
    """Hold the run files against the manifest; a killed run has none."""
    for path in sorted((folder / "runs").glob("*.json")):
        if path.name.startswith(PARTIAL_PREFIX):
            continue
        name = f"runs/{path.name}"
        try:
            report: Any = json.loads(path.read_bytes())
            files = {file["path"]: file["sha256"] for file in report["files"]}
        except (ValueError, KeyError, TypeError) as error:
            found.add(name, f"is not a run file: {error!r}")
            continue
        for file, sha256 in files.items():
            if file in listed and listed[file].sha256 != sha256:
                found.add(name, f"tells another SHA-256 of {file} than the manifest")
