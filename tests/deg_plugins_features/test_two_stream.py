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


class TestTwoStream(FeatureExtractorContract):
    plugin = two_stream
    size = (32, 32)


class TestConcatenatedWithDifferences(FeatureExtractorContract):
    plugin = two_stream
    size = (32, 32)

    def settings(self) -> TwoStreamSettings:
        return TwoStreamSettings(fusion="concatenate", n_flows=4, differences=(1, 2))


class TestOverTime(FeatureExtractorContract):
    plugin = two_stream
    size = (32, 32)

    def settings(self) -> TwoStreamSettings:
        return TwoStreamSettings(arch="resnet3d_10", n_flows=4)


def see(model: TwoStream, frames: torch.Tensor, flow: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of each stream alone, for one frame."""
    latents, _ = model(frames, flow)
    picture, motion = latents[:, 0].chunk(2, dim=1)
    return model.spatial_classifier.answer(picture), model.flow_classifier.answer(motion)


@torch.no_grad()
def test_the_first_stream_sees_the_middle_frame_and_the_second_the_flow_around_it() -> None:
    model = TwoStream(TwoStreamSettings(n_flows=4), 2).eval()
    frames, flow = random_normal(1, 7, 3, 32, 32), random_normal(1, 3, 4, 2, 16, 16)
    latents, _ = model(frames, flow)
    for frame in range(3):
        assert_alike(latents[:, frame, :512], model.spatial_classifier.see(frames[:, frame + 2]))
        assert_alike(latents[:, frame, 512:], model.flow_classifier.see(flow[:, frame].reshape(1, 8, 16, 16)))


@pytest.mark.parametrize(("fusion", "share"), [("average", 0.6), ("weighted-average", 0.5)])
@torch.no_grad()
def test_logits_are_a_mean_in_which_flow_has_a_share(fusion: Any, share: float) -> None:
    model = TwoStream(TwoStreamSettings(n_flows=4, fusion=fusion), 2).eval()
    frames, flow = random_normal(1, 5, 3, 32, 32), random_normal(1, 1, 4, 2, 16, 16)
    picture, motion = see(model, frames, flow)
    assert_alike(model(frames, flow)[1][:, 0], (1 - share) * picture + share * motion)


@torch.no_grad()
def test_the_share_of_flow_is_learned_where_it_is_weighted() -> None:
    model = TwoStream(TwoStreamSettings(n_flows=4, fusion="weighted-average"), 2).eval()
    frames, flow = random_normal(1, 5, 3, 32, 32), random_normal(1, 1, 4, 2, 16, 16)
    picture, motion = see(model, frames, flow)
    model.get_parameter("fusion.flow_weight").fill_(1.0)
    assert_alike(model(frames, flow)[1][:, 0], motion)
    model.get_parameter("fusion.flow_weight").fill_(0.0)
    assert_alike(model(frames, flow)[1][:, 0], picture)


@torch.no_grad()
def test_the_last_bias_is_set_where_batch_normalisation_is_last() -> None:
    model = TwoStream(TwoStreamSettings(final_bn=True), 2)
    model.initialise_bias(torch.tensor([1.0, -2.0]))
    assert model.get_parameter("spatial_classifier.2.bias").tolist() == [1.0, -2.0]
    assert model.get_parameter("flow_classifier.2.bias").tolist() == [1.0, -2.0]


@pytest.mark.parametrize("fusion", ["average", "weighted-average", "concatenate"])
def test_each_part_is_a_stream_of_the_same_tensors(fusion: Any) -> None:
    model = TwoStream(TwoStreamSettings(n_flows=4, fusion=fusion), 2)
    picture, motion = model.parts()
    assert (picture.name, picture.needs_flow, picture.extractor.window) == ("picture", False, 5)
    assert (motion.name, motion.needs_flow, motion.extractor.window) == ("flow", True, 5)
    frames, flow = random_normal(2, 5, 3, 32, 32), random_normal(2, 1, 4, 2, 16, 16)
    for part, seen in ((picture, None), (motion, flow)):
        _, logits = part.extractor.train()(frames, seen)
        assert logits.shape == (2, 1, 2)
        logits.sum().backward()
    for name, parameter in model.named_parameters():
        assert (parameter.grad is not None) is (not name.startswith("fusion")), name


def test_it_has_as_many_parameters_as_published() -> None:
    counts = [sum(p.numel() for p in stream.parameters()) for stream in TwoStream(TwoStreamSettings(), 5).children()]
    assert counts == [11_179_077, 11_232_389, 0]


def test_missing_flow_is_refused() -> None:
    with pytest.raises(ValueError, match="needs optical flow"):
        TwoStream(TwoStreamSettings(), 2).eval()(torch.zeros(1, 11, 3, 32, 32), None)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"n_flows": 9}, "multiple of 2"),
        ({"n_flows": 4, "differences": [3]}, "outside the window"),
        ({"final_bn": True, "fusion": "concatenate"}, "final_bn goes with"),
        ({"fusion": "sum"}, "average"),
        ({"differences": [1], "original_channels": True}, "not with original_channels"),
        ({"differences": [1], "arch": "resnet3d_34"}, "sees one picture"),
        ({"original_channels": True, "arch": "resnet3d_34"}, "2D ResNets"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        TwoStreamSettings.model_validate(settings)
