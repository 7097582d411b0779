"""`scrapy schema`: the exported record as JSON Schema, and its table in exports/README.md."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import items
from crawler.records import json_schema

if TYPE_CHECKING:
    import argparse

RECORDS: dict[str, type] = {"article": items.Article, "rejected": items.Rejected}
PARTS: tuple[type, ...] = (
    items.Dateline,
    items.EventDate,
    items.Author,
    items.Image,
    items.Video,
    items.WarcPosition,
)
README = Path("exports/README.md")
# What stands between these two comments of the README is made, not written.
TABLES_RE = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- end of tables -->)", re.DOTALL)


class Command(ScrapyCommand):
    """Prints the schema of one record; with ``--write`` brings the files in exports/ up to date."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return f"[{'|'.join(RECORDS)}] | --write"

    def short_desc(self) -> str:
        return "Print the JSON Schema of the exported record"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--write", action="store_true", help="update the files in exports/")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.write:
            write_documents(Path())
        elif len(args) == 1 and args[0] in RECORDS:
            print(schema_text(args[0]), end="")
        else:
            raise UsageError


def schema_text(name: str) -> str:
    """Return the JSON Schema file of a record."""
    return json.dumps(json_schema(RECORDS[name]), ensure_ascii=False, indent=2) + "\n"


def features_text(name: str) -> str:
    """Return the features file of a record, for `datasets.Features.from_dict`.

    Without it `datasets` takes a type from the first lines, where a field may be null.
    """
    schema = json_schema(RECORDS[name])
    return json.dumps(_features(schema, schema["$defs"]), indent=2) + "\n"


# Times by their own types: Arrow takes every column that looks like times for times, and makes
# text of it only without the zone.
_VALUES = {
    "string": "string",
    "date-time": "timestamp[s, tz=+07:00]",
    "date": "date32",
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
}


def _features(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema -> the form `datasets` keeps its features in."""
    if "anyOf" in schema:
        return _features(schema["anyOf"][0], definitions)
    if "$ref" in schema:
        return _features(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "properties" in schema:
        return {k: _features(v, definitions) for k, v in schema["properties"].items()}
    if schema["type"] == "array":
        return {"feature": _features(schema["items"], definitions), "_type": "List"}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {"dtype": _VALUES[str(schema.get("format", types[0]))], "_type": "Value"}


def write_documents(root: Path) -> None:
    """Write schema and features files, and the tables of exports/README.md, below ``root``."""
    for name in RECORDS:
        (root / schema_path(name)).write_text(schema_text(name), encoding="utf-8")
        (root / features_path(name)).write_text(features_text(name), encoding="utf-8")
    readme = root / README
    text = readme.read_text(encoding="utf-8")
    readme.write_text(TABLES_RE.sub(lambda _: tables(), text), encoding="utf-8")


def schema_path(name: str) -> Path:
    """Return where the schema file of a record stands in a checkout."""
    return README.parent / f"{name}.schema.json"


def features_path(name: str) -> Path:
    """Return where the features file of a record stands in a checkout."""
    return README.parent / f"{name}.features.json"


def tables() -> str:
    """Return the Markdown tables of every record and of the objects within."""
    titles = {items.Article: "Articles and duplicates", items.Rejected: "Rejected"}
    parts = [_table(titles[cls], cls) for cls in RECORDS.values()]
    parts += [_table(f"Object `{cls.__name__}`", cls) for cls in PARTS]
    return "\n".join(parts)


def _table(title: str, cls: type) -> str:
    schema = json_schema(cls)["properties"]
    rows = [
        f"| `{f.name}` | {_type_name(schema[f.name])} | {f.metadata['doc']} |" for f in fields(cls)
    ]
    head = [f"### {title}", "", "| field | type | meaning |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows, ""])


def _type_name(schema: dict[str, Any]) -> str:
    """`{"type": ["string", "null"]}` -> `string or null`; objects by their name."""
    if "anyOf" in schema:
        return " or ".join(_type_name(each) for each in schema["anyOf"])
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if schema["type"] == "array":
        return f"list of {_type_name(schema['items'])}"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join([str(schema.get("format", types[0])), *types[1:]])
