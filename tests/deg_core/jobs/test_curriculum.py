from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin
from deg_core.errors import ManifestError
from deg_core.interfaces import ExtractorPart
from deg_core.jobs import curriculum
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all, train_stage
from deg_core.jobs.workspace import Workspace
from deg_core.networks.fine_tuning import FineTuned
from deg_core.progress import SilentProgress
from deg_core.project.run_record import RunRecord
from deg_core.project.runs import CARD, CURVES, PLAN, WEIGHTS, load_curves
from deg_core.project.store import load_prediction
from deg_core.testing.fakes import (
    FAKES,
    FakeExtractor,
    FakeExtractorSettings,
    FakeFlowGenerator,
    FakeFlowSettings,
    only_plugins,
)
from deg_core.testing.projects import tiny_project
from deg_core.training.fit import FitPlan

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class WatchedFlow(FakeFlowGenerator):
    """Remembers in which mode it was asked."""

    modes: ClassVar[list[bool]] = []

    def forward(self, frames_NSCHW: Tensor) -> Tensor:
        self.modes.append(self.training)
        return super().forward(frames_NSCHW)


class TwoParts(nn.Module):
    """One extractor of colours and one of flow, and a share of the second that only both together learn."""

    window = 3
    n_latents = 7

    def __init__(self, settings: FakeExtractorSettings, n_outputs: int) -> None:
        super().__init__()
        self.colour = FakeExtractor(settings, n_outputs)
        self.motion = FakeExtractor(settings, n_outputs, needs_flow=True)
        self.share = nn.Parameter(torch.tensor(0.5))

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        colour, motion = self.colour(frames_NSCHW, None), self.motion(frames_NSCHW, flow_NTPCHW)
        return torch.cat([colour[0], motion[0]], dim=-1), colour[1] + self.share * motion[1]

    def load_starting_weights(self) -> Sequence[str]:
        with torch.no_grad():
            self.share.fill_(0.75)
        return ["share: 1 tensor from nowhere"]

    def parts(self) -> Sequence[ExtractorPart]:
        return (
            ExtractorPart("colour", self.colour, needs_flow=False),
            ExtractorPart("motion", self.motion, needs_flow=True),
        )


watched_flow = FlowGeneratorPlugin(
    name="watched-flow", summary="one that is watched", settings=FakeFlowSettings, build=WatchedFlow
)
two_parts = FeatureExtractorPlugin(
    name="two-parts", summary="one of two parts", settings=FakeExtractorSettings, needs_flow=True, build=TwoParts
)


@pytest.fixture(autouse=True)
def single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    WatchedFlow.modes.clear()
    yield
    torch.set_num_threads(threads)


def split_project_with(folder: Path, name: str = "two-parts", **features: Any) -> Workspace:
    manifest = {"flow": {"name": "watched-flow"}, "features": {"name": name, **features}}
    project = tiny_project(folder, watched_flow, two_parts, manifest=manifest)
    split_project(project, project.manifest.split)
    return project


def train_features(project: Workspace, minutes: int = 0, progress: Any = SILENCE, **options: Any) -> RunRecord:
    return train_stage(project, "features", progress, now=NOW + timedelta(minutes=minutes), **options)


def weights_of(project: Workspace, run: RunRecord) -> dict[str, Tensor]:
    return load_file(project.layout.run(run.run_id) / WEIGHTS)


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    return {name.partition(".")[0] for name in after if not torch.equal(before[name], after[name])}


class Noting:
    """Progress that notes every task and presses Ctrl-C at a step of one of them."""

    def __init__(self, task: str = "", step: int = 0) -> None:
        self.tasks: list[tuple[str, int]] = []
        self._task, self._step = task, step

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[Any]:
        self.tasks.append((description, total - done))
        yield self if description == self._task else _Quiet()

    def advance(self, n: int = 1, note: str = "") -> None:
        self._step -= 1
        if self._step == 0:
            raise KeyboardInterrupt


class _Quiet:
    def advance(self, n: int = 1, note: str = "") -> None:
        pass


def test_starting_weights_are_loaded_once_before_training_and_told(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, training={"learning_rate": 1e-12})
    told: list[str] = []
    train_all(project, SILENCE, now=NOW, tell=told.append)
    assert told.count("share: 1 tensor from nowhere") == 1
    model: Any = load_pipeline(project).features.extractor
    assert model.share.item() == pytest.approx(0.75)


def test_weights_are_pulled_to_what_was_learnt_before_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled: list[int] = []
    fit = curriculum.fit

    def keeping_starts(*arguments: Any) -> Any:
        (plan,) = (one for one in arguments if isinstance(one, FitPlan))
        pulled.append(len(plan.starts))
        assert all(torch.equal(parameter, start) for parameter, start in plan.starts.items())
        return fit(*arguments)

    monkeypatch.setattr(curriculum, "fit", keeping_starts)
    project = split_project_with(tmp_path, fine_tune_flow=True)
    train_stage(project, "flow", SILENCE, now=NOW)
    train_features(project)
    assert pulled == [2]  # the share, and the flow generator's only parameter


def test_a_frozen_flow_generator_answers_as_it_will_in_prediction(tmp_path: Path) -> None:
    project = split_project_with(tmp_path)
    flow = train_stage(project, "flow", SILENCE, now=NOW)
    WatchedFlow.modes.clear()
    run = train_features(project)
    assert not any(WatchedFlow.modes)
    assert not run.fine_tuned_flow
    assert not any("flow" in name for name in weights_of(project, run))
    assert run.built_on == flow.run_id


def test_a_flow_generator_that_learns_along_is_kept_with_the_extractor(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, "fake-flow-extractor", fine_tune_flow=True)
    flow, features, _ = train_all(project, SILENCE, now=NOW)
    assert True in WatchedFlow.modes
    assert features.fine_tuned_flow
    assert features.built_on == flow.run_id
    assert features.n_latents == 4
    before, after = weights_of(project, flow)["scale"], weights_of(project, features)["flow_generator.scale"]
    assert not torch.equal(before, after)


def test_prediction_uses_the_flow_weights_that_learned_along(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, "fake-flow-extractor", fine_tune_flow=True)
    _, features, _ = train_all(project, SILENCE, now=NOW)
    network = load_pipeline(project).features
    assert network.flow_generator is None
    assert isinstance(network.extractor, FineTuned)
    assert not network.extractor.training
    assert not network.extractor.flow_generator.training
    expected = weights_of(project, features)["flow_generator.scale"]
    assert torch.equal(network.extractor.flow_generator.scale.detach(), expected)
    targets = find_targets(project, [])
    predict_targets(project, load_pipeline(project), targets, SILENCE)
    for name, labels in project.labelled().items():
        present = load_prediction(project.layout.prediction(name)).decisions.present
        assert (present == (labels.marks == 1)).mean() > 0.97


def test_an_extractor_without_flow_has_none_that_could_learn_along(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no flow generator that could learn along") as caught:
        train_features(split_project_with(tmp_path, "fake-extractor", fine_tune_flow=True))
    assert "fine_tune_flow" in caught.value.where


def test_a_flow_generator_that_never_learns_does_not_learn_along(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, fine_tune_flow=True)
    still = replace(watched_flow, build=lambda settings: WatchedFlow(settings).requires_grad_(requires_grad=False))
    project = replace(project, choices=replace(project.choices, flow=replace(project.choices.flow, plugin=still)))
    project = replace(project, catalog=only_plugins(*FAKES, still, two_parts))
    train_stage(project, "flow", SILENCE, now=NOW)
    with pytest.raises(ManifestError, match="no flow generator that could learn along"):
        train_features(project)


def test_parts_learn_in_turn_and_then_together(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, curriculum=True)
    train_stage(project, "flow", SILENCE, now=NOW)
    noting = Noting()
    run = train_features(project, progress=noting)
    learned = [task for task in noting.tasks if task[0].startswith("feature extractor")]
    assert learned == [
        ("feature extractor, colour alone", 6),
        ("feature extractor, motion alone", 6),
        ("feature extractor", 6),
    ]
    folder = project.layout.run(run.run_id)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == sorted(
        [CARD, PLAN, WEIGHTS, CURVES, f"colour/{CURVES}", f"motion/{CURVES}"]
    )
    assert all(list(load_curves(each)["epoch"]) == [1, 2] for each in (folder, folder / "colour", folder / "motion"))


def test_each_part_learns_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[dict[str, Tensor]] = []
    models: list[TwoParts] = []
    build_parts, fit = curriculum.build_parts, curriculum.fit

    def keeping_the_whole(extractor: Any, *arguments: Any) -> Any:
        models.append(extractor)
        return build_parts(extractor, *arguments)

    def keeping_states(*arguments: Any) -> Any:
        states.append({name: tensor.clone() for name, tensor in models[0].state_dict().items()})
        fitted = fit(*arguments)
        states.append({name: tensor.clone() for name, tensor in models[0].state_dict().items()})
        return fitted

    monkeypatch.setattr(curriculum, "build_parts", keeping_the_whole)
    monkeypatch.setattr(curriculum, "fit", keeping_states)
    project = split_project_with(tmp_path, curriculum=True)
    train_all(project, SILENCE, now=NOW)
    learned = [changed(before, after) for before, after in zip(states[::2], states[1::2], strict=True)]
    assert learned == [{"colour"}, {"motion"}, {"colour", "motion", "share"}]


def test_thresholds_and_scores_are_those_of_all_parts_together(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, curriculum=True)
    train_stage(project, "flow", SILENCE, now=NOW)
    run = train_features(project)
    curves = load_curves(project.layout.run(run.run_id))
    assert run.scores["epoch"] in curves["epoch"]
    assert run.scores["loss"] == pytest.approx(curves["validation_loss"][int(run.scores["epoch"] or 0) - 1])
    parts = [load_curves(project.layout.run(run.run_id) / part)["seconds"].sum() for part in ("colour", "motion")]
    assert run.minutes == pytest.approx((curves["seconds"].sum() + sum(parts)) / 60)


@pytest.mark.parametrize("task", ["feature extractor, motion alone", "feature extractor"])
def test_an_interrupted_curriculum_goes_on_and_gives_the_same_weights(tmp_path: Path, task: str) -> None:
    whole = split_project_with(tmp_path / "whole", curriculum=True, fine_tune_flow=True)
    train_stage(whole, "flow", SILENCE, now=NOW)
    expected = train_features(whole)
    project = split_project_with(tmp_path / "parts", curriculum=True, fine_tune_flow=True)
    train_stage(project, "flow", SILENCE, now=NOW)
    with pytest.raises(KeyboardInterrupt):
        train_features(project, progress=Noting(task, 5))
    noting = Noting()
    run = train_features(project, 1, progress=noting)
    assert run.weights_sha256 == expected.weights_sha256
    assert run.run_id == "features-20260301-120000"
    again = {name: n_steps for name, n_steps in noting.tasks if name.startswith("feature extractor")}
    assert again.get("feature extractor, colour alone", 0) == 0
    assert again[task] == 3


def test_an_extractor_without_parts_is_refused(tmp_path: Path) -> None:
    project = split_project_with(tmp_path, "fake-flow-extractor", curriculum=True)
    train_stage(project, "flow", SILENCE, now=NOW)
    with pytest.raises(ManifestError, match="'fake-flow-extractor' has no parts") as caught:
        train_features(project)
    assert "features.curriculum" in caught.value.where


@pytest.mark.parametrize("setting", ["curriculum", "fine_tune_flow"])
def test_another_way_to_learn_is_another_run(tmp_path: Path, setting: str) -> None:
    project = split_project_with(tmp_path)
    train_stage(project, "flow", SILENCE, now=NOW)
    first = train_features(project)
    features = project.manifest.features.model_copy(update={setting: True})
    other = replace(project, manifest=project.manifest.model_copy(update={"features": features}))
    assert train_features(other, 1).run_id != first.run_id
