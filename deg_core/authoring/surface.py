"""What `deg_core.api` publishes, as text that can be compared; and what of it a plugin uses."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import inspect
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import deg_core
from deg_core import api

SURFACE = Path(__file__).with_name("api_surface.json")
"""Every published name with what it is and the version that brought it; a test compares it with the module."""

PUBLISHED = {"deg_core.api", "deg_core.testing"}


def describe_surface() -> dict[str, list[str]]:
    """Every name of `deg_core.api` with its signature, its fields and its public methods, a line each."""
    return {name: _described(getattr(api, name)) for name in api.__all__ if name != "API_VERSION"}


def digest_of(surface: dict[str, list[str]]) -> str:
    """Twelve digits that are the same only for the same surface."""
    return hashlib.sha256(json.dumps(surface, sort_keys=True).encode()).hexdigest()[:12]


def load_surface() -> dict[str, Any]:
    """The surface as it was written down."""
    surface: dict[str, Any] = json.loads(SURFACE.read_text(encoding="utf-8"))
    return surface


def renewed(old: dict[str, Any]) -> dict[str, Any]:
    """The surface as it is now, for `api_surface.json`; names keep the version that brought them."""
    since = {name: entry["since"] for name, entry in old.get("names", {}).items()}
    names = {
        name: {"since": since.get(name, api.API_VERSION), "is": lines} for name, lines in describe_surface().items()
    }
    return {"version": api.API_VERSION, "names": names}


def _described(thing: Any) -> list[str]:
    if not inspect.isclass(thing):
        return [f"{inspect.signature(thing)}" if callable(thing) else f"= {thing!r}"]
    bases = ", ".join(base.__name__ for base in thing.__bases__)
    return [f"class({bases})", *_fields(thing), *_methods(thing)]


def _fields(thing: type[Any]) -> list[str]:
    """Names and types, and which have a default."""
    if dataclasses.is_dataclass(thing):
        missing = dataclasses.MISSING
        fields = dataclasses.fields(thing)
        return [
            f"{field.name}: {field.type}{'' if field.default is missing and field.default_factory is missing else ' ='}"
            for field in fields
        ]
    own = (each for each in reversed(thing.__mro__) if each.__module__.startswith("deg_core"))
    return [f"{name}: {kind}" for each in own for name, kind in inspect.get_annotations(each).items()]


def _methods(thing: type[Any]) -> list[str]:
    found: dict[str, Any] = {}
    for each in reversed(thing.__mro__):
        if each.__module__.startswith("deg_core"):
            found |= {name: member for name, member in vars(each).items() if _is_public(name, each)}
    return [line for name in sorted(found) if (line := _method(name, found[name]))]


def _is_public(name: str, owner: type[Any]) -> bool:
    written = name in {"__init__", "__call__"} and not dataclasses.is_dataclass(owner)
    return written or not name.startswith("_")


def _method(name: str, member: Any) -> str:
    if isinstance(member, property):
        return f"{name}: property"
    function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
    return f"{name}{inspect.signature(function)}" if inspect.isfunction(function) else ""


@dataclass(frozen=True, slots=True)
class Used:
    """What a plugin takes from deg.

    Attributes:
        names: Of `deg_core.api`.
        unpublished: Modules of deg that are none of a plugin's business, with the file that imports each.
    """

    names: tuple[str, ...]
    unpublished: tuple[str, ...]

    def missing(self, surface: dict[str, Any]) -> list[str]:
        """Names that this deg does not publish."""
        return [name for name in self.names if name not in surface["names"] and name not in {"API_VERSION", "*"}]

    def fits(self, surface: dict[str, Any]) -> str:
        """Versions of `deg_core.api` that have what it uses, such as `>=0.1,<1`."""
        since = [surface["names"][name]["since"] for name in self.names if name in surface["names"]]
        least = max(since, default="0.1", key=lambda text: tuple(map(int, text.split("."))))
        return f">={least},<{int(least.split('.')[0]) + 1}"


def used_by(sources: Iterable[Path]) -> Used:
    """Read a plugin's files, without importing them."""
    names: set[str] = set()
    unpublished: set[str] = set()
    for path in sources:
        for module, name in _imports(path):
            if module == "deg_core.api":
                names.add(name)
            elif module not in {*PUBLISHED, "deg_core"} and not module.startswith("deg_core.testing."):
                unpublished.add(f"{module} in {path.name}")
    return Used(tuple(sorted(names)), tuple(sorted(unpublished)))


def _imports(path: Path) -> Iterable[tuple[str, str]]:
    """Module and name of everything that a file takes from deg."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError, OSError):
        return  # importing it fails too, and says more
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "deg_core" and not node.level:
            for alias in node.names:
                inner = node.module == "deg_core" and alias.name not in deg_core.__all__
                yield (f"deg_core.{alias.name}" if inner else str(node.module)), alias.name
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("deg_core."))
