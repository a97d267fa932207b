from __future__ import annotations

from typing import Any

from torch import nn

from deg_core.testing import SequenceModelContract
from deg_plugins_sequence.linear import Linear
from deg_plugins_sequence.plugin import linear


class TestLinear(SequenceModelContract):
    plugin = linear


def build(n_outputs: int) -> nn.Module:
    return Linear(1024, n_outputs)


def test_logits_equal_the_published_ones(published_case: Any) -> None:
    published_case.check_strong(build, "linear", ["conv1"])


def test_logits_for_small_weights_equal_the_published_ones(published: Any) -> None:
    published.check_faint(build, "linear")


def test_it_has_as_many_parameters_as_published() -> None:
    assert sum(parameter.numel() for parameter in build(5).parameters()) == 5_125
