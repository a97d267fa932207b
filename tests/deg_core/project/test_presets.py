"""Presets that stand for the published pipelines."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from deg_core.catalog import load_catalog
from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin, SequenceModelPlugin
from deg_core.interfaces import LooksAhead, LooksAt
from deg_core.networks.building import build_features, build_flow, build_sequence, check_windows
from deg_core.networks.tensors import extract
from deg_core.networks.weights import count_parameters
from deg_core.project.manifest import Manifest
from deg_core.project.manifest_file import load_preset
from deg_core.project.resolve import Choices, resolve

PUBLISHED = {"deg_f": 24_363_250, "deg_m": 95_055_578, "deg_s": 127_447_988}


def manifest_of(preset: str, **changes: Any) -> Manifest:
    return Manifest.model_validate({"behaviours": list("abcde"), **load_preset(preset, where="here"), **changes})


def choices_of(preset: str, **changes: Any) -> Choices:
    return resolve(manifest_of(preset, **changes), load_catalog())


@pytest.mark.parametrize(("preset", "n_parameters"), PUBLISHED.items())
def test_flow_and_features_have_as_many_parameters_as_published(preset: str, n_parameters: int) -> None:
    choices = choices_of(preset)
    with torch.device("meta"):
        flow, extractor = build_flow(choices.flow, 0), build_features(choices.features, 5, 0)
    check_windows(flow, extractor)
    assert count_parameters(flow) + count_parameters(extractor) == n_parameters


@pytest.mark.parametrize("preset", PUBLISHED)
def test_flow_reaches_the_extractor_through_all_layers(preset: str) -> None:
    choices = choices_of(preset)
    with torch.device("meta"):
        flow, extractor = build_flow(choices.flow, 0), build_features(choices.features, 5, 0)
        latents, logits = extract(torch.empty(1, 12, 3, 224, 224), flow.eval(), extractor.eval())
    assert latents.shape == (1, 2, 1024)
    assert logits.shape == (1, 2, 5)


@pytest.mark.parametrize("preset", PUBLISHED)
def test_every_setting_of_the_networks_is_written_out(preset: str) -> None:
    values, catalog = load_preset(preset, where="here"), load_catalog()
    for stage, kind in (
        ("flow", FlowGeneratorPlugin),
        ("features", FeatureExtractorPlugin),
        ("sequence", SequenceModelPlugin),
    ):
        plugin = catalog.get(kind, values[stage]["name"], where="here")  # type: ignore[type-abstract]
        assert set(values[stage]["settings"]) == set(plugin.settings.model_fields), stage


@pytest.mark.parametrize("preset", PUBLISHED)
def test_behaviours_that_overlap_and_those_that_do_not_find_a_loss(preset: str) -> None:
    choices = choices_of(preset)
    for chosen in (choices.features_loss, choices.sequence_loss):
        assert chosen.used().name == "focal-bce"
        assert chosen.used().settings == {"gamma": 1.0, "label_smoothing": 0.05, "class_weight_exponent": 0.25}
    assert choices_of(preset, exclusive=True).features_loss.used().name == "cross-entropy"


def test_the_three_differ_in_nothing_but_their_networks() -> None:
    fast, *others = (load_preset(preset, where="here") for preset in PUBLISHED)
    for other in others:
        assert {key for key in fast if fast[key] != other[key]} == {"flow", "features"}
        for stage in ("flow", "features"):
            assert {key for key in fast[stage] if fast[stage][key] != other[stage][key]} <= {"name", "settings"}
        changed = {k for k, v in fast["features"]["settings"].items() if other["features"]["settings"][k] != v}
        assert changed == {"arch"}


@pytest.mark.parametrize(
    ("features", "sequence", "waits"), [({}, {}, 15), (0, 0, 0), (5, 0, 5), (5, None, 20)], ids=str
)
def test_the_live_pipeline_looks_as_far_ahead_as_its_page_says(features: Any, sequence: Any, waits: int) -> None:
    values = load_preset("deg_rt", where="here")
    for stage, look_ahead in (("features", features), ("sequence", sequence)):
        if look_ahead != {}:
            values[stage]["settings"]["look_ahead"] = look_ahead
    choices = resolve(Manifest.model_validate({"behaviours": list("abcde"), **values}), load_catalog())
    with torch.device("meta"):
        extractor = build_features(choices.features, 5, 0)
        model = build_sequence(choices.sequence, extractor.n_latents, 5, 0)
    assert isinstance(extractor, LooksAt)
    assert isinstance(model, LooksAhead)
    assert extractor.offsets[-1] + model.look_ahead == waits
    assert not choices.features.plugin.needs_flow
    assert count_parameters(extractor) < 3_000_000
