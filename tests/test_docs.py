"""What the documents say is what the code does."""

import ast
import re
from pathlib import Path

from crawler.arguments import ARGUMENTS
from crawler.commands.schema import (
    README,
    RECORDS,
    TABLES_RE,
    features_path,
    features_text,
    schema_path,
    schema_text,
    tables,
)
from crawler.normalize import NO_BYLINE
from crawler.text.dates import MONTH_FIRST, WEEKDAY_MISMATCH

ROOT = Path(__file__).parents[1]


def _read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_tables_of_exports_readme_are_made_from_the_items() -> None:
    found = TABLES_RE.search(_read(str(README)))
    assert found is not None
    assert found[0] == tables(), "run `scrapy schema --write`"


def test_schema_files_are_made_from_the_items() -> None:
    for name in RECORDS:
        assert _read(str(schema_path(name))) == schema_text(name), "run `scrapy schema --write`"
        assert _read(str(features_path(name))) == features_text(name)


def test_every_flag_is_in_exports_readme() -> None:
    flags = set(re.findall(r'yield "(\w+)"', _read("crawler/normalize.py"))) | {NO_BYLINE}
    flags |= set(re.findall(r'return \("(\w+)",\)', _read("crawler/text/article_end.py")))
    for flag in (WEEKDAY_MISMATCH, MONTH_FIRST):
        flags.add(f"date_published_{flag.removeprefix('date_')}")
    assert {"byline_in_text", "byline_on_top", "empty_text"} <= flags
    for flag in flags:
        assert f"`{flag}`" in _read(str(README))


def test_every_argument_is_in_the_readme() -> None:
    for name in ARGUMENTS:
        assert f"`{name}`" in _read("README.md")


def test_every_exit_code_is_in_the_readme() -> None:
    for node in ast.parse(_read("crawler/exits.py")).body:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            assert re.search(rf"^\| {value.value} \|", _read("README.md"), re.MULTILINE)


def test_every_setting_of_ours_is_in_the_readme() -> None:
    ours = ("CONTACT", "EXPORTS_DIR", "DATASET_COMMIT_ITEMS", "DATASET_COMMIT_SECONDS",
            "DATASET_COMPRESSION", "NEAR_DUPLICATES", "CONFIRM_GONE_MAX",
            "RETRY_BACKOFF_SECONDS", "RETRY_MAX_PAUSE_SECONDS", "WARC_STORE",
            "WARC_STORE_MAX_BYTES")  # fmt: skip
    for name in ours:
        assert re.search(rf"^{name} = ", _read("crawler/settings.py"), re.MULTILINE)
        assert f"`{name}`" in _read("README.md")
