"""Frames as tensors, and flow for every window of a chunk.

Axes: N chunks, S frames of a chunk, T windows, P pairs, C channels, H, W.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deg_core.interfaces import FeatureExtractor, FlowGenerator, TakesStatistics, TorchComponent
from deg_core.project.run_record import Statistics


def to_pictures(frames_NSHWC: Tensor) -> Tensor:
    """Bytes to numbers: uint8 (N, S, H, W, 3) to float32 (N, S, 3, H, W) in 0..1, on the same device."""
    return frames_NSHWC.permute(0, 1, 4, 2, 3).float().div_(255)


def normalise(pictures_NSCHW: Tensor, statistics: Statistics) -> Tensor:
    """z-score RGB in 0..1 with a project's mean and standard deviation; a new tensor."""
    return normalise_in_place(pictures_NSCHW.clone(), statistics)


def normalise_in_place(pictures_NSCHW: Tensor, statistics: Statistics) -> Tensor:
    """z-score RGB in 0..1 where it lies; the tensor given."""
    mean = pictures_NSCHW.new_tensor(statistics.mean).view(3, 1, 1)
    std = pictures_NSCHW.new_tensor(statistics.std).view(3, 1, 1)
    return pictures_NSCHW.sub_(mean).div_(std)


def to_z_scores(frames_NSHWC: Tensor, statistics: Statistics) -> Tensor:
    """Bytes to what networks see: `normalise(to_pictures(...))` in a third of the memory, the same to the last bit."""
    pictures = to_pictures(frames_NSHWC)
    mean = pictures.new_tensor(statistics.mean).view(3, 1, 1)
    std = pictures.new_tensor(statistics.std).view(3, 1, 1)
    return pictures.sub_(mean).div_(std)


def tell_statistics(model: TorchComponent, statistics: Statistics) -> None:
    """Tell a network how its frames are z-scored, if it wants to know."""
    if isinstance(model, TakesStatistics):
        model.take_statistics(torch.tensor(statistics.mean), torch.tensor(statistics.std))


def extract(
    frames_NSCHW: Tensor | None,
    flow_generator: FlowGenerator | None,
    extractor: FeatureExtractor,
    pose_NSQ: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Latents and logits for every frame in the middle of a chunk of z-scored frames, of pose, or of both.

    Flow comes from a trained generator that is not trained further, whatever mode it is in.

    Returns:
        Latents (N, T, D) and logits (N, T, K), T = S - window + 1.
    """
    flow_NTPCHW = None
    if flow_generator is not None and frames_NSCHW is not None:
        with torch.no_grad():
            flow_NTPCHW = see_flow(frames_NSCHW, flow_generator, extractor.window)
    pose = () if pose_NSQ is None else (pose_NSQ,)  # most extractors know of none
    return extractor(frames_NSCHW, flow_NTPCHW, *pose)


def see_flow(frames_NSCHW: Tensor, flow_generator: FlowGenerator, window: int) -> Tensor:
    """Flow of the pairs in every window of a chunk, (N, T, window - 1, 2, h, w)."""
    flow_NTPCHW = flow_generator(frames_NSCHW)
    return pair_windows(flow_NTPCHW, window - 1) if flow_generator.n_frames == 2 else flow_NTPCHW


def pair_windows(flow_NS1CHW: Tensor, n_pairs: int) -> Tensor:
    """View flow that was computed once per pair as overlapping windows of `n_pairs`; no copy.

    Args:
        flow_NS1CHW: Flow of each pair; (N, S - 1, 1, 2, H, W).
        n_pairs: Pairs in a window, P.

    Returns:
        (N, S - P, P, 2, H, W), a strided view.
    """
    return flow_NS1CHW.squeeze(2).unfold(1, n_pairs, 1).movedim(-1, 2)


def to_probabilities(logits: Tensor, *, exclusive: bool) -> Tensor:
    """Logits (..., K) to probabilities of the behaviours (..., n_behaviours), 0..1.

    Where behaviours exclude each other this is the softmax over them and `none`, without the column of `none`.
    """
    if exclusive:
        return logits.float().softmax(dim=-1)[..., :-1]
    return logits.float().sigmoid()


def probabilities_of(logits: NDArray[np.float32], *, exclusive: bool) -> NDArray[np.float32]:
    """`to_probabilities` for arrays."""
    return to_probabilities(torch.from_numpy(logits), exclusive=exclusive).numpy()
