from __future__ import annotations

import pytest
import torch
from torch import nn

from deg_core.testing.torch_component import random_normal
from deg_plugins_flow import layers
from deg_plugins_flow.layers import ConvolutionInTime, join, scaled_kernels

BUILT = {
    "encode": (layers.encode(3, 5, kernel=5, stride=2), (2, 3, 12, 16)),
    "refine": (layers.refine(3, 5), (2, 3, 12, 16)),
    "encode_in_time": (layers.encode_in_time(3, 5, kernel=(2, 3, 3), stride=2), (2, 3, 4, 12, 16)),
    "refine_in_time": (layers.refine_in_time(3, 5), (2, 3, 4, 12, 16)),
    "enlarge_in_time": (layers.enlarge_in_time(3, 5), (2, 3, 4, 12, 16)),
}


@pytest.fixture(params=BUILT)
def layer(request: pytest.FixtureRequest) -> tuple[nn.Sequential, torch.Tensor]:
    """A layer with arbitrary normalisation, and maps for it."""
    built, shape = BUILT[request.param]
    norm = built[1]
    for name, seed in (("weight", 1), ("bias", 2), ("running_mean", 3), ("running_var", 4)):
        values = random_normal(5, seed=seed)
        norm.state_dict()[name].copy_(values.exp() if name == "running_var" else values)
    return built.eval(), random_normal(*shape)


@torch.no_grad()
def test_scaled_kernels_answer_as_kernels_and_normalisation_do(layer: tuple[nn.Sequential, torch.Tensor]) -> None:
    built, maps = layer
    one_by_one = nn.Sequential(*built)(maps)
    convolved: list[int] = []
    built[0].register_forward_hook(lambda *_: convolved.append(1))
    torch.testing.assert_close(built(maps), one_by_one, rtol=0, atol=0)
    with scaled_kernels(built):
        torch.testing.assert_close(built(maps), one_by_one, rtol=0, atol=1e-5 * one_by_one.abs().max().item())
    built(maps)
    assert len(convolved) == 2, "the layer itself is left out while kernels are scaled, and only then"


@torch.no_grad()
@pytest.mark.parametrize("n_frames", [1, 2])
@pytest.mark.parametrize(("kernel", "padding", "stride"), [(3, 1, 1), ((5, 3, 3), (2, 1, 1), (1, 2, 2)), (1, 0, 1)])
def test_of_a_single_frame_only_the_middle_of_the_kernel_is_seen(
    n_frames: int, kernel: tuple[int, int, int] | int, padding: tuple[int, int, int] | int, stride: tuple[int, int, int]
) -> None:
    one = ConvolutionInTime(3, 4, kernel, padding=padding, stride=stride)
    plain = nn.Conv3d(3, 4, kernel, padding=padding, stride=stride)
    plain.load_state_dict(one.state_dict())
    maps = random_normal(2, 3, n_frames, 9, 12)
    torch.testing.assert_close(one(maps), plain(maps), rtol=0, atol=1e-5)


@torch.no_grad()
def test_a_single_frame_in_bf16_is_near_32_bit() -> None:
    """Some processors' libraries read past the end of maps of few channels; memory was not 0 there."""
    one, maps = ConvolutionInTime(3, 4, 3, padding=1), random_normal(5, 3, 1, 16, 16)
    exact = one(maps)
    for _ in range(4):
        torch.full((1_000_000,), torch.nan, dtype=torch.bfloat16)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            torch.testing.assert_close(one(maps).float(), exact, rtol=0, atol=0.05 * float(exact.abs().max()))


def test_kernels_are_put_back_after_a_failure() -> None:
    built = layers.refine(3, 5).eval()
    with pytest.raises(RuntimeError), scaled_kernels(built):
        built(torch.zeros(1, 2, 4, 4))
    assert not any(isinstance(value, tuple) for value in vars(built).values())


def test_a_kernel_of_two_frames_makes_time_a_frame_shorter() -> None:
    built = layers.encode_in_time(3, 5, kernel=(2, 3, 3), stride=1)
    assert built(torch.zeros(2, 3, 4, 6, 8)).shape == (2, 5, 3, 6, 8)


def test_join_cuts_to_the_smallest_sides() -> None:
    wide, high = torch.full((1, 2, 3, 5), 1.0), torch.full((1, 1, 4, 4), 2.0)
    joined = join(wide, high)
    assert joined.shape == (1, 3, 3, 4)
    assert joined[0, :, 0, 0].tolist() == [1, 1, 2]
