"""The how-to pages as what they tell people to write: a module of Python for each."""

from __future__ import annotations

import atexit
import importlib.util
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pages import DOCS, blocks_of

from deg_core.descriptors import KINDS, Plugin

PAGES = sorted(page for page in (DOCS / "howto").glob("*.md") if page.stem != "index")

_FOLDER = tempfile.TemporaryDirectory(prefix="deg-howto-")
atexit.register(_FOLDER.cleanup)


@cache
def module_of(page: Path) -> ModuleType:
    """What the page's blocks of Python make, one after the other, where its files are to lie."""
    name = f"howto_{page.stem.replace('-', '_')}"
    path = Path(_FOLDER.name) / f"{name}.py"
    path.write_text(_source(page), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where pickled readers look for their class
    before = Path.cwd()
    os.chdir(_FOLDER.name)
    try:
        spec.loader.exec_module(module)
    finally:
        os.chdir(before)
    return module


def folder_of_files() -> Path:
    """Where the pages' own code writes files."""
    return Path(_FOLDER.name)


def _source(page: Path) -> str:
    """Every block on the line where it stands in the page, so that errors lead there."""
    lines: list[str] = []
    for block in blocks_of(page):
        if block.language == "python":
            lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    return "\n".join(lines) + "\n"


def plugins_of(page: Path) -> list[Plugin[Any]]:
    """What the page's hooks yield."""
    module = module_of(page)
    return [plugin for kind in KINDS for plugin in getattr(module, kind.hook, tuple)()]


def contracts_of(page: Path) -> dict[str, type]:
    """The page's contract tests, by name."""
    return {name: thing for name, thing in vars(module_of(page)).items() if name.startswith("Test")}
