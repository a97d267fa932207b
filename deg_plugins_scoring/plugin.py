"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from deg_core.api import Loss, LossPlugin, MetricPlugin, NoSettings, Score, hookimpl
from deg_plugins_scoring.settings import BceSettings, CrossEntropySettings, FocalBceSettings

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
    build=build_focal_bce,
)

bce = LossPlugin(name="bce", summary="binary cross-entropy", settings=BceSettings, build=build_bce)

cross_entropy = LossPlugin(
    name="cross-entropy",
    summary="softmax cross-entropy, for behaviours that exclude each other",
    settings=CrossEntropySettings,
    exclusive=True,
    build=build_cross_entropy,
)


@hookimpl
def deg_losses() -> Iterator[LossPlugin[Any]]:
    """Offer the built-in losses."""
    yield focal_bce
    yield bce
    yield cross_entropy


def score_accuracy(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.accuracy`."""
    from deg_plugins_scoring.metrics import accuracy

    return accuracy(probabilities, present, labels)


def score_f1(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.f1`."""
    from deg_plugins_scoring.metrics import f1

    return f1(probabilities, present, labels)


def score_precision(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.precision`."""
    from deg_plugins_scoring.metrics import precision

    return precision(probabilities, present, labels)


def score_recall(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.recall`."""
    from deg_plugins_scoring.metrics import recall

    return recall(probabilities, present, labels)


def score_auroc(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.auroc`."""
    from deg_plugins_scoring.metrics import auroc

    return auroc(probabilities, present, labels)


def score_average_precision(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """See `metrics.average_precision`."""
    from deg_plugins_scoring.metrics import average_precision

    return average_precision(probabilities, present, labels)


def _metric(name: str, summary: str, score: _Compute) -> MetricPlugin[NoSettings]:
    return MetricPlugin(name=name, summary=summary, settings=NoSettings, goal="max", score=score)


METRICS = (
    _metric("accuracy", "share of frames decided rightly", score_accuracy),
    _metric("f1", "harmonic mean of precision and recall", score_f1),
    _metric("precision", "share of predicted frames that are right", score_precision),
    _metric("recall", "share of the behaviour's frames that are predicted", score_recall),
    _metric("auroc", "area under the ROC curve; 0.5 by chance", score_auroc),
    _metric("average-precision", "area under the precision-recall curve", score_average_precision),
)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[NoSettings]]:
    """Offer the built-in metrics."""
    yield from METRICS
