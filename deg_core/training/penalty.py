"""Pulls weights towards 0, or towards what they were learnt to be before: a part of the loss."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from deg_core.project.manifest import Regularization

Starts = Mapping[nn.Parameter, Tensor]
"""What parameters were learnt to be before, on other data, and NaN in entries that started at random; parameters of
which all did are not in it."""


class WeightPenalty(nn.Module):
    """L2, or L2-SP after Li, Grandvalet and Davoine, Explicit Inductive Bias for Transfer Learning (ICML 2018).

    L2 is alpha / 2 times the sum of squares of all weights. L2-SP is alpha / 2 times the sum of squared distances from
    the start, over the weights that were learnt before, and beta / 2 times the sum of squares over all others. Its
    reference is always what training starts from; in DeepEthogram (Bohnslav et al., eLife 2021) it is the file that
    came with the program, whatever was started from.

    Args:
        model: Whose weights are pulled; not kept.
        settings: Which, and how strong.
        starts: What parameters of the model were learnt to be before.
    """

    def __init__(self, model: nn.Module, settings: Regularization, starts: Starts) -> None:
        super().__init__()
        self._settings = settings
        self._in_part: set[str] = set()
        for name, weight in weights_of(model).items() if settings.style == "l2-sp" else ():
            if weight in starts:
                # Not in checkpoints: a run that is gone on with starts from the same weights again.
                self.register_buffer(_buffer(name), starts[weight], persistent=False)
                if starts[weight].isnan().any():
                    self._in_part.add(name)

    def forward(self, model: nn.Module) -> Tensor:
        """The penalty, a scalar; 0 where there is none."""
        to_start, to_zero = [], []
        for name, weight in weights_of(model).items() if self._settings.style != "none" else ():
            start = self._buffers.get(_buffer(name))
            if start is None:
                to_zero.append(weight.square().sum())
            elif name in self._in_part:
                to_start.append(torch.where(start.isnan(), 0, weight - start.nan_to_num()).square().sum())
                to_zero.append(torch.where(start.isnan(), weight, 0).square().sum())
            else:
                to_start.append((weight - start).square().sum())
        rest = self._settings.alpha if self._settings.style == "l2" else self._settings.beta
        return _half(self._settings.alpha, to_start) + _half(rest, to_zero)


def weights_of(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that are pulled, by name: those that learn and have two axes or more.

    These are matrices and filters; biases and what belongs to batch normalisation are vectors. In DeepEthogram names
    decide as well (`bn`, `batchnorm`, `bias`), which for all of its networks comes to the same.
    """
    return {
        name: parameter
        for name, parameter in model.named_parameters()
        if parameter.requires_grad and parameter.ndim > 1 and "bias" not in name.rpartition(".")[2]
    }


def _buffer(name: str) -> str:
    return name.replace(".", "/")


def _half(strength: float, squares: list[Tensor]) -> Tensor:
    return strength / 2 * torch.stack(squares).sum() if squares else torch.zeros(())
