"""A real WordPress in Vietnamese on loopback, brought up by the kit beside the checkout."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawl_runs import Run, run_crawl
from tests.wordpress.truth import Agreement, compare, load_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

KIT = Path(__file__).parents[2].parent / "shared" / "wordpress"


@dataclass(frozen=True)
class WordPress:
    """A running instance and what it was filled with."""

    base_url: str
    folder: Path
    environment: dict[str, str]

    @property
    def truth(self) -> list[dict[str, Any]]:
        return load_rows(self.folder / "truth" / "truth.jsonl")

    def run_script(self, name: str, **environment: str) -> None:
        """Run one of the kit's scripts on this instance."""
        # Into a file: the servers it leaves running would hold a pipe open for ever.
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            done = subprocess.run(
                ["bash", str(KIT / name)],
                env={**self.environment, **environment},
                stdout=output,
                stderr=output,
                timeout=600,
                check=False,
            )
        assert done.returncode == 0, log.read_text("utf-8", "replace")[-2000:]

    def crawl(self, exports: Path, **arguments: Any) -> Run:
        """Crawl it as fast as it answers."""
        at_once = {"CONCURRENT_REQUESTS": 4, "CONCURRENT_REQUESTS_PER_DOMAIN": 4}
        return run_crawl(exports, settings=at_once, base_url=self.base_url, **arguments)

    def agreement(self, run: Run, *, printed_dates: bool) -> Agreement:
        """Hold what a crawl wrote against the ground truth."""
        return compare(self.truth, run.folder, printed_dates=printed_dates)


@contextmanager
def wordpress(**settings: object) -> Iterator[WordPress]:
    """Bring up an instance of its own in a folder of its own, and take both away again."""
    if not (KIT / "up.sh").is_file():
        pytest.skip("the WordPress kit is not beside this checkout")
    port = _free_port()
    given = {name: str(value) for name, value in settings.items()}
    # Not below pytest's own folder: the database drops its rights and must still reach its files,
    # and the path of a socket is short.
    folder = Path(tempfile.mkdtemp(prefix="wordpress-"))
    folder.chmod(0o755)
    environment = {**os.environ, **given, "RUN": str(folder), "PORT": str(port)}
    instance = WordPress(f"http://127.0.0.1:{port}", folder, environment)
    try:
        instance.run_script("up.sh")
        yield instance
    finally:
        instance.run_script("down.sh", WIPE="1")
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def provincial() -> Iterator[WordPress]:
    """The station's own theme."""
    count = os.environ.get("WORDPRESS_COUNT", "400")
    with wordpress(COUNT=count) as instance:
        yield instance


@pytest.fixture(scope="session")
def crawls(provincial: WordPress, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """One complete first crawl by each discovery strategy."""
    return {
        strategy: provincial.crawl(tmp_path_factory.mktemp(strategy), discovery=strategy)
        for strategy in ("rest", "sitemap", "feed", "listing")
    }
