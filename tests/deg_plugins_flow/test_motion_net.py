from __future__ import annotations

import torch

from deg_core.testing import FlowGeneratorContract
from deg_plugins_flow.motion_net import MotionNet
from deg_plugins_flow.plugin import motion_net
from deg_plugins_flow.settings import MotionNetSettings


class TestMotionNet(FlowGeneratorContract):
    plugin = motion_net

    def settings(self) -> MotionNetSettings:
        return MotionNetSettings(n_frames=4, width=4)


class TestOnePairAtATime(FlowGeneratorContract):
    plugin = motion_net

    def settings(self) -> MotionNetSettings:
        return MotionNetSettings(n_frames=2, width=4)


def test_it_starts_as_published_with_biases_between_0_and_1() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        tensors = MotionNet(MotionNetSettings(width=16)).state_dict()

    for name in ("conv3.0", "deconv3.0", "upsampled_flow4_to_3", "xconv2.0"):
        bias = tensors[f"{name}.bias"]
        assert bias.min() >= 0, name
        assert bias.max() <= 1, name
        assert 0.3 < bias.mean() < 0.7, name
    assert not tensors["conv3.1.bias"].any()

    for name in ("conv3.0", "predict_flow2"):
        weight = tensors[f"{name}.weight"]
        n_out, n_in = weight.shape[:2]
        bound = (6 / (9 * (n_in + n_out))) ** 0.5
        assert 0.9 * bound < weight.abs().max() <= bound, name
