"""What the tests of all sequence models compare with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

Build = Callable[[int], nn.Module]
"""Builds a model of 1024 latents for so many outputs."""

CASES = {"a": (2, 180, 5), "b": (1, 77, 3), "c": (1, 10, 5)}
"""Records, frames and outputs; c is shorter than the filters."""


@dataclass(frozen=True)
class Published:
    """Compares models that hold the weights of one published state dictionary with its published logits."""

    parity: Any
    case: str = "a"

    def load(self, build: Build, name: str, last_layers: list[str], n_outputs: int = 5, gain: float = 1.2) -> nn.Module:
        """Strictly, but for names that are nothing but second ones for a tensor whose first name the model has."""
        model = build(n_outputs)
        state = self.parity.make_state(f"sequence_{name}", n_outputs, last_layers, gain=gain)
        own = model.state_dict()
        for alias, first in self.parity.document(f"state_dict/sequence_{name}")["aliases"].items():
            if alias not in own and first in own:
                del state[alias]
        model.load_state_dict(state)
        return model.eval()

    @torch.no_grad()
    def check_strong(self, build: Build, name: str, last_layers: list[str]) -> None:
        """Where latents reach the logits."""
        n, n_frames, n_outputs = CASES[self.case]
        model = self.load(build, name, last_layers, n_outputs)
        latents_NDT = self.parity.make_latents(f"latents/{self.case}", n, 1024, n_frames)
        expected = self.parity.expected(f"strong/sequence_{name}")[f"{self.case}_logits"]
        self.parity.assert_agrees(_answer(model, latents_NDT).transpose(1, 2), expected)

    @torch.no_grad()
    def check_faint(self, build: Build, name: str, n_frames: int = 180) -> None:
        """The first batch of numbers, with smaller weights."""
        model = self.load(build, name, [], gain=0.8)
        latents_NDT = self.parity.make_input("latents", (2, 1024, 180), 1.0)[..., :n_frames]
        expected = self.parity.expected(f"sequence_{name}")["logits"].reshape(2, 5, n_frames)
        self.parity.assert_agrees(_answer(model, latents_NDT).transpose(1, 2), expected)


def _answer(model: nn.Module, latents_NDT: Tensor) -> Tensor:
    latents_NTD = latents_NDT.transpose(1, 2)
    logits: Tensor = model(latents_NTD, torch.ones(latents_NTD.shape[:2], dtype=torch.bool))
    return logits


@pytest.fixture
def published(parity: Any) -> Published:
    return Published(parity)


@pytest.fixture(params=list(CASES))
def published_case(parity: Any, request: pytest.FixtureRequest) -> Published:
    return Published(parity, request.param)
