"""Pages that are drawn from the code say what the code says."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from pages import ROOT

from deg_core.catalog import load_catalog
from deg_core.descriptors import KINDS
from deg_core.project.manifest import Manifest


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


@pytest.mark.parametrize("page", GENERATOR.PAGES)
def test_the_page_is_not_stale(page: str) -> None:
    written = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert written == GENERATOR.PAGES[page](), "run: python docs/generate.py"


def test_every_extension_point_and_every_plugin_of_deg_has_its_line() -> None:
    page = GENERATOR.extension_points()
    assert [kind.hook for kind in KINDS if f"## `{kind.hook}`" not in page] == []
    names = {o.plugin.name for o in load_catalog().offers if o.source.distribution == "deg-ethogram"}
    assert sorted(name for name in names if f"* `{name}`: " not in page) == []


def test_every_setting_of_the_project_file_has_its_row() -> None:
    page = GENERATOR.project_file()
    assert [name for name in Manifest.model_fields if f"| `{name}` | " not in page] == []
    assert "| see below |" in page
    assert "| | |" not in page
