from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from deg_core.testing.networks import moving_pictures
from deg_plugins_flow.objective import FlowObjective, charbonnier, roughness, warp

PARTS = {"ssim": "SSIM", "charbonnier": "L1", "smoothness": "smoothness", "sparsity": "flow_sparsity"}
OBJECTIVES = {"plain": FlowObjective(), "sparse": FlowObjective(smoothness=0.25, sparsity=0.05)}


@pytest.mark.parametrize("case", OBJECTIVES)
def test_objective_and_its_gradient_equal_the_published_ones(parity: Any, case: str) -> None:
    expected = parity.expected("flow_objective")
    flows = [parity.make_input(f"flowloss/flow{i}", (2, 20, 16 // 2**i, 24 // 2**i), 1.5) for i in range(3)]
    flows = [flow.requires_grad_() for flow in flows]

    parts = OBJECTIVES[case]([flow.unflatten(1, (10, 2)) for flow in flows], published_pictures(expected))
    parts["total"].backward()

    assert_parts_agree(parts, expected, case)
    assert ("sparse_flow_sparsity" in expected) == ("plain_flow_sparsity" not in expected)
    for scale, flow in enumerate(flows):
        assert_gradients_agree(flow.grad, expected[f"{case}_grad_flow{scale}"])


def test_objective_of_clips_and_its_gradient_equal_the_published_ones(parity: Any) -> None:
    expected = parity.expected("rules/losses")
    mean, std = (torch.from_numpy(expected[name]).view(3, 1, 1) for name in ("mean", "std"))
    pictures = (parity.make_images("rules/clip", 2, 3, 11, 32, 48).transpose(1, 2) * std + mean).clamp(0, 1)
    shapes = [(2, 2, 10, 32 // 2 ** (scale + 1), 48 // 2 ** (scale + 1)) for scale in range(3)]
    flows = [parity.make_input(f"rules/flow{i}", shape, 1.5).requires_grad_() for i, shape in enumerate(shapes)]

    parts = OBJECTIVES["sparse"]([flow.transpose(1, 2) for flow in flows], pictures)
    parts["total"].backward()

    assert_parts_agree(parts, expected, "flow_objective_3d")
    for scale, flow in enumerate(flows):
        assert_gradients_agree(flow.grad, expected[f"flow_objective_3d_grad{scale}"])
        if scale > 0:
            rebuilt = rebuild(pictures, flow.transpose(1, 2))
            parity.assert_agrees(rebuilt, expected[f"flow_objective_3d_warped{scale}"])


def test_rebuilt_pictures_equal_the_published_ones(parity: Any) -> None:
    expected = parity.expected("flow_objective")
    for scale in range(3):
        flow = parity.make_input(f"flowloss/flow{scale}", (2, 20, 16 // 2**scale, 24 // 2**scale), 1.5)
        rebuilt = rebuild(published_pictures(expected), flow.unflatten(1, (10, 2)))
        parity.assert_agrees(rebuilt, expected[f"reconstructed{scale}"])


def published_pictures(expected: Mapping[str, Any]) -> Tensor:
    mean, std = (torch.from_numpy(expected[name]).view(3, 1, 1) for name in ("mean", "std"))
    return (torch.from_numpy(expected["images_zscored"]).view(2, 11, 3, 32, 48) * std + mean).clamp(0, 1)


def rebuild(pictures_MFCHW: Tensor, flow_MPCHW: Tensor) -> Tensor:
    """The first picture of every pair, fetched from the second."""
    second = functional.interpolate(pictures_MFCHW[:, 1:].flatten(0, 1), flow_MPCHW.shape[-2:], mode="bilinear")
    return warp(second, flow_MPCHW.flatten(0, 1))


def assert_parts_agree(parts: Mapping[str, Tensor], expected: Mapping[str, Any], case: str) -> None:
    assert parts["total"].item() == pytest.approx(expected[f"{case}_total"].item(), rel=1e-5)
    assert set(parts) == {"total", *PARTS}
    for name, original in PARTS.items():
        published = expected[f"{case}_{original}"].mean() if f"{case}_{original}" in expected else 0.0
        assert parts[name].item() == pytest.approx(published, rel=1e-5), name


def assert_gradients_agree(ours: Tensor | None, theirs: NDArray[Any]) -> None:
    """Within a hundred-thousandth of the largest, but for a few.

    Where pictures nearly agree, the penalties are so steep that rounding shows: the published gradients, of 32-bit
    floats, differ from those of 64-bit floats by up to 1.8e-4 of the largest.
    """
    assert ours is not None
    difference = np.abs(ours.numpy() - theirs) / np.abs(theirs).max()
    assert (difference > 1e-5).mean() < 2e-3
    assert difference.max() < 2e-4


def test_penalties_equal_the_published_ones(parity: Any) -> None:
    expected = parity.expected("rules/losses")
    first, second = (parity.make_input(f"rules/pair{index}", (2, 3, 20, 24), 0.2) + 0.5 for index in (0, 1))
    parity.assert_agrees(charbonnier(first - second, power=0.4, epsilon=1e-4), expected["part_charbonnier"])
    parity.assert_agrees(roughness(10 * (first - second)[:, :2]), expected["part_smoothness"])


def test_warping_with_no_flow_changes_nothing() -> None:
    pictures = moving_pictures(1, 2, (20, 30), 0, 0, seed=0)[0]
    torch.testing.assert_close(warp(pictures, torch.zeros(2, 2, 20, 30)), pictures)


def test_flow_to_the_right_and_down_fetches_what_moved_there() -> None:
    first, second = moving_pictures(1, 2, (41, 61), 2, 1, seed=0)[0].split(1)
    flow = torch.tensor([2.0, 1.0]).view(1, 2, 1, 1).expand(1, 2, 41, 61)
    right = (warp(second, flow) - first)[..., 4:-4, 4:-4].abs().mean()
    assert right < 0.2 * (warp(second, -flow) - first)[..., 4:-4, 4:-4].abs().mean()


def test_true_flow_costs_less_than_none_or_its_opposite() -> None:
    pictures = (moving_pictures(2, 3, (32, 48), 2, 2, seed=0) / 6 + 0.5).clamp(0, 1)
    true = torch.ones(2, 2, 2, 16, 24)  # pixels of its own grid: half as many
    costs = [FlowObjective()([sign * true], pictures)["total"].item() for sign in (1, 0, -1)]
    assert costs[0] < 0.5 * costs[1] < 0.5 * costs[2]
