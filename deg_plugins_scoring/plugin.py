"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

from deg_core.api import (
    FrameDecisions,
    Loss,
    LossPlugin,
    MetricPlugin,
    NoSettings,
    PostProcessorPlugin,
    Score,
    hookimpl,
)
from deg_plugins_scoring.hmm import apply_hmm, learn_changes
from deg_plugins_scoring.hysteresis import apply_hysteresis
from deg_plugins_scoring.median import apply_median
from deg_plugins_scoring.min_bout import apply_min_bout, apply_min_bout_per_behaviour, learn_least_frames
from deg_plugins_scoring.settings import (
    BceSettings,
    CrossEntropySettings,
    FocalBceSettings,
    HmmSettings,
    HysteresisSettings,
    MedianSettings,
    MinBoutPerBehaviourSettings,
    MinBoutSettings,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float32]
    Present = NDArray[np.bool_]
    Marks = NDArray[np.int8]


class _Compute(Protocol):
    def __call__(self, probabilities: Probabilities, present: Present, labels: Marks) -> Score: ...


def build_focal_bce(settings: FocalBceSettings, label_counts: NDArray[np.int64]) -> Loss:
    """Build the loss; label_counts are frames absent and present, (K, 2)."""
    from deg_plugins_scoring.binary import FocalBce  # here, so that listing plugins stays cheap

    return FocalBce(settings.gamma, settings.label_smoothing, settings.class_weight_exponent, label_counts)


def build_bce(settings: BceSettings, label_counts: NDArray[np.int64]) -> Loss:
    """Build the loss; label_counts are frames absent and present, (K, 2)."""
    from deg_plugins_scoring.binary import FocalBce

    return FocalBce(0.0, 0.0, settings.class_weight_exponent, label_counts)


def build_cross_entropy(settings: CrossEntropySettings, label_counts: NDArray[np.int64]) -> Loss:
    """Build the loss; label_counts are frames absent and present, (K, 2)."""
    from deg_plugins_scoring.cross_entropy import CrossEntropy

    return CrossEntropy(settings.class_weight_exponent, label_counts)


focal_bce = LossPlugin(
    name="focal-bce",
    summary="binary cross-entropy in which hard frames and rare behaviours weigh more",
    settings=FocalBceSettings,
    soft_labels=True,
    build=build_focal_bce,
)

bce = LossPlugin(name="bce", summary="binary cross-entropy", settings=BceSettings, soft_labels=True, build=build_bce)

cross_entropy = LossPlugin(
    name="cross-entropy",
    summary="softmax cross-entropy, for behaviours that exclude each other",
    settings=CrossEntropySettings,
    exclusive=True,
    soft_labels=True,
    build=build_cross_entropy,
)


@hookimpl
def deg_losses() -> Iterator[LossPlugin[Any]]:
    """Offer the built-in losses."""
    yield focal_bce
    yield bce
    yield cross_entropy


def keep_decisions(settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> Present:
    """Leave every frame as it was decided."""
    del settings, learned
    kept: Present = frames.present.copy()
    return kept


POST_PROCESSORS: tuple[PostProcessorPlugin[Any], ...] = (
    PostProcessorPlugin(
        name="none", summary="every frame is decided by itself", settings=NoSettings, apply=keep_decisions
    ),
    PostProcessorPlugin(
        name="min-bout",
        summary="drops bouts shorter than a number of frames",
        settings=MinBoutSettings,
        apply=apply_min_bout,
    ),
    PostProcessorPlugin(
        name="min-bout-per-behaviour",
        summary="drops bouts shorter than labelled bouts of the behaviour usually are",
        settings=MinBoutPerBehaviourSettings,
        learn=learn_least_frames,
        apply=apply_min_bout_per_behaviour,
    ),
    PostProcessorPlugin(
        name="median", summary="the majority of a window decides", settings=MedianSettings, apply=apply_median
    ),
    PostProcessorPlugin(
        name="hysteresis",
        summary="a bout has to reach a higher threshold, and goes on as long as a lower one is reached",
        settings=HysteresisSettings,
        apply=apply_hysteresis,
    ),
    PostProcessorPlugin(
        name="hmm",
        summary="the likeliest course of events, by how behaviours follow each other in labels (Viterbi)",
        settings=HmmSettings,
        learn=learn_changes,
        apply=apply_hmm,
    ),
)


@hookimpl
def deg_post_processors() -> Iterator[PostProcessorPlugin[Any]]:
    """Offer the built-in post-processors."""
    yield from POST_PROCESSORS


def score_accuracy(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.accuracy`."""
    from deg_plugins_scoring.metrics import accuracy

    return accuracy(probabilities, present, labels)


def score_f1(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.f1`."""
    from deg_plugins_scoring.metrics import f1

    return f1(probabilities, present, labels)


def score_f2(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.f2`."""
    from deg_plugins_scoring.metrics import f2

    return f2(probabilities, present, labels)


def score_precision(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.precision`."""
    from deg_plugins_scoring.metrics import precision

    return precision(probabilities, present, labels)


def score_recall(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.recall`."""
    from deg_plugins_scoring.metrics import recall

    return recall(probabilities, present, labels)


def score_specificity(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.specificity`."""
    from deg_plugins_scoring.metrics import specificity

    return specificity(probabilities, present, labels)


def score_informedness(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.informedness`."""
    from deg_plugins_scoring.metrics import informedness

    return informedness(probabilities, present, labels)


def score_auroc(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.auroc`."""
    from deg_plugins_scoring.metrics import auroc

    return auroc(probabilities, present, labels)


def score_average_precision(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.average_precision`."""
    from deg_plugins_scoring.metrics import average_precision

    return average_precision(probabilities, present, labels)


def score_kappa(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.kappa`."""
    from deg_plugins_scoring.metrics import kappa

    return kappa(probabilities, present, labels)


def score_brier(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.brier`."""
    from deg_plugins_scoring.metrics import brier

    return brier(probabilities, present, labels)


def score_calibration_error(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.calibration_error`."""
    from deg_plugins_scoring.metrics import calibration_error

    return calibration_error(probabilities, present, labels)


def _metric(name: str, summary: str, score: _Compute, goal: Literal["max", "min"] = "max") -> MetricPlugin[NoSettings]:
    return MetricPlugin(name=name, summary=summary, settings=NoSettings, goal=goal, score=score)


METRICS = (
    _metric("accuracy", "share of frames decided rightly", score_accuracy),
    _metric("f1", "harmonic mean of precision and recall", score_f1),
    _metric("f2", "F score in which recall counts twice as much as precision", score_f2),
    _metric("precision", "share of predicted frames that are right", score_precision),
    _metric("recall", "share of the behaviour's frames that are predicted", score_recall),
    _metric("specificity", "share of frames without the behaviour that are left alone", score_specificity),
    _metric("informedness", "recall and specificity together, less 1; 0 by chance", score_informedness),
    _metric("auroc", "area under the ROC curve; 0.5 by chance", score_auroc),
    _metric("average-precision", "area under the precision-recall curve", score_average_precision),
    _metric("kappa", "Cohen's kappa: agreement beyond chance, which is 0", score_kappa),
    _metric("brier", "mean squared difference of probability and truth; 0 at best", score_brier, "min"),
    _metric(
        "calibration-error",
        "how far probabilities are from how often they come true; 0 at best",
        score_calibration_error,
        "min",
    ),
)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[NoSettings]]:
    """Offer the built-in metrics."""
    yield from METRICS
