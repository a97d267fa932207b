"""The part of picture and flow in each logit.

A stream's part in one frame is its Shapley value, for two players: the mean of what it adds to the logit when the other
stream shows this frame, and when the other shows the mean of the recording. Of that its own mean over the recording is
taken off, so that

    logit = mean over the recording + part of the picture + part of flow

holds in every frame. Where the network adds up its streams, as `two-stream` does in all of its fusions, both ways
of asking give the same, and the parts are exact: what a stream says here beyond what it says on average.

Axes: N windows, T frames, K outputs, S frames of a window, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deg_saliency.network import Network, Seen

ADDITIVE = 1e-3
"""Streams that meet by less than this, as a share of how the logits spread, add up: it is rounding."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parts:
    """What each stream says in some frames.

    Attributes:
        logits: Shape (T, K).
        image: What the picture adds; shape (T, K).
        flow: What flow adds; shape (T, K); 0 where the extractor sees none.
        meeting: How far the streams do not add up, half of which is in each part; shape (T, K).
    """

    logits: Array
    image: Array
    flow: Array
    meeting: Array


class Splitter:
    """Splits logits into parts, beside those of a recording.

    Args:
        network: The extractor.
        batches: Gives windows of frames spread over the recording, as often as it is called.
    """

    def __init__(self, network: Network, batches: Callable[[], Iterable[Seen]]) -> None:
        self._network = network
        self._mean = _mean_of(batches())
        self._centre: tuple[Array, Array] = np.zeros(1), np.zeros(1)
        raw = [self._raw(seen) for seen in batches()]
        joined = Parts(*(np.concatenate([getattr(each, name) for each in raw]) for name in Parts.__slots__))
        self._centre = joined.image.mean(axis=0), joined.flow.mean(axis=0)
        self.recording = self._centred(joined)
        """Parts in the frames of the recording that were looked at."""

    @property
    def mean_logits(self) -> Array:
        """Over the recording; shape (K,)."""
        return np.asarray(self.recording.logits.mean(axis=0))

    @property
    def meeting(self) -> float:
        """Largest sum that the streams' meeting comes to, as a share of the spread of that logit."""
        spread = np.maximum(self.recording.logits.std(axis=0), 1e-9)
        return float((np.abs(self.recording.meeting).max(axis=0) / spread).max())

    @property
    def is_exact(self) -> bool:
        """Whether the streams add up."""
        return self.meeting < ADDITIVE

    def parts(self, seen: Seen) -> Parts:
        """What each stream says in some windows, beyond what it says on average."""
        return self._centred(self._raw(seen))

    def _centred(self, raw: Parts) -> Parts:
        return Parts(raw.logits, raw.image - self._centre[0], raw.flow - self._centre[1], raw.meeting)

    @torch.no_grad()
    def _raw(self, seen: Seen) -> Parts:
        """Shapley values before the mean over the recording is taken off."""
        answer = self._network.answer
        mean_frames, mean_flow = (
            None if each is None else each.expand(len(seen), *each.shape[1:]) for each in self._mean
        )
        assert mean_frames is not None
        whole = answer(*seen.tensors)
        if seen.flow_NTPCHW is None:
            nothing = torch.zeros_like(whole)
            return Parts(*map(_array, (whole, whole - answer(mean_frames), nothing, nothing)))
        image_alone, flow_alone = answer(seen.frames_NSCHW, mean_flow), answer(mean_frames, seen.flow_NTPCHW)
        neither = answer(mean_frames, mean_flow)
        meeting = whole - image_alone - flow_alone + neither
        image, flow = image_alone - neither + meeting / 2, flow_alone - neither + meeting / 2
        return Parts(*map(_array, (whole, image, flow, meeting)))


def _mean_of(batches: Iterable[Seen]) -> tuple[Tensor, Tensor | None]:
    """The mean window of a recording: frames (1, S, C, H, W), and flow (1, 1, P, 2, h, w) or None."""
    sums: list[Tensor] = []
    n = 0
    for seen in batches:
        added = [each.double().sum(dim=0, keepdim=True) for each in seen.tensors]
        sums = [one + other for one, other in zip(sums, added, strict=True)] if sums else added
        n += len(seen)
    means = [(each / n).float() for each in sums]
    return means[0], means[1] if len(means) > 1 else None


def _array(tensor: Tensor) -> Array:
    return tensor.double().cpu().numpy()


@dataclass(frozen=True, slots=True)
class BehaviourParts:
    """How much each stream counts for one behaviour.

    Attributes:
        behaviour: Its name.
        n_frames: Frames that were looked at.
        image_share: Share of the logit's variance over them that goes with the picture; NaN where it never varies.
        flow_share: The same for flow; both together are 1. One is below 0 where it mostly contradicts the sum.
        n_present: Frames among them in which the features stage says that it is present.
        image_when_present: Mean part of the picture there, in logits; NaN where there are none.
        flow_when_present: The same for flow.
    """

    behaviour: str
    n_frames: int
    image_share: float
    flow_share: float
    n_present: int
    image_when_present: float
    flow_when_present: float


def summarise(parts: Parts, behaviours: Iterable[str], present_TK: NDArray[np.bool_]) -> list[BehaviourParts]:
    """Say for each behaviour how much each stream counts.

    Args:
        parts: Of frames of a recording.
        behaviours: In the order of the columns.
        present_TK: Where the features stage says that each is present.
    """
    return [
        BehaviourParts(
            behaviour=behaviour,
            n_frames=len(parts.logits),
            image_share=_share(parts.image[:, column], parts.logits[:, column]),
            flow_share=_share(parts.flow[:, column], parts.logits[:, column]),
            n_present=int(present_TK[:, column].sum()),
            image_when_present=_mean(parts.image[present_TK[:, column], column]),
            flow_when_present=_mean(parts.flow[present_TK[:, column], column]),
        )
        for column, behaviour in enumerate(behaviours)
    ]


def _share(part_T: Array, logit_T: Array) -> float:
    """Covariance of a part with the logit, over the logit's variance."""
    away = logit_T - logit_T.mean()
    variance = float((away**2).mean())
    return float((part_T * away).mean() / variance) if variance > 1e-12 else float("nan")


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
