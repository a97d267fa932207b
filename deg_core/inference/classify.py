"""Latents to logits of the sequence model.

Axes: T frames, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deg_core.errors import PluginFailedError
from deg_core.interfaces import ReadsInPieces, SequenceModel

ReadLatents = Callable[[int, int], NDArray[np.float32]]


@torch.inference_mode()
def infer_logits(
    read: ReadLatents,
    n_frames: int,
    model: SequenceModel,
    device: torch.device,
    block_frames: int = 4096,
    label: str = "",
) -> NDArray[np.float32]:
    """Answer for every frame of a recording.

    Works in blocks that overlap by the model's receptive field, so that no answer depends on where blocks end. A model
    without a bound reads the recording itself, block by block, if it can; else all of it has to fit in memory at once.

    Args:
        read: Gives latents (or the extractor's logits) of frames start up to stop; shape (stop - start, D), float32.
        n_frames: Frames in the recording, T.
        model: In `eval` mode on `device`.
        device: Where it runs.
        block_frames: Frames answered for at a time.
        label: Its name, distribution and version, for messages.

    Returns:
        Shape (T, K), float32.

    Raises:
        PluginFailedError: The model gave numbers that are not finite, or too few.
    """
    if model.receptive_field is None:
        return _answer_unbounded(read, n_frames, model, device, block_frames, label)
    halo = model.receptive_field // 2
    pieces = []
    for start in range(0, n_frames, block_frames):
        stop = min(start + block_frames, n_frames)
        low, high = max(0, start - halo), min(n_frames, stop + halo)
        pieces.append(_answer(read, low, high, model, device, label)[start - low : stop - low])
    return np.concatenate(pieces)


def _answer_unbounded(
    read: ReadLatents, n_frames: int, model: SequenceModel, device: torch.device, block_frames: int, label: str
) -> NDArray[np.float32]:
    if not isinstance(model, ReadsInPieces):
        return _answer(read, 0, n_frames, model, device, label)

    def read_tensor(start: int, stop: int) -> Tensor:
        return torch.from_numpy(read(start, stop)).to(device)

    return check_logits(model.answer_in_pieces(read_tensor, n_frames, block_frames), 0, n_frames, label)


def _answer(
    read: ReadLatents, start: int, stop: int, model: SequenceModel, device: torch.device, label: str
) -> NDArray[np.float32]:
    latents = torch.from_numpy(read(start, stop)).to(device)
    valid = torch.ones(1, stop - start, dtype=torch.bool, device=device)
    return check_logits(model(latents[None], valid)[0], start, stop, label)


def check_logits(answer: Tensor, start: int, stop: int, label: str) -> NDArray[np.float32]:
    """Answers for frames `start` up to `stop` as an array; refused where one is missing or not finite."""
    logits: NDArray[np.float32] = answer.float().cpu().numpy()
    if len(logits) != stop - start or not np.isfinite(logits).all():
        raise PluginFailedError(
            f"the sequence model {label} gave {logits.shape} numbers, or some that are not finite",
            where=f"frames {start} to {stop}",
            fix="train it again with a lower learning rate; if it stays, tell its authors",
        )
    return logits
