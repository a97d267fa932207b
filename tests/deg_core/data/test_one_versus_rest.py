from __future__ import annotations

import numpy as np

from deg_core.data.one_versus_rest import fit_logistic, output_labels
from deg_core.testing.torch_component import random_normal


def test_none_is_known_where_all_or_any_is() -> None:
    labels = np.array([[0, 0], [0, 1], [-1, 1], [-1, 0], [-1, -1]], dtype=np.int8)
    with_none = output_labels(labels, exclusive=True)
    assert with_none.dtype == np.int8
    np.testing.assert_array_equal(with_none[:, :2], labels)
    assert with_none[:, 2].tolist() == [1, 0, 0, -1, -1]
    assert output_labels(labels, exclusive=False) is labels


def test_a_rare_outcome_weighs_as_much_as_a_common_one() -> None:
    latents = random_normal(1000, 1).numpy()
    rare = (latents > 1.5).astype(np.int8)
    weight, bias = fit_logistic(latents, rare, strength=1.0)
    logits = latents @ weight.T + bias
    assert (logits[rare == 1] > 0).mean() > 0.9
    assert (logits[rare == 0] < 0).mean() > 0.9


def test_frames_without_a_label_play_no_part() -> None:
    latents, labels = random_normal(60, 2).numpy(), np.tile([[0], [1], [-1]], (20, 1)).astype(np.int8)
    changed = latents.copy()
    changed[2::3] = 1e6
    for found, expected in zip(fit_logistic(changed, labels, 1.0), fit_logistic(latents, labels, 1.0), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_an_outcome_that_never_varies_gets_a_constant() -> None:
    labels = np.tile([[0, 1, -1]], (99, 1)).astype(np.int8)
    weight, bias = fit_logistic(random_normal(99, 2).numpy(), labels, 1.0)
    assert not weight.any()
    np.testing.assert_allclose(bias, [-np.log(100), np.log(100), 0], rtol=1e-6)


def test_latents_of_any_scale_and_offset_are_told_apart_alike() -> None:
    latents = random_normal(400, 2).numpy()
    labels = (latents[:, :1] > 0.5).astype(np.int8)
    scale, offset = np.array([1e-3, 50], np.float32), np.array([2, -300], np.float32)
    (weight, bias), (scaled_weight, scaled_bias) = (
        fit_logistic(x, labels, 1.0) for x in (latents, latents * scale + offset)
    )
    scaled_logits = (latents * scale + offset).astype(np.float64) @ scaled_weight.T + scaled_bias
    np.testing.assert_allclose(scaled_logits, latents @ weight.T + bias, atol=0.02)
