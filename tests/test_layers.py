"""The import table: data flows one way, and the inner rooms know nothing of Scrapy."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "crawler"

# What each room may import of this project. Rooms further right in the flow know those further
# left, never the other way round.
INNER = {"exceptions", "items"}
TEXT = INNER | {"text"}
PAGES = TEXT | {"urls", "pages"}
STORAGE = TEXT | {"records", "urls", "storage"}
NORMALIZE = TEXT | STORAGE | {"candidates", "normalize"}
FEEDS = STORAGE | TEXT | {"feeds"}
ALLOWED = {
    "exceptions": set(),
    "items": set(),
    "text": TEXT,
    "urls": INNER,
    "records": INNER,
    "pages": PAGES,
    "storage": STORAGE,
    "candidates": TEXT,
    "normalize": NORMALIZE,
    "explain": PAGES | NORMALIZE | {"explain"},
    "feeds": FEEDS,
    "archives": INNER | {"archives"},
    "provenance": TEXT | {"archives"},
    "reading": PAGES,
    "admission": INNER,
    "reextract": NORMALIZE
    | FEEDS
    | PAGES
    | {"archives", "discovery", "arguments"}
    | {"reading", "provenance", "admission", "reextract"},
    "manners": set(),
    "failures": set(),
    "log": set(),
    "exits": set(),
    "ledger": INNER,
    "settings": set(),
    "discovery": PAGES | STORAGE | {"discovery", "arguments"},
    "pipelines": NORMALIZE | FEEDS | {"admission", "exits", "pipelines"},
    "extensions": INNER | FEEDS | {"exits", "archives", "extensions"},
    "commands": PAGES
    | FEEDS
    | {"exits", "log", "arguments", "archives", "failures", "provenance"}
    | {"admission", "explain", "reextract", "commands"},
    "arguments": INNER,
    "spiders": PAGES
    | STORAGE
    | FEEDS
    | {"discovery", "provenance", "failures", "arguments", "spiders", "archives", "ledger"}
    | {"reading"},
}
WITHOUT_SCRAPY = (
    "text",
    "items",
    "urls",
    "exceptions",
    "pages",
    "storage",
    "records",
    "candidates",
    "normalize",
    "explain",
    "feeds",
    "arguments",
    "admission",
)


def _room(module: str) -> str:
    """`crawler.text.dates` -> `text`; the package itself (its version) is no room."""
    return module.split(".")[1] if "." in module else ""


def _runtime_imports(path: Path) -> set[str]:
    """Modules a file imports when it runs; those under ``if TYPE_CHECKING:`` are excepted."""
    found: set[str] = set()
    nodes: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            nodes.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            found.add(node.module or "")
        nodes.extend(ast.iter_child_nodes(node))
    return found


def _files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def _room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_flow(path: Path) -> None:
    own = {module for module in _runtime_imports(path) if module.split(".")[0] == "crawler"}
    rooms = {_room(module) for module in own} - {""}
    assert rooms <= ALLOWED[_room_of(path)]


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_inner_rooms_know_nothing_of_scrapy(path: Path) -> None:
    if _room_of(path) in WITHOUT_SCRAPY:
        roots = {module.split(".")[0] for module in _runtime_imports(path)}
        assert not roots & {"scrapy", "twisted"}


def test_every_room_has_its_line_in_the_table() -> None:
    assert {_room_of(path) for path in _files()} == set(ALLOWED)
