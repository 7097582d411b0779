"""What the documents say is what the code does."""

import ast
import re
from pathlib import Path

from crawler.arguments import Arguments
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
    source = "".join(path.read_text("utf-8") for path in (ROOT / "crawler").rglob("*.py"))
    flags = set(re.findall(r'yield "(\w+)"', _read("crawler/normalize.py")))
    flags |= {f"date_published_{flag}" for flag in re.findall(r'"date_(\w+_mismatch)"', source)}
    assert {"no_byline", "date_published_weekday_mismatch"} <= flags
    for flag in flags:
        assert f"`{flag}`" in _read(str(README))


def test_every_argument_is_in_the_readme() -> None:
    for name in Arguments.__dataclass_fields__:
        assert f"`{name}`" in _read("README.md")


def test_every_exit_code_is_in_the_readme() -> None:
    for node in ast.parse(_read("crawler/exits.py")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            assert re.search(rf"^\| {node.value.value} \|", _read("README.md"), re.MULTILINE)


def test_every_setting_of_ours_is_in_the_readme() -> None:
    ours = ("CONTACT", "EXPORTS_DIR", "DATASET_COMMIT_ITEMS", "DATASET_COMMIT_SECONDS",
            "DATASET_COMPRESSION", "NEAR_DUPLICATES",
            "RETRY_BACKOFF_SECONDS", "RETRY_MAX_PAUSE_SECONDS")  # fmt: skip
    for name in ours:
        assert re.search(rf"^{name} = ", _read("crawler/settings.py"), re.MULTILINE)
        assert f"`{name}`" in _read("README.md")
