"""Who may import whom, and what stays unimported until it is needed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from tree import PACKAGES, PYPROJECT, ROOT, shipped_files

HEAVY = [
    "torch",
    "torchvision",
    "pytorch_lightning",
    "lightning",
    "kornia",
    "cv2",
    "av",
    "sklearn",
    "matplotlib",
    "h5py",
]
PLUGIN_PACKAGES = [name for name in PACKAGES if name != "deg_core"]
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
ENTRY_POINTS: dict[str, str] = PYPROJECT["project"]["entry-points"]["deg"]

ABOVE_ALL = {"__init__", "__main__", "testing"}
OPEN_TO_PLUGINS = {"__init__", "__main__", "api", "testing"}


def run_python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", dedent(code), *arguments]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def rooms() -> set[str]:
    folder = ROOT / "deg_core"
    return {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}


def contract(kind: str, holding: str) -> dict[str, list[str]]:
    (found,) = [each for each in CONTRACTS if each["type"] == kind and holding in each["name"]]
    return found  # type: ignore[no-any-return]


def test_the_import_rules_hold() -> None:
    pytest.importorskip("importlinter", reason="import-linter is not installed: pip install -e .[lint]")
    report = run_python(
        """
        import contextlib, io
        from importlinter.cli import lint_imports
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            failed = lint_imports(no_cache=True, no_logo=True)
        print(said.getvalue() if failed else "kept")
        """
    )
    assert report.strip() == "kept"


def test_every_room_of_the_core_has_its_layer() -> None:
    layers = contract("layers", "room")["layers"]
    placed = {room.strip() for layer in layers for room in layer.split("|")}
    assert placed == rooms() - ABOVE_ALL


def test_every_room_but_the_open_ones_is_closed_to_plugins() -> None:
    closed = contract("forbidden", "published part")["forbidden_modules"]
    assert set(closed) == {f"deg_core.{room}" for room in rooms() - OPEN_TO_PLUGINS}


def test_every_package_is_under_every_rule() -> None:
    tool = PYPROJECT["tool"]
    assert sorted(tool["importlinter"]["root_packages"]) == PACKAGES
    assert sorted(tool["mypy"]["packages"]) == PACKAGES
    assert sorted(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert sorted(contract("independence", "each other")["modules"]) == PLUGIN_PACKAGES
    assert sorted(contract("forbidden", "published part")["source_modules"]) == PLUGIN_PACKAGES
    assert sorted(contract("forbidden", "imports no plugin")["forbidden_modules"]) == PLUGIN_PACKAGES


def test_every_plugin_package_comes_in_by_the_door_that_others_use() -> None:
    assert sorted(ENTRY_POINTS.values()) == [f"{name}.plugin" for name in PLUGIN_PACKAGES]


def test_listing_plugins_imports_nothing_heavy() -> None:
    """In a process of its own, through the entry points that are installed with deg."""
    loaded = json.loads(
        run_python(
            """
            import json, sys
            from importlib.metadata import EntryPoint
            from deg_core.catalog import load_catalog
            points = [EntryPoint(*pair, "deg") for pair in json.loads(sys.argv[1]).items()]
            catalog = load_catalog(points)
            names = sorted(offer.plugin.name for offer in catalog.offers)
            failures = [str(failure) for failure in catalog.failures]
            print(json.dumps({"failures": failures, "names": names, "modules": list(sys.modules)}))
            """,
            json.dumps(ENTRY_POINTS),
        )
    )
    assert loaded["failures"] == []
    assert {"pyav", "two-stream", "tgmj", "focal-bce", "f1"} <= set(loaded["names"])
    assert sorted(set(HEAVY) & set(loaded["modules"])) == []


@pytest.mark.parametrize("package", PLUGIN_PACKAGES)
def test_what_lists_plugins_imports_only_the_published_core(package: str) -> None:
    tree = ast.parse((ROOT / package / "plugin.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
    outside = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if not name.startswith(f"{package}.")} <= {"deg_core.api", "click", "pydantic"}


def reads_as(library: str, path: Path) -> bool:
    """Whether a module opens HDF5, or loads YAML, by the library itself."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    if library == "ruamel":
        return any(ast.unparse(call.func).startswith("YAML(") and call.func.attr == "load" for call in calls)  # type: ignore[attr-defined]
    opened = [call for call in calls if ast.unparse(call.func) == "h5py.File"]
    return any(len(call.args) < 2 or ast.unparse(call.args[1]) == "'r'" for call in opened)


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("h5py", {"deg_core/data/hdf5.py", "deg_core/training/frame_store.py"}),  # which keeps frames, and no texts
        ("ruamel", {"deg_core/data/yaml_text.py"}),
    ],
)
def test_what_may_do_harm_is_read_where_it_is_looked_at_first(library: str, rooms: set[str]) -> None:
    """By `open_hdf5` and `parse_yaml`: damaged files keep the libraries busy for ever, or end the process."""
    assert {path.relative_to(ROOT).as_posix() for path in shipped_files() if reads_as(library, path)} == rooms
