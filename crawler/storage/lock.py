"""One run at a time on a dataset, by a lock the kernel drops with the process that holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.exceptions import LockedError

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "run.lock"


class RunLock:
    """Holds ``folder`` until ``release`` or the end of the process, however it ends.

    The file says who holds it, for people; whether it is held only the kernel knows, so a dead
    owner's is simply taken. It works across hosts where the file system passes `flock` on (NFS
    does unless mounted with ``local_lock``).

    Raises:
        LockedError: another run has it; says who.
        OSError: the folder cannot be written, or its file system knows no locks.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        path = folder / LOCK_NAME
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.left_by = self._read_holder()
            self._write(_describe(run_id))
        except BlockingIOError:
            holder = self._read_holder()
            self._file.close()
            raise LockedError(str(path), holder) from None
        except OSError:
            self._file.close()
            raise

    def _read_holder(self) -> str | None:
        self._file.seek(0)
        return _holder_in(self._file.read())

    def _write(self, content: bytes) -> None:
        self._file.truncate(0)
        self._file.write(content)
        self._file.flush()

    def release(self) -> None:
        """Let the next run in; the file stays, since two runs may be opening it just now."""
        self._file.truncate(0)
        self._file.close()


def _describe(run_id: str) -> bytes:
    holder = {
        "run_id": run_id,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(holder).encode() + b"\n"


def _holder_in(content: bytes) -> str | None:
    """Return what a lock file says of its owner, None where it says nothing readable.

    >>> _holder_in(b'{"run_id": "r1", "pid": 7, "host": "a", "since": "2022-07-14T05:00:00+00:00"}')
    'run r1, process 7 on host a since 2022-07-14T05:00:00+00:00'
    >>> _holder_in(b'{"run_id": "r1", "pi')
    """
    try:
        holder = json.loads(content)
        return "run {run_id}, process {pid} on host {host} since {since}".format(**holder)
    except (ValueError, KeyError, TypeError):
        return None
