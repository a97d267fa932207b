"""The sequence model as a network that gives a tuple, as those that are taken elsewhere do.

Axes: N recordings, T frames, D latents, K outputs.
"""

from __future__ import annotations

from torch import Tensor, nn


class SequenceStage(nn.Module):
    """A sequence model and nothing else.

    Args:
        model: In `eval` mode.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.training = False

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> tuple[Tensor]:
        """Logits (N, T, K), alone in a tuple."""
        return (self.model(latents_NTD, valid_NT),)
