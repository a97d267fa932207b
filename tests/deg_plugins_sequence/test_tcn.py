from __future__ import annotations

import pytest
import torch

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.plugin import tcn
from deg_plugins_sequence.settings import TcnSettings
from deg_plugins_sequence.tcn import Tcn, split_look_ahead


class TestTcn(SequenceModelContract):
    plugin = tcn


class TestLiveTcn(SequenceModelContract):
    plugin = tcn

    def settings(self) -> TcnSettings:
        return TcnSettings(look_ahead=5)


def build(look_ahead: int | None, n_layers: int = 3) -> Tcn:
    torch.manual_seed(0)
    return Tcn(TcnSettings(n_layers=n_layers, n_hidden=6, look_ahead=look_ahead), 5, 2).eval()


@pytest.mark.parametrize(("look_ahead", "ahead"), [(0, 0), (1, 1), (5, 5), (7, 7), (90, 7), (None, 7)])
def test_an_answer_depends_on_as_many_later_frames_as_it_says_and_on_no_more(
    look_ahead: int | None, ahead: int
) -> None:
    model, latents = build(look_ahead), random_normal(1, 60, 5).requires_grad_()
    assert model.look_ahead == ahead
    model(latents, torch.ones(1, 60, dtype=torch.bool))[0, 30].sum().backward()
    assert latents.grad is not None
    seen = latents.grad[0].abs().sum(dim=1).nonzero()[:, 0] - 30
    assert seen.max() == ahead
    assert seen.min() == ahead - 14, "what it does not see ahead it sees back"
    assert model.receptive_field == 2 * (14 - ahead) + 1


def test_near_layers_look_ahead_first() -> None:
    assert split_look_ahead([1, 2, 4], 5) == [1, 2, 2]
    assert split_look_ahead([1, 2, 4], 0) == [0, 0, 0]
    assert split_look_ahead([1, 2, 4], None) == [1, 2, 4]


def test_without_context_it_is_one_linear_layer_on_the_latents() -> None:
    model, latents = build(0), random_normal(1, 20, 5)
    torch.nn.init.zeros_(model.in_context.weight)
    answers = model(latents, torch.ones(1, 20, dtype=torch.bool))
    torch.testing.assert_close(answers, model.by_itself(latents))
