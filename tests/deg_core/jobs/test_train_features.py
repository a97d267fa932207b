from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from deg_core import Project
from deg_core.descriptors import FeatureExtractorPlugin, NoSettings
from deg_core.testing import FAKES, only_plugins, tiny_project


class Witness(nn.Module):
    """Notes what it is told and in what order; its weights are 7 where it was asked to start from others."""

    window = 1
    n_latents = 3
    mean: Tensor
    told: list[str]

    def __init__(self, settings: NoSettings, n_outputs: int) -> None:
        super().__init__()
        self.n_outputs, self.told = n_outputs, []
        self.register_buffer("mean", torch.zeros(3))
        self.register_buffer("started", torch.zeros(()))

    def forward(self, frames_NSCHW: Tensor, flow: Tensor | None) -> tuple[Tensor, Tensor]:
        latents = frames_NSCHW.mean(dim=(3, 4))
        return latents, latents[..., : self.n_outputs]

    def take_statistics(self, mean_C: Tensor, std_C: Tensor) -> None:
        self.told.append("statistics")
        self.mean.copy_(mean_C)


class Starter(Witness):
    def load_starting_weights(self) -> Sequence[str]:
        self.told.append("weights")
        self.started.fill_(7)
        self.mean.fill_(9)  # as tensors of another run would, which was told of other colours
        return ["seven was loaded"]


class Learner(Starter):
    def __init__(self, settings: NoSettings, n_outputs: int) -> None:
        super().__init__(settings, n_outputs)
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, frames_NSCHW: Tensor, flow: Tensor | None) -> tuple[Tensor, Tensor]:
        latents, logits = super().forward(frames_NSCHW, flow)
        return latents, self.scale * logits


class Solver(Starter):
    def fit(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        self.told.append("fit")
        assert self.started == 7
        assert all(frames.device == self.mean.device for frames, _ in examples)


def trained(tmp_path: Path, extractor: type[nn.Module]) -> tuple[Project, list[Any]]:
    built: list[Any] = []

    def build(settings: NoSettings, n_outputs: int) -> Any:
        built.append(extractor(settings, n_outputs))
        return built[-1]

    plugin = FeatureExtractorPlugin(name="witness", summary="one", settings=NoSettings, needs_flow=False, build=build)
    workspace = tiny_project(tmp_path, plugin, manifest={"features": {"name": "witness", "settings": {}}})
    project = Project(workspace.layout.root, catalog=only_plugins(*FAKES, plugin))
    project.split()
    project.train("features")
    return project, built


@pytest.mark.parametrize("extractor", [Witness, Starter, Solver, Learner])
def test_an_extractor_is_told_the_colours_that_stand_on_the_card(tmp_path: Path, extractor: type[nn.Module]) -> None:
    project, (network,) = trained(tmp_path, extractor)
    (card,) = project.runs()
    assert network.told.count("statistics") == 1
    np.testing.assert_allclose(network.mean.numpy(), card.statistics.mean, rtol=1e-6)
    assert 0 < card.statistics.mean[0] < 1


def test_one_with_a_solver_starts_from_its_weights_before_it_fits(tmp_path: Path) -> None:
    _, (network,) = trained(tmp_path, Solver)
    assert network.told == ["weights", "statistics", "fit"]
