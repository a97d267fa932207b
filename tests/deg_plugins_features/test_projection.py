from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from deg_plugins_features.projection import ComponentSearch, Projection


def pictures(n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    scales = np.array([9, 6, 4, 1, 0.5, 0.2])
    return (rng.standard_normal((n, 6)) * scales + 5).astype(np.float32)


@pytest.mark.parametrize("n", [40, 1024, 2047, 2048, 5000])
@pytest.mark.parametrize("batch", [7, 900])
def test_batches_of_any_size_give_the_components_of_the_whole(n: int, batch: int) -> None:
    rows = pictures(n)
    search = ComponentSearch(3)
    for start in range(0, n, batch):
        search.add(rows[start : start + batch])
    found = search.finish()
    assert found is not None
    whole = PCA(3, svd_solver="full").fit(rows)
    alignment = np.abs(np.sum(found.components_ * whole.components_, axis=1))
    np.testing.assert_allclose(alignment, 1, atol=0.02)
    np.testing.assert_allclose(found.explained_variance_, whole.explained_variance_, rtol=0.02)


def test_no_picture_is_left_out() -> None:
    search = ComponentSearch(2)
    for rows in np.array_split(pictures(3333), 50):
        search.add(rows)
    found = search.finish()
    assert found is not None
    assert found.n_samples_seen_ == 3333


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_pictures_have_no_components(n: int) -> None:
    search = ComponentSearch(2)
    search.add(pictures(n))
    assert search.finish() is None


def test_scores_are_those_of_scikit_learn_with_variance_1() -> None:
    rows = pictures(500)
    search = ComponentSearch(3)
    search.add(rows)
    found = search.finish()
    assert found is not None
    projection = Projection(6, 3)
    projection.take(found)
    scores = found.transform(rows)
    expected = torch.from_numpy(scores / scores.std(axis=0, ddof=1)).float()
    torch.testing.assert_close(projection(torch.from_numpy(rows)), expected, rtol=1e-3, atol=1e-4)
