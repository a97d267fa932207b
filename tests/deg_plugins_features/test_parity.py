"""Flow generator and streams together, against the published ones with the same weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from deg_core.interfaces import FlowGenerator
from deg_core.networks.tensors import extract
from deg_plugins_features.settings import TwoStreamSettings
from deg_plugins_features.two_stream import TwoStream

HEADS = ("spatial_classifier.1", "flow_classifier.1", "spatial_classifier.2", "flow_classifier.2", "fusion.fc")
MODELS = {
    "deg_f": ("tiny-motion-net", TwoStreamSettings(original_channels=True)),
    "deg_f_final-bn": ("tiny-motion-net", TwoStreamSettings(original_channels=True, final_bn=True)),
    "deg_f_weighted_average": ("tiny-motion-net", TwoStreamSettings(original_channels=True, fusion="weighted-average")),
    "deg_f_concatenate": ("tiny-motion-net", TwoStreamSettings(original_channels=True, fusion="concatenate")),
    "deg_m": ("motion-net", TwoStreamSettings(original_channels=True, arch="resnet50")),
    "deg_s": ("tiny-motion-net-3d", TwoStreamSettings(arch="resnet3d_34")),
}
STRONG = [("a", 2, 64, 64, 5), ("b", 1, 96, 128, 3)]


def build(name: str, weights: dict[str, Tensor], n_outputs: int) -> tuple[FlowGenerator, TwoStream]:
    from deg_core.catalog import load_catalog
    from deg_core.descriptors import FlowGeneratorPlugin

    flow_name, settings = MODELS[name]
    plugin = load_catalog().get(FlowGeneratorPlugin, flow_name, where="here")
    flow, model = plugin.build(plugin.settings()), TwoStream(settings, n_outputs)
    own = "flow_generator."
    flow.load_state_dict({key.removeprefix(own): one for key, one in weights.items() if key.startswith(own)})
    model.load_state_dict({key: one for key, one in weights.items() if not key.startswith(own)})
    return flow.eval(), model.eval()


def as_frames(name: str, windows: Tensor) -> Tensor:
    """The published layouts, (N, 33, H, W) or (N, 3, 11, H, W), as frames (N, 11, 3, H, W)."""
    return windows.transpose(1, 2) if name == "deg_s" else windows.unflatten(1, (11, 3))


def shape(name: str, n: int, height: int, width: int) -> tuple[int, ...]:
    return (n, 3, 11, height, width) if name == "deg_s" else (n, 33, height, width)


def compare(parity: Any, answers: tuple[Tensor, Tensor], model: TwoStream, expected: dict[str, Any]) -> list[str]:
    """Compare with every array that the published system gave; says with which."""
    latents, logits = answers[0][:, 0], answers[1][:, 0]
    spatial, motion = latents.chunk(2, dim=1)
    found = {"logits": logits, "spatial_latents": spatial, "flow_latents": motion}
    found |= {"sigmoid": logits.sigmoid(), "softmax": logits.softmax(dim=1)}
    if "spatial_logits" in expected:
        found["spatial_logits"] = model.spatial_classifier.answer(spatial)
        found["flow_logits"] = model.flow_classifier.answer(motion)
    for key, array in expected.items():
        parity.assert_agrees(found[key], array)
    return sorted(expected)


@pytest.mark.parametrize(("case", "n", "height", "width", "n_outputs"), STRONG, ids=["a", "b"])
@pytest.mark.parametrize("name", MODELS)
@torch.no_grad()
def test_everything_a_model_says_equals_the_published_one(
    parity: Any, name: str, case: str, n: int, height: int, width: int, n_outputs: int
) -> None:
    flow, model = build(name, parity.make_state(name, n_outputs, HEADS), n_outputs)
    windows = parity.make_images(f"{name[:5]}/{case}", *shape(name, n, height, width))
    expected = parity.expected(f"strong/features_{name}")
    expected = {key[2:]: array for key, array in expected.items() if key.startswith(case)}
    compared = compare(parity, extract(as_frames(name, windows), flow, model), model, expected)
    assert len(compared) == (3 if name == "deg_f_concatenate" else 7)


@pytest.mark.parametrize("name", MODELS)
@torch.no_grad()
def test_a_faint_input_is_answered_as_the_published_models_do(parity: Any, name: str) -> None:
    flow, model = build(name, parity.make_state(name, gain=0.8), 5)
    windows = parity.make_input(name[:5], shape(name, 2, 64, 64), 0.5)
    answers = extract(as_frames(name, windows), flow, model)
    assert "logits" in compare(parity, answers, model, parity.expected(f"features_{name}"))


@torch.no_grad()
def test_true_colours_are_another_answer(parity: Any) -> None:
    flow, published = build("deg_f", parity.make_state("deg_f"), 5)
    model = TwoStream(TwoStreamSettings(), 5).eval()
    model.load_state_dict(published.state_dict())
    frames = as_frames("deg_f", parity.make_images("deg_f/a", 2, 33, 64, 64))
    change = extract(frames, flow, model)[1] - extract(frames, flow, published)[1]
    measured = parity.document("strong/what_mistakes_cost")["deg_f"]["middle frame from channel 15 in place of 16"]
    assert change.abs().max().item() == pytest.approx(measured, rel=1e-3)
