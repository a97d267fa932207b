from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.errors import ManifestError, ProjectError
from deg_core.jobs.new import new_project
from deg_core.project.manifest_file import load_manifest, preset_names


@pytest.mark.parametrize("preset", preset_names())
def test_a_new_project_can_be_opened(tmp_path: Path, preset: str) -> None:
    layout = new_project(tmp_path / "mouse 1", ["walk", "rear"], preset=preset)
    manifest = load_manifest(layout.manifest)
    assert manifest.behaviours == ("walk", "rear")
    assert (manifest.name, manifest.preset, manifest.exclusive) == ("mouse 1", preset, False)
    assert [entry.name for entry in layout.root.iterdir()] == ["project.yaml"]


def test_names_that_mean_something_in_yaml_are_kept(tmp_path: Path) -> None:
    odd = ["yes", "1", 'say "hi"', "a: b", "back\\slash", "[x]", "été"]
    layout = new_project(tmp_path, odd, name="a: {b}", exclusive=True)
    manifest = load_manifest(layout.manifest)
    assert manifest.behaviours == tuple(odd)
    assert manifest.name == "a: {b}"
    assert manifest.exclusive


def test_a_project_is_never_overwritten(tmp_path: Path) -> None:
    new_project(tmp_path, ["walk"])
    before = (tmp_path / "project.yaml").read_bytes()
    with pytest.raises(ProjectError, match="a project here already") as caught:
        new_project(tmp_path, ["rear"])
    assert caught.value.where == str(tmp_path / "project.yaml")
    assert (tmp_path / "project.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("behaviours", "preset", "problem"),
    [
        ([], "small", "at least one"),
        (["walk", "walk"], "small", "twice"),
        (["background"], "small", "absence"),
        (["walk"], "smal", "no preset"),
    ],
)
def test_what_will_not_do_leaves_nothing_behind(
    tmp_path: Path, behaviours: list[str], preset: str, problem: str
) -> None:
    with pytest.raises(ManifestError, match=problem) as caught:
        new_project(tmp_path, behaviours, preset=preset)
    assert ".part" not in caught.value.where
    assert not list(tmp_path.iterdir())
