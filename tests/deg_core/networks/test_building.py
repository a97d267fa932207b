from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from deg_core.errors import ManifestError, PluginFailedError
from deg_core.networks.building import (
    build_features,
    build_flow,
    build_loss,
    build_parts,
    build_sequence,
    check_windows,
)
from deg_core.project.resolve import Choices, Chosen
from deg_core.testing.fakes import FakeFlowGenerator
from deg_core.testing.projects import tiny_project


@pytest.fixture
def choices(tmp_path: Path) -> Choices:
    return tiny_project(tmp_path).choices


def building(chosen: Chosen[Any], build: Callable[..., Any]) -> Chosen[Any]:
    return replace(chosen, plugin=replace(chosen.plugin, build=build))


def test_every_component_is_built_as_asked(choices: Choices) -> None:
    assert isinstance(build_flow(choices.flow, 0), FakeFlowGenerator)
    frames = torch.zeros(1, 5, 3, 16, 16)
    assert build_features(choices.features, 4, 0)(frames, None)[1].shape == (1, 3, 4)
    latents, valid = torch.zeros(1, 5, 7), torch.ones(1, 5, dtype=torch.bool)
    assert build_sequence(choices.sequence, 7, 2, 0)(latents, valid).shape == (1, 5, 2)
    loss = build_loss(choices.features_loss, np.ones((2, 2), np.int64))
    assert loss(torch.zeros(3, 2), torch.zeros(3, 2)) == pytest.approx(np.log(2))


def test_weights_come_from_the_seed_and_nothing_else(choices: Choices) -> None:
    chosen = building(choices.sequence, lambda settings, n_latents, n_outputs: torch.nn.Linear(n_latents, n_outputs))
    weights = []
    for seed in (1, 1, 2):
        torch.rand(3)
        weights.append(build_sequence(chosen, 3, 2, seed).weight)  # type: ignore[attr-defined]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_building_leaves_the_random_state_alone(choices: Choices) -> None:
    chosen = building(choices.flow, lambda settings: torch.nn.Linear(3, 1))
    before = torch.random.get_rng_state()
    build_flow(chosen, 0)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_plugin_that_breaks_is_named_with_its_settings(choices: Choices) -> None:
    def burst(settings: object, n_outputs: int) -> object:
        raise IndexError("deep down")

    with pytest.raises(PluginFailedError, match="'fake-extractor' from given could not be built: IndexError") as caught:
        build_features(building(choices.features, burst), 2, 0)
    assert "window=3" in caught.value.where
    assert isinstance(caught.value.__cause__, IndexError)


def test_what_is_no_network_is_refused_and_named(choices: Choices) -> None:
    with pytest.raises(PluginFailedError, match="'fake-extractor' from given built a list, which is no torch module"):
        build_features(building(choices.features, lambda settings, n_outputs: []), 2, 0)


def test_a_plugin_that_seeds_leaves_the_shared_random_numbers_as_they_were(choices: Choices) -> None:
    def seeding(settings: object, n_outputs: int) -> object:
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002  # the fault
        torch.manual_seed(1)
        return torch.nn.Linear(1, 1)

    random.random()
    before = random.getstate(), repr(np.random.get_state()), torch.random.get_rng_state()  # noqa: NPY002
    build_features(building(choices.features, seeding), 2, 0)
    assert (random.getstate(), repr(np.random.get_state())) == before[:2]  # noqa: NPY002
    assert torch.equal(torch.random.get_rng_state(), before[2])


def test_what_a_plugin_refuses_is_passed_on(choices: Choices) -> None:
    def refuse(settings: object) -> object:
        raise ManifestError("no such arch", where="here", fix="another")

    with pytest.raises(ManifestError, match="no such arch"):
        build_flow(building(choices.flow, refuse), 0)


@pytest.mark.parametrize(("n_frames", "window", "fits"), [(2, 11, True), (11, 11, True), (5, 11, False)])
def test_flow_is_for_pairs_or_for_the_whole_window(n_frames: int, window: int, fits: bool) -> None:
    flow: Any = SimpleNamespace(n_frames=n_frames)
    extractor: Any = SimpleNamespace(window=window)
    if fits:
        check_windows(flow, extractor)
        return
    with pytest.raises(ManifestError, match="looks at 5 frames together, the feature extractor at 11") as caught:
        check_windows(flow, extractor)
    assert "2 or 11" in caught.value.fix


def test_parts_draw_what_the_whole_has_not_from_the_seed() -> None:
    class Whole:
        def parts(self) -> list[float]:
            return torch.rand(2).tolist()

    whole: Any = Whole()
    first, again, other = (build_parts(whole, "whole", seed) for seed in (1, 1, 2))
    assert first == again != other
