"""The fakes of what scores and decides; see `fakes`.

Axes: N stretches, T frames, K behaviours or outputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn

from deg_core.data.bouts import drop_short_bouts
from deg_core.data.labels import count_labels
from deg_core.descriptors import LossPlugin, MetricPlugin, NoSettings, PluginSettings, PostProcessorPlugin
from deg_core.interfaces import FrameDecisions, Score


class FakeLoss(nn.Module):
    """Mean cross-entropy over what is labelled, of every behaviour alone or of the one that happens."""

    def __init__(self, *, exclusive: bool) -> None:
        super().__init__()
        self.exclusive = exclusive

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """See `Loss`."""
        if self.exclusive:
            present = labels.clamp(min=0)
            wrong = -logits.log_softmax(dim=-1) * torch.cat([present, 1 - present.sum(dim=-1, keepdim=True)], dim=-1)
            known = (labels >= 0).all(dim=-1, keepdim=True).expand_as(logits)
        else:
            wanted = labels.clamp(min=0).to(logits.dtype)
            wrong = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
            known = labels >= 0
        return (wrong * known).sum() / known.sum().clamp(min=1)


class FakePostProcessorSettings(PluginSettings):
    """What it keeps."""

    min_frames: int = Field(default=1, ge=1, description="Shorter bouts are dropped.")


def learn_seen(
    settings: FakePostProcessorSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool
) -> dict[str, Any]:
    """Learn which behaviours the training labels show."""
    del settings, exclusive
    counts = np.sum([count_labels(marks) for marks in labels], axis=0)
    return {"seen": (counts[:, 1] > 0).tolist()}


def keep_long_and_seen(
    settings: FakePostProcessorSettings, learned: Mapping[str, Any], frames: FrameDecisions
) -> NDArray[np.bool_]:
    """Drop short bouts, and behaviours that the training labels never showed."""
    return drop_short_bouts(frames.present & np.array(learned["seen"]), settings.min_frames)


def score_agreement(probabilities: NDArray[np.float32], present: NDArray[np.bool_], labels: NDArray[np.int8]) -> Score:
    """Share of labelled frames decided as labelled; NaN where nothing is labelled."""
    del probabilities
    per_behaviour = tuple(
        float((decided[marks >= 0] == marks[marks >= 0]).mean()) if (marks >= 0).any() else float("nan")
        for decided, marks in zip(present.T, labels.T, strict=True)
    )
    known = [score for score in per_behaviour if not np.isnan(score)]
    return Score(float(np.mean(known)) if known else float("nan"), per_behaviour)


def _build_loss(settings: NoSettings, label_counts: NDArray[np.int64]) -> FakeLoss:
    del settings, label_counts
    return FakeLoss(exclusive=False)


def _build_exclusive_loss(settings: NoSettings, label_counts: NDArray[np.int64]) -> FakeLoss:
    del settings, label_counts
    return FakeLoss(exclusive=True)


fake_loss = LossPlugin(
    name="fake-loss", summary="mean cross-entropy", settings=NoSettings, soft_labels=True, build=_build_loss
)

fake_exclusive_loss = LossPlugin(
    name="fake-exclusive-loss",
    summary="mean cross-entropy of exclusive behaviours",
    settings=NoSettings,
    exclusive=True,
    soft_labels=True,
    build=_build_exclusive_loss,
)

fake_post_processor = PostProcessorPlugin(
    name="fake-post-processor",
    summary="drops short bouts, and what training labels never showed",
    settings=FakePostProcessorSettings,
    learn=learn_seen,
    apply=keep_long_and_seen,
)

fake_metric = MetricPlugin(
    name="fake-agreement",
    summary="share of frames decided as labelled",
    settings=NoSettings,
    goal="max",
    score=score_agreement,
)
