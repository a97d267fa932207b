"""Answers to every frame that may choose thresholds, each by a model that did not learn from it.

A threshold chosen on one validation part of a short recording may not carry over to the next stretch of it. Where
models fit in seconds, each stretch can be left out once, and all of them together choose.

Axes: T frames, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deg_core.errors import ManifestError
from deg_core.inference.classify import infer_logits
from deg_core.interfaces import FitsDirectly, SequenceModel
from deg_core.project.run_record import RunRecord
from deg_core.training.examples import LatentExamples
from deg_core.training.fit import fit_directly
from deg_core.training.stretches import LatentSpan

if TYPE_CHECKING:
    import torch

WHERE = "project.yaml, thresholds.cross_fitted"


def check_cross_fitting(model: SequenceModel, features: RunRecord, takes: str, n_spans: int, n_folds: int) -> None:
    """Refuse what would give answers to frames that were learned from after all, or never end.

    Raises:
        ManifestError: The sequence model learns by gradient, the features learned from the very labels, or there are
            fewer stretches than folds.
    """
    if not isinstance(model, FitsDirectly):
        raise ManifestError(
            "this sequence model learns by gradient, and is not trained several times over",
            where=WHERE,
            fix="choose one with a solver of its own, such as random-forest, or leave cross_fitted out",
        )
    if features.training or takes == "logits":
        raise ManifestError(
            "the feature extractor has learned from the labels of the training part, so none of them is unseen",
            where=WHERE,
            fix="leave cross_fitted out, or choose features that no gradient trains",
        )
    if n_spans < n_folds:
        raise ManifestError(
            f"{n_spans} stretches of labelled frames cannot be left out in {n_folds} turns",
            where=WHERE,
            fix="write fewer, or split into shorter blocks",
        )


def held_out_logits(
    build: Callable[[], SequenceModel],
    spans: Sequence[LatentSpan],
    n_folds: int,
    device: torch.device,
    *,
    exclusive: bool,
) -> NDArray[np.float32]:
    """Answers for all spans, one after the other, by models that learned from the others.

    Args:
        build: Gives a model that has learned nothing, and has a solver of its own.
        spans: Stretches that share no frame that one answer sees, as guard gaps see to.
        n_folds: Turns, in each of which every so manieth span is left out.
        device: Where they answer.
        exclusive: Whether the behaviours exclude each other.

    Returns:
        Shape (T, K), float32.
    """
    answers: dict[int, NDArray[np.float32]] = {}
    for fold in range(n_folds):
        model = build()
        others = [span for index, span in enumerate(spans) if index % n_folds != fold]
        fit_directly(model, LatentExamples(others), exclusive=exclusive)
        for index in range(fold, len(spans), n_folds):
            answers[index] = _answer(model, spans[index].latents, device)
    return np.concatenate([answers[index] for index in range(len(spans))])


def _answer(model: SequenceModel, latents_TD: NDArray[np.float32], device: torch.device) -> NDArray[np.float32]:
    model.eval().to(device)
    return infer_logits(lambda start, stop: latents_TD[start:stop], len(latents_TD), model, device)
