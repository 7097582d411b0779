"""JSON-LD (schema.org) of a page: the node that describes this very article, and who signed it."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

from crawler.text.characters import normalize_text
from crawler.text.comparison import fold_letters
from crawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ARTICLE_TYPES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "Report")
)
MAX_NODES = 10_000
# What makes hand-written JSON-LD no JSON: a comment or CDATA around it, a comma before a bracket.
WRAPPER_RE = re.compile(r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)")
WRAPPER_END_RE = re.compile(r"(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*;?\s*\Z")
STRAY_COMMA_RE = re.compile(r",(?=\s*[}\]])")
# One field of a script that cannot be parsed at all; a value ends at a quote that none escapes.
FIELD_RE = re.compile(r'"(datePublished|dateModified|headline)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"')

Node = dict[str, object]


def choose_node(nodes: Sequence[Node], urls: Iterable[str], titles: Iterable[str]) -> Node:
    """Return the node that describes the page with these addresses or titles, empty for none.

    A node that names another page and shows another headline is one of a list of other stories.
    """
    keys = {_path_key(url) for url in urls if url}
    shown = [key for key in map(fold_letters, titles) if key]
    for node in nodes:
        if not keys.isdisjoint(map(_path_key, _addresses(node))):
            return node
    for node in nodes:
        key = fold_letters(_headline(node))
        if key and any(title.startswith(key) or key.startswith(title) for title in shown):
            return node
    alone = nodes[0] if len(nodes) == 1 else {}
    return {} if any(_addresses(alone)) and _headline(alone) and shown else alone


def _headline(node: Node) -> str:
    value = node.get("headline") or node.get("name")
    return html.unescape(value) if isinstance(value, str) else ""


def _addresses(node: Node) -> Iterator[str]:
    for key in ("mainEntityOfPage", "url", "@id"):
        value = node.get(key)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str) and value.startswith("http"):
            yield value


def _path_key(url: str) -> str:
    """Return an address without its host: copies and mirrors have others."""
    return url_key(url).partition("/")[2]


def parse_json_ld(text: str) -> Node:
    """Return the first article of a JSON-LD script, empty where there is none.

    >>> parse_json_ld('{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "name": "A"}]}')
    {'@type': ['NewsArticle'], 'name': 'A'}
    >>> parse_json_ld('{"@type": "Article", "headline": "A",}')["headline"]
    'A'
    >>> parse_json_ld("{")
    {}
    """
    data = _load(text)
    if data is None:
        return _salvage(text)
    nodes = list(_nodes(data))
    found = [node for node in nodes if _is_article(node)]
    if not found:
        return {}
    return _with_author(found[0], nodes)


def _load(text: str) -> object:
    for mend in (str, _mend):
        try:
            data: object = json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
        return data
    return None


def _mend(text: str) -> str:
    text = WRAPPER_END_RE.sub("", WRAPPER_RE.sub("", text))
    return STRAY_COMMA_RE.sub("", text).strip().removesuffix(";")


def _salvage(text: str) -> Node:
    """Return the dates and headline of a script that is no JSON, if it speaks of one article."""
    if sum(text.count(f'"{name}"') for name in ARTICLE_TYPES) != 1:
        return {}
    found: Node = {"@type": "Article"}
    for match in FIELD_RE.finditer(text[:200_000]):
        found.setdefault(match[1], match[2].replace('\\"', '"').replace("\\/", "/"))
    return found if len(found) > 1 else {}


def _nodes(data: object) -> Iterator[Node]:
    """Yield the objects of a JSON-LD document in order, those inside ``@graph`` too."""
    queue, count = [data], 0
    while queue and count < MAX_NODES:
        data, count = queue.pop(0), count + 1
        if isinstance(data, dict):
            yield data
            queue.append(data.get("@graph"))
        elif isinstance(data, list):
            queue.extend(data)


def _is_article(node: Node) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name in ARTICLE_TYPES for name in names)


def _with_author(node: Node, nodes: list[Node]) -> Node:
    """Return the node with authors that stand elsewhere in the graph (``@id``) put in."""
    known = {each["@id"]: each for each in nodes if isinstance(each.get("@id"), str)}
    authors = [
        known.get(each["@id"], each) if isinstance(each, dict) and _has_id(each) else each
        for each in _as_list(node.get("author"))
    ]
    return {**node, "author": authors} if authors else node


def _has_id(node: Node) -> bool:
    return isinstance(node.get("@id"), str) and "name" not in node


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def author_names(node: Node) -> Iterator[str]:
    """Yield the persons who signed; organisations and the publisher are none.

    >>> list(author_names({"author": [{"@type": "Person", "name": "Y H&agrave;"}]}))
    ['Y Hà']
    >>> list(author_names({"author": {"@type": "Organization", "name": "Báo Thử"}}))
    []
    """
    publishers = set(_names(_as_list(node.get("publisher"))))
    for author in _as_list(node.get("author")):
        is_person = not isinstance(author, dict) or author.get("@type", "Person") == "Person"
        for name in _names([author]) if is_person else ():
            if name not in publishers:
                yield name


def _names(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str) and (text := normalize_text(html.unescape(name))):
            yield text
