"""The rooms of the core: layers from the import rules in pyproject.toml, arrows from what modules really import."""

from __future__ import annotations

import ast
from pathlib import Path

from made.offers import ROOT, tomllib
from made.svg import COLOURS, LETTER_PX, box, curve, picture, text

_CORE = ROOT / "deg_core"
_WIDTH, _ROW, _HEIGHT, _GAP = 760, 64, 28, 36

Graph = dict[str, set[str]]


def layers() -> list[list[str]]:
    """Rooms from top to bottom; those in one layer do not import each other."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (rule,) = [each for each in tool["importlinter"]["contracts"] if each["type"] == "layers"]
    return [[room.strip() for room in layer.split("|")] for layer in rule["layers"]]


def imports() -> Graph:
    """Which rooms each room imports; imports for type checkers alone do not count, those within functions do."""
    rooms = {room for layer in layers() for room in layer}
    return {room: {seen for path in _files(room) for seen in _seen(path)} & rooms - {room} for room in sorted(rooms)}


def without_detours(graph: Graph) -> Graph:
    """The same without arrows that follow from others: where a longer way leads to the same room."""
    return {
        room: {seen for seen in below if not any(seen in _reached(graph, other) for other in below - {seen})}
        for room, below in graph.items()
    }


def draw_rooms() -> str:
    """The picture."""
    places = _places()
    parts = [
        curve((places[room][0], places[room][1] + _HEIGHT), places[seen])
        for room, below in without_detours(imports()).items()
        for seen in sorted(below)
    ]
    for index, layer in enumerate(layers()):
        for room in layer:
            x, y = places[room]
            width = _box_width(room)
            parts += [box(x - width / 2, y, width, _HEIGHT, COLOURS[index % len(COLOURS)])]
            parts += [text(x, y + 18, room, centred=True)]
    return picture(_WIDTH, len(layers()) * _ROW, "Rooms of deg_core, and which import which", parts)


def _box_width(room: str) -> float:
    return len(room) * LETTER_PX + 24


def _places() -> dict[str, tuple[float, float]]:
    """Middle of each room's upper edge. Every second layer is moved aside, so that arrows do not hide behind boxes."""
    places = {}
    for index, layer in enumerate(layers()):
        widths = [_box_width(room) for room in layer]
        x = (_WIDTH - sum(widths) - _GAP * (len(layer) - 1)) / 2 + (index % 3 - 1) * 110
        for room, width in zip(layer, widths, strict=True):
            places[room] = (x + width / 2, index * _ROW + 12.0)
            x += width + _GAP
    return places


def _files(room: str) -> list[Path]:
    return sorted((_CORE / room).rglob("*.py")) or [_CORE / f"{room}.py"]


def _seen(path: Path) -> set[str]:
    names: set[str] = set()
    for node in _running(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "deg_core":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deg_core."):
            names.add(str(node.module).split(".")[1])
    return names


def _running(node: ast.AST) -> list[ast.AST]:
    """A tree's nodes without those below `if TYPE_CHECKING`."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return []
    return [node, *(each for child in ast.iter_child_nodes(node) for each in _running(child))]


def _reached(graph: Graph, room: str) -> set[str]:
    return graph[room] | {far for seen in graph[room] for far in _reached(graph, seen)}
