"""How often each output of a network is present in the training labels.

Axes: T frames, K behaviours; outputs are the behaviours and, where they exclude each other, `none`.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from deg_core.data.labels import count_labels
from deg_core.data.one_versus_rest import output_labels
from deg_core.interfaces import StartsFromBaseRate, TorchComponent


def count_outputs(labels: NDArray[np.int8], *, exclusive: bool) -> NDArray[np.int64]:
    """Count absent and present frames of each output.

    Args:
        labels: 1, 0, or -1 where not labelled; shape (T, K).
        exclusive: Whether the behaviours exclude each other. Then `none` is counted last: present where all are
            labelled absent, absent where one is present.

    Returns:
        Shape (K, 2), or (K + 1, 2) with `none`.
    """
    return count_labels(output_labels(labels, exclusive=exclusive))


def starting_bias(counts: NDArray[np.int64], *, exclusive: bool) -> NDArray[np.float32]:
    """Logits whose probabilities are the base rates.

    Args:
        counts: Frames absent and present of each output; shape (K, 2).
        exclusive: Whether a softmax follows, and not a sigmoid.

    Returns:
        log(present / absent), and as in DeepEthogram 0 for what is never present and 1 for what always is. Where
        exclusive, log of the share, half a frame added to each count: what is never present must not win. Finite;
        shape (K,).
    """
    absent, present = counts.T
    if exclusive:
        return np.asarray(np.log((present + 0.5) / (present + 0.5).sum()), dtype=np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log(present / absent)
    return np.asarray(np.nan_to_num(log_odds, nan=0.0, posinf=1.0, neginf=0.0), dtype=np.float32)


def start_from_base_rate(model: TorchComponent, counts: NDArray[np.int64], *, exclusive: bool) -> None:
    """Let a network's first answer be how often each output is present, in place, if it can."""
    if isinstance(model, StartsFromBaseRate):
        model.initialise_bias(torch.from_numpy(starting_bias(counts, exclusive=exclusive)))
