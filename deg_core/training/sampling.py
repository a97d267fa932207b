"""Which places of the training data make up which batch: drawn from a seed and an epoch, never from global state.

Axes: N places, K behaviours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset, Sampler

Places = list[Any]
"""What a dataset's `__getitems__` takes: one entry for each example of a batch."""


class Draw(Protocol):
    """Decides on the batches of an epoch."""

    def __len__(self) -> int:
        """Batches in an epoch."""

    def __call__(self, epoch: int) -> Sequence[Places]:
        """The batches of one epoch; the same for the same epoch."""


def random_numbers(seed: int, *keys: int) -> np.random.Generator:
    """Random numbers that belong to a run's seed and, say, an epoch and a step, and to nothing else."""
    return np.random.default_rng([seed, *keys])


def label_weights(labels: NDArray[Any], balance: float) -> NDArray[np.float64]:
    """How often each place is to be drawn.

    Args:
        labels: 1, 0, or -1 where not labelled, or with a teacher anything from 0 to 1; shape (N, K).
        balance: 0 draws every place alike. 1 draws every behaviour, and the absence of all, alike often: a place
            weighs 1 / count for each behaviour present. Between them the two are mixed.

    DeepEthogram's `oversampling_exp` weighs a place by the sum of (1 / count) ** exponent over what is present: an
    exponent of 1 is a balance of 1. With 0 both draw every place alike, but that places of two behaviours come twice as
    often there. In between they differ, since the one mixes where the other bends.

    Returns:
        Shares that add up to 1; shape (N,).
    """
    alike = np.full(len(labels), 1 / max(1, len(labels)))
    present = np.maximum(labels, 0)
    happening = np.column_stack([present, (1 - present).prod(axis=1)])
    counts = happening.sum(axis=0)
    by_behaviour = happening[:, counts > 0] @ (1 / counts[counts > 0])
    return np.asarray((1 - balance) * alike + balance * by_behaviour / max(by_behaviour.sum(), 1e-12))


def draw_weighted(weights: NDArray[np.float64], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw n places in random order, each about n times its share.

    One is drawn from each of n equal stretches of the summed weights, so that counts are as even as they can be:
    with equal weights and n places every place comes exactly once.
    """
    edges = np.cumsum(weights) / weights.sum()
    drawn = np.searchsorted(edges, (np.arange(n) + rng.random(n)) / n, side="right")
    return rng.permutation(np.minimum(drawn, len(weights) - 1))


def evenly_spaced(n: int, at_most: int | None) -> NDArray[np.int64]:
    """Numbers 0..n-1, or so many of them, evenly spread, in order."""
    if at_most is None or at_most >= n:
        return np.arange(n)
    return ((np.arange(at_most) + 0.5) * n / at_most).astype(np.int64)


class WeightedDraw:
    """Training batches: places drawn by weight, anew in each epoch. All are full, as batch normalisation wants.

    Args:
        weights: Shares of the places; shape (N,).
        batch_size: Places in a batch.
        steps: Batches in an epoch; None for as many as make up all places.
        seed: Of the run.
    """

    def __init__(self, weights: NDArray[np.float64], batch_size: int, steps: int | None, seed: int) -> None:
        self._weights = weights
        self._batch_size = batch_size
        self._steps = steps if steps is not None else max(1, round(len(weights) / batch_size))
        self._seed = seed

    def __len__(self) -> int:
        return self._steps

    def __call__(self, epoch: int) -> list[Places]:
        """The batches of one epoch."""
        drawn = draw_weighted(self._weights, self._steps * self._batch_size, random_numbers(self._seed, epoch))
        return [row.tolist() for row in drawn.reshape(self._steps, self._batch_size)]


class FixedDraw:
    """Validation batches: the same in every epoch, in order.

    Args:
        places: All that can be asked for.
        batch_size: Places in a batch; the last may have fewer.
        steps: Batches at most, evenly spread over the places; None for all.
    """

    def __init__(self, places: Sequence[Any], batch_size: int, steps: int | None) -> None:
        kept = evenly_spaced(len(places), None if steps is None else steps * batch_size)
        self._batches = [[places[i] for i in kept[at : at + batch_size]] for at in range(0, len(kept), batch_size)]

    def __len__(self) -> int:
        return len(self._batches)

    def __call__(self, epoch: int) -> list[Places]:  # noqa: ARG002
        """The batches of any epoch."""
        return self._batches


class _EpochSampler(Sampler[Places]):
    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.draw)

    def __iter__(self) -> Iterator[Places]:
        return iter(self.draw(self.epoch))


class Batches:
    """Batches of one epoch after another, read by processes of their own where asked for.

    Iterating begins to read only when the first batch is wanted, so that `epoch` can be set until then.

    Attributes:
        epoch: The epoch that the next iteration gives; counts from 0.
    """

    def __init__(self, dataset: Dataset[Any], draw: Draw, *, workers: int = 0, pin_memory: bool = False) -> None:
        self.epoch = 0
        self._sampler = _EpochSampler(draw)
        self._loader = DataLoader(
            dataset,
            batch_sampler=self._sampler,
            collate_fn=_as_it_is,  # datasets fill a whole batch at once, in __getitems__
            num_workers=workers,
            persistent_workers=workers > 0,
            multiprocessing_context="spawn" if workers else None,
            pin_memory=pin_memory,
            generator=torch.Generator(),  # else it draws from the global one
        )

    def __len__(self) -> int:
        return len(self._sampler)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self._sampler.epoch = self.epoch
        yield from self._loader


def _as_it_is(batch: Any) -> Any:
    return batch
