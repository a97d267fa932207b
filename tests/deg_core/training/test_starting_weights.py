from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from deg_core.training.starting_weights import load_starting_weights


class HalfKnown(nn.Module):
    """Two layers, of which the first is known from before."""

    def __init__(self) -> None:
        super().__init__()
        self.known, self.unknown = nn.Linear(2, 3), nn.Linear(3, 1)

    def load_starting_weights(self) -> Sequence[str]:
        with torch.no_grad():
            self.known.weight.fill_(2.0)
        return ["known: 1 tensor", "unknown: random"]


def test_what_was_learnt_before_is_told_and_kept_apart_from_what_is_random() -> None:
    model, told = HalfKnown(), list[str]()
    starts = load_starting_weights(model, told.append)
    assert told == ["known: 1 tensor", "unknown: random"]
    assert list(starts) == [model.known.weight]
    with torch.no_grad():
        model.known.weight.fill_(5.0)
    assert torch.equal(starts[model.known.weight], torch.full((3, 2), 2.0))


def test_a_network_that_starts_at_random_has_no_start() -> None:
    told: list[str] = []
    assert load_starting_weights(nn.Linear(1, 1), told.append) == {}
    assert told == []
