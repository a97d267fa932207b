"""Every built-in network that learns step by step can be started from one of other behaviours."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from deg_core.catalog import load_catalog
from deg_core.descriptors import FeatureExtractorPlugin, Plugin, SequenceModelPlugin
from deg_core.interfaces import FitsDirectly
from deg_core.training.transfer import Outputs, Pairing, shapes_of

OWN, OTHERS = Outputs(("dig", "walk"), exclusive=False), Outputs(("walk", "groom", "dig"), exclusive=False)
N_LATENTS = 6


def build(plugin: Plugin[Any], n_outputs: int) -> Any:
    if isinstance(plugin, FeatureExtractorPlugin):
        return plugin.build(plugin.settings(), n_outputs)
    assert isinstance(plugin, SequenceModelPlugin)
    return plugin.build(plugin.settings(), n_outputs if plugin.takes == "logits" else N_LATENTS, n_outputs)


def learn_step_by_step() -> list[Plugin[Any]]:
    catalog = load_catalog()
    offers = [*catalog.of_kind(SequenceModelPlugin), *catalog.of_kind(FeatureExtractorPlugin)]
    plugins = [offer.plugin for offer in offers if offer.source.distribution == "deg-ethogram"]
    return [plugin for plugin in plugins if not isinstance(build(plugin, 2), FitsDirectly)]


@pytest.mark.parametrize("plugin", learn_step_by_step(), ids=lambda plugin: plugin.name)
def test_rows_of_known_behaviours_come_along_and_all_else_is_loaded(plugin: Plugin[Any]) -> None:
    torch.manual_seed(0)
    here, wider, there = (build(plugin, n) for n in (2, 3, 3))
    pairing = Pairing(shapes_of(here.state_dict()), shapes_of(wider.state_dict()), OWN, OTHERS)
    before = {name: tensor.clone() for name, tensor in there.state_dict().items()}
    fit = pairing.compare(shapes_of(before))
    assert fit.drawn == {}
    assert fit.carried
    assert fit.left_out == ()
    pairing.fill(here, before)
    for name, tensor in here.state_dict().items():
        known = before[name][[2, 0]] if name in fit.carried else before[name]
        assert torch.equal(tensor, known), name
