from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deg_core.jobs.workspace import Workspace
from deg_core.project.manifest_file import load_manifest

if TYPE_CHECKING:
    from .conftest import Run


def test_every_default_is_shown_those_of_plugins_too(run: Run, project: Workspace) -> None:
    values = run("config", "show", "--json").values
    assert values["split"]["fractions"] == [0.6, 0.2, 0.2]
    assert values["features"]["settings"] == project.choices.features.settings.model_dump(mode="json")
    assert values["features"]["settings"]
    assert values["postprocess"] == {"name": "fake-post-processor", "settings": {"min_frames": 1}}
    assert values["features"]["loss"] == {"name": "fake-loss", "settings": {}}


def test_what_is_shown_is_a_project_file_that_means_the_same(run: Run, project: Workspace, tmp_path: Path) -> None:
    out = run("config", "show").out
    assert "  fractions: [0.6, 0.2, 0.2]" in out.splitlines()
    assert "  crop: null" in out.splitlines()
    path = tmp_path / "shown.yaml"
    path.write_text(out)
    assert load_manifest(path).split == project.manifest.split
    project.layout.manifest.write_text(out)
    assert run("config", "show").out == out


def test_the_schema_needs_no_project(run: Run, tmp_path: Path) -> None:
    schema = run("config", "schema").values
    assert schema["required"] == ["behaviours"]
    assert schema["additionalProperties"] is False


def test_a_start_is_shown_by_the_name_it_has_in_the_file(run: Run, project: Workspace) -> None:
    assert run("config", "show", "--json").values["features"]["from"] is None
    schema = run("config", "schema").values
    assert "from" in schema["$defs"]["FlowStage"]["properties"]
