"""A picture beside how grey levels differ from it a little earlier and later: movement without optical flow.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def pictures_with_differences(frames_NSCHW: Tensor, window: int, offsets: Sequence[int]) -> Tensor:
    """Stack each middle frame with its grey differences to frames before and after.

    Args:
        frames_NSCHW: z-scored RGB, float; S = T + window - 1.
        window: Frames seen around one frame, odd.
        offsets: Of the other frames, at most window // 2 either way.

    Returns:
        (M, 3 + len(offsets), H, W): RGB, then grey of frame t + offset less that of t, for each offset.
        Differences of z-scored grey are doubled, which brings moving edges to the scale of the picture.
    """
    half = window // 2
    n_middle = frames_NSCHW.shape[1] - 2 * half
    pictures = frames_NSCHW[:, half : half + n_middle]
    if not offsets:
        return pictures.flatten(0, 1)
    grey_NSHW = frames_NSCHW.mean(dim=2)
    now = grey_NSHW[:, half : half + n_middle]
    differences = [2 * (grey_NSHW[:, half + k : half + k + n_middle] - now) for k in offsets]
    return torch.cat([pictures, torch.stack(differences, dim=2)], dim=2).flatten(0, 1)
