from __future__ import annotations

from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.convolutional import Convolutional
from deg_plugins_sequence.plugin import conv
from deg_plugins_sequence.settings import ConvSettings


class TestConv(SequenceModelContract):
    plugin = conv


def build(n_outputs: int) -> nn.Module:
    return Convolutional(ConvSettings(), 1024, n_outputs)


def test_logits_equal_the_published_ones(published_case: Any) -> None:
    published_case.check_strong(build, "conv", ["conv2", "net.4"])


def test_logits_for_small_weights_equal_the_published_ones(published: Any) -> None:
    published.check_faint(build, "conv")


def test_it_has_as_many_parameters_as_published() -> None:
    assert sum(parameter.numel() for parameter in build(5).parameters()) == 459_840


def test_padding_moves_no_statistics_of_batch_normalisation() -> None:
    latents = random_normal(2, 30, 6)
    means = []
    for n_padding in (0, 50):
        model = Convolutional(ConvSettings(n_hidden=4), 6, 2)
        model.load_state_dict({name: torch.full_like(t, 0.3) for name, t in model.state_dict().items()})
        padded = nn.functional.pad(latents, (0, 0, 0, n_padding))
        model.train()(padded, torch.arange(30 + n_padding).expand(2, -1) < 30)
        means.append(model.get_buffer("bn1.running_mean"))
    torch.testing.assert_close(*means)


def test_an_even_filter_is_refused() -> None:
    with pytest.raises(ValidationError, match="filter_length is 8; it has to be odd"):
        ConvSettings(filter_length=8)
