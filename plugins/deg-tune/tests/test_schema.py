from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from deg_core import Project
from deg_core.api import ManifestError

from deg_tune.schema import check_space
from deg_tune.search import Search
from deg_tune.space import Range, Space, load_space

Prepare = Callable[..., Search]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, new_project: Callable[..., Project]) -> Project:
    """One for all tests here, which only look at its settings."""
    made: Project = new_project(tmp_path_factory.mktemp("project"))
    return made


def checked(project: Project, text: str) -> Space:
    root = project.workspace.layout.root
    (root / "tune.yaml").write_text(text, encoding="utf-8")
    return check_space(project, load_space("tune.yaml", root))[0]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("sequence.settings.receptive_feld", "sequence.settings.receptive_field"),
        ("sequence.training.lerning_rate", "sequence.training.learning_rate"),
        ("sequense.length", "sequence"),
        ("features.settings.windo", "features.settings.window"),
    ],
)
def test_a_typo_is_refused_with_its_place_and_the_nearest_name(project: Project, path: str, meant: str) -> None:
    with pytest.raises(ManifestError) as caught:
        checked(project, f"sequence.length: [10, 20]\n{path}: [1, 2]\n")
    assert caught.value.where.endswith(f"tune.yaml, line 2, {path}")
    assert f"did you mean {meant}?" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sequence.length: [10, ten]", "'ten' is no value for sequence.length"),
        ("sequence.length: ['10']", "'10' is no value"),
        ("sequence.length: {low: 1, high: 2.5}", "2.5 is no value"),
        ("sequence.length: {low: 0, high: 5}", "0 is no value"),
        ("sequence.length: {low: 1, high: 5, step: 0.5}", "whole numbers"),
        ("sequence.training.learning_rate: [true]", "True is no value"),
        ("sequence.training.learning_rate: {low: -1, high: 1}", "-1 is no value"),
        ("sequence.settings.receptive_field: [a]", "'a' is no value"),
        ("sequence.training.schedule: [cosine, sine]", "'sine' is no value"),
        ("image.size: [[32, 32], [32]]", r"\[32\] is no value"),
        ("sequence.length.more: [1]", "has no settings of its own"),
    ],
)
def test_a_value_that_a_setting_cannot_take_is_refused(project: Project, text: str, problem: str) -> None:
    with pytest.raises(ManifestError, match=problem) as caught:
        checked(project, text)
    assert "tune.yaml, line 1" in caught.value.where


def test_a_plugin_that_is_not_installed_is_refused(project: Project) -> None:
    with pytest.raises(ManifestError, match="no sequence model named 'fake-sequense'") as caught:
        checked(project, "sequence.name: [fake-sequence, fake-sequense]")
    assert "did you mean 'fake-sequence'" in caught.value.fix


def test_settings_are_checked_with_every_plugin_that_the_search_may_choose(project: Project) -> None:
    space = "sequence.name: [fake-sequence, fake-sequence-on-logits]\nsequence.settings.receptive_field: [1, 3]\n"
    assert len(checked(project, space).parameters) == 2


def test_whole_numbers_are_drawn_where_a_setting_takes_only_those(project: Project) -> None:
    space = checked(project, "sequence.length: {low: 1, high: 5}\nsequence.training.learning_rate: {low: 1, high: 2}\n")
    whole = {path: each.whole for path, each in space.parameters.items() if isinstance(each, Range)}
    assert whole == {"sequence.length": True, "sequence.training.learning_rate": False}


def test_of_a_space_that_comes_along_what_the_project_lacks_is_left_out_aloud(project: Project) -> None:
    space, left_out = check_space(project, load_space("sequence", Path("nowhere")))
    assert "sequence.training.learning_rate" in space.parameters
    assert "sequence.settings.final_bn" not in space.parameters
    assert any(
        "sequence.settings.final_bn is left out: sequence model 'fake-sequence' has no" in each for each in left_out
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("features.settings.window: [1, 3]", "does not belong to the sequence stage"),
        ("split.fold: [0]", "split cannot be searched"),
        ("seed: [0, 1]", "seed cannot be searched"),
        ("flow.settings.n_frames: [2, 3]", "needs no flow"),
        ("sequence.training.monitor: [loss]", "judged by cannot be searched"),
    ],
)
def test_what_a_search_cannot_compare_is_refused(
    project: Project, prepare_search: Prepare, text: str, problem: str
) -> None:
    with pytest.raises(ManifestError, match=problem):
        prepare_search(project, text)


def test_a_loss_is_not_searched_by_itself(
    tmp_path: Path, new_project: Callable[..., Project], prepare_search: Prepare
) -> None:
    project = new_project(tmp_path, sequence={"training": {"monitor": "loss"}})
    with pytest.raises(ManifestError, match="judged by the loss"):
        prepare_search(project, "sequence.loss.name: [fake-loss]")
