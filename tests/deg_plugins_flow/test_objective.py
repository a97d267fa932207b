from __future__ import annotations

from typing import Any

import pytest
import torch

from deg_core.testing.networks import moving_pictures
from deg_plugins_flow.objective import FlowObjective, charbonnier, roughness, warp

PARTS = {"ssim": "SSIM", "charbonnier": "L1", "smoothness": "smoothness"}


@pytest.mark.parametrize(
    ("case", "objective"), [("plain", FlowObjective()), ("sparse", FlowObjective(smoothness=0.25, sparsity=0.05))]
)
def test_objective_and_its_gradient_equal_the_published_ones(parity: Any, case: str, objective: FlowObjective) -> None:
    expected = parity.expected("flow_objective")
    mean, std = (torch.from_numpy(expected[name]).view(3, 1, 1) for name in ("mean", "std"))
    frames = torch.from_numpy(expected["images_zscored"]).view(2, 11, 3, 32, 48)
    shapes = [(2, 20, 16 // 2**scale, 24 // 2**scale) for scale in range(3)]
    flows = [parity.numbers(f"flowloss/flow{scale}", shape, 1.5) for scale, shape in enumerate(shapes)]
    flows = [flow.requires_grad_() for flow in flows]

    parts = objective([flow.view(2, 10, 2, *flow.shape[-2:]) for flow in flows], (frames * std + mean).clamp(0, 1))
    parts["total"].backward()

    assert parts["total"].item() == pytest.approx(expected[f"{case}_total"].item(), rel=1e-5)
    for name, original in PARTS.items():
        assert parts[name].item() == pytest.approx(expected[f"{case}_{original}"].mean(), rel=1e-5)
    for scale, flow in enumerate(flows):
        parity.assert_equal(flow.grad, expected[f"{case}_grad_flow{scale}"], share=2e-4)


def test_objective_of_clips_equals_the_published_one(parity: Any) -> None:
    expected = parity.expected("rules/losses")
    mean, std = (torch.from_numpy(expected[name]).view(3, 1, 1) for name in ("mean", "std"))
    frames = parity.images("rules/clip", 2, 3, 11, 32, 48).transpose(1, 2)
    shapes = [(2, 2, 10, 32 // 2 ** (scale + 1), 48 // 2 ** (scale + 1)) for scale in range(3)]
    flows = [parity.numbers(f"rules/flow{scale}", shape, 1.5) for scale, shape in enumerate(shapes)]
    pictures = (frames * std + mean).clamp(0, 1)

    parts = FlowObjective(0.25, 0.05)([flow.transpose(1, 2) for flow in flows], pictures)

    assert parts["total"].item() == pytest.approx(expected["flow_objective_3d_total"].item(), rel=1e-5)
    assert parts["sparsity"].item() == pytest.approx(expected["flow_objective_3d_flow_sparsity"].mean(), rel=1e-5)
    small = torch.nn.functional.interpolate(pictures[:, 1:].flatten(0, 1), (8, 12), mode="bilinear")
    parity.assert_equal(warp(small, flows[1].transpose(1, 2).flatten(0, 1)), expected["flow_objective_3d_warped1"])


def test_penalties_equal_the_published_ones(parity: Any) -> None:
    expected = parity.expected("rules/losses")
    first, second = (parity.numbers(f"rules/pair{index}", (2, 3, 20, 24), 0.2) + 0.5 for index in (0, 1))
    parity.assert_equal(charbonnier(first - second, power=0.4, epsilon=1e-4), expected["part_charbonnier"])
    parity.assert_equal(roughness(10 * (first - second)[:, :2]), expected["part_smoothness"])


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
