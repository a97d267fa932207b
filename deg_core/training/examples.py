"""Labelled examples for models with a solver of their own.

Axes: N clips, S frames of a clip, T frames with labels, C channels, H, W, D latents, K behaviours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import torch
from torch import Tensor

from deg_core.data.one_versus_rest import output_labels
from deg_core.networks.tensors import normalise, to_pictures
from deg_core.progress import Progress
from deg_core.project.run_record import Statistics
from deg_core.training.sampling import Batches
from deg_core.training.stretches import LatentSpan


class ClipExamples:
    """Clips and their labels, as a feature extractor takes them; can be iterated again and again.

    Args:
        batches: Clips in bytes.
        statistics: Colours that frames are z-scored with.
        device: Of the model that is fitted.
        progress: Who is told, each time they are gone through.
    """

    def __init__(self, batches: Batches, statistics: Statistics, device: torch.device, progress: Progress) -> None:
        self._batches, self._statistics, self._device, self._progress = batches, statistics, device, progress

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield frames (N, S, C, H, W), z-scored, or without frames pose (N, S, Q); and labels (N, 1, K), int8."""
        with self._progress.task("examples", len(self._batches)) as task:
            for frames_NSHWC, pose_NSQ, labels in self._batches:
                yield self._seen(frames_NSHWC, pose_NSQ), labels.to(self._device)
                task.advance()

    def _seen(self, frames_NSHWC: Tensor | None, pose_NSQ: Tensor | None) -> Tensor:
        if frames_NSHWC is not None:
            return normalise(to_pictures(frames_NSHWC.to(self._device)), self._statistics)
        assert pose_NSQ is not None
        return pose_NSQ.to(self._device)


class RecordingExamples:
    """Examples of one recording after another, for models that want to see each as a whole before.

    Args:
        recordings: For each what shows it to the model, and its examples, which can be iterated again and again.
    """

    def __init__(self, recordings: Sequence[tuple[Callable[[], None], ClipExamples]]) -> None:
        self._recordings = recordings

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield as `ClipExamples` does."""
        for show, examples in self._recordings:
            show()
            yield from examples


class LatentExamples:
    """Latents and labels of whole spans, one at a time; can be iterated again and again."""

    def __init__(self, spans: Sequence[LatentSpan]) -> None:
        self._spans = spans

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield latents (1, T, D), float32, and labels (1, T, K), int8."""
        for span in self._spans:
            yield torch.from_numpy(span.latents)[None], torch.from_numpy(span.labels)[None]


class OutputExamples:
    """Examples with the labels of outputs in place of those of behaviours; can be iterated again and again.

    Args:
        examples: Inputs of any kind, and labels (N, T, K), int8.
        exclusive: Whether the behaviours exclude each other, so that there is an output more, for `none`.
    """

    def __init__(self, examples: Iterable[tuple[Tensor, Tensor]], *, exclusive: bool) -> None:
        self._examples, self._exclusive = examples, exclusive

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the inputs, and labels (N, T, n_outputs), int8."""
        for inputs, labels in self._examples:
            marks = output_labels(labels.cpu().numpy(), exclusive=self._exclusive)
            yield inputs, torch.from_numpy(marks).to(labels.device)
