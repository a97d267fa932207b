from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from deg_core.testing import FlowGeneratorContract
from deg_core.testing.networks import moving_pictures
from deg_plugins_flow.plugin import tiny_motion_net
from deg_plugins_flow.settings import TinyMotionNetSettings
from deg_plugins_flow.tiny_motion_net import TinyMotionNet


def small(n_frames: int = 4, width: int = 4) -> TinyMotionNetSettings:
    return TinyMotionNetSettings(n_frames=n_frames, width=width)


class TestTinyMotionNet(FlowGeneratorContract):
    plugin = tiny_motion_net

    def settings(self) -> TinyMotionNetSettings:
        return small()


class TestOnePairAtATime(FlowGeneratorContract):
    plugin = tiny_motion_net

    def settings(self) -> TinyMotionNetSettings:
        return small(n_frames=2, width=8)

    def trained(self) -> TinyMotionNet:
        n_threads, n_steps = torch.get_num_threads(), 150
        torch.set_num_threads(1)  # pictures are so small that threads cost more than they bring
        model = self.build_seeded(0)
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, n_steps)
        for step in range(n_steps):
            frames = self.clips_moving_at_random(8 * step)
            loss = model.objective(frames, (frames / 3 + 0.5).clamp(0, 1))["total"]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        torch.set_num_threads(n_threads)
        return model

    def clips_moving_at_random(self, seed: int) -> Tensor:
        by = torch.randint(-3, 4, (8, 2), generator=torch.Generator().manual_seed(seed)).tolist()
        clips = [moving_pictures(1, 2, self.size, *by[clip], seed=1000 + seed + clip) for clip in range(8)]
        return torch.cat(clips)


@pytest.fixture
def published(parity: Any) -> TinyMotionNet:
    model = TinyMotionNet(TinyMotionNetSettings())
    model.load_state_dict(parity.weights("tiny-motion-net"))
    return model.eval()


@pytest.mark.parametrize(("case", "height", "width"), [("a", 64, 64), ("b", 96, 128)])
@torch.no_grad()
def test_every_scale_equals_the_published_network(
    parity: Any, published: TinyMotionNet, case: str, height: int, width: int
) -> None:
    windows = parity.images(f"tiny-motion-net/{case}", 1, 33, height, width)
    expected = parity.expected("strong/flow_tiny-motion-net")
    for scale, flow in enumerate(published.scales(windows)):
        parity.assert_equal(flow, expected[f"{case}_flow{scale}"])
    flow = published(windows.view(1, 11, 3, height, width))
    parity.assert_equal(flow.view(1, 20, height // 2, width // 2), expected[f"{case}_flow0"])


def test_it_has_as_many_parameters_as_published() -> None:
    model = TinyMotionNet(TinyMotionNetSettings())
    assert sum(parameter.numel() for parameter in model.parameters()) == 1_951_784


def test_a_narrow_network_is_narrow_throughout() -> None:
    model = TinyMotionNet(TinyMotionNetSettings(width=16))
    assert sum(parameter.numel() for parameter in model.parameters()) < 1_951_784 / 8


@torch.no_grad()
def test_odd_sides_are_rounded_up() -> None:
    assert TinyMotionNet(small())(torch.zeros(1, 4, 3, 37, 51)).shape == (1, 1, 3, 2, 19, 26)


def test_answering_in_groups_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = TinyMotionNet(small()).eval()
    frames = moving_pictures(2, 12, (32, 48), 1, 1, seed=0)
    whole = model(frames)
    monkeypatch.setattr("deg_plugins_flow.tiny_motion_net._PIXELS_AT_ONCE", 4 * 32 * 48)
    with torch.no_grad():
        torch.testing.assert_close(model(frames), whole, rtol=1e-5, atol=1e-6)


def test_training_sees_all_windows_together_for_batch_normalisation() -> None:
    model = TinyMotionNet(small())
    seen: list[Tensor] = []
    model.conv1.register_forward_hook(lambda _module, arguments, _output: seen.append(arguments[0]))
    with torch.no_grad():
        model(torch.zeros(2, 8, 3, 32, 48))
    assert [len(windows) for windows in seen] == [10]


def test_objective_weighs_what_the_settings_say() -> None:
    frames = moving_pictures(2, 4, (32, 48), 1, 0, seed=0)
    parts = []
    for settings in (small(), TinyMotionNetSettings(n_frames=4, width=4, smoothness=3.0, sparsity=0.5)):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            parts.append(TinyMotionNet(settings).objective(frames, frames.sigmoid()))
    assert parts[1]["smoothness"].item() == pytest.approx(3 * parts[0]["smoothness"].item(), rel=1e-5)
    assert parts[0]["sparsity"].item() == 0 < parts[1]["sparsity"].item()
    assert parts[1]["ssim"].item() == pytest.approx(parts[0]["ssim"].item(), rel=1e-5)
