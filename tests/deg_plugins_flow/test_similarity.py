from __future__ import annotations

from typing import Any

import torch

from deg_core.testing.torch_component import random_normal
from deg_plugins_flow.similarity import structural_similarity


def test_similarity_equals_the_published_one(parity: Any) -> None:
    first, second = (parity.make_input(f"rules/pair{index}", (2, 3, 20, 24), 0.2) + 0.5 for index in (0, 1))
    expected = parity.expected("rules/losses")["part_ssim_loss_map"]
    parity.assert_agrees(1 - structural_similarity(first, second), expected)


def test_a_picture_is_wholly_similar_to_itself_alone() -> None:
    first, second = random_normal(2, 1, 3, 20, 24, seed=0).sigmoid()
    torch.testing.assert_close(structural_similarity(first, first), torch.ones(1, 3, 20, 24), atol=1e-4, rtol=0)
    assert structural_similarity(first, second).mean() < 0.3
