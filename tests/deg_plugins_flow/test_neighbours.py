from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from deg_core.testing.torch_component import random_normal
from deg_plugins_flow.layers import scaled_kernels
from deg_plugins_flow.neighbours import WindowLayer

SIZE = (12, 16)


def layer(n_frames: int) -> WindowLayer:
    built = WindowLayer(n_frames, 5, kernel=7)
    norm = built[1]
    for name, seed in (("weight", 1), ("bias", 2), ("running_mean", 3), ("running_var", 4)):
        values = random_normal(5, seed=seed)
        norm.state_dict()[name].copy_(values.exp() if name == "running_var" else values)
    return built.eval()


def neighbours(n_windows: int, n_frames: int) -> Tensor:
    """Overlapping views of one row of frames."""
    frames = random_normal(1, n_windows + n_frames - 1, 3, *SIZE)
    return frames.unfold(1, n_frames, 1).movedim(-1, 2).flatten(0, 1).flatten(1, 2)


def n_operations(built: WindowLayer, windows: Tensor) -> int:
    with FlopCounterMode(display=False) as counter, scaled_kernels(built):
        built(windows)
    return counter.get_total_flops()


@pytest.mark.parametrize("n_windows", [1, 2, 5])
@pytest.mark.parametrize("n_frames", [2, 3, 4, 11])
@torch.no_grad()
def test_neighbours_get_the_answers_of_lone_windows(n_windows: int, n_frames: int) -> None:
    built, windows = layer(n_frames), neighbours(n_windows, n_frames)
    lone = torch.cat([built(window[None]) for window in windows])
    with scaled_kernels(built):
        torch.testing.assert_close(built(windows), lone, rtol=0, atol=1e-5 * lone.abs().max().item())


@torch.no_grad()
def test_two_neighbours_of_11_frames_cost_51_frames_in_place_of_66() -> None:
    built, windows = layer(11), neighbours(4, 11)
    lone = 4 * n_operations(built, windows[:1])
    assert 66 * n_operations(built, windows) == 51 * lone


@torch.no_grad()
def test_windows_of_different_clips_are_no_neighbours() -> None:
    built, windows = layer(4), random_normal(4, 12, *SIZE)
    lone = torch.cat([built(window[None]) for window in windows])
    with scaled_kernels(built):
        torch.testing.assert_close(built(windows), lone, rtol=0, atol=1e-5 * lone.abs().max().item())
    assert n_operations(built, windows) == 4 * n_operations(built, windows[:1])


def test_training_sees_windows_one_by_one_and_has_gradients() -> None:
    built, windows = layer(4).train(), neighbours(4, 4)
    maps = built(windows)
    maps.square().sum().backward()
    assert built[0].weight.grad is not None
    assert built[1].num_batches_tracked == 1


@torch.no_grad()
def test_maps_have_their_channels_last_in_memory() -> None:
    built = layer(4)
    for windows in (neighbours(1, 4), neighbours(4, 4)):
        with scaled_kernels(built):
            assert built(windows).is_contiguous(memory_format=torch.channels_last)
