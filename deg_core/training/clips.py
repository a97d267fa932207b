"""Clips of frames around places of the training data.

Axes: N places, S frames of a clip, T labelled frames in its middle (1 here), K behaviours, H, W,
Q numbers told of pose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from deg_core.data.frames import rows_around
from deg_core.data.record import Span
from deg_core.training.frames import FrameSource, Padding, read_clip


@dataclass(frozen=True, slots=True)
class ClipPlaces:
    """Where clips begin, and what is labelled in their middle.

    Attributes:
        recordings: Names that `which` points into.
        which: Recording of each clip; shape (N,), int32.
        starts: First frame of each clip, below 0 where it begins before the recording; shape (N,), int64.
        labels: 1, 0 or -1 for the frame in the middle, int8, or with a teacher anything from 0 to 1, float32; shape
            (N, K); K = 0 for clips without labels.
    """

    recordings: tuple[str, ...]
    which: NDArray[np.int32]
    starts: NDArray[np.int64]
    labels: NDArray[Any]

    def __len__(self) -> int:
        return len(self.starts)


def labelled_places(spans: Sequence[Span], marks: Mapping[str, NDArray[Any]], window: int) -> ClipPlaces:
    """Clips around every frame of the spans in which at least one behaviour is labelled; marks are (T, K)."""
    names = tuple(sorted({span.record for span in spans}))
    which, starts, labels = [np.empty(0, np.int32)], [np.empty(0, np.int64)], []
    for span in spans:
        inside = marks[span.record][span.start : span.stop]
        known = np.flatnonzero((inside >= 0).any(axis=1))
        which.append(np.full(len(known), names.index(span.record), dtype=np.int32))
        starts.append(span.start + known - window // 2)
        labels.append(inside[known])
    n_behaviours = next((each.shape[1] for each in marks.values()), 0)
    together = np.concatenate([np.empty((0, n_behaviours), np.int8), *labels])
    return ClipPlaces(names, np.concatenate(which), np.concatenate(starts), together)


def all_places(spans: Sequence[Span], n_frames: int) -> ClipPlaces:
    """Every clip of `n_frames` that lies inside a span, labelled or not."""
    names = tuple(sorted({span.record for span in spans}))
    which, starts = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for span in spans:
        firsts = np.arange(span.start, span.stop - n_frames + 1)
        which.append(np.full(len(firsts), names.index(span.record), dtype=np.int32))
        starts.append(firsts)
    together = np.concatenate(starts)
    return ClipPlaces(names, np.concatenate(which), together, np.empty((len(together), 0), np.int8))


Clip = tuple[Tensor | None, Tensor | None, Tensor]
"""Frames and pose, each None where it is not looked at, and labels."""


class ClipDataset(Dataset[Clip]):
    """Clips by number of their place.

    Args:
        sources: Frames by name of recording; empty where they are not looked at.
        places: Where clips begin.
        n_frames: Frames in a clip, S.
        padding: What stands before a recording's first frame and after its last.
        poses: What is told of pose, by name of recording, shapes (T, Q); empty where it is not looked at.
    """

    def __init__(
        self,
        sources: Mapping[str, FrameSource],
        places: ClipPlaces,
        n_frames: int,
        padding: Padding,
        poses: Mapping[str, NDArray[np.float32]] = MappingProxyType({}),
    ) -> None:
        self._sources = [sources[name] for name in places.recordings] if sources else []
        self._poses = [poses[name] for name in places.recordings] if poses else []
        self._places = places
        self._n_frames = n_frames
        self._padding = padding

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: int) -> Clip:
        frames, pose, labels = self.__getitems__([place])
        return None if frames is None else frames[0], None if pose is None else pose[0], labels[0]

    def __getitems__(self, places: list[int]) -> Clip:
        """A batch: frames (N, S, H, W, 3), uint8, pose (N, S, Q), float32, and labels (N, 1, K)."""
        frames = self._read_frames(places) if self._sources else None
        pose = self._read_pose(places) if self._poses else None
        return frames, pose, torch.from_numpy(self._places.labels[places][:, None])

    def _read_frames(self, places: list[int]) -> Tensor:
        frames: NDArray[np.uint8] | None = None
        for row, place in enumerate(places):
            start = int(self._places.starts[place])
            source = self._sources[self._places.which[place]]
            clip = read_clip(source, start, start + self._n_frames, self._padding)
            if frames is None:
                frames = np.empty((len(places), *clip.shape), dtype=np.uint8)
            frames[row] = clip
        return torch.from_numpy(frames)

    def _read_pose(self, places: list[int]) -> Tensor:
        which, starts = self._places.which[places], self._places.starts[places]
        rows = [
            rows_around(self._poses[at], start, start + self._n_frames) for at, start in zip(which, starts, strict=True)
        ]
        return torch.from_numpy(np.stack(rows))
