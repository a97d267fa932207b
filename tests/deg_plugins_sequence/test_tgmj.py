from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from deg_core.networks.weights import load_weights, save_weights
from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.plugin import tgmj
from deg_plugins_sequence.settings import TgmjSettings
from deg_plugins_sequence.tgmj import Tgmj

VARIANTS = {
    "tgmj": TgmjSettings(),
    "tgmj-hard-attention": TgmjSettings(soft_attention=False),
    "tgmj-no-final-bn": TgmjSettings(final_bn=False),
    "tgmj-linear": TgmjSettings(nonlinear=False),
    "tgmj-linear-no-final-bn": TgmjSettings(nonlinear=False, final_bn=False),
    "tgmj-mean": TgmjSettings(reduction="mean"),
    "tgmj-conv1x1": TgmjSettings(reduction="conv1x1"),
    "tgmj-one-layer-even-filter": TgmjSettings(n_layers=1, filter_length=8),
}


class TestTgmj(SequenceModelContract):
    plugin = tgmj


class TestTgmjWithoutHiddenLayer(SequenceModelContract):
    plugin = tgmj

    def settings(self) -> TgmjSettings:
        return TgmjSettings(n_layers=1, filter_length=6, nonlinear=False, final_bn=False)


def builder(settings: TgmjSettings) -> Any:
    return lambda n_outputs: Tgmj(settings, 1024, n_outputs)


@pytest.mark.parametrize("name", VARIANTS)
def test_logits_equal_the_published_ones(published_case: Any, name: str) -> None:
    published_case.check_strong(builder(VARIANTS[name]), name, ["classify"])


@pytest.mark.parametrize("name", ["tgmj", "tgmj-hard-attention", "tgmj-no-final-bn"])
def test_logits_for_small_weights_equal_the_published_ones(published: Any, name: str) -> None:
    published.check_faint(builder(VARIANTS[name]), name)


@torch.no_grad()
def test_logits_of_a_network_of_eight_hidden_units_equal_the_published_ones(published: Any, parity: Any) -> None:
    model = published.load(builder(TgmjSettings(n_hidden=8)), "tgmj-tiny", [], gain=0.8)
    latents = parity.make_input("latents", (2, 1024, 180), 1.0).transpose(1, 2)
    logits = model(latents, torch.ones(2, 180, dtype=torch.bool)).transpose(1, 2)
    parity.assert_agrees(logits, parity.expected("run_expected")["logits"])


def test_it_has_as_many_parameters_as_published() -> None:
    assert sum(parameter.numel() for parameter in Tgmj(TgmjSettings(), 1024, 5).parameters()) == 264_983


@pytest.mark.parametrize("final_bn", [True, False])
def test_both_branches_share_their_last_bias_even_after_loading(*, final_bn: bool, tmp_path: Path) -> None:
    settings = TgmjSettings(final_bn=final_bn)
    model, other = Tgmj(settings, 6, 2), Tgmj(settings, 6, 2)
    model.initialise_bias(torch.tensor([1.0, -2.0]))
    save_weights(model, tmp_path / "weights.safetensors")
    load_weights(other, tmp_path / "weights.safetensors")
    biases = [other.get_parameter(f"classify{branch}.{'1.' if final_bn else ''}bias") for branch in (1, 2)]
    assert biases[0] is biases[1]
    assert biases[0].tolist() == [1.0, -2.0]


def test_padding_moves_no_statistics_of_batch_normalisation() -> None:
    latents = random_normal(2, 30, 6)
    statistics = []
    for n_padding in (0, 50):
        model = Tgmj(TgmjSettings(dropout=0, input_dropout=0), 6, 2)
        model.load_state_dict({name: torch.full_like(t, 0.3) for name, t in model.state_dict().items()})
        padded = torch.nn.functional.pad(latents, (0, 0, 0, n_padding))
        valid = torch.arange(30 + n_padding).expand(2, -1) < 30
        model.train()(padded, valid)
        statistics.append(model.get_buffer("classify2.1.running_mean"))
    torch.testing.assert_close(*statistics)


def test_what_no_answer_depends_on_is_kept_for_checkpoints_but_frozen() -> None:
    model = Tgmj(TgmjSettings(), 6, 2)
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    assert frozen == {"h2.weight", "h2.bias", *(f"tgm_layers.{layer}.delta" for layer in range(3))}
