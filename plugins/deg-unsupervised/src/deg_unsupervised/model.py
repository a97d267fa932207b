"""Finds clusters in some frames, and says of any frame to which it belongs.

Axes: F frames, D features, M dimensions that clusters are looked for in, G clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from deg_core.api import ManifestError, Progress, ProjectError
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier

Reduction = Literal["pca", "umap", "none"]

NOISE = -1
_FEWEST = 50
_TREES = 100


@dataclass(frozen=True, slots=True)
class Recipe:
    """How clusters are found.

    Attributes:
        reduction: What brings features to few dimensions first.
        n_dimensions: How many, M.
        least_share: Share of the frames that a cluster has at least, above 0.
        min_samples: Neighbours that make a place dense; more calls more frames noise.
        seed: From which all randomness is drawn.
    """

    reduction: Reduction = "pca"
    n_dimensions: int = 10
    least_share: float = 0.01
    min_samples: int = 10
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ClusterModel:
    """What was found.

    Attributes:
        n_clusters: G.
        n_dimensions: In which they were looked for, M.
        noise: Share of the frames it was found in that belong to no dense place.
        variance: Share of variance in the dimensions looked at; None where no principal components were.
        accuracy: Of the classifier, on frames that each of its trees has not seen; 1 where there is one cluster.
    """

    n_clusters: int
    n_dimensions: int
    noise: float
    variance: float | None
    accuracy: float
    _mean: NDArray[np.float64]
    _spread: NDArray[np.float64]
    _forest: Any

    def assign(self, features_FD: NDArray[np.float32]) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
        """Say to which cluster frames belong.

        Returns:
            Number of the cluster, 0 for the largest, shape (F,); and the share of trees that say so, 0..1, shape (F,).
        """
        if self.n_clusters == 1:
            return np.zeros(len(features_FD), np.int16), np.ones(len(features_FD), np.float32)
        shares = self._forest.predict_proba((features_FD - self._mean) / self._spread)
        return shares.argmax(axis=1).astype(np.int16), shares.max(axis=1).astype(np.float32)


def find_clusters(features_FD: NDArray[np.float32], recipe: Recipe, progress: Progress) -> ClusterModel:
    """Find clusters, and train a classifier on the frames in them.

    Args:
        features_FD: Features of frames from all that may be looked at; finite.
        recipe: How.
        progress: Who is told.

    Raises:
        ProjectError: There are too few frames, or no cluster is found.
        ManifestError: UMAP is wanted and not installed.
    """
    if len(features_FD) < _FEWEST:
        raise ProjectError(
            f"{len(features_FD)} frames are too few to look for clusters; it takes {_FEWEST}",
            where="frames outside the validation and test parts",
            fix="predict more recordings (deg predict), or give --fit-frames more",
        )
    with progress.task("clusters", 3) as task:
        mean, spread = features_FD.mean(axis=0, dtype=np.float64), features_FD.std(axis=0, dtype=np.float64)
        spread[spread <= 1e-6 * max(float(np.abs(features_FD).max()), 1e-12)] = 1
        scaled_FD = (features_FD - mean) / spread
        if not scaled_FD.any():
            raise _no_cluster(len(scaled_FD))
        places_FM, variance = _reduce(scaled_FD, recipe)
        task.advance(note=recipe.reduction)
        clusters_F = _by_size(_dense_places(places_FM, recipe))
        task.advance(note="hdbscan")
        n_clusters = int(clusters_F.max()) + 1
        if n_clusters == 0:
            raise _no_cluster(len(scaled_FD))
        inside = clusters_F != NOISE
        forest, accuracy = _train(scaled_FD[inside], clusters_F[inside], recipe.seed)
        task.advance(note="classifier")
    noise = float(1 - inside.mean())
    return ClusterModel(n_clusters, places_FM.shape[1], noise, variance, accuracy, mean, spread, forest)


def _no_cluster(n_frames: int) -> ProjectError:
    return ProjectError(
        "no cluster was found: all frames are alike, or scattered",
        where=f"{n_frames} frames",
        fix="lower --smallest or --min-samples, or try another --reduce",
    )


def _reduce(scaled_FD: NDArray[np.float64], recipe: Recipe) -> tuple[NDArray[np.float64], float | None]:
    n_dimensions = min(recipe.n_dimensions, *scaled_FD.shape)
    if recipe.reduction == "none":
        return scaled_FD, None
    if recipe.reduction == "umap":
        return _umap(scaled_FD, n_dimensions, recipe.seed), None
    pca = PCA(n_dimensions, svd_solver="auto", random_state=recipe.seed)
    places_FM = pca.fit_transform(scaled_FD)
    return places_FM, float(pca.explained_variance_ratio_.sum())


def _umap(scaled_FD: NDArray[np.float64], n_dimensions: int, seed: int) -> NDArray[np.float64]:
    try:
        from umap import UMAP
    except ImportError as error:
        raise ManifestError(
            "UMAP is not installed", where="--reduce umap", fix='pip install "deg-unsupervised[umap]", or --reduce pca'
        ) from error
    # As B-SOiD has it (Hsu and Yttri, Nature Communications 2021): no distance, so that dense places become dense.
    umap = UMAP(n_components=n_dimensions, n_neighbors=60, min_dist=0.0, random_state=seed, n_jobs=1)
    return np.asarray(umap.fit_transform(scaled_FD), dtype=np.float64)


def _dense_places(places_FM: NDArray[np.float64], recipe: Recipe) -> NDArray[np.int64]:
    smallest = max(2, round(recipe.least_share * len(places_FM)))
    hdbscan = HDBSCAN(min_cluster_size=smallest, min_samples=min(recipe.min_samples, len(places_FM)), copy=True)
    return np.asarray(hdbscan.fit_predict(places_FM), dtype=np.int64)


def _by_size(clusters_F: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same clusters, numbered from the largest to the smallest; noise stays."""
    sizes = np.bincount(clusters_F[clusters_F != NOISE])
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return np.where(clusters_F == NOISE, NOISE, np.append(rank, NOISE)[clusters_F])


def _train(features_FD: NDArray[np.float64], clusters_F: NDArray[np.int64], seed: int) -> tuple[Any, float]:
    """A random forest, as in B-SOiD, and how often the trees that did not see a frame are right about it."""
    if clusters_F.max() == 0:
        return None, 1.0
    forest = RandomForestClassifier(_TREES, oob_score=True, class_weight="balanced", random_state=seed)
    forest.fit(features_FD, clusters_F)
    return forest, float(forest.oob_score_)
