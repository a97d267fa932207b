"""No sequence model: the extractor's logits as they are.

Axes: N records, T frames, K outputs.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor, nn


class Identity(nn.Module):
    """Gives back what it gets. It has nothing to learn.

    Attributes:
        receptive_field: 1.
    """

    receptive_field: int | None = 1

    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        if n_latents != n_outputs:
            raise ValueError(f"identity takes logits: {n_latents} come in and {n_outputs} are to go out")

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer with what came in. See `deg_core.api.SequenceModel`."""
        return latents_NTD.masked_fill(~valid_NT.unsqueeze(-1), 0)

    def fit(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Learn nothing. See `deg_core.api.FitsDirectly`."""
