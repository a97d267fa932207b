from __future__ import annotations

from typing import Any

import pytest

from deg_core.testing import SequenceModelContract
from deg_plugins_sequence.plugin import tgm
from deg_plugins_sequence.settings import TgmSettings
from deg_plugins_sequence.tgm import Tgm

VARIANTS = {
    "tgm": TgmSettings(),
    "tgm-conv1x1": TgmSettings(reduction="conv1x1"),
    "tgm-mean": TgmSettings(reduction="mean"),
    "tgm-two-layers": TgmSettings(n_layers=2, filter_length=9),
}


class TestTgm(SequenceModelContract):
    plugin = tgm


class TestTgmWithEvenFilters(SequenceModelContract):
    plugin = tgm

    def settings(self) -> TgmSettings:
        return TgmSettings(n_layers=2, filter_length=8, reduction="mean")


class TestTgmWithFiltersLongerThanBlocks(SequenceModelContract):
    plugin = tgm

    def settings(self) -> TgmSettings:
        return TgmSettings(n_layers=3, filter_length=91)


class TestTgmWithHardAttention(SequenceModelContract):
    plugin = tgm

    def settings(self) -> TgmSettings:
        return TgmSettings(n_layers=2, filter_length=5, n_views=3, soft_attention=False, reduction="conv1x1")


def builder(settings: TgmSettings) -> Any:
    return lambda n_outputs: Tgm(settings, 1024, n_outputs)


@pytest.mark.parametrize("name", ["tgm", "tgm-conv1x1"])
def test_logits_equal_the_published_ones(published_case: Any, name: str) -> None:
    published_case.check_strong(builder(VARIANTS[name]), name, ["classify"])


@pytest.mark.parametrize("name", ["tgm", "tgm-mean", "tgm-two-layers"])
def test_logits_for_small_weights_equal_the_published_ones(published: Any, name: str) -> None:
    published.check_faint(builder(VARIANTS[name]), name)


def test_it_has_as_many_parameters_as_published() -> None:
    assert sum(parameter.numel() for parameter in Tgm(TgmSettings(), 1024, 5).parameters()) == 11_533
