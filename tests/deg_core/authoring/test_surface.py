"""What plugins may import changes only with a note."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deg_core import api
from deg_core.authoring.surface import describe_surface, digest_of, load_surface, renewed, used_by

NOTES = (Path(__file__).parents[3] / "docs" / "api-changes.md").read_text(encoding="utf-8")


def test_the_surface_is_the_one_that_was_written_down() -> None:
    now, written = renewed(load_surface()), load_surface()
    changed = sorted(
        name
        for name in now["names"].keys() | written["names"].keys()
        if now["names"].get(name) != written["names"].get(name)
    )
    assert changed == [], "say so in docs/api-changes.md, then run: python docs/generate.py"
    assert written["version"] == api.API_VERSION


def test_the_newest_note_is_of_this_very_surface() -> None:
    """So that nobody renews the file without a word."""
    newest = NOTES.split("\n## ")[1]
    assert newest.splitlines()[0] == api.API_VERSION
    assert f"Surface `{digest_of(describe_surface())}`." in newest


def test_versions_fall_from_note_to_note() -> None:
    versions = [tuple(map(int, found.split("."))) for found in re.findall(r"^## (.+)$", NOTES, re.MULTILINE)]
    assert versions == sorted(versions, reverse=True)


@pytest.mark.parametrize(
    "change",
    [
        {"find_runs": lambda present, gap: None},
        {"UNLABELLED": -2},
        {"DegError": type("DegError", (Exception,), {"__module__": "deg_core.errors"})},
    ],
    ids=["a signature", "a constant", "a class"],
)
def test_a_change_is_seen(monkeypatch: pytest.MonkeyPatch, change: dict) -> None:
    before = digest_of(describe_surface())
    for name, thing in change.items():
        monkeypatch.setattr(api, name, thing)
    assert digest_of(describe_surface()) != before


def test_a_new_name_is_seen_and_gets_the_version_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "__all__", [*api.__all__, "brand_new"])
    monkeypatch.setattr(api, "brand_new", lambda: None, raising=False)
    monkeypatch.setattr(api, "API_VERSION", "0.2")
    now = renewed(load_surface())
    assert now["version"] == now["names"]["brand_new"]["since"] == "0.2"
    assert now["names"]["find_runs"]["since"] == "0.1"


def test_what_a_plugin_uses_tells_the_versions_it_fits(tmp_path: Path) -> None:
    source = tmp_path / "plugin.py"
    source.write_text(
        "from deg_core.api import old, new\nfrom deg_core import Project, RichProgress\nimport numpy\n",
        encoding="utf-8",
    )
    used = used_by([source])
    assert used.names == ("new", "old")
    assert used.unpublished == ()
    names = {"old": {"since": "0.1"}, "new": {"since": "0.10"}}
    assert used.fits({"names": names}) == ">=0.10,<1"
    assert used.missing({"names": {"old": names["old"]}}) == ["new"]


@pytest.mark.parametrize(
    "line", ["from deg_core.jobs.train import train_all", "import deg_core.catalog", "from deg_core import catalog"]
)
def test_what_is_not_published_is_told(tmp_path: Path, line: str) -> None:
    source = tmp_path / "plugin.py"
    source.write_text(line, encoding="utf-8")
    (told,) = used_by([source]).unpublished
    assert told.endswith(" in plugin.py")
