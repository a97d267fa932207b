"""Pose: where the keypoints of animals are in each frame.

Axes: T frames, M individuals, B keypoints of a body; 2 is x (right) and y (down).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deg_core.errors import PoseError, did_you_mean


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the keypoints of animals are in each frame of a recording.

    Attributes:
        keypoints: Names of the keypoints, B.
        individuals: Names of the animals, M.
        positions_TMB2: x and y in pixels of the video, from the middle of its first pixel; NaN, both, where missing;
            shape (T, M, B, 2), float32.
        confidence_TMB: How sure the tracker was, 0..1; NaN where its format does not say; shape (T, M, B), float32.
        frames_per_second: Frame rate of the recording, Hz; None in what a format read.
        picture_size: Height and width of the video, pixels; None in what a format read.
    """

    keypoints: tuple[str, ...]
    individuals: tuple[str, ...]
    positions_TMB2: NDArray[np.float32]
    confidence_TMB: NDArray[np.float32]
    frames_per_second: float | None = None
    picture_size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        points = (len(self.individuals), len(self.keypoints))
        if self.positions_TMB2.shape[1:] != (*points, 2) or not all(points):
            raise ValueError(f"positions have shape {self.positions_TMB2.shape} for {points} animals and keypoints")
        if self.confidence_TMB.shape != self.positions_TMB2.shape[:-1]:
            raise ValueError(f"confidence has shape {self.confidence_TMB.shape}, positions {self.positions_TMB2.shape}")
        if {self.positions_TMB2.dtype, self.confidence_TMB.dtype} != {np.dtype(np.float32)}:
            raise TypeError("positions and confidence are float32")
        if np.isinf(self.positions_TMB2).any() or np.isnan(self.positions_TMB2).sum(axis=-1).max(initial=0) == 1:
            raise ValueError("a position is infinite, or only one of its coordinates is missing")
        if ((self.confidence_TMB < 0) | (self.confidence_TMB > 1)).any():
            raise ValueError("confidence is outside of 0..1")
        for names in (self.keypoints, self.individuals):
            if len(set(names)) != len(names) or not all(names):
                raise ValueError(f"a name is empty or occurs twice in {names}")

    @property
    def n_frames(self) -> int:
        """Frames in the recording, tracked or not."""
        return len(self.positions_TMB2)

    @property
    def share_outside(self) -> float:
        """Share of known positions, 0..1, that lie outside of the picture; 0 where its size is unknown."""
        known = self.positions_TMB2[~np.isnan(self.positions_TMB2[..., 0])]
        if self.picture_size is None or not len(known):
            return 0.0
        height, width = self.picture_size
        return float(((known < -0.5) | (known > (width - 0.5, height - 0.5))).any(axis=1).mean())

    def select(self, keypoints: Sequence[str], n_individuals: int) -> Pose:
        """The same pose with these keypoints, in this order.

        Args:
            keypoints: Their names; none for all there are.
            n_individuals: Animals there have to be.

        Raises:
            PoseError: A keypoint is not among them, or there are other than so many animals.
        """
        for name in keypoints:
            if name not in self.keypoints:
                raise PoseError(f"no keypoint named {name!r}", where="pose", fix=_suggest(name, self.keypoints))
        if len(self.individuals) != n_individuals:
            raise PoseError(
                f"{len(self.individuals)} animals ({', '.join(self.individuals)}), where {n_individuals} are looked at",
                where="pose",
                fix="import the pose again with just these, by the format's setting `individuals`",
            )
        columns = [self.keypoints.index(name) for name in keypoints or self.keypoints]
        return replace(
            self,
            keypoints=tuple(keypoints) or self.keypoints,
            positions_TMB2=self.positions_TMB2[:, :, columns],
            confidence_TMB=self.confidence_TMB[:, :, columns],
        )

    def choose_individuals(self, names: Sequence[str], *, where: str) -> Pose:
        """The same pose of these animals, in this order; of all where none are named.

        Raises:
            PoseError: There is no such animal.
        """
        for name in names:
            if name not in self.individuals:
                raise PoseError(f"no animal named {name!r}", where=where, fix=_suggest(name, self.individuals))
        rows = [self.individuals.index(name) for name in names or self.individuals]
        return replace(
            self,
            individuals=tuple(names) or self.individuals,
            positions_TMB2=self.positions_TMB2[:, rows],
            confidence_TMB=self.confidence_TMB[:, rows],
        )

    def interpolate(self, least_confidence: float) -> NDArray[np.float32]:
        """Positions without gaps: a line in time over what is missing or unsure; at the ends the nearest that is sure.

        Args:
            least_confidence: Confidence, 0..1, below which a position is not believed. One without any is.

        Returns:
            Shape (T, M, B, 2), finite, a new array.

        Raises:
            PoseError: A keypoint is never seen with so much confidence.
        """
        filled: NDArray[np.float32] = self.positions_TMB2.copy()
        believed = ~np.isnan(filled[..., 0]) & ~(self.confidence_TMB < least_confidence)
        frames = np.arange(self.n_frames)
        for animal, individual in enumerate(self.individuals):
            for point, keypoint in enumerate(self.keypoints):
                known = believed[:, animal, point]
                if not known.any():
                    raise PoseError(
                        f"keypoint {keypoint!r} of {individual!r} is never seen with confidence {least_confidence:g}",
                        where="pose",
                        fix="believe less (a setting of the feature extractor), leave it out, or track it again",
                    )
                for axis in (0, 1):
                    values = filled[:, animal, point, axis]
                    values[~known] = np.interp(frames[~known], frames[known], values[known])
        return filled


def _suggest(name: str, known: Sequence[str]) -> str:
    return f"{did_you_mean(name, known)}there are: {', '.join(known)}"
