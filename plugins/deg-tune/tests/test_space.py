from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deg_core.api import ManifestError
from optuna.distributions import FloatDistribution, IntDistribution

from deg_tune.space import Choices, Range, Space, built_in_spaces, load_space


def read(folder: Path, text: str) -> Space:
    (folder / "tune.yaml").write_text(text, encoding="utf-8")
    return load_space("tune.yaml", folder)


def test_lists_are_choices_and_low_and_high_are_ranges(tmp_path: Path) -> None:
    space = read(tmp_path, "a.b: [1, 2]\n\nc: {low: 1e-5, high: 1e-3, log: true}\n")
    assert space.parameters == {"a.b": Choices("a.b", (1, 2)), "c": Range("c", 1e-5, 1e-3, log=True)}
    assert space.lines == {"a.b": 1, "c": 3}


def test_a_range_is_drawn_as_it_says() -> None:
    assert Range("a", 0.1, 1.0, log=True).distribution() == FloatDistribution(0.1, 1.0, log=True)
    assert Range("a", 2, 8, step=3, whole=True).distribution() == IntDistribution(2, 8, step=3)


@pytest.mark.parametrize("value", [1, 1.5, True, "x", None, [224, 224]])
def test_a_choice_comes_back_as_what_it_was(value: Any) -> None:
    choices = Choices("a", ("other", value))
    back = choices.value(choices.distribution().to_external_repr(1.0))
    assert back == value
    assert type(back) is type(value)
    assert choices.drawn(value) == choices.distribution().to_external_repr(1.0)


def test_what_lies_outside_cannot_be_drawn() -> None:
    assert Choices("a", (1, 2)).drawn(3) is None
    assert Range("a", 0, 1).drawn(2) is None
    assert Range("a", 0, 1, step=0.5).drawn(0.3) is None
    assert Range("a", 0, 1, step=0.5).drawn(0.5) == 0.5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 3", "neither a list"),
        ("a: []", "neither a list"),
        ("a: [1, 1]", "occurs twice"),
        ("a: {low: 1}", "low and high"),
        ("a: {low: 1, high: 2, lg: true}", "unknown 'lg'"),
        ("a: {low: 2, high: 1}", "nothing lies between"),
        ("a: {low: x, high: 1}", "are numbers"),
        ("a: {low: 0, high: 1, log: true}", "low > 0"),
        ("a: {low: 1, high: 2, log: 1}", "not true or false"),
        ("a: [1\nb: 2", "not valid YAML"),
        ("a: [1]\na: [2]", "not valid YAML"),
        ("- a", "no settings"),
        ("", "no settings"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ManifestError, match=problem) as caught:
        read(tmp_path, text)
    assert "tune.yaml" in caught.value.where


def test_a_file_that_is_not_there_is_told_with_the_spaces_that_come_along(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        load_space("tune.yaml", tmp_path)
    assert "features, sequence" in caught.value.fix


@pytest.mark.parametrize("name", built_in_spaces())
def test_every_space_that_comes_along_can_be_read(name: str, tmp_path: Path) -> None:
    space = load_space(name, tmp_path)
    assert space.built_in
    assert all(path.startswith(f"{name}.") for path in space.parameters)
