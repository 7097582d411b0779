"""The site made in docs/add-a-site.md can be crawled as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crawl_runs import FAST, ROOT
from tests.servers import sample_site

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = ROOT / "docs" / "add-a-site.md"


def _spider() -> str:
    found = re.search(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:crawler|tests)/[\w/.]+)`",
                                                       DOCUMENT.read_text("utf-8")))))  # fmt: skip
def test_every_place_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.crawls
def test_spider_of_the_document_crawls_its_site(tmp_path: Path) -> None:
    (tmp_path / "dakrovatv.py").write_text(_spider(), "utf-8")
    settings = {**FAST, "EXPORTS_DIR": tmp_path, "SPIDER_MODULES": "dakrovatv"}
    with sample_site() as site:
        command = [sys.executable, "-m", "scrapy", "crawl", "dakrovatv"]
        command += ["-a", f"base_url={site.base_url}", "-a", "limit=5"]
        command += [part for pair in settings.items() for part in ("-s", "{}={}".format(*pair))]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (feed,) = (tmp_path / "dakrovatv.vn" / "articles").glob("*.jsonl")
    assert len(feed.read_text("utf-8").splitlines()) >= 4
