from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import torch
from editing import edited
from lent import lend
from safetensors.torch import load_file
from torch import nn

from deg_core.errors import CheckpointError, ManifestError, ProjectError
from deg_core.jobs.check import check_project
from deg_core.jobs.split import split_project
from deg_core.jobs.stage_job import StageJob
from deg_core.jobs.train import train_stage
from deg_core.jobs.workspace import Workspace
from deg_core.networks.building import build_features
from deg_core.networks.weights import save_weights
from deg_core.progress import SilentProgress
from deg_core.project.files import sha256_of
from deg_core.project.manifest import Stage
from deg_core.project.manifest_file import merge_values
from deg_core.project.run_record import RunRecord
from deg_core.project.runs import PLAN, WEIGHTS, save_run_record
from deg_core.testing.fakes import FakeSequenceModel, fake_sequence
from deg_core.testing.projects import tiny_project, untrained_runs
from deg_core.training.penalty import Starts

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
STILL = {"training": {"learning_rate": 1e-12, "max_epochs": 1, "steps_per_epoch": 1}}
"""Training that changes nothing, so that what a network started from can be seen in what it became."""


@pytest.fixture(autouse=True)
def single_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def old(tmp_path: Path) -> Workspace:
    """Another lab's project, with a run of every stage, of another seed than ours."""
    project = tiny_project(
        tmp_path / "old",
        behaviours=("walk", "groom", "rear"),
        manifest={"features": {"name": "fake-flow-extractor"}, "seed": 7},
    )
    untrained_runs(project)
    return project


def ours(folder: Path, behaviours: tuple[str, ...] = ("rear", "dig", "walk"), **changes: Any) -> Workspace:
    still = {stage: {**STILL} for stage in ("flow", "features", "sequence")}
    own = {"features": {"name": "fake-flow-extractor"}}
    values = merge_values(merge_values(still, own), changes)
    project = tiny_project(folder / "own", behaviours=behaviours, manifest=values)
    split_project(project, project.manifest.split)
    return project


def train(project: Workspace, stage: Stage, minutes: int = 0, tell: Callable[[str], None] = print) -> RunRecord:
    return train_stage(project, stage, SILENCE, now=NOW + timedelta(minutes=minutes), tell=tell)


def run_of(project: Workspace, stage: Stage) -> RunRecord:
    (folder,) = project.layout.runs.glob(f"{stage}-*")
    return RunRecord.model_validate_json((folder / "run.json").read_text())


def weights_of(project: Workspace, run: RunRecord) -> dict[str, torch.Tensor]:
    return load_file(project.layout.run(run.run_id) / WEIGHTS)


def test_every_stage_starts_from_the_newest_run_of_another_project(tmp_path: Path, old: Workspace) -> None:
    where = {"from": "../../old/project"}
    project = ours(tmp_path, flow=where, features=where, sequence=where)
    told: list[str] = []
    for stage in ("flow", "features", "sequence"):
        run = train(project, stage, tell=told.append)
        source = run_of(old, stage)
        assert run.started_from is not None
        assert (run.started_from.source, run.started_from.run_id) == ("../../old/project", source.run_id)
        assert run.started_from.weights_sha256 == source.weights_sha256
        learnt, before = weights_of(project, run), weights_of(old, source)
        for name in run.started_from.loaded:
            torch.testing.assert_close(learnt[name], before[name])
        for name, rows in run.started_from.carried.items():
            assert rows == ("rear", "walk")
            torch.testing.assert_close(learnt[name][[0, 2]], before[name][[2, 0]])
            assert not torch.allclose(learnt[name][1], before[name][1])
        assert sum(run.started_from.run_id in sentence for sentence in told) == 1
    assert weights_of(project, run)["head.weight"].shape == (3, 4)
    assert run.started_from.carried == {name: ("rear", "walk") for name in ("head.weight", "head.bias")}


def test_new_behaviours_keep_the_bias_of_how_often_they_happen_here(tmp_path: Path, old: Workspace) -> None:
    project = ours(tmp_path, features={"from": "../../old/project"}, flow={"from": "../../old/project"})
    train(project, "flow")
    run = train(project, "features")
    counts = project.labelled()
    spans = project.split().train
    present = sum((counts[s.record].marks[s.start : s.stop, 1] == 1).sum() for s in spans)
    frames = sum(s.n_frames for s in spans)
    bias = weights_of(project, run)["head.bias"]
    assert bias[1].item() == pytest.approx(float(torch.tensor(present / (frames - present)).log()), abs=1e-5)


def test_a_run_can_be_named_wherever_its_folder_lies(tmp_path: Path, old: Workspace) -> None:
    source = run_of(old, "flow")
    shutil.copytree(old.layout.run(source.run_id), tmp_path / "elsewhere")
    run = train(ours(tmp_path, flow={"from": str(tmp_path / "elsewhere")}), "flow")
    assert run.started_from is not None
    assert run.started_from.loaded == ("scale",)


def test_a_shared_model_is_a_start_for_each_of_its_stages(tmp_path: Path, old: Workspace) -> None:
    lend(old, tmp_path / "own" / "mouse.deg")
    where = {"from": "../mouse.deg"}
    project = ours(tmp_path, flow=where, features=where, sequence=where)
    for stage in ("flow", "features", "sequence"):
        run, source = train(project, stage), run_of(old, stage)
        assert run.started_from is not None
        assert (run.started_from.source, run.started_from.run_id) == ("../mouse.deg", source.run_id)
        assert run.started_from.weights_sha256 == source.weights_sha256
        learnt, before = weights_of(project, run), weights_of(old, source)
        for name in run.started_from.loaded:
            torch.testing.assert_close(learnt[name], before[name])


def test_a_shared_model_without_the_stage_is_refused(tmp_path: Path) -> None:
    other = tiny_project(tmp_path / "old")
    untrained_runs(other)
    lend(other, tmp_path / "own" / "mouse.deg")
    refused(ours(tmp_path, flow={"from": "../mouse.deg"}), "flow", ManifestError, "holds no flow run")


def test_a_damaged_shared_model_is_refused(tmp_path: Path, old: Workspace) -> None:
    path = lend(old, tmp_path / "own" / "mouse.deg")
    path.write_bytes(path.read_bytes()[:-50])
    refused(ours(tmp_path, flow={"from": "../mouse.deg"}), "flow", CheckpointError, "damaged")


def test_another_start_is_trained_anew_and_the_same_is_kept(tmp_path: Path, old: Workspace) -> None:
    project = ours(tmp_path)
    first = train(project, "flow")
    assert first.started_from is None
    assert '"from"' not in (project.layout.run(first.run_id) / PLAN).read_text()
    project = edited(project, flow={"from": "../../old/project"})
    second = train(project, "flow", 1)
    assert second.run_id != first.run_id
    assert train(project, "flow", 2) == second
    untrained_runs(old)
    assert train(project, "flow", 3) == second, "the newest run has the same weights"
    newest = sorted(old.layout.runs.glob("flow-*"))[-1]
    record = RunRecord.model_validate_json((newest / "run.json").read_text())
    weights = {"scale": load_file(newest / WEIGHTS)["scale"] + 1}
    network = nn.Module()
    network.scale = nn.Parameter(weights["scale"])
    save_weights(network, newest / WEIGHTS)
    save_run_record(newest, record.model_copy(update={"weights_sha256": sha256_of(newest / WEIGHTS)}))
    assert train(project, "flow", 4).run_id != second.run_id


def test_what_was_loaded_is_what_l2_sp_pulls_to(tmp_path: Path, old: Workspace, monkeypatch: Any) -> None:
    seen: list[Starts] = []
    fill = StageJob.starting_weights
    monkeypatch.setattr(StageJob, "starting_weights", lambda job, model: seen.append(fill(job, model)) or seen[-1])
    project = ours(tmp_path, flow={"from": "../../old/project"}, features={"from": "../../old/project"})
    train(project, "flow")
    train(project, "features")
    before = weights_of(old, run_of(old, "features"))
    starts = {tuple(parameter.shape): start for parameter, start in seen[-1].items()}
    assert torch.equal(starts[(3, 4)][0], before["head.weight"][2])
    assert starts[(3, 4)][1].isnan().all()


def test_flow_that_learned_along_is_left_out_and_the_extractor_comes(tmp_path: Path, old: Workspace) -> None:
    source = run_of(old, "features")
    folder = old.layout.run(source.run_id)
    whole = nn.ModuleDict(
        {
            "flow_generator": nn.Linear(1, 1),
            "extractor": build_features(old.choices.features, old.manifest.n_outputs, 7),  # type: ignore[dict-item]
        }
    )
    save_weights(whole, folder / WEIGHTS)
    changed = {"fine_tuned_flow": True, "weights_sha256": sha256_of(folder / WEIGHTS)}
    save_run_record(folder, source.model_copy(update=changed))
    project = ours(tmp_path, features={"from": "../../old/project"})
    train(project, "flow")
    start = train(project, "features").started_from
    assert start is not None
    assert "shares" in start.loaded
    assert set(start.left_out) == {"flow_generator.weight", "flow_generator.bias"}


def test_a_model_that_takes_logits_follows_the_behaviours_on_its_inputs_too(tmp_path: Path) -> None:
    takes = {"sequence": {"name": "fake-sequence-on-logits"}, "seed": 7}
    old = tiny_project(tmp_path / "old", behaviours=("walk", "groom", "rear"), manifest=takes)
    untrained_runs(old)
    sequence = {"name": "fake-sequence-on-logits", "from": "../../old/project"}
    project = ours(tmp_path, features={"name": "fake-extractor"}, sequence=sequence)
    train(project, "features")
    run = train(project, "sequence")
    before, learnt = (weights_of(p, r)["head.weight"] for p, r in ((old, run_of(old, "sequence")), (project, run)))
    torch.testing.assert_close(learnt[[0, 2]][:, [0, 2]], before[[2, 0]][:, [2, 0]])


def refused(project: Workspace, stage: Stage, kind: type[Exception], match: str) -> None:
    """Refused by training before anything is written, and by `deg check`, in the same words."""
    with pytest.raises(kind, match=match):
        train(project, stage)
    assert not list(project.layout.runs.glob("*"))
    findings = [f.error for f in check_project(project, SILENCE).findings if f.level == "error"]
    assert [type(error) for error in findings] == [kind]
    assert findings[0].fix


@pytest.mark.parametrize("path", ["../../nowhere", "../../old", ".", "project.yaml"])
def test_a_path_to_nothing_is_refused(tmp_path: Path, old: Workspace, path: str) -> None:
    project = ours(tmp_path, flow={"from": path})
    refused(project, "flow", ManifestError, "is no run, no other project and no shared model")


def test_a_run_of_another_stage_is_refused(tmp_path: Path, old: Workspace) -> None:
    path = str(old.layout.run(run_of(old, "features").run_id))
    refused(ours(tmp_path, flow={"from": path}), "flow", ManifestError, "is a features run, from which no flow stage")


def test_a_project_without_a_run_of_the_stage_is_refused(tmp_path: Path, old: Workspace) -> None:
    shutil.rmtree(old.layout.runs)
    refused(ours(tmp_path, flow={"from": "../../old/project"}), "flow", ProjectError, "no trained flow model yet")


def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path: Path, old: Workspace) -> None:
    path = old.layout.run(run_of(old, "flow").run_id) / WEIGHTS
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")
    project = ours(tmp_path, flow={"from": "../../old/project"})
    refused(project, "flow", CheckpointError, "not those of the run's card")


def test_damaged_weights_are_refused_even_if_the_card_knows_them(tmp_path: Path, old: Workspace) -> None:
    source = run_of(old, "flow")
    folder = old.layout.run(source.run_id)
    (folder / WEIGHTS).write_bytes(b"no tensors")
    save_run_record(folder, source.model_copy(update={"weights_sha256": sha256_of(folder / WEIGHTS)}))
    refused(ours(tmp_path, flow={"from": "../../old/project"}), "flow", CheckpointError, "damaged weights")


def test_another_architecture_is_refused(tmp_path: Path, old: Workspace) -> None:
    source = run_of(old, "flow")
    folder = old.layout.run(source.run_id)
    save_weights(nn.Linear(2, 2), folder / WEIGHTS)
    save_run_record(folder, source.model_copy(update={"weights_sha256": sha256_of(folder / WEIGHTS)}))
    project = ours(tmp_path, flow={"from": "../../old/project"})
    refused(project, "flow", CheckpointError, "nothing of .* fits 'fake-flow': scale: there is none of this name")


class Solver(FakeSequenceModel):
    """Brings a solver of its own."""

    def fit(self, examples: Any) -> None:
        pass


solver = replace(fake_sequence, name="solver", build=Solver)


def test_a_model_with_a_solver_of_its_own_has_no_start(tmp_path: Path, old: Workspace) -> None:
    project = tiny_project(
        tmp_path / "own", solver, manifest={"sequence": {"name": "solver", "from": "../../old/project"}}
    )
    split_project(project, project.manifest.split)
    (finding,) = [f.error for f in check_project(project, SILENCE).findings if f.level == "error"]
    assert isinstance(finding, ManifestError)
    assert finding.problem == "'solver' is not trained step by step, so there is no start to choose"
    assert finding.where.endswith("sequence.from")


def test_checking_tells_what_would_be_loaded(tmp_path: Path, old: Workspace) -> None:
    where = {"from": "../../old/project"}
    project = ours(tmp_path, features=where, sequence=where)
    features, sequence = check_project(project, SILENCE).notes
    assert features.startswith("features: starts from features-")
    assert "1 of 3 tensors loaded" in features
    assert "rows of rear, walk carried over in head.weight, head.bias" in sequence
