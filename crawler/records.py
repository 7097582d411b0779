"""Article -> the JSON line, and the JSON Schema of that line, both from the items themselves."""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Json = dict[str, Any]


def to_record(item: Any) -> Json:
    """Return a dataclass item as JSON values: every field, in declaration order.

    Datetimes become ISO 8601 with offset at seconds precision, tuples become lists.
    """
    return {name: to_json(getattr(item, name)) for name in _field_names(item.__class__)}


def to_line(item: Any) -> str:
    """Return ``item`` as one line of JSON Lines, UTF-8 text as it is, without the line feed."""
    return json.dumps(to_record(item), ensure_ascii=False, separators=(",", ":"))


@cache
def _field_names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def to_json(value: Any) -> Any:
    """Return a field's value as JSON values; nested items become objects."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return to_record(value)


def json_schema(cls: type) -> Json:
    """Return the JSON Schema (draft 2020-12) of the record made from dataclass ``cls``.

    Every key is required and no other allowed; a field's documentation is its description.
    """
    definitions: Json = {}
    schema = _object_schema(cls, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": cls.__name__,
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def _object_schema(cls: type, definitions: Json) -> Json:
    hints = get_type_hints(cls)
    properties = {}
    for f in fields(cls):
        properties[f.name] = _type_schema(hints[f.name], definitions)
        if doc := f.metadata.get("doc"):
            properties[f.name]["description"] = doc
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_SCALARS: dict[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def _type_schema(hint: Any, definitions: Json) -> Json:
    origin = get_origin(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if origin in (Union, types.UnionType):
        return _nullable_schema(hint, definitions)
    if origin is tuple:
        return {"type": "array", "items": _type_schema(get_args(hint)[0], definitions)}
    if is_dataclass(hint):
        name = hint.__name__  # type: ignore[union-attr]
        if name not in definitions:
            definitions[name] = _object_schema(hint, definitions)  # type: ignore[arg-type]
        return {"$ref": f"#/$defs/{name}"}
    return dict(_SCALARS[hint])


def _nullable_schema(hint: Any, definitions: Json) -> Json:
    """Schema of ``X | None``, the only union a record may hold."""
    (inner,) = (each for each in get_args(hint) if each is not type(None))
    schema = _type_schema(inner, definitions)
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
