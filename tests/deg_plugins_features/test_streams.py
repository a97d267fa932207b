from __future__ import annotations

from typing import Any

import pytest
import torch
from pydantic import ValidationError

from deg_core.testing import FeatureExtractorContract
from deg_core.testing.torch_component import assert_alike, random_normal
from deg_plugins_features.plugin import flow_stream, image_stream
from deg_plugins_features.settings import FlowStreamSettings, ImageStreamSettings, StreamSettings
from deg_plugins_features.streams import Stream, build_flow_stream, build_image_stream


class TestImageStream(FeatureExtractorContract):
    plugin = image_stream
    size = (32, 32)


class TestImageStreamOverTime(FeatureExtractorContract):
    plugin = image_stream
    size = (32, 32)

    def settings(self) -> ImageStreamSettings:
        return ImageStreamSettings(arch="resnet3d_10", window=5)


class TestLiveImageStream(FeatureExtractorContract):
    plugin = image_stream
    size = (32, 32)

    def settings(self) -> ImageStreamSettings:
        return ImageStreamSettings(width=0.25, differences=(1, 4), look_ahead=2)


class TestFlowStream(FeatureExtractorContract):
    plugin = flow_stream
    size = (32, 32)

    def settings(self) -> FlowStreamSettings:
        return FlowStreamSettings(n_flows=4, final_bn=True)


@pytest.mark.parametrize(
    ("settings", "window"),
    [({}, 1), ({"differences": (3, 1)}, 7), ({"arch": "resnet3d_10"}, 11), ({"arch": "resnet3d_10", "window": 3}, 3)],
)
def test_a_picture_is_seen_with_no_more_frames_than_it_takes(settings: dict[str, Any], window: int) -> None:
    assert build_image_stream(ImageStreamSettings(**settings), 2).window == window


def test_names_of_tensors_are_those_of_two_streams() -> None:
    assert set(build_image_stream(ImageStreamSettings(final_bn=True), 2).state_dict()) >= {
        "spatial_classifier.0.conv1.weight",
        "spatial_classifier.1.weight",
        "spatial_classifier.2.running_mean",
    }
    assert set(build_flow_stream(FlowStreamSettings(), 2).state_dict()) >= {
        "flow_classifier.0.conv1.weight",
        "flow_classifier.1.bias",
    }


@pytest.mark.parametrize(("arch", "shape"), [("resnet18", (7, 3, 32, 48)), ("resnet3d_10", (7, 3, 4, 32, 48))])
def test_answering_in_groups_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, arch: str, shape: tuple[int, ...]
) -> None:
    stream = Stream(StreamSettings(arch=arch), 3, 2).eval()
    maps = random_normal(*shape)
    sizes: list[int] = []
    stream[0].register_forward_hook(lambda _module, arguments, _latents: sizes.append(len(arguments[0])))
    whole = stream.see(maps)
    monkeypatch.setattr("deg_plugins_features.streams._PIXELS_AT_ONCE", 3 * maps[0, 0].numel() + 5)
    with torch.no_grad():
        assert_alike(stream.see(maps), whole)
        stream.train().see(maps)  # batch normalisation must see them all
    assert sizes == [7, 3, 3, 1, 7]


def test_a_window_without_a_middle_is_refused() -> None:
    with pytest.raises(ValidationError, match="has to be odd"):
        ImageStreamSettings(arch="resnet3d_10", window=4)


def test_differences_of_clips_are_refused() -> None:
    with pytest.raises(ValidationError, match="sees one picture"):
        ImageStreamSettings(arch="resnet3d_10", differences=(1,))


@pytest.mark.parametrize(
    ("stream", "flow"),
    [
        (build_image_stream(ImageStreamSettings(width=0.25, differences=(1, 4), look_ahead=2), 2), None),
        (build_image_stream(ImageStreamSettings(arch="resnet3d_10", window=5), 2), None),
        (build_flow_stream(FlowStreamSettings(n_flows=4), 2), random_normal(2, 7, 4, 2, 32, 32)),
    ],
)
def test_a_chunk_answered_a_few_frames_at_a_time_is_answered_alike(
    monkeypatch: pytest.MonkeyPatch, stream: Any, flow: Any
) -> None:
    stream.eval()
    frames = random_normal(2, 7 + stream.window - 1, 3, 32, 32)
    lengths: list[int] = []
    view = stream._view
    with torch.no_grad():
        whole = stream(frames, flow)
        monkeypatch.setattr("deg_plugins_features.streams._PIXELS_AT_ONCE", 2 * 3 * 32 * 32)
        monkeypatch.setattr(stream, "_view", lambda *seen: lengths.append(seen[0].shape[1]) or view(*seen))
        parts = stream(frames, flow)
    assert lengths == [n + stream.window - 1 for n in (3, 3, 1)]
    for expected, found in zip(whole, parts, strict=True):
        assert_alike(found, expected)
    lengths.clear()
    stream(frames, flow)
    assert len(lengths) == 1  # batches that are learned from stay whole
