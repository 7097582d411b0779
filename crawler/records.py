"""Article -> the JSON line and back, and that line's JSON Schema, from the items themselves."""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from crawler.exceptions import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Json = dict[str, Any]
Item = TypeVar("Item")


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


# ---- a line -> the item ----------------------------------------------------------------------


def parse_line(cls: type[Item], line: bytes | str) -> Item:
    """Return the item a line of a feed stands for; ``to_line`` of it gives the line back.

    Raises:
        RecordError: the line is not JSON, or not a record of ``cls``; names the field.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordError("", f"not JSON: {error}") from error
    return from_record(cls, record)


def from_record(cls: type[Item], record: object) -> Item:
    """Return the item of JSON values; what ``to_record`` made of it, and nothing else.

    Raises:
        RecordError: a key is missing, unknown or out of order, or a value of the wrong type.
    """
    kind: Any = cls
    readers = _readers(kind)
    if not isinstance(record, dict) or tuple(record) != tuple(readers):
        raise RecordError(cls.__name__, _odd_keys(readers, record))
    values = {}
    for name, read in readers.items():
        try:
            values[name] = read(record[name])
        except (ValueError, TypeError, OverflowError) as error:
            raise RecordError(name, str(error)) from error
        except RecordError as error:
            raise RecordError(f"{name}.{error.field}", error.reason) from error
    return cls(**values)


def _odd_keys(readers: Iterable[str], record: object) -> str:
    if not isinstance(record, dict):
        return "not an object"
    wanted = list(readers)
    missing = [name for name in wanted if name not in record]
    unknown = [str(name) for name in record if name not in wanted]
    return f"keys missing: {missing}, unknown: {unknown}, or not in order"


@cache
def _readers(cls: Any) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(cls)
    return {f.name: _reader(hints[f.name]) for f in fields(cls)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    origin = get_origin(hint)
    if origin is Literal:
        return partial(_read_one_of, get_args(hint))
    if origin in (Union, types.UnionType):
        (inner,) = (each for each in get_args(hint) if each is not type(None))
        return partial(_read_optional, _reader(inner))
    if origin is tuple:
        return partial(_read_list, _reader(get_args(hint)[0]))
    if is_dataclass(hint):
        return partial(_read_object, hint)
    return {datetime: _read_time, date: _read_day}.get(hint) or partial(_read_plain, hint)


def _read_object(cls: Any, value: object) -> object:
    return from_record(cls, value)


def _read_plain(cls: type, value: object) -> object:
    if type(value) is not cls:
        raise TypeError(f"{value!r:.50} is not of type {cls.__name__}")
    return value


def _read_one_of(allowed: tuple[object, ...], value: object) -> object:
    if value not in allowed:
        raise ValueError(f"{value!r:.50} is not one of {allowed}")
    return value


def _read_optional(read: Callable[[Any], Any], value: object) -> object:
    return None if value is None else read(value)


def _read_list(read: Callable[[Any], Any], value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.50} is not a list")
    return tuple([read(each) for each in value])


def _read_time(value: object) -> datetime:
    text = str(_read_plain(str, value))
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or time.isoformat(timespec="seconds") != text:
        raise ValueError(f"{text!r:.50} is not a time with offset at seconds precision")
    return time


def _read_day(value: object) -> date:
    text = str(_read_plain(str, value))
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"{text!r:.50} is not a day")
    return day
