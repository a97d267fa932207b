"""Bouts of a cluster that are worth a look.

Axes: T frames of a recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np
from deg_core.api import find_runs
from numpy.typing import NDArray

from deg_unsupervised.report import Example


@dataclass(frozen=True, slots=True)
class Assigned:
    """Clusters of a recording's frames.

    Attributes:
        clusters_T: Number of the cluster; int16.
        confidence_T: Share of the classifier's trees that say so, 0..1; float32.
        frames_per_second: Hz.
    """

    clusters_T: NDArray[np.int16]
    confidence_T: NDArray[np.float32]
    frames_per_second: float

    def bouts(self, cluster: int) -> NDArray[np.int64]:
        """First frames of its runs, and the first after each; shape (n, 2)."""
        return find_runs(self.clusters_T == cluster)


def choose_examples(assigned: Mapping[str, Assigned], cluster: int, n_examples: int) -> tuple[Example, ...]:
    """Bouts in which the classifier is surest for longest, from as many recordings as there are.

    Args:
        assigned: Clusters of every recording, by name.
        cluster: Of which.
        n_examples: At the most.
    """
    by_recording = []
    for name, each in assigned.items():
        sure = np.append(0, np.cumsum(each.confidence_T, dtype=np.float64))
        bouts = each.bouts(cluster)
        surest = bouts[np.argsort(sure[bouts[:, 0]] - sure[bouts[:, 1]], kind="stable")][:n_examples].tolist()
        by_recording.append([_example(name, start, stop, each.frames_per_second) for start, stop in surest])
    rounds = chain.from_iterable(zip_longest(*by_recording))
    return tuple(example for example in rounds if example is not None)[:n_examples]


def _example(name: str, start: int, stop: int, frames_per_second: float) -> Example:
    return Example(
        recording=name,
        start=start,
        stop=stop,
        start_s=round(start / frames_per_second, 3),
        stop_s=round(stop / frames_per_second, 3),
    )
