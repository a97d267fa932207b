"""Pages that are drawn from the code say what the code says."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from pages import ROOT

from deg_core import hookspecs, interfaces, testing
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


def _hook_pages() -> dict[type, str]:
    return {kind: GENERATOR.PAGES[f"hooks/{GENERATOR.slug(kind)}.md"]() for kind in KINDS}


def test_every_extension_point_has_its_page_and_its_line() -> None:
    index = GENERATOR.PAGES["extension-points.md"]()
    assert [kind.hook for kind in KINDS if f"(hooks/{GENERATOR.slug(kind)}.md)" not in index] == []
    assert [kind.hook for kind, page in _hook_pages().items() if not page.startswith(f"# `{kind.hook}`")] == []


def test_every_plugin_of_deg_is_on_the_page_of_its_hook() -> None:
    offers = [o.plugin for o in load_catalog().offers if o.source.distribution == "deg-ethogram"]
    pages = _hook_pages()
    assert len(offers) > 30
    assert [p.name for p in offers if f"| `{p.name}` | " not in pages[type(p)]] == []


def test_a_page_tells_what_its_contract_checks() -> None:
    page = GENERATOR.PAGES["hooks/video-readers.md"]()
    assert "* **gives red before blue**: RGB, not the BGR of some libraries." in page
    assert "`read(start, stop) -> NDArray[np.uint8]`" in page
    assert "* `VideoError`: The span is empty" in page


def test_every_hook_with_a_contract_names_it() -> None:
    there = {thing for name, thing in vars(testing).items() if name.endswith("Contract")}
    assert {GENERATOR.contract_of(kind) for kind in KINDS} == there
    for kind in KINDS:
        said = getattr(hookspecs, kind.hook).__doc__
        assert f"`deg_core.testing.{GENERATOR.contract_of(kind).__name__}`" in said


def test_everything_that_a_component_may_do_is_on_a_page() -> None:
    pages = "".join(_hook_pages().values())
    optional = [name for name, thing in vars(interfaces).items() if getattr(thing, "_is_runtime_protocol", False)]
    assert len(optional) >= 9
    assert [name for name in optional if f"### `{name}`" not in pages] == []


def test_every_distribution_is_in_the_gallery() -> None:
    page = GENERATOR.PAGES["gallery.md"]()
    folders = [path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")]
    assert [name for name in folders if f"(../plugins/{name}/README.md)" not in page] == []


def test_no_page_is_left_of_what_is_no_more() -> None:
    made = {ROOT / "docs" / page for page in GENERATOR.PAGES}
    assert {path for folder in GENERATOR.made_folders() for path in folder.iterdir()} <= made


def test_arrows_between_rooms_keep_to_the_layers() -> None:
    from made.rooms import imports, layers

    floor = {room: index for index, layer in enumerate(layers()) for room in layer}
    arrows = [(room, seen) for room, below in imports().items() for seen in below]
    assert ("cli", "jobs") in arrows
    assert [arrow for arrow in arrows if floor[arrow[0]] >= floor[arrow[1]]] == []


def test_arrows_that_follow_from_others_are_left_out() -> None:
    from made.rooms import without_detours

    graph = {"attic": {"hall", "cellar"}, "hall": {"cellar"}, "cellar": set[str]()}
    assert without_detours(graph) == {"attic": {"hall"}, "hall": {"cellar"}, "cellar": set()}


def test_the_life_of_a_record_visits_every_station() -> None:
    from made.trace import STATIONS, life_of_a_record

    visits = life_of_a_record()
    assert {visit.station for visit in visits} == set(STATIONS)
    assert [visit.depth for visit in visits][:2] == [0, 1]


def test_every_setting_of_the_project_file_has_its_row() -> None:
    page = GENERATOR.PAGES["project-file.md"]()
    assert [name for name in Manifest.model_fields if f"| `{name}` | " not in page] == []
    assert "| see below |" in page
    assert "| | |" not in page
