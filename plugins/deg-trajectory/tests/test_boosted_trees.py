"""Trees whose numbers are tensors answer as scikit-learn's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deg_trajectory.boosted_trees import BoostedTrees, _at_most


def data(n_frames: int = 600, n_latents: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(n_frames, n_latents)).astype(np.float32)
    latents[:, 5] = np.round(latents[:, 5])  # many frames lie exactly on what divides others
    score = latents[:, 0] * latents[:, 1] + latents[:, 2] + 0.3 * latents[:, 5] + 0.3 * rng.normal(size=n_frames)
    return latents, np.stack([score > 0, score > 1.5], axis=1).astype(np.int8)


@pytest.mark.parametrize(("n_trees", "max_leaves"), [(1, 2), (40, 32)])
def test_probabilities_are_those_of_scikit_learn(n_trees: int, max_leaves: int) -> None:
    latents, labels = data()
    trees = BoostedTrees(2, n_trees, max_leaves)
    trees.grow(latents, labels, 5, 0.1)
    unseen = np.random.default_rng(1).normal(size=(2000, 6)).astype(np.float32)
    unseen[:, 5] = np.round(unseen[:, 5])
    for output in (0, 1):
        model = trees.make_classifier(5, 0.1).fit(latents, labels[:, output])
        for frames in (latents, unseen):
            found = torch.sigmoid(trees(torch.from_numpy(frames)).double()).numpy()[:, output]
            np.testing.assert_allclose(found, model.predict_proba(frames)[:, 1], rtol=0, atol=1e-6)


def test_a_latent_that_is_exactly_a_threshold_goes_left_as_in_scikit_learn() -> None:
    latents = np.repeat(np.array([[0.0], [1.0], [2.0]], np.float32), 40, axis=0)
    labels = np.repeat([0, 1, 1], 40).astype(np.int8)[:, None]
    trees = BoostedTrees(1, 3, 4)
    trees.grow(latents, labels, 5, 0.5)
    model = trees.make_classifier(5, 0.5).fit(latents, labels[:, 0])
    # The threshold lies in the middle, at 0.5, and then on either side of it by the smallest step there is.
    middle = np.float32(0.5)
    near = np.array([[middle], [np.nextafter(middle, np.float32(1))], [np.nextafter(middle, np.float32(0))]])
    found = torch.sigmoid(trees(torch.from_numpy(near)).double()).numpy()[:, 0]
    np.testing.assert_allclose(found, model.predict_proba(near)[:, 1], rtol=0, atol=1e-6)
    assert found[0] < 0.5 < found[1]


def test_thresholds_are_rounded_so_that_no_latent_changes_sides() -> None:
    numbers = np.array([0.1, 0.3, -0.1, -0.3, 0.5])
    kept = _at_most(numbers)
    assert kept.dtype == np.float32
    assert (kept.astype(np.float64) <= numbers).all()
    assert (np.nextafter(kept, np.float32(np.inf)).astype(np.float64) > numbers).all()


def test_frames_without_a_label_have_no_say() -> None:
    latents, labels = data()
    hidden = labels.copy()
    hidden[::3] = -1
    few, all_of_them = BoostedTrees(2, 10, 8), BoostedTrees(2, 10, 8)
    few.grow(latents, hidden, 5, 0.1)
    kept = np.arange(600) % 3 != 0
    all_of_them.grow(latents[kept], labels[kept], 5, 0.1)
    assert all(torch.equal(a, b) for a, b in zip(few.buffers(), all_of_them.buffers(), strict=True))


def test_what_never_or_always_happens_has_a_constant_logit() -> None:
    latents, labels = data()
    labels[:, 0], labels[:, 1] = 0, 1
    trees = BoostedTrees(2, 10, 8)
    trees.grow(latents, labels, 5, 0.1)
    logits = trees(torch.from_numpy(latents))
    np.testing.assert_allclose(logits[:, 0], np.log(1 / 601), rtol=1e-5)
    np.testing.assert_allclose(logits[:, 1], np.log(601), rtol=1e-5)


def test_growing_anew_leaves_nothing_of_the_trees_before() -> None:
    latents, labels = data()
    again, once = BoostedTrees(2, 10, 16), BoostedTrees(2, 10, 16)
    again.grow(latents, labels, 5, 0.1)
    again.grow(latents[:60], labels[:60], 20, 0.1)
    once.grow(latents[:60], labels[:60], 20, 0.1)
    assert all(torch.equal(a, b) for a, b in zip(again.buffers(), once.buffers(), strict=True))


def test_rare_behaviour_weighs_as_much_as_common() -> None:
    latents, labels = data()
    trees = BoostedTrees(2, 40, 8)
    trees.grow(latents, labels, 5, 0.1)
    logits = trees(torch.from_numpy(latents))[:, 1].numpy()
    assert labels[:, 1].mean() < 0.2
    assert (logits[labels[:, 1] == 1] > 0).mean() > 0.95
