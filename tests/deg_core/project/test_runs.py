from __future__ import annotations

import json
import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

from deg_core.errors import CheckpointError, ProjectError
from deg_core.jobs.workspace import Workspace
from deg_core.project.layout import Layout
from deg_core.project.runs import (
    check_behaviours,
    check_weights,
    list_runs,
    load_run_record,
    new_run_id,
    newest_run,
    run_chain,
)
from deg_core.testing.projects import tiny_project, untrained_runs

NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=timezone.utc)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    project = tiny_project(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}})
    untrained_runs(project)
    return project


def test_runs_of_one_second_get_names_of_their_own(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    names = []
    for _ in range(3):
        names.append(new_run_id(layout, "flow", NOON))
        layout.run(names[-1]).mkdir(parents=True)
    assert names == ["flow-20260301-120005", "flow-20260301-120005-2", "flow-20260301-120005-3"]


def test_finished_runs_are_listed_oldest_first(workspace: Workspace) -> None:
    untrained_runs(workspace)
    stages = [run.stage for run in list_runs(workspace.layout)]
    assert stages == ["flow", "features", "sequence"] * 2
    sequence = list_runs(workspace.layout, "sequence")
    assert sequence[0].created < sequence[1].created
    assert newest_run(workspace.layout, "sequence") == sequence[1]


def test_a_run_without_a_card_is_not_finished(workspace: Workspace) -> None:
    newest = newest_run(workspace.layout, "sequence")
    (workspace.layout.run(newest.run_id) / "run.json").unlink()
    with pytest.raises(ProjectError, match="no trained sequence model yet") as caught:
        newest_run(workspace.layout, "sequence")
    assert caught.value.fix == "train one: deg train sequence"
    with pytest.raises(CheckpointError, match="not a finished training run"):
        load_run_record(workspace.layout.run(newest.run_id))


@pytest.mark.parametrize("text", ["", "{}", '{"run_id": 1', "\ufeff{}"])
def test_a_damaged_card_is_named(workspace: Workspace, text: str) -> None:
    folder = workspace.layout.run(newest_run(workspace.layout, "flow").run_id)
    (folder / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(CheckpointError, match="damaged card") as caught:
        load_run_record(folder)
    assert caught.value.where == str(folder / "run.json")


def test_a_chain_goes_down_to_the_first_stage(workspace: Workspace) -> None:
    top = newest_run(workspace.layout, "sequence")
    assert [run.stage for run in run_chain(workspace.layout, top.run_id)] == ["sequence", "features", "flow"]


def test_a_chain_with_a_missing_link_names_both_ends(workspace: Workspace) -> None:
    top, features = newest_run(workspace.layout, "sequence"), newest_run(workspace.layout, "features")
    shutil.rmtree(workspace.layout.run(features.run_id))
    with pytest.raises(CheckpointError, match=f"{top.run_id} was built on {features.run_id}, which is gone"):
        run_chain(workspace.layout, top.run_id)


@pytest.mark.parametrize(
    ("behaviours", "exclusive"),
    [(["rear", "walk"], False), (["walk"], False), (["walk", "rear", "dig"], False), (["walk", "rear"], True)],
    ids=["order", "fewer", "more", "exclusive"],
)
def test_other_behaviours_are_refused_with_both_lists(
    workspace: Workspace, behaviours: list[str], exclusive: bool
) -> None:
    run = newest_run(workspace.layout, "features")
    check_behaviours(run, ["walk", "rear"], exclusive=False)
    with pytest.raises(CheckpointError, match=r"trained on behaviours \[walk, rear\], but the project has") as caught:
        check_behaviours(run, behaviours, exclusive=exclusive)
    assert ", ".join(behaviours) in caught.value.problem
    assert caught.value.where == run.run_id


def test_weights_are_those_of_the_card(workspace: Workspace) -> None:
    run = newest_run(workspace.layout, "features")
    path = check_weights(workspace.layout, run)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="not those of the run's card") as caught:
        check_weights(workspace.layout, run)
    assert run.weights_sha256[:12] in caught.value.problem


def test_missing_weights_are_named(workspace: Workspace) -> None:
    run = newest_run(workspace.layout, "features")
    path = check_weights(workspace.layout, run)
    path.unlink()
    with pytest.raises(CheckpointError, match="weights are missing") as caught:
        check_weights(workspace.layout, run)
    assert caught.value.where == str(path)


def test_a_card_is_json_that_others_can_read(workspace: Workspace) -> None:
    run = newest_run(workspace.layout, "sequence")
    card = json.loads((workspace.layout.run(run.run_id) / "run.json").read_text(encoding="utf-8"))
    assert card["behaviours"] == ["walk", "rear"]
    assert card["built_on"].startswith("features-")
    assert set(card["split"]) == {"train", "validation", "test"}
