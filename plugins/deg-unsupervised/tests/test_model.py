from __future__ import annotations

import sys

import numpy as np
import pytest
from deg_core import SilentProgress
from deg_core.api import ManifestError, ProjectError
from made_clusters import blobs
from sklearn.metrics import adjusted_rand_score

from deg_unsupervised.model import Recipe, find_clusters

QUIET = SilentProgress()
GROUPS = np.repeat([0, 1, 2, 3], [100, 300, 50, 150])


@pytest.mark.parametrize("reduction", ["pca", "none"])
def test_known_clusters_are_found_and_numbered_from_the_largest(reduction: str) -> None:
    model = find_clusters(blobs(GROUPS), Recipe(reduction=reduction), QUIET)
    assert model.n_clusters == 4
    clusters, confidence = model.assign(blobs(GROUPS, seed=1))
    wanted = np.array([2, 0, 3, 1])[GROUPS]
    assert (clusters == wanted).mean() > 0.99
    assert confidence.min() > 0.3
    assert confidence.max() <= 1
    assert model.accuracy > 0.99
    assert model.noise < 0.2


def test_only_principal_components_say_how_much_variance_they_hold() -> None:
    some, all_ = (find_clusters(blobs(GROUPS), Recipe(n_dimensions=n), QUIET) for n in (2, 100))
    assert 0.3 < some.variance < all_.variance
    assert all_.variance == pytest.approx(1)
    assert (some.n_dimensions, all_.n_dimensions) == (2, 12)
    assert find_clusters(blobs(GROUPS), Recipe(reduction="none"), QUIET).variance is None


def test_features_of_any_scale_and_those_that_never_vary_are_taken() -> None:
    features = blobs(GROUPS)
    features[:, 0] *= 1e4
    features = np.concatenate([features, np.full((len(features), 2), 7.0, np.float32)], axis=1)
    model = find_clusters(features, Recipe(), QUIET)
    assert adjusted_rand_score(GROUPS, model.assign(features)[0]) > 0.99


def test_scattered_frames_are_noise_and_yet_belong_to_the_nearest_cluster() -> None:
    scattered = np.random.default_rng(2).uniform(-9, 9, (200, 12)).astype(np.float32)
    features = np.concatenate([blobs(GROUPS), scattered])
    model = find_clusters(features, Recipe(), QUIET)
    assert 0.15 < model.noise < 0.45
    assert set(model.assign(scattered)[0]) <= set(range(model.n_clusters))


def test_the_smallest_share_decides_what_is_a_cluster() -> None:
    assert find_clusters(blobs(GROUPS), Recipe(least_share=0.1), QUIET).n_clusters == 3


def test_the_same_seed_gives_the_same_clusters_to_the_last_bit() -> None:
    features, unseen = blobs(GROUPS, spread=1.2), blobs(GROUPS, spread=1.2, seed=1)
    first, again, other = (find_clusters(features, Recipe(seed=seed), QUIET).assign(unseen) for seed in (0, 0, 1))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[1], other[1])


def test_global_randomness_is_left_alone() -> None:
    before = repr(np.random.get_state(legacy=False))  # noqa: NPY002
    find_clusters(blobs(GROUPS), Recipe(), QUIET)
    assert repr(np.random.get_state(legacy=False)) == before  # noqa: NPY002


def test_too_few_frames_are_refused() -> None:
    with pytest.raises(ProjectError, match="49 frames are too few"):
        find_clusters(blobs(GROUPS[:49]), Recipe(), QUIET)


@pytest.mark.parametrize("kind", ["alike", "scattered"])
def test_frames_without_clusters_are_refused(kind: str) -> None:
    features = np.zeros((60, 3), np.float32)
    if kind == "scattered":
        features = np.random.default_rng(0).uniform(size=(300, 3)).astype(np.float32)
    with pytest.raises(ProjectError, match="no cluster was found"):
        find_clusters(features, Recipe(least_share=0.3), QUIET)


def test_without_umap_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(ManifestError, match="UMAP is not installed") as caught:
        find_clusters(blobs(GROUPS), Recipe(reduction="umap"), QUIET)
    assert "deg-unsupervised[umap]" in caught.value.fix


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of numba and umap, who talk to each other
def test_umap_finds_them_too() -> None:
    pytest.importorskip("umap", reason='umap-learn is not installed: pip install "deg-unsupervised[umap]"')
    model = find_clusters(blobs(GROUPS), Recipe(reduction="umap", n_dimensions=3), QUIET)
    assert adjusted_rand_score(GROUPS, model.assign(blobs(GROUPS, seed=1))[0]) > 0.9
