from __future__ import annotations

from typing import Any

import pytest
import torch

from deg_core.testing import SequenceModelContract
from deg_plugins_sequence.plugin import tgm
from deg_plugins_sequence.settings import TgmSettings
from deg_plugins_sequence.tgm import Tgm

VARIANTS = {
    "tgm": TgmSettings(),
    "tgm-conv1x1": TgmSettings(reduction="conv1x1"),
}


class TestTgm(SequenceModelContract):
    plugin = tgm


class TestTgmWithEvenFilters(SequenceModelContract):
    plugin = tgm

    def settings(self) -> TgmSettings:
        return TgmSettings(n_layers=2, filter_length=8, reduction="mean")


class TestTgmWithHardAttention(SequenceModelContract):
    plugin = tgm

    def settings(self) -> TgmSettings:
        return TgmSettings(n_layers=2, filter_length=5, n_views=3, soft_attention=False, reduction="conv1x1")


@pytest.mark.parametrize(("case", "n", "n_frames", "n_outputs"), [("a", 2, 180, 5), ("b", 1, 77, 3), ("c", 1, 10, 5)])
@pytest.mark.parametrize("name", VARIANTS)
@torch.no_grad()
def test_logits_equal_the_published_ones(
    parity: Any, name: str, case: str, n: int, n_frames: int, n_outputs: int
) -> None:
    model = Tgm(VARIANTS[name], 1024, n_outputs)
    model.load_state_dict(parity.weights(f"sequence_{name}", n_outputs, ["classify"]))
    latents = parity.latents(f"latents/{case}", n, 1024, n_frames).transpose(1, 2)
    logits = model.eval()(latents, torch.ones(n, n_frames, dtype=torch.bool))
    parity.assert_equal(logits.transpose(1, 2), parity.expected(f"strong/sequence_{name}")[f"{case}_logits"])


def test_it_has_as_many_parameters_as_published() -> None:
    assert sum(parameter.numel() for parameter in Tgm(TgmSettings(), 1024, 5).parameters()) == 11_533
