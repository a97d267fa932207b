"""A good sequence model and copies of it with one fault each, for `test_networks.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_core.descriptors import NoSettings, SequenceModelPlugin
from deg_core.testing import SequenceModelContract


class GoodModel(nn.Module):
    """A convolution over five frames, with padding as silent as the world outside the record."""

    receptive_field: int | None = 5

    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.filters = nn.Conv1d(n_latents, 6, 5, padding=2, bias=False)
        self.head = nn.Linear(6, n_outputs)

    def forward(self, latents: Tensor, valid: Tensor) -> Tensor:
        return self.answer(self.mask(latents, valid))

    def mask(self, latents: Tensor, valid: Tensor) -> Tensor:
        return latents.masked_fill(~valid[..., None], 0)

    def answer(self, latents: Tensor) -> Tensor:
        seen: Tensor = self.filters(latents.transpose(1, 2)).relu().transpose(1, 2)
        logits: Tensor = self.head(functional.dropout(seen, 0.2, self.training))
        return logits

    def initialise_bias(self, log_odds: Tensor) -> None:
        with torch.no_grad():
            self.head.bias.copy_(log_odds)


class InfluenceEachOther(GoodModel):
    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(latents - 0.1 * latents.mean(dim=0, keepdim=True))


class ForgetsTheLastFrame(GoodModel):
    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(latents)[:, : max(1, latents.shape[1] - 1)]


class NeedsFiveFrames(GoodModel):
    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(latents.unfold(1, 5, 1).mean(dim=-1)) if latents.shape[1] < 5 else super().answer(latents)


class UndefinedWhereNothingIs(GoodModel):
    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(latents / latents.norm(dim=-1, keepdim=True))


class DropsInEval(GoodModel):
    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(functional.dropout(latents, 0.2, training=True))


class Remembers(GoodModel):
    last: Tensor | None = None

    def answer(self, latents: Tensor) -> Tensor:
        if self.last is not None:
            latents = latents + 0.1 * self.last
        self.last = latents.detach().mean(dim=(0, 1))
        return super().answer(latents)


class SeesPadding(GoodModel):
    def mask(self, latents: Tensor, valid: Tensor) -> Tensor:
        return latents


class SeesPaddingInTraining(GoodModel):
    def mask(self, latents: Tensor, valid: Tensor) -> Tensor:
        return latents if self.training else super().mask(latents, valid)


class CountsPadding(GoodModel):
    """Averages over all frames, those of padding too."""

    receptive_field = None

    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(latents - latents.mean(dim=1, keepdim=True))


class UnderstatesItsReach(GoodModel):
    receptive_field = 3


class HasAnEvenReach(GoodModel):
    receptive_field = 6


class HasAnIdleParameter(GoodModel):
    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__(n_latents, n_outputs)
        self.idle = nn.Linear(3, 3)


class KeepsWeightsOutside(GoodModel):
    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__(n_latents, n_outputs)
        self.scale = torch.rand(n_latents)

    def answer(self, latents: Tensor) -> Tensor:
        return super().answer(latents * self.scale)


class SeedsItself(GoodModel):
    def __init__(self, n_latents: int, n_outputs: int) -> None:
        torch.manual_seed(0)
        super().__init__(n_latents, n_outputs)


class DrawsFromNumpy(GoodModel):
    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__(n_latents, n_outputs)
        drawn = np.random.standard_normal(self.head.weight.shape)  # noqa: NPY002
        self.head.weight.data = torch.from_numpy(drawn).float()


class SeedsPython(GoodModel):
    def __init__(self, n_latents: int, n_outputs: int) -> None:
        random.seed(0)
        super().__init__(n_latents, n_outputs)


class ChangesItsInput(GoodModel):
    def mask(self, latents: Tensor, valid: Tensor) -> Tensor:
        if not latents.requires_grad:
            latents *= 0.5
        return super().mask(latents, valid)


class RaisesAllOdds(GoodModel):
    def initialise_bias(self, log_odds: Tensor) -> None:
        super().initialise_bias(log_odds.mean().expand_as(log_odds))


class BoundToFullPrecision(GoodModel):
    def answer(self, latents: Tensor) -> Tensor:
        logits = super().answer(latents)
        return torch.zeros(logits.shape).index_add_(0, torch.arange(len(logits)), logits)


class IsNoModule:
    """Answers, and cannot be saved, moved or trained."""

    receptive_field = 1

    def __init__(self, n_latents: int, n_outputs: int) -> None:
        self.n_outputs = n_outputs

    def eval(self) -> Any:
        return self

    def state_dict(self) -> dict[str, Tensor]:
        return {}

    def __call__(self, latents: Tensor, valid: Tensor) -> Tensor:
        return latents[..., : self.n_outputs]


class SeesTheFuture(GoodModel):
    """Good, but its plugin says that it is causal."""


class GoodSolver(nn.Module):
    """Least squares on frames with a label, for every output alone."""

    receptive_field = 1

    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(n_outputs, n_latents))
        self.register_buffer("bias", torch.zeros(n_outputs))

    def fit(self, examples: Any) -> None:
        batches = list(examples)
        latents = torch.cat([frames.flatten(0, 1) for frames, _ in batches])
        labels = torch.cat([marks.flatten(0, 1) for _, marks in batches])
        for output in range(labels.shape[1]):
            self.fit_one(output, latents, labels[:, output])

    def fit_one(self, output: int, latents: Tensor, labels: Tensor) -> None:
        if len(labels[labels >= 0].unique()) < 2:
            self.bias[output] = 5.0 if labels.max() == 1 else -5.0
            return
        known = self.known(labels)
        frames = functional.pad(latents[known], (0, 1), value=1.0)
        wanted = torch.where(labels[known] == 1, 1.0, -1.0)
        solved = torch.linalg.solve(frames.T @ frames + 0.01 * torch.eye(frames.shape[1]), frames.T @ wanted)
        self.weight[output], self.bias[output] = solved[:-1], solved[-1]

    def known(self, labels: Tensor) -> Tensor:
        return labels != -1

    def forward(self, latents: Tensor, valid: Tensor) -> Tensor:
        return latents @ self.weight.T + self.bias


class FitsUpsideDown(GoodSolver):
    def forward(self, latents: Tensor, valid: Tensor) -> Tensor:
        return -super().forward(latents, valid)


class TakesMissingForAbsent(GoodSolver):
    def known(self, labels: Tensor) -> Tensor:
        return labels >= -1


class FailsWithoutExamplesOfBoth(GoodSolver):
    def fit_one(self, output: int, latents: Tensor, labels: Tensor) -> None:
        ahead = latents[labels == 1].mean(dim=0) - latents[labels == 0].mean(dim=0)
        self.weight[output] = ahead
        self.bias[output] = -ahead @ latents.mean(dim=0)


class FitsOutsideItsState(GoodSolver):
    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__(n_latents, n_outputs)
        bias = self.bias
        del self.bias
        self.bias = bias


def _contract(model: type[Any]) -> type[SequenceModelContract]:
    def build(settings: NoSettings, n_latents: int, n_outputs: int) -> Any:
        return model(n_latents, n_outputs)

    class Contract(SequenceModelContract):
        plugin = SequenceModelPlugin(
            name="planted", summary="one", settings=NoSettings, build=build, causal=model is SeesTheFuture
        )

    Contract.__name__ = Contract.__qualname__ = f"Test{model.__name__}"
    return Contract


MODELS = [
    each
    for each in list(globals().values())
    if isinstance(each, type) and each.__module__ == __name__ and callable(each)
]
globals().update({f"Test{model.__name__}": _contract(model) for model in MODELS})
