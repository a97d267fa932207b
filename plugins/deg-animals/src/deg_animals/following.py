"""Where to look in each frame, and which way to turn the picture: tracks without gaps and without jitter.

Axes: T frames; 2 is x (right) and y (down).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_animals.errors import TracksError
from deg_animals.tracks import Tracks

Rotate = Literal["none", "right", "up"]
_NEAR_PX = 1.0
"""Distance of two animals below which the direction from one to the other is noise."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a crop follows.

    Attributes:
        centres_T2: Its middle, pixels of the source; float64.
        headings_T: What is turned to one direction, degrees from right to down; float64. None for upright crops.
    """

    centres_T2: NDArray[np.float64]
    headings_T: NDArray[np.float64] | None


def follow(
    tracks: Tracks,
    individual: str,
    partner: str | None,
    *,
    rotate: Rotate,
    smooth_frames: float,
    least_speed: float,
    where: str,
) -> Course:
    """The course of one animal, which heads where it goes, or of one and another, which lies where the first heads.

    Args:
        tracks: Of the whole video.
        individual: The animal in the middle.
        partner: The other one of a pair.
        rotate: `none` leaves headings out.
        smooth_frames: Standard deviation of the Gaussian that smooths in time, frames; 0 for none.
        least_speed: Pixels per frame from which movement is taken for the heading, where tracks do not tell it.
        where: Whose tracks they are, for messages.

    Raises:
        TracksError: An animal is not in the tracks, is never seen, or has no heading.
    """
    centres_T2 = _centres(tracks, individual, smooth_frames, where)
    if partner is not None:
        towards_T2 = _centres(tracks, partner, smooth_frames, where) - centres_T2
        headings_T = _held(towards_T2, np.hypot(*towards_T2.T) >= _NEAR_PX) if rotate != "none" else None
        return Course(centres_T2, headings_T)
    if rotate == "none":
        return Course(centres_T2, None)
    told_T = tracks.headings_TM[:, tracks.column(individual, where=where)]
    if np.isnan(told_T).all():
        return Course(centres_T2, _heading_of_movement(centres_T2, smooth_frames, least_speed, individual, where))
    units_T2 = _filled(np.stack([np.cos(np.radians(told_T)), np.sin(np.radians(told_T))], axis=1))
    return Course(centres_T2, _direction(_smoothed(units_T2, smooth_frames)))


def separation(
    tracks: Tracks, individual: str, partner: str, *, smooth_frames: float, where: str
) -> NDArray[np.float64]:
    """Distance of two animals in each frame, pixels; shape (T,)."""
    first, second = (_centres(tracks, name, smooth_frames, where) for name in (individual, partner))
    return np.asarray(np.hypot(*(second - first).T))


def _centres(tracks: Tracks, individual: str, smooth_frames: float, where: str) -> NDArray[np.float64]:
    positions_T2 = tracks.positions_TM2[:, tracks.column(individual, where=where)]
    if np.isnan(positions_T2).all():
        raise TracksError(f"{individual!r} is never seen", where=where, fix="leave this animal out, or track it again")
    return _smoothed(_filled(positions_T2), smooth_frames)


def _filled(values_T2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaps bridged by a line in time; at the ends the nearest that is known."""
    known_T = ~np.isnan(values_T2[:, 0])
    frames = np.arange(len(values_T2))
    return np.stack([np.interp(frames, frames[known_T], values[known_T]) for values in values_T2.T], axis=1)


def _smoothed(values_T2: NDArray[np.float64], smooth_frames: float) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter1d

    if smooth_frames == 0:
        return values_T2
    return np.asarray(gaussian_filter1d(values_T2, smooth_frames, axis=0, mode="nearest"))


def _heading_of_movement(
    centres_T2: NDArray[np.float64], smooth_frames: float, least_speed: float, individual: str, where: str
) -> NDArray[np.float64]:
    steps_T2 = np.gradient(centres_T2, axis=0) if len(centres_T2) > 1 else np.zeros_like(centres_T2)
    moves_T = np.hypot(*steps_T2.T) >= least_speed
    if not moves_T.any():
        raise TracksError(
            f"{individual!r} never moves by {least_speed:g} pixels per frame, so its heading is unknown",
            where=where,
            fix="give headings in the tracks, a lower least_speed, or `rotate: none`",
        )
    held_T = np.radians(_held(steps_T2, moves_T))
    return _direction(_smoothed(np.stack([np.cos(held_T), np.sin(held_T)], axis=1), smooth_frames))


def _held(vectors_T2: NDArray[np.float64], known_T: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Directions, degrees; where unknown the one before, at the beginning the first that is known, else 0."""
    directions_T = _direction(vectors_T2)
    if not known_T.any():
        return np.zeros(len(vectors_T2))
    last_T = np.maximum.accumulate(np.where(known_T, np.arange(len(known_T)), np.argmax(known_T)))
    return np.asarray(directions_T[last_T])


def _direction(vectors_T2: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.degrees(np.arctan2(vectors_T2[:, 1], vectors_T2[:, 0])))
