"""What one training step is in each of the three stages: a batch in, a loss out.

Axes: N clips or stretches, S frames of a clip, T frames with labels, C channels, H, W, Q numbers told of pose,
D latents, K outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from deg_core.interfaces import FlowGenerator, Loss
from deg_core.networks.tensors import extract, normalise, normalise_in_place, to_pictures
from deg_core.project.run_record import Statistics
from deg_core.training.augment import Augment

Batch = tuple[Any, ...]
"""What a stage looks at, each a tensor or None, and last, where there are some, its labels."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a step says about a batch.

    Attributes:
        loss: A scalar to be minimised.
        logits: (N, T, K), for scores; None in a stage without labels.
        labels: 1, 0, or -1 where not labelled; (N, T, n_behaviours).
    """

    loss: Tensor
    logits: Tensor | None = None
    labels: Tensor | None = None


class Steps(Protocol):
    """One stage's way with batches. No module itself: what it holds beside the model is not trained or saved."""

    def place(self, device: torch.device) -> None:
        """Bring what it holds to a device."""

    def prepare(self, batch: Batch, rng: np.random.Generator | None) -> Batch:
        """Make a batch ready, on the device and outside of gradients; `rng` where it is to be changed at random."""

    def __call__(self, model: Any, batch: Batch) -> Answer:
        """Compute the loss of a prepared batch."""


@dataclass(frozen=True, slots=True)
class FlowSteps:
    """Self-supervised training of a flow generator."""

    statistics: Statistics
    augment: Augment

    def place(self, device: torch.device) -> None:
        """Nothing to bring."""

    def prepare(self, batch: Batch, rng: np.random.Generator | None) -> Batch:
        """Bytes (N, S, H, W, 3) to z-scored frames and pictures in 0..1, both (N, S, 3, H, W)."""
        pictures = _pictures(batch[0], self.augment, rng)
        return normalise(pictures, self.statistics), pictures

    def __call__(self, model: Any, batch: Batch) -> Answer:
        """Compute the generator's own objective."""
        frames_NSCHW, pictures_NSCHW = batch
        return Answer(model.objective(frames_NSCHW, pictures_NSCHW)["total"])


@dataclass(frozen=True, slots=True)
class FeatureSteps:
    """Supervised training of a feature extractor.

    Attributes:
        statistics: Colours that frames are z-scored with.
        augment: Random changes to clips.
        flow_generator: Trained, in `eval` mode; None where the extractor needs no flow.
        loss: For the labels in the middle.
        offsets: Frames that the extractor looks at, counted from the middle; None for all.
    """

    statistics: Statistics
    augment: Augment
    flow_generator: FlowGenerator | None
    loss: Loss
    offsets: tuple[int, ...] | None = None

    def place(self, device: torch.device) -> None:
        """Bring loss and flow generator to a device."""
        _place(self.loss, device)
        _place(self.flow_generator, device)

    def prepare(self, batch: Batch, rng: np.random.Generator | None) -> Batch:
        """Bytes (N, S, H, W, 3) to z-scored frames (N, S, 3, H, W); pose (N, S, Q) and labels (N, T, K) stay.

        Frames that nobody looks at are 0: preparing all of a clip can cost more than a small network does.
        """
        frames_NSHWC, pose_NSQ, labels = batch
        if frames_NSHWC is None:
            return batch
        if self.offsets is None or len(self.offsets) == frames_NSHWC.shape[1]:
            return self._seen(frames_NSHWC, rng), pose_NSQ, labels
        middle = frames_NSHWC.shape[1] // 2
        places = [middle + offset for offset in self.offsets]
        seen = self._seen(frames_NSHWC[:, places], rng)
        frames_NSCHW = seen.new_zeros(len(seen), frames_NSHWC.shape[1], *seen.shape[2:])
        frames_NSCHW[:, places] = seen
        return frames_NSCHW, pose_NSQ, labels

    def _seen(self, frames_NSHWC: Tensor, rng: np.random.Generator | None) -> Tensor:
        return normalise_in_place(_pictures(frames_NSHWC, self.augment, rng), self.statistics)

    def __call__(self, model: Any, batch: Batch) -> Answer:
        """Compute the loss of the frames in the middle."""
        frames_NSCHW, pose_NSQ, labels = batch
        _, logits = extract(frames_NSCHW, self.flow_generator, model, pose_NSQ)
        return Answer(self.loss(logits.float(), labels), logits, labels)


@dataclass(frozen=True, slots=True)
class SequenceSteps:
    """Supervised training of a sequence model.

    Attributes:
        loss: For all labelled frames.
    """

    loss: Loss

    def place(self, device: torch.device) -> None:
        """Bring the loss to a device."""
        _place(self.loss, device)

    def prepare(self, batch: Batch, rng: np.random.Generator | None) -> Batch:  # noqa: ARG002
        """Latents (N, T, D), valid (N, T) and labels (N, T, K) as they are."""
        return batch

    def __call__(self, model: Any, batch: Batch) -> Answer:
        """Compute the loss of all labelled frames."""
        latents_NTD, valid_NT, labels = batch
        logits = model(latents_NTD, valid_NT)
        return Answer(self.loss(logits.float(), labels), logits, labels)


def _pictures(frames_NSHWC: Tensor, augment: Augment, rng: np.random.Generator | None) -> Tensor:
    pictures = to_pictures(frames_NSHWC)
    return pictures if rng is None else augment(pictures, rng)


def _place(part: Any, device: torch.device) -> None:
    if isinstance(part, nn.Module):
        part.to(device)
