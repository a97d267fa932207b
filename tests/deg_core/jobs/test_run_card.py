from __future__ import annotations

import json
from pathlib import Path

import pytest

from deg_core.data.whole_file import write_text
from deg_core.errors import CheckpointError, ProjectError
from deg_core.jobs.models import check_manifest
from deg_core.jobs.run_card import run_card
from deg_core.jobs.workspace import open_workspace
from deg_core.project.files import fingerprint, sha256_of
from deg_core.project.manifest_file import dump_yaml
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs


def test_a_card_is_plain_json_and_tells_the_whole_chain(tmp_path: Path) -> None:
    workspace = tiny_project(tmp_path)
    runs = untrained_runs(workspace)
    card = json.loads(json.dumps(run_card(workspace), allow_nan=False))
    assert card["run"] == runs[-1].run_id
    assert [run["run"] for run in card["runs"]] == [run.run_id for run in reversed(runs)]
    assert [run["weights_sha256"] for run in card["runs"]] == [run.weights_sha256 for run in reversed(runs)]
    assert card["commands"][1:] == ["deg train features", "deg train sequence", "deg evaluate"]
    assert card["split"] == runs[-1].split.model_dump(mode="json")


def test_the_settings_on_the_card_make_the_same_runs(tmp_path: Path) -> None:
    """Though the project has changed since."""
    workspace = tiny_project(tmp_path, manifest={"sequence": {"settings": {"receptive_field": 5}}, "seed": 3})
    runs = untrained_runs(workspace)
    text = workspace.layout.manifest.read_text(encoding="utf-8")
    write_text(
        workspace.layout.manifest, text.replace("receptive_field: 5", "receptive_field: 7").replace("seed: 3", "")
    )
    changed = open_workspace(workspace.layout.root, workspace.catalog)
    with pytest.raises(CheckpointError):
        check_manifest(runs[-1], changed)
    write_text(workspace.layout.manifest, dump_yaml(run_card(changed)["project"]))
    again = open_workspace(workspace.layout.root, only_plugins(*FAKES))
    assert again.manifest.seed == 3
    for run in runs:
        check_manifest(run, again)


def test_data_are_told_by_fingerprint(tmp_path: Path) -> None:
    workspace = tiny_project(tmp_path)
    untrained_runs(workspace)
    record = workspace.records(["one"])[0]
    assert record.labels_path is not None
    expected = {"video": fingerprint(record.video_path), "labels": sha256_of(record.labels_path)}
    assert run_card(workspace)["data"]["one"] == expected
    record.video_path.unlink()
    assert run_card(workspace)["data"]["one"] == {"video": "gone", "labels": "gone"}


def test_what_is_not_trained_has_no_card(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no trained sequence model"):
        run_card(tiny_project(tmp_path))
