"""Which behaviour each cluster stands for, learnt from labels of the training part alone.

Axes: F frames, K behaviours, G clusters.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Manner = Literal["majority", "one-to-one"]

NONE = -1
"""What a cluster stands for in which nothing happens that people label."""


def count_overlap(clusters_F: NDArray[np.int16], marks_FK: NDArray[np.int8], n_clusters: int) -> NDArray[np.int64]:
    """Count labels in each cluster.

    Args:
        clusters_F: Cluster of each frame.
        marks_FK: 1, 0, or -1 where not labelled.
        n_clusters: G.

    Returns:
        Frames in which each behaviour is present, and in the last column those in which all are known to be absent;
        shape (G, K + 1). A frame with two behaviours counts for both.
    """
    nothing_F = (marks_FK == 0).all(axis=1, keepdims=True)
    present = np.concatenate([marks_FK == 1, nothing_F], axis=1).astype(np.int64)
    overlap = np.zeros((n_clusters, marks_FK.shape[1] + 1), np.int64)
    np.add.at(overlap, clusters_F, present)
    return overlap


def assign_behaviours(overlap: NDArray[np.int64], manner: Manner) -> NDArray[np.int64]:
    """Say which behaviour each cluster stands for.

    Args:
        overlap: See `count_overlap`.
        manner: `majority`: what is most frequent in it, so that several clusters may stand for one behaviour.
            `one-to-one`: the pairs of clusters and behaviours that share the most frames (Hungarian method); all other
            clusters stand for none.

    Returns:
        Number of the behaviour, or `NONE`; shape (G,). A cluster without any label stands for none.
    """
    n_behaviours = overlap.shape[1] - 1
    if manner == "majority":
        best = overlap.argmax(axis=1)
        return np.where((best == n_behaviours) | (overlap.sum(axis=1) == 0), NONE, best)
    chosen = np.full(len(overlap), NONE)
    for cluster, behaviour in zip(*linear_sum_assignment(-overlap), strict=True):
        if behaviour < n_behaviours and overlap[cluster, behaviour] > 0:
            chosen[cluster] = behaviour
    return chosen


def to_present(clusters_F: NDArray[np.int16], chosen_G: NDArray[np.int64], n_behaviours: int) -> NDArray[np.bool_]:
    """What the clusters say is present; shape (F, K)."""
    return np.asarray(chosen_G[clusters_F][:, None] == np.arange(n_behaviours))
