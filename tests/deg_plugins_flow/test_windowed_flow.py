from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from deg_core.testing.torch_component import random_normal
from deg_plugins_flow.settings import FlowSettings
from deg_plugins_flow.windowed_flow import WindowedFlow


class Differences(WindowedFlow):
    """Flow that says which frames it was computed from: red of each pair."""

    def __init__(self, settings: FlowSettings) -> None:
        super().__init__(settings)
        self.seen: list[int] = []

    def see(self, windows_MFCHW: Tensor) -> Sequence[Tensor]:
        self.seen.append(len(windows_MFCHW))
        red = windows_MFCHW[:, :, 0, ::2, ::2]
        return [torch.stack([red[:, :-1], red[:, 1:]], dim=2)]


@pytest.mark.parametrize("n", [1, 2])
@torch.no_grad()
def test_windows_come_chunk_by_chunk_and_frame_by_frame(n: int) -> None:
    frames = random_normal(n, 6, 3, 4, 4)
    flow = Differences(FlowSettings(n_frames=3))(frames)
    assert flow.shape == (n, 4, 2, 2, 2, 2)
    for window in range(4):
        for pair in range(2):
            assert torch.equal(flow[:, window, pair, 0], frames[:, window + pair, 0, ::2, ::2])
            assert torch.equal(flow[:, window, pair, 1], frames[:, window + pair + 1, 0, ::2, ::2])


@pytest.mark.parametrize(("n_pixels", "groups"), [(10, [2, 2, 1]), (3 * 64, [2, 2, 1]), (4 * 64, [4, 1])])
@torch.no_grad()
def test_windows_are_answered_for_in_even_groups(
    n_pixels: int, groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deg_plugins_flow.windowed_flow._PIXELS_AT_ONCE_ON_CPU", n_pixels)
    model = Differences(FlowSettings(n_frames=2)).eval()
    assert model(random_normal(1, 6, 3, 8, 8)).shape == (1, 5, 1, 2, 4, 4)
    assert model.seen == groups


def test_objective_is_computed_in_32_bits_whatever_the_network_answers_in() -> None:
    class Half(Differences):
        def see(self, windows_MFCHW: Tensor) -> Sequence[Tensor]:
            return [(windows_MFCHW[:, 1:, :2, ::2, ::2] / 4).bfloat16()]

    frames = random_normal(1, 3, 3, 32, 48)
    model = Half(FlowSettings(n_frames=3))
    exact = model.objective(frames, frames.sigmoid())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        parts = model.objective(frames, frames.sigmoid())
    assert {part.dtype for part in parts.values()} == {torch.float32}
    assert parts["total"].item() == exact["total"].item()
