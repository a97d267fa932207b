from __future__ import annotations

import pytest
import torch

from deg_core.testing import FlowGeneratorContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_flow.plugin import tiny_motion_net_3d
from deg_plugins_flow.settings import TinyMotionNet3DSettings
from deg_plugins_flow.tiny_motion_net_3d import TinyMotionNet3D


class TestTinyMotionNet3D(FlowGeneratorContract):
    plugin = tiny_motion_net_3d

    def settings(self) -> TinyMotionNet3DSettings:
        return TinyMotionNet3DSettings(n_frames=4, width=2)


class TestOnePairAtATime(FlowGeneratorContract):
    plugin = tiny_motion_net_3d

    def settings(self) -> TinyMotionNet3DSettings:
        return TinyMotionNet3DSettings(n_frames=2, width=2)


@pytest.mark.parametrize("n_frames", [2, 3, 11])
def test_the_same_weights_serve_any_number_of_frames(n_frames: int) -> None:
    state = TinyMotionNet3D(TinyMotionNet3DSettings(n_frames=5, width=2)).state_dict()
    TinyMotionNet3D(TinyMotionNet3DSettings(n_frames=n_frames, width=2)).load_state_dict(state)


def test_flow_of_a_pair_depends_on_frames_up_to_12_away() -> None:
    """Which is why windows are not shared; the class says so."""
    model = TinyMotionNet3D(TinyMotionNet3DSettings(n_frames=40, width=2)).eval()
    frames = random_normal(1, 40, 3, 16, 16).requires_grad_()
    model(frames)[0, 0, 19].square().sum().backward()
    assert frames.grad is not None
    seen = frames.grad[0].flatten(1).abs().amax(1).nonzero().flatten().tolist()
    assert seen == list(range(19 - 12, 20 + 12 + 1))
    assert torch.isfinite(frames.grad).all()
