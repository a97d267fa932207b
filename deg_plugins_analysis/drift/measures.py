"""How far a recording is from those that a model learned from.

Axes: N frames looked at, R recordings, D latents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEAST_SPREAD = {"brightness": 8.0, "contrast": 5.0, "size": 0.0, "latents": 0.25}
"""Recordings of one day differ less than this without any meaning: grey levels, grey levels, and of latents a quarter
of their usual distance."""
FAR = 3.0
"""Spreads away from the middle of the training recordings from which one is flagged."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What a recording looks like.

    Attributes:
        brightness: Mean grey level of its frames, 0..255.
        contrast: Standard deviation of grey levels within frames, mean over frames.
        height: Of its picture, pixels.
        width: Of its picture, pixels.
        latents: Of frames spread evenly over it; shape (N, D).
    """

    brightness: float
    contrast: float
    height: int
    width: int
    latents: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a recording is from the training recordings.

    Attributes:
        distances: Of each measure, in spreads of the training recordings (median and median absolute deviation).
        reasons: In words, for each measure that is far; empty where the recording is like the others.
    """

    distances: Mapping[str, float]
    reasons: tuple[str, ...]


def look_at(frames: NDArray[np.uint8], latents: NDArray[np.float32]) -> Looks:
    """Describe a recording.

    Args:
        frames: Spread evenly over it, RGB; shape (N, H, W, 3).
        latents: What the feature extractor said of frames spread evenly over it; shape (N, D).
    """
    grey = frames.mean(axis=-1, dtype=np.float64)
    contrast = float(grey.std(axis=(1, 2)).mean())
    return Looks(float(grey.mean()), contrast, frames.shape[1], frames.shape[2], latents)


def measure_drift(looks: Looks, training: Sequence[Looks]) -> Drift:
    """Compare a recording with those that a model learned from.

    Distances are robust: (value - median) / (1.4826 * median absolute deviation), the latter never below what says
    nothing. Of latents the distance to the training frames is the mean over frames of the root mean square of z-scores;
    it is compared with that of each training recording to the others.

    Args:
        looks: Of the recording.
        training: Of the training recordings, without it.
    """
    if not training:
        return Drift({}, ())
    distances = {
        "brightness": _distance("brightness", looks.brightness, [each.brightness for each in training]),
        "contrast": _distance("contrast", looks.contrast, [each.contrast for each in training]),
        "latents": _distance("latents", *_latent_distances(looks, training)),
    }
    sizes = {(each.height, each.width) for each in training}
    reasons = [_reason(name, value) for name, value in distances.items() if abs(value) > FAR]
    if (looks.height, looks.width) not in sizes:
        known = " or ".join(f"{width}x{height}" for height, width in sorted(sizes))
        reasons.append(f"its picture is {looks.width}x{looks.height}, not {known}")
    return Drift(distances, tuple(reasons))


def _distance(name: str, value: float, others: Sequence[float]) -> float:
    middle = float(np.median(others))
    spread = 1.4826 * float(np.median(np.abs(np.array(others) - middle)))
    least = _LEAST_SPREAD[name] * (middle if name == "latents" else 1.0)
    return (value - middle) / max(spread, least, 1e-9)


def _latent_distances(looks: Looks, training: Sequence[Looks]) -> tuple[float, list[float]]:
    """Of the recording to all training frames, and of each training recording to the others (to all, if alone)."""
    every = [each.latents for each in training]
    own = _apart(looks.latents, np.concatenate(every))
    others = []
    for index, latents in enumerate(every):
        rest = [each for place, each in enumerate(every) if place != index] or every
        others.append(_apart(latents, np.concatenate(rest)))
    return own, others


def _apart(latents: NDArray[np.float32], reference: NDArray[np.float32]) -> float:
    """Mean over frames of the root mean square of z-scores by the reference."""
    middle, spread = reference.mean(axis=0, dtype=np.float64), reference.std(axis=0, dtype=np.float64)
    used = spread > 1e-9
    if not used.any():
        return 0.0
    scores = (latents[:, used] - middle[used]) / spread[used]
    return float(np.sqrt((scores**2).mean(axis=1)).mean())


def _reason(name: str, value: float) -> str:
    far = "" if math.isinf(value) else f" ({abs(value):.1f} spreads)"
    words = {
        "brightness": ("it is darker", "it is brighter"),
        "contrast": ("it has less contrast", "it has more contrast"),
        "latents": ("its features are all alike", "its features lie far from all that was learned from"),
    }
    return words[name][value > 0] + far
