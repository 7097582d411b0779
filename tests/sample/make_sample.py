"""Makes ``kontumtv.vn.warc.gz``: a real WordPress, our own articles, every answer recorded.

    python -m tests.sample.make_sample WORDPRESS_KIT [--run DIR] [--port 8190] [--keep]

``WORDPRESS_KIT`` is the folder with ``up.sh`` and ``down.sh`` that bring up a WordPress on
loopback; root, PHP, MariaDB and nginx are its business. None of the kit's own articles is loaded:
its plan of articles is replaced by an empty one before WordPress sees it. The same sources give
the same file, byte for byte: post numbers, the page's clock and record ids are fixed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.sample.reading import WARC, read_posts
from tests.sample.recording import HOST, write_warc

HERE = Path(__file__).parent
SITE = json.loads((HERE / "site.json").read_text(encoding="utf-8"))
# The kit calls Python twice, to plan its own articles and to note what became of them.
NO_ARTICLES = """#!/bin/sh
for word in "$@"; do
  [ "$last" = --out ] && mkdir -p "$word" && : > "$word/plan.jsonl" && : > "$word/truth.jsonl"
  last=$word
done
exit 0
"""


def plan() -> str:
    """Return everything ``load.php`` needs, as JSON; times as WordPress stores them."""

    def wordpress_time(value: object) -> str:
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        raise TypeError(f"no JSON for {value!r}")

    return json.dumps({**SITE, "posts": read_posts()}, default=wordpress_time, ensure_ascii=False)


@dataclass(frozen=True)
class WordPress:
    """An instance of the kit, filled with our own articles."""

    kit: Path
    run: Path
    port: int

    def start(self) -> None:
        self.stop()
        self.run.mkdir(parents=True)
        planner = self.run / "no-articles.sh"
        planner.write_text(NO_ARTICLES, encoding="ascii")
        planner.chmod(0o755)
        self._call("bash", str(self.kit / "up.sh"), PY=str(planner))
        (self.run / "plan.json").write_text(plan(), encoding="utf-8")
        self._call("php", str(HERE / "load.php"), str(self.run), str(self.run / "plan.json"))

    def stop(self) -> None:
        self._call("bash", str(self.kit / "down.sh"), WIPE="1")

    def _call(self, *command: str, **environment: str) -> None:
        known = {"RUN": str(self.run), "PORT": str(self.port), "CANON_HOST": HOST, "WORKERS": "2"}
        subprocess.run(command, check=True, env={**os.environ, **known, **environment})


def other_paths() -> list[str]:
    """Return paths that no list of posts names: redirects, static pages, archives, a 404."""
    return [
        *(redirect["from"] for redirect in SITE["redirects"]),
        *(f"/{page['slug']}/" for page in SITE["pages"]),
        *SITE["others"],
    ]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the sample's WARC file.")
    scratch = Path(tempfile.gettempdir(), "kontumtv-sample")
    parser.add_argument("kit", type=Path, help="folder of the WordPress kit")
    parser.add_argument("--run", type=Path, default=scratch, help="scratch folder")
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--keep", action="store_true", help="leave the WordPress running")
    return parser.parse_args()


def main() -> None:
    options = parse_arguments()
    wordpress = WordPress(options.kit.resolve(), options.run, options.port)
    recorded = datetime.fromisoformat(SITE["recorded"]).astimezone(UTC)
    wordpress.start()
    try:
        recorder = write_warc(WARC, options.port, recorded, read_posts(), other_paths())
    finally:
        if not options.keep:
            wordpress.stop()
    sys.stdout.write(f"{len(recorder.statuses)} addresses, {WARC.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
