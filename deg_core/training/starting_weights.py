"""What a network was learnt to be before it is trained here."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import nn

from deg_core.interfaces import StartsFromWeights, TorchComponent
from deg_core.training.penalty import Starts


def load_starting_weights(model: TorchComponent, tell: Callable[[str], None]) -> Starts:
    """Let a network fill itself from what its settings name, in place, if it can.

    Args:
        model: As built, its weights drawn at random.
        tell: Who is told what was loaded and what was not.

    Returns:
        The parameters that changed, with copies of what they are now.
    """
    if not isinstance(model, StartsFromWeights):
        return {}
    parameters = list(cast("nn.Module", model).parameters())
    before = [parameter.detach().clone() for parameter in parameters]
    for sentence in model.load_starting_weights():
        tell(sentence)
    changed = (p for p, random in zip(parameters, before, strict=True) if not torch.equal(p, random))
    return {parameter: parameter.detach().clone() for parameter in changed}
