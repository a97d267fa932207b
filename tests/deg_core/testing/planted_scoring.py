"""Good losses, a good metric, and copies with one fault each, for `test_scoring.py` to try the contracts on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_core.descriptors import LossPlugin, MetricPlugin, NoSettings
from deg_core.interfaces import Score
from deg_core.testing import LossContract, MetricContract


class GoodLoss(nn.Module):
    """The mean of binary cross-entropy over what is labelled."""

    exclusive = False
    soft_labels = False

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        known = self.known(labels)
        total: Tensor = (self.wrong(logits, labels) * known).sum() / self.count(known)
        return total

    def known(self, labels: Tensor) -> Tensor:
        return labels != -1

    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        target = (labels == 1).to(logits.dtype)
        return functional.binary_cross_entropy_with_logits(logits, target, reduction="none")

    def count(self, known: Tensor) -> Tensor:
        return known.sum().clamp(min=1)


class CountsWhatIsNotLabelled(GoodLoss):
    def known(self, labels: Tensor) -> Tensor:
        return torch.ones_like(labels)


class DividesByEveryFrame(GoodLoss):
    def count(self, known: Tensor) -> Tensor:
        return torch.tensor(known.numel())


class UndefinedWithoutLabels(GoodLoss):
    def count(self, known: Tensor) -> Tensor:
        return known.sum()


class Overflows(GoodLoss):
    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        p = logits.sigmoid()
        return -torch.where(labels == 1, p, 1 - p).log()


class WantsTheOpposite(GoodLoss):
    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        return super().wrong(-logits, labels)


class PullsTheWrongWay(GoodLoss):
    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        value = super().forward(logits, labels)
        return 2 * value.detach() - value


class HasNoGradient(GoodLoss):
    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        return super().wrong(logits, labels).detach() + 0 * logits


class GivesOneNumberPerBehaviour(GoodLoss):
    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        return self.wrong(logits, labels).flatten(0, -2).mean(dim=0)


class MarksOverLabels(GoodLoss):
    def known(self, labels: Tensor) -> Tensor:
        known = labels != -1
        labels[~known] = 0
        return known


class SeesOnlyWhatIsPresent(GoodLoss):
    def known(self, labels: Tensor) -> Tensor:
        return (labels == 1).any(dim=-1, keepdim=True).expand_as(labels) & (labels != -1)


class SeesOnlyTheFirstFrames(GoodLoss):
    def known(self, labels: Tensor) -> Tensor:
        known = labels != -1
        if labels.ndim == 3:
            known[:, 4:] = False
        return known


class DropsLogits(GoodLoss):
    def forward(self, logits: Any, labels: Any) -> Any:
        return super().forward(nn.functional.dropout(logits, 0.01), labels)


class GoodSoftLoss(GoodLoss):
    """It, for labels between 0 and 1 too."""

    soft_labels = True

    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        target = self.target(labels).to(logits.dtype)
        return functional.binary_cross_entropy_with_logits(logits, target, reduction="none")

    def target(self, labels: Tensor) -> Tensor:
        return labels.clamp(min=0)


class TakesSoftLabelsForAbsent(GoodSoftLoss):
    def target(self, labels: Tensor) -> Tensor:
        return labels == 1


class RoundsSoftLabels(GoodSoftLoss):
    def target(self, labels: Tensor) -> Tensor:
        return labels >= 0.5


class WantsWholeNumbers(GoodSoftLoss):
    def known(self, labels: Tensor) -> Tensor:
        return (labels != -1) & (labels.is_floating_point() is False)


class GoodExclusiveLoss(GoodLoss):
    """The mean of softmax cross-entropy, `none` last, over frames that are labelled."""

    exclusive = True

    def known(self, labels: Tensor) -> Tensor:
        return (labels != -1).all(dim=-1, keepdim=True)

    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        present = (labels == 1).to(logits.dtype)
        target = torch.cat([present, 1 - present.amax(dim=-1, keepdim=True)], dim=-1)
        return -(logits.log_softmax(dim=-1) * target).sum(dim=-1, keepdim=True)


class PutsNoneFirst(GoodExclusiveLoss):
    def wrong(self, logits: Tensor, labels: Tensor) -> Tensor:
        return super().wrong(logits.roll(-1, dims=-1), labels)


class IgnoresNone(GoodExclusiveLoss):
    def known(self, labels: Tensor) -> Tensor:
        return super().known(labels) & (labels == 1).any(dim=-1, keepdim=True)


class TakesMissingForNone(GoodExclusiveLoss):
    def known(self, labels: Tensor) -> Tensor:
        return torch.ones_like(labels[..., :1])


class GoodMetric:
    """Share of labelled frames decided as labelled; NaN where nothing is labelled."""

    goal = "max"

    def __call__(self, probabilities: Any, present: Any, labels: Any) -> Score:
        scores = [self.one(*column) for column in zip(probabilities.T, present.T, labels.T, strict=True)]
        return Score(self.overall(scores), tuple(scores))

    def one(self, probabilities: Any, present: Any, labels: Any) -> float:
        known = self.known(labels)
        return float((present[known] == (labels[known] == 1)).mean()) if known.any() else self.undefined()

    def known(self, labels: Any) -> Any:
        return labels != -1

    def undefined(self) -> float:
        return math.nan

    def overall(self, scores: list[float]) -> float:
        defined = [score for score in scores if not math.isnan(score)]
        return sum(defined) / len(defined) if defined else math.nan


class CountsUnlabelledFrames(GoodMetric):
    def known(self, labels: Any) -> Any:
        return np.ones(len(labels), dtype=bool)


class SaysTheWrongGoal(GoodMetric):
    goal = "min"


class IsWorstForTheBest(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> float:
        return 1 - super().one(probabilities, present, labels)


class UndefinedForRareBehaviours(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> float:
        return super().one(probabilities, present, labels) if (labels == 1).sum() > 30 else math.nan


class ZeroWhereUndefined(GoodMetric):
    def undefined(self) -> float:
        return 0.0


class InfiniteWhereNeverSeen(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> float:
        return super().one(probabilities, present, labels) if (labels == 1).any() else math.inf


class UndefinedForAllIfForOne(GoodMetric):
    def overall(self, scores: list[float]) -> float:
        return sum(scores) / len(scores)


class WeighsLaterFramesMore(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> float:
        known, weight = labels != -1, np.arange(len(labels))
        right = (present == (labels == 1)) & known
        return float((right * weight).sum() / (known * weight).sum()) if known.any() else math.nan


class NeverSatisfied(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> float:
        return 0.5 if (labels != -1).any() else math.nan


class ForgetsABehaviour(GoodMetric):
    def __call__(self, probabilities: Any, present: Any, labels: Any) -> Score:
        return super().__call__(probabilities[:, :2], present[:, :2], labels[:, :2])


class MixesBehaviours(GoodMetric):
    def __call__(self, probabilities: Any, present: Any, labels: Any) -> Score:
        score = super().__call__(probabilities, present, labels)
        return Score(score.overall, tuple((one + score.overall) / 2 for one in score.per_behaviour))


class RoundsLabels(GoodMetric):
    def known(self, labels: Any) -> Any:
        known = labels != -1
        labels[~known] = 0
        return known


class GivesNumbersOfNumpy(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> Any:
        return np.float32(super().one(probabilities, present, labels))


class Draws(GoodMetric):
    def one(self, probabilities: Any, present: Any, labels: Any) -> Any:
        np.random.random()  # noqa: NPY002  # the fault
        return super().one(probabilities, present, labels)


def _loss_contract(loss: type[GoodLoss]) -> type[LossContract]:
    class Contract(LossContract):
        plugin = LossPlugin(
            name="planted",
            summary="one",
            settings=NoSettings,
            exclusive=loss.exclusive,
            soft_labels=loss.soft_labels,
            build=lambda settings, label_counts: loss(),
        )

    return Contract


def _metric_contract(metric: type[GoodMetric]) -> type[MetricContract]:
    class Contract(MetricContract):
        plugin = MetricPlugin(name="planted", summary="one", settings=NoSettings, goal=metric.goal, score=metric())

    return Contract


for planted in [each for each in list(globals().values()) if isinstance(each, type) and each.__module__ == __name__]:
    contract: type[Any] = (_loss_contract if issubclass(planted, GoodLoss) else _metric_contract)(planted)
    contract.__name__ = contract.__qualname__ = f"Test{planted.__name__}"
    globals()[contract.__name__] = contract
del contract
