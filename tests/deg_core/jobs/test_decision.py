from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.catalog import Offer, Source
from deg_core.data.record import Span
from deg_core.data.splits import Split
from deg_core.descriptors import NoSettings, PostProcessorPlugin
from deg_core.errors import ManifestError, PluginFailedError, ProjectError
from deg_core.interfaces import FrameDecisions
from deg_core.jobs.decision import DecisionRule, decision_rule, fit_post_processor
from deg_core.jobs.training_data import load_training_data
from deg_core.jobs.workspace import Workspace
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.resolve import Chosen
from deg_core.project.run_record import PostProcessorUsed, RunRecord
from deg_core.testing.fake_scoring import FakePostProcessorSettings
from deg_core.testing.projects import tiny_project, untrained_runs

PROBABILITIES = np.array([[0.2, 0.9], [0.6, 0.4], [0.5, 0.1]], dtype=np.float32)


def keep(settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
    return frames.present


def chosen_for(
    apply: Callable[..., Any] = keep, learn: Callable[..., Any] | None = None
) -> Chosen[PostProcessorPlugin[Any]]:
    plugin = PostProcessorPlugin(name="tried", summary="", settings=NoSettings, apply=apply, learn=learn)
    return Chosen(plugin, NoSettings(), Offer(plugin, Source("given", "")))


def using(workspace: Workspace, chosen: Chosen[Any]) -> Workspace:
    return replace(workspace, choices=replace(workspace.choices, postprocess=chosen))


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    return tiny_project(tmp_path)


@pytest.fixture
def run(project: Workspace) -> RunRecord:
    return untrained_runs(project)[-1].model_copy(update={"thresholds": (0.5, 0.4), "neutral": (0.3, 0.4)})


def test_only_training_frames_teach(project: Workspace, run: RunRecord) -> None:
    """Whole recordings are given, so that bouts keep their ends; all other frames come as not labelled."""
    given: list[Sequence[NDArray[np.int8]]] = []

    def learn(settings: NoSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool) -> dict[str, Any]:
        assert not exclusive
        given.append(labels)
        return {"n": len(labels)}

    split = Split((Span("two", 5, 20), Span("one", 40, 60), Span("two", 30, 31)), (Span("three", 0, 60),))
    used = fit_post_processor(chosen_for(learn=learn), load_training_data(project, split), exclusive=False)
    assert used.learned == {"n": 2}
    one, two = given[0]
    labels = project.labelled()
    assert (one[:40] == -1).all()
    assert np.array_equal(one[40:], labels["one"].marks[40:])
    assert np.array_equal(two[5:20], labels["two"].marks[5:20])
    assert np.array_equal(two[30], labels["two"].marks[30])
    assert (np.delete(two, [*range(5, 20), 30], axis=0) == -1).all()
    assert (project.labelled()["two"].marks >= 0).all(), "the labels themselves are as they were"


def test_what_is_on_the_card_is_used(project: Workspace, run: RunRecord) -> None:
    used = project.choices.postprocess.used()
    card = PostProcessorUsed(**used.model_dump(), learned={"seen": [True, False]})
    rule = decision_rule(project, run.model_copy(update={"postprocess": card}))
    assert rule.decide(PROBABILITIES).tolist() == [[False, False], [True, False], [True, False]]
    later = card.model_copy(update={"version": "99.0"})
    assert decision_rule(project, run.model_copy(update={"postprocess": later})).learned == {"seen": [True, False]}


def test_another_post_processor_or_setting_learns_from_the_runs_own_training_part(
    project: Workspace, run: RunRecord
) -> None:
    used = project.choices.postprocess.used()
    card = PostProcessorUsed(**used.model_dump(), learned={"seen": [True, False]})
    run = run.model_copy(update={"postprocess": card})
    other = replace(project.choices.postprocess, settings=FakePostProcessorSettings(min_frames=2))
    rule = decision_rule(using(project, other), run)
    assert rule.learned == {"seen": [True, True]}
    assert rule.decide(PROBABILITIES).tolist() == [[False, True], [True, True], [True, False]]
    project.layout.split.unlink()  # it is the card that says which part that is
    assert decision_rule(using(project, other), run).learned == {"seen": [True, True]}


def test_what_learns_nothing_needs_no_labels(project: Workspace, run: RunRecord) -> None:
    for name in project.labelled():
        (project.layout.recording(name) / "labels.csv").unlink()
    assert decision_rule(using(project, chosen_for()), run).learned == {}
    with pytest.raises(ProjectError, match="no labels any more") as caught:
        decision_rule(project, run)
    assert "import" in caught.value.fix


def test_thresholds_set_by_hand_win_and_move_the_neutral_point_as_far(project: Workspace, run: RunRecord) -> None:
    project = using(project, chosen_for())
    before = decision_rule(project, run)
    assert before.by_hand == ()
    assert before.thresholds.tolist() == np.float32([0.5, 0.4]).tolist()
    assert before.neutral.tolist() == np.float32([0.3, 0.4]).tolist()
    save_hand_thresholds(project.layout.run(run.run_id), run, {"walk": 0.8})
    after = decision_rule(project, run)
    assert after.by_hand == ("walk",)
    assert after.thresholds.tolist() == np.float32([0.8, 0.4]).tolist()
    odds = after.neutral / (1 - after.neutral)
    assert odds[0] == pytest.approx(4 * 0.3 / 0.7), "odds of 1 became odds of 4"
    assert after.neutral[1] == np.float32(0.4)
    assert after.text != before.text
    assert not after.decide(PROBABILITIES)[:, 0].any()


@pytest.mark.parametrize("extreme", [0.0, 1.0])
def test_extreme_thresholds_are_borne(project: Workspace, run: RunRecord, extreme: float) -> None:
    save_hand_thresholds(project.layout.run(run.run_id), run, {"walk": extreme})
    rule = decision_rule(project, run)
    assert np.isfinite(rule.neutral).all()
    assert rule.decide(PROBABILITIES)[:, 0].tolist() == [extreme == 0] * 3


def test_a_card_without_neutral_points_takes_its_thresholds(project: Workspace, run: RunRecord) -> None:
    rule = decision_rule(project, run.model_copy(update={"neutral": ()}))
    assert np.array_equal(rule.neutral, rule.thresholds)


def test_a_damaged_file_of_thresholds_stops_the_prediction(project: Workspace, run: RunRecord) -> None:
    (project.layout.run(run.run_id) / "thresholds.yaml").write_text("fly: 0.5\n", encoding="utf-8")
    with pytest.raises(ManifestError, match="no behaviour 'fly'"):
        decision_rule(project, run)


def test_the_rule_as_text_is_json_and_tells_all(project: Workspace, run: RunRecord) -> None:
    values = json.loads(decision_rule(project, run).text)
    assert values["postprocess"]["name"] == "fake-post-processor"
    assert values["postprocess"]["learned"] == {"seen": [True, True]}
    assert values["thresholds"] == pytest.approx([0.5, 0.4])
    assert values["by_hand"] == []


def test_exclusive_behaviours_are_decided_without_thresholds(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, exclusive=True)
    rule = decision_rule(project, untrained_runs(project)[-1])
    assert json.loads(rule.text)["thresholds"] is None
    assert np.isnan(rule.thresholds).all()
    shares = np.array([[0.2, 0.7], [0.3, 0.1]], dtype=np.float32)
    assert rule.decide(shares).tolist() == [[False, True], [False, False]]


def rule_of(apply: Callable[..., Any], *, exclusive: bool = False) -> DecisionRule:
    numbers = np.full(2, 0.5, dtype=np.float32)
    return DecisionRule(chosen_for(apply), {}, numbers, numbers, (), exclusive)


@pytest.mark.parametrize(
    ("answer", "exclusive"),
    [
        (np.ones((3, 2), dtype=np.bool_), True),
        (np.ones((2, 2), dtype=np.bool_), False),
        (np.ones((3, 2), dtype=np.int8), False),
    ],
    ids=["two at a time", "a frame short", "not bool"],
)
def test_a_broken_promise_is_told_with_who_broke_it(answer: NDArray[Any], exclusive: bool) -> None:
    rule = rule_of(lambda *_: answer, exclusive=exclusive)
    with pytest.raises(PluginFailedError, match="post-processor 'tried' broke its promise") as caught:
        rule.decide(PROBABILITIES / 2)
    assert caught.value.where == "given"


class Clumsy(Exception):
    """What only a bug in a plugin raises."""


def test_a_bug_keeps_its_traceback_and_names_the_post_processor() -> None:
    def burst(*_: object) -> object:
        raise Clumsy

    with pytest.raises(Clumsy) as caught:
        rule_of(burst).decide(PROBABILITIES)
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == ["in post-processor 'tried' from given"]
