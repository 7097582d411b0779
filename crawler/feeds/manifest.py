"""`manifest.json`: every published file of a dataset, so that a reader can verify what it got."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler.exceptions import ManifestError
from crawler.feeds.files import whole_file
from crawler.storage.seen import PublishedFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST_NAME = "manifest.json"
MANIFEST_VERSION = 1


def manifest_text(site: str, files: Iterable[PublishedFile]) -> str:
    """Return the manifest, one file a line so that two versions compare well.

    >>> print(manifest_text("kontumtv.vn", []), end="")
    {"manifest_version": 1, "site": "kontumtv.vn", "files": [
    ]}
    """
    head = json.dumps({"manifest_version": MANIFEST_VERSION, "site": site})
    lines = ",\n".join(json.dumps(asdict(file)) for file in files)
    end = "\n" if lines else ""
    return f'{head[:-1]}, "files": [\n{lines}{end}]}}\n'


def write_manifest(folder: Path, files: Iterable[PublishedFile]) -> None:
    """Bring the manifest of a site's folder up to date; one that is so is not touched.

    Raises:
        OSError: the disk is full or the folder read-only.
    """
    path = folder / MANIFEST_NAME
    content = manifest_text(folder.name, files).encode()
    if not path.exists() or path.read_bytes() != content:
        with whole_file(path) as file:
            file.write(content)


def read_manifest(folder: Path) -> list[PublishedFile]:
    """Return what the manifest of a site's folder lists.

    Raises:
        ManifestError: there is none, or it is not one of ours.
    """
    path = folder / MANIFEST_NAME
    try:
        manifest: Any = json.loads(path.read_bytes())
        return [PublishedFile(**file) for file in manifest["files"]]
    except OSError as error:
        raise ManifestError(str(path), error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(str(path), f"is not a manifest: {error}") from error
