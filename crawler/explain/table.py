"""An explanation as plain text: 100 columns, one field after another, made for eyes and pipes.

Long texts are cut to a line, addresses never; what cannot be seen or would move a terminal's
cursor is written as an escape.
"""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.explain.findings import Explanation, Finding, Origin

WIDTH: Final = 100
INDENT: Final = 26
MAX_RAW: Final = 160
MAX_VALUE: Final = 600
LONG: Final = frozenset(("text", "description", "json_ld"))
_ROOM: Final = WIDTH - INDENT
_HANGING: Final = "     "
_MARKS: Final = {
    "used": "from",
    "other": "also",
    "unreadable": "not",
    "left_out": "left out",
    "seen": "seen",
}


def table_lines(explanation: Explanation) -> Iterator[str]:
    """Yield the lines of the table."""
    verdict = "article" if explanation.reason is None else f"no article: {explanation.reason}"
    yield from _row("verdict", [verdict, *filter(None, [explanation.detail])])
    yield from _row("address", [explanation.url])
    yield from _row("answer", [visible(explanation.answer)])
    yield from _row("note", map(visible, explanation.notes))
    if explanation.findings:
        yield ""
        yield "-- seen" if explanation.article is None else "-- record"
    for finding in explanation.findings:
        yield from finding_lines(finding)


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yield a field's value, what is to be said of it, and what it was read from."""
    yield from _row(finding.field, _values(finding))
    if finding.note:
        yield from _row("", [f"({finding.note})"])
    if finding.field != "quality_flags":
        for origin in finding.origins:
            yield from _row("", [_origin(origin, finding.value)], _HANGING)


def _values(finding: Finding) -> Iterator[str]:
    if finding.field == "quality_flags" and finding.origins:
        yield from (f"{each.source}: {each.raw}" for each in finding.origins)
    elif isinstance(finding.value, list) and finding.value:
        yield from map(_value, finding.value)
    elif finding.field in LONG and isinstance(finding.value, str):
        yield cut(_value(finding.value), _ROOM)
    else:
        yield _value(finding.value)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return visible(value) or "-"
    if isinstance(value, dict):
        filled = (f"{key}: {_value(part)}" for key, part in value.items() if part)
        return "; ".join(filled) or "-"
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "-"
    return "-" if value is None else json.dumps(value)


def _row(label: str, values: Iterable[str], hanging: str = "") -> Iterator[str]:
    """Yield a label with its values, each on lines of its own; nothing where there is none.

    >>> list(_row("site", ["kontumtv.vn"]))
    ['site                      kontumtv.vn']
    """
    for value in values:
        for line in _wrap(cut(value, MAX_VALUE), hanging):
            if len(line) <= _ROOM:
                yield f"{label:<{INDENT}}{line}"
            else:
                # An address longer than the room there is.
                yield from filter(None, [label])
                yield f"    {line.lstrip()}"
            label = ""


def _wrap(text: str, hanging: str) -> list[str]:
    lines = textwrap.wrap(
        text, _ROOM, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
    return lines or ["-"]


def _origin(origin: Origin, value: Any) -> str:
    is_same = origin.raw == value
    raw = "as it stands" if is_same else f'"{cut(visible(origin.raw), MAX_RAW)}"'
    parts = [f"{_MARKS[origin.use]} {origin.source}: {raw}"]
    if origin.reading:
        parts.append(f"= {origin.reading}")
    if origin.rule:
        parts.append(f"[{origin.rule}]")
    if origin.error:
        parts.append(f"cannot be read: {origin.error}")
    return " ".join(parts)


def visible(text: str) -> str:
    r"""Return ``text`` with everything a terminal does not print as a sign written as an escape.

    >>> visible("Y Nhàn\u200b\x1b[2J\nA Pớt\xa0")
    'Y Nhàn\\u200b\\x1b[2J\\nA Pớt\\xa0'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def cut(text: str, length: int) -> str:
    """Return ``text``, or as much of it as fits with an ellipsis, broken between words.

    >>> cut("Sáng ngày 14/7", 20), cut("Sáng ngày 14/7", 10)
    ('Sáng ngày 14/7', 'Sáng ngày…')
    """
    if len(text) <= length:
        return text
    head = text[:length]
    return (head.rpartition(" ")[0].rstrip() or head[:-1]) + "…"
