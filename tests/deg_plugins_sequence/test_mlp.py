from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.mlp import Mlp
from deg_plugins_sequence.plugin import mlp
from deg_plugins_sequence.settings import MlpSettings


class TestMlp(SequenceModelContract):
    plugin = mlp


class TestMlpOfAnEvenWindowWithoutHiddenLayer(SequenceModelContract):
    plugin = mlp

    def settings(self) -> MlpSettings:
        return MlpSettings(window=4, n_hidden=())


def test_logits_of_single_frames_equal_the_published_ones(published: Any) -> None:
    published.check_faint(lambda n_outputs: Mlp(MlpSettings(window=1), 1024, n_outputs), "mlp", n_frames=1)


def test_it_has_as_many_parameters_as_published() -> None:
    model = Mlp(MlpSettings(window=1), 1024, 5)
    assert sum(parameter.numel() for parameter in model.parameters()) == 295_941
    longer = Mlp(MlpSettings(window=9), 1024, 5)
    assert longer.state_dict()["model.0.weight"].shape == (256, 9 * 1024)


@pytest.mark.parametrize("window", [1, 5, 6])
@torch.no_grad()
def test_every_frame_gets_the_answer_for_its_own_window(window: int) -> None:
    model = Mlp(MlpSettings(window=window), 6, 2).eval()
    latents = random_normal(1, 30, 6)
    logits = model(latents, torch.ones(1, 30, dtype=torch.bool))
    padded = nn.functional.pad(latents[0], (0, 0, window // 2, window))
    for frame in range(30):
        seen: Tensor = padded[frame : frame + window]
        torch.testing.assert_close(model.model(seen.T.reshape(1, -1))[0], logits[0, frame])
