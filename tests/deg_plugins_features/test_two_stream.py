from __future__ import annotations

from typing import Any

import pytest
import torch
from pydantic import ValidationError

from deg_core.testing import FeatureExtractorContract
from deg_core.testing.torch_component import assert_alike, random_normal
from deg_plugins_features.plugin import two_stream
from deg_plugins_features.settings import TwoStreamSettings
from deg_plugins_features.two_stream import TwoStream

HEADS = ("spatial_classifier.1", "flow_classifier.1", "spatial_classifier.2", "flow_classifier.2", "fusion.fc")
VARIANTS = {
    "deg_f": TwoStreamSettings(),
    "deg_f_concatenate": TwoStreamSettings(fusion="concatenate"),
    "deg_f_final-bn": TwoStreamSettings(final_bn=True),
}
CASES = [("a", 2, 64, 64, 5), ("b", 1, 96, 128, 3)]


class TestTwoStream(FeatureExtractorContract):
    plugin = two_stream
    size = (32, 32)


class TestConcatenatedWithDifferences(FeatureExtractorContract):
    plugin = two_stream
    size = (32, 32)

    def settings(self) -> TwoStreamSettings:
        return TwoStreamSettings(fusion="concatenate", n_flows=4, differences=(1, 2))


def published_flow(parity: Any, weights: dict[str, torch.Tensor], windows: torch.Tensor) -> torch.Tensor:
    """Flow as the published network gives it to the classifier, from the same weights."""
    from deg_plugins_flow.settings import TinyMotionNetSettings
    from deg_plugins_flow.tiny_motion_net import TinyMotionNet

    prefix = "flow_generator."
    generator = TinyMotionNet(TinyMotionNetSettings()).eval()
    generator.load_state_dict({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)})
    return generator.scales(windows)[0]


@pytest.mark.parametrize(("case", "n", "height", "width", "n_outputs"), CASES)
@pytest.mark.parametrize("name", VARIANTS)
@torch.no_grad()
def test_streams_and_fusion_equal_the_published_ones(
    parity: Any, name: str, case: str, n: int, height: int, width: int, n_outputs: int
) -> None:
    weights = parity.weights(name, n_outputs, HEADS)
    windows = parity.images(f"deg_f/{case}", n, 33, height, width)
    model = TwoStream(VARIANTS[name], n_outputs)
    model.load_state_dict({k: v for k, v in weights.items() if not k.startswith("flow_generator.")})

    # The original shows its first stream channels 16 to 18, which are colours of two frames; not so this network.
    latents, logits = model.eval().classify(windows[:, 16:19], published_flow(parity, weights, windows))

    expected = parity.expected(f"strong/features_{name}")
    parity.assert_equal(logits, expected[f"{case}_logits"])
    if name != "deg_f_concatenate":
        parity.assert_equal(latents[:, :512], expected[f"{case}_spatial_latents"])
        parity.assert_equal(latents[:, 512:], expected[f"{case}_flow_latents"])


@torch.no_grad()
def test_a_bottleneck_resnet_is_condensed_as_published(parity: Any) -> None:
    prefix = "spatial_classifier."
    weights = parity.weights("deg_m")
    stream = TwoStream(TwoStreamSettings(arch="resnet50"), 5).eval().spatial_classifier
    stream.load_state_dict({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)})
    latents = stream[0](parity.images("deg_m/a", 2, 33, 64, 64)[:, 16:19])
    expected = parity.expected("strong/features_deg_m")
    parity.assert_equal(latents, expected["a_spatial_latents"])
    parity.assert_equal(stream[1](latents), expected["a_spatial_logits"])


@torch.no_grad()
def test_the_first_stream_sees_the_middle_frame_and_the_second_the_flow_around_it() -> None:
    model = TwoStream(TwoStreamSettings(n_flows=4), 2).eval()
    frames, flow = random_normal(1, 7, 3, 32, 32), random_normal(1, 3, 4, 2, 16, 16)
    latents, logits = model(frames, flow)
    for frame in range(3):
        expected = model.classify(frames[:, frame + 2], flow[:, frame].reshape(1, 8, 16, 16))
        assert_alike(latents[:, frame], expected[0])
        assert_alike(logits[:, frame], expected[1])


@torch.no_grad()
def test_the_last_bias_is_set_where_batch_normalisation_is_last() -> None:
    model = TwoStream(TwoStreamSettings(final_bn=True), 2)
    model.initialise_bias(torch.tensor([1.0, -2.0]))
    assert model.get_parameter("spatial_classifier.2.bias").tolist() == [1.0, -2.0]
    assert model.get_parameter("flow_classifier.2.bias").tolist() == [1.0, -2.0]


def test_it_has_as_many_parameters_as_published() -> None:
    counts = [sum(p.numel() for p in stream.parameters()) for stream in TwoStream(TwoStreamSettings(), 5).children()]
    assert counts == [11_179_077, 11_232_389]


def test_missing_flow_is_refused() -> None:
    with pytest.raises(ValueError, match="needs optical flow"):
        TwoStream(TwoStreamSettings(), 2)(torch.zeros(1, 11, 3, 32, 32), None)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"n_flows": 9}, "multiple of 2"),
        ({"n_flows": 4, "differences": [3]}, "outside the window"),
        ({"final_bn": True, "fusion": "concatenate"}, "final_bn goes with"),
        ({"fusion": "sum"}, "average"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        TwoStreamSettings.model_validate(settings)
