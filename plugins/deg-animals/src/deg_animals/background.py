"""Tracks from background subtraction: animals that do not touch, before a background that does not move.

Axes: T frames, M individuals, H, W; 2 is x (right) and y (down).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from deg_core.api import VideoReader
from numpy.typing import NDArray

from deg_animals.errors import TracksError
from deg_animals.tracks import Tracks

_PIECE = 16


@dataclass(frozen=True, slots=True)
class BlobSettings:
    """How animals are told from the background.

    Attributes:
        n_animals: How many there are, in all frames.
        threshold: Least difference from the background, 0..255, of what is no background.
        least_area: Pixels that a blob has at least.
        n_background_frames: Frames, evenly spread, whose median is the background.
    """

    n_animals: int
    threshold: int = 25
    least_area: int = 30
    n_background_frames: int = 50


def track_blobs(video: VideoReader, settings: BlobSettings, advance: Callable[[int], object]) -> Tracks:
    """Follow the largest blobs through a video.

    Animals are `animal-1`, `animal-2`, ..., from left to right in the first frame that shows all of them.

    Args:
        video: The video, open.
        settings: How animals are told from the background.
        advance: Told of frames that are done.

    Raises:
        TracksError: No frame shows so many animals apart.
    """
    background_HW = _background(video, settings.n_background_frames)
    blobs = []
    for start in range(0, video.n_frames, _PIECE):
        frames = video.read(start, min(start + _PIECE, video.n_frames))
        blobs += [find_blobs(_grey(frame), background_HW, settings) for frame in frames]
        advance(len(frames))
    positions_TM2 = name_blobs(blobs, settings.n_animals)
    individuals = tuple(f"animal-{number}" for number in range(1, settings.n_animals + 1))
    return Tracks(individuals, positions_TM2, np.full(positions_TM2.shape[:2], np.nan))


def _grey(frame_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(frame_HW3, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _background(video: VideoReader, n_frames: int) -> NDArray[np.uint8]:
    indices = np.unique(np.linspace(0, video.n_frames - 1, n_frames).round().astype(int)).tolist()
    return np.median([_grey(video.read(index, index + 1)[0]) for index in indices], axis=0).astype(np.uint8)


def find_blobs(
    grey_HW: NDArray[np.uint8], background_HW: NDArray[np.uint8], settings: BlobSettings
) -> NDArray[np.float64]:
    """Middles of the largest blobs, at most as many as there are animals; shape (n, 2)."""
    differs = (cv2.absdiff(grey_HW, background_HW) >= settings.threshold).astype(np.uint8)
    _, _, numbers, middles = cv2.connectedComponentsWithStats(differs)
    areas = numbers[1:, cv2.CC_STAT_AREA]  # the first is what does not differ
    largest = np.argsort(-areas, kind="stable")[: settings.n_animals]
    return np.asarray(middles[1:][largest[areas[largest] >= settings.least_area]], dtype=np.float64)


def name_blobs(blobs: list[NDArray[np.float64]], n_animals: int) -> NDArray[np.float64]:
    """Give blobs to animals, so that the way from where each was seen last is shortest in all (Hungarian method).

    Args:
        blobs: Middles of those of each frame; shapes (n, 2), n <= n_animals.
        n_animals: M.

    Returns:
        Shape (T, M, 2); NaN where an animal has no blob, as where two touch.

    Raises:
        TracksError: No frame shows all animals apart.
    """
    from scipy.optimize import linear_sum_assignment

    first = next((index for index, found in enumerate(blobs) if len(found) == n_animals), None)
    if first is None:
        raise TracksError(
            f"no frame shows {n_animals} animals apart; at most {max(map(len, blobs), default=0)} were seen",
            where="background subtraction",
            fix="another --threshold or --least-area, or fewer animals; or track them with another program",
        )
    positions_TM2 = np.full((len(blobs), n_animals, 2), np.nan)
    last_M2 = blobs[first][np.argsort(blobs[first][:, 0])]
    for index in range(first, len(blobs)):
        ways = np.linalg.norm(last_M2[:, None] - blobs[index][None], axis=2)
        animals, chosen = linear_sum_assignment(ways)
        positions_TM2[index, animals] = last_M2[animals] = blobs[index][chosen]
    return positions_TM2
