"""Stretches of latents for training a sequence model.

Axes: N stretches, T frames of a stretch, D latents, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from deg_core.data.labels import UNLABELLED
from deg_core.training.sampling import Places, draw_weighted, label_weights, random_numbers

_PIECE_FRAMES = 4096
"""Frames that are validated together: enough that few answers lack their surroundings, few enough for memory."""


@dataclass(frozen=True, slots=True)
class LatentSpan:
    """Latents and labels of one span of a recording.

    Attributes:
        latents: shape (T, D), float32.
        labels: 1, 0, or -1 where not labelled, int8, or with a teacher anything from 0 to 1, float32; shape (T, K).
    """

    latents: NDArray[np.float32]
    labels: NDArray[Any]


class StretchDataset(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Stretches by place: number of the span, start, stop."""

    def __init__(self, spans: Sequence[LatentSpan]) -> None:
        self._spans = spans

    def __getitem__(self, place: tuple[int, int, int]) -> tuple[Tensor, Tensor, Tensor]:
        latents, valid, labels = self.__getitems__([place])
        return latents[0], valid[0], labels[0]

    def __getitems__(self, places: list[tuple[int, int, int]]) -> tuple[Tensor, Tensor, Tensor]:
        """A batch, with padding up to the longest that was asked for, also beyond the end of a span.

        Returns:
            Latents (N, T, D), float32, 0 in padding; valid (N, T), bool; labels (N, T, K), -1 in padding.
        """
        length = max(stop - start for _, start, stop in places)
        first = self._spans[places[0][0]]
        latents = np.zeros((len(places), length, first.latents.shape[1]), dtype=np.float32)
        valid = np.zeros((len(places), length), dtype=np.bool_)
        labels = np.full((len(places), length, first.labels.shape[1]), UNLABELLED, dtype=first.labels.dtype)
        for row, (which, start, stop) in enumerate(places):
            span = self._spans[which]
            n = min(stop, len(span.latents)) - start
            latents[row, :n] = span.latents[start : start + n]
            labels[row, :n] = span.labels[start : start + n]
            valid[row, :n] = True
        return torch.from_numpy(latents), torch.from_numpy(valid), torch.from_numpy(labels)


class StretchDraw:
    """Training batches of stretches, each around a labelled frame, at another phase in every epoch.

    Args:
        spans: Latents and labels of the training spans.
        length: Frames in a stretch.
        batch_size: Stretches in a batch.
        steps: Batches in an epoch; None for as many as make up all labelled frames.
        balance: See `sampling.label_weights`.
        seed: Of the run.
    """

    def __init__(
        self, spans: Sequence[LatentSpan], length: int, batch_size: int, steps: int | None, balance: float, seed: int
    ) -> None:
        known = [np.flatnonzero((span.labels >= 0).any(axis=1)) for span in spans]
        self._which = np.repeat(np.arange(len(spans)), [len(frames) for frames in known])
        self._frames = np.concatenate(known)
        marks = np.concatenate([span.labels[frames] for span, frames in zip(spans, known, strict=True)])
        self._weights = label_weights(marks, balance)
        self._lengths = np.array([len(span.latents) for span in spans])
        self._length, self._batch_size, self._seed = length, batch_size, seed
        self._steps = steps or max(1, round(len(self._frames) / length / batch_size))

    def __len__(self) -> int:
        return self._steps

    def __call__(self, epoch: int) -> list[Places]:
        """The batches of one epoch."""
        rng = random_numbers(self._seed, epoch)
        drawn = draw_weighted(self._weights, self._steps * self._batch_size, rng)
        starts = self._frames[drawn] - rng.integers(0, self._length, len(drawn))
        latest = np.maximum(self._lengths[self._which[drawn]] - self._length, 0)
        starts = np.clip(starts, 0, latest)
        places = [(int(w), int(s), int(s) + self._length) for w, s in zip(self._which[drawn], starts, strict=True)]
        return [places[at : at + self._batch_size] for at in range(0, len(places), self._batch_size)]


def whole_spans(spans: Sequence[LatentSpan]) -> list[tuple[int, int, int]]:
    """Places that cover every span once, in order, in pieces of a few thousand frames."""
    return [
        (which, start, min(start + _PIECE_FRAMES, len(span.latents)))
        for which, span in enumerate(spans)
        for start in range(0, len(span.latents), _PIECE_FRAMES)
    ]
