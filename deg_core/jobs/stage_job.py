"""What every stage of training is given, what it gives back, and what all of them need.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deg_core.descriptors import LossPlugin, MetricPlugin
from deg_core.interfaces import Loss, TorchComponent
from deg_core.jobs.training_data import TrainingData
from deg_core.jobs.transfer import Transfer
from deg_core.jobs.workspace import Workspace, preparation_of
from deg_core.networks.building import build_loss
from deg_core.networks.tensors import probabilities_of
from deg_core.progress import Progress
from deg_core.project.manifest import Manifest, Stage, Training
from deg_core.project.resolve import Chosen
from deg_core.project.run_record import PluginUsed, PostProcessorUsed, RunRecord, Statistics, TaughtBy
from deg_core.training.counts import count_outputs
from deg_core.training.fit import FitPlan, Fitted
from deg_core.training.frame_store import CachePlan, open_sources
from deg_core.training.frames import FrameSource
from deg_core.training.judge import Judge
from deg_core.training.penalty import Starts
from deg_core.training.sampling import Batches, Draw
from deg_core.training.starting_weights import load_starting_weights

if TYPE_CHECKING:
    import torch
    from torch.utils.data import Dataset

Tell = Callable[[str], None]


def training_of(manifest: Manifest, stage: Stage) -> Training:
    """How a stage is trained."""
    if stage == "flow":
        return manifest.flow.training
    return manifest.features.training if stage == "features" else manifest.sequence.training


@dataclass(frozen=True, slots=True)
class StageJob:
    """One stage to be trained.

    Attributes:
        stage: Which.
        workspace: The project.
        data: What there is to train on.
        built_on: The run of the stage before that it needs.
        device: Where it is trained.
        folder: Of the run.
        progress: Who is told how far it is.
        tell: Who is told, in a sentence, what somebody should know.
        transfer: The run that it starts from, as far as that fits.
        taught_by: Whose answers are in the data, beside labels.
    """

    stage: Stage
    workspace: Workspace
    data: TrainingData
    built_on: RunRecord | None
    device: torch.device
    folder: Path
    progress: Progress
    tell: Tell
    transfer: Transfer | None = None
    taught_by: TaughtBy | None = None

    @property
    def seed(self) -> int:
        """From which all randomness is drawn."""
        return self.workspace.manifest.seed

    def fit_plan(
        self, training: Training, title: str, starts: Starts = MappingProxyType({}), *, part: str = ""
    ) -> FitPlan:
        """How the model is trained, or a part of it, which has a folder of its own in the run's."""
        precision = self.workspace.manifest.precision
        folder, where = self.folder / part, f"project.yaml, {self.stage}"
        return FitPlan(training, self.seed, self.device, precision, folder, title, where, starts)

    def starting_weights(self, model: TorchComponent) -> Starts:
        """Fill a network, in place, with what its own settings name, and over that with the run that it starts from."""
        starts = load_starting_weights(model, self.tell)
        if self.transfer is None:
            return starts
        self.tell(f"{self.stage}: {self.transfer.card.summary()}")
        return {**starts, **self.transfer.fill(model)}

    def open_sources(self, names: Sequence[str]) -> AbstractContextManager[dict[str, FrameSource]]:
        """Frames of recordings, from the cache where it has room."""
        manifest = self.workspace.manifest
        cache = CachePlan(self.workspace.layout.cache, preparation_of(manifest.image), manifest.cache_gb)
        videos = {name: self.data.videos[name] for name in names}
        return open_sources(videos, self.workspace.open_video, cache, self.progress, self.tell)

    def batches(self, dataset: Dataset[Any], draw: Draw, *, workers: int = 0) -> Batches:
        """Batches of a data set, in memory that a GPU copies fast where there is one."""
        return Batches(dataset, draw, workers=workers, pin_memory=self.device.type == "cuda")

    def output_counts(self) -> NDArray[np.int64]:
        """Frames absent and present of each output in the training labels; shape (n_outputs, 2)."""
        marks = self.data.marks(self.data.split.train)
        return count_outputs(marks, exclusive=self.workspace.manifest.exclusive)

    def training_loss(self, chosen: Chosen[LossPlugin[Any]]) -> Loss:
        """The loss for the training labels."""
        return build_loss(chosen, self.output_counts())

    def judge(self, training: Training) -> Judge:
        """What says which epoch is best: the metric that the manifest names, if validation data can tell."""
        manifest = self.workspace.manifest
        metric: MetricPlugin[Any] | None = None
        if training.monitor != "loss":
            where = f"project.yaml, {self.stage}.training.monitor"
            metric = self.workspace.catalog.get(MetricPlugin, training.monitor, where=where)
            if not (self.data.marks(self.data.split.validation) == 1).any():
                self.tell(f"no behaviour is present in the validation part: {self.stage} epochs are judged by the loss")
                metric = None
        return Judge(metric, manifest.thresholds, manifest.exclusive)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a stage's training gave.

    Attributes:
        model: On any device.
        fitted: How training went.
        statistics: Colours that frames are z-scored with.
        n_latents: See `RunRecord`.
        loss: See `RunRecord`.
        thresholds: Least probability that counts as present; shape (K,); None where behaviours exclude each other.
        scores: On validation data.
        fine_tuned_flow: See `RunRecord`.
        neutral: See `RunRecord`; shape (K,); None where behaviours exclude each other, and before the last stage.
        postprocess: See `RunRecord`.
    """

    model: TorchComponent
    fitted: Fitted
    statistics: Statistics
    n_latents: int = 0
    loss: PluginUsed | None = None
    thresholds: NDArray[np.float32] | None = None
    scores: dict[str, float] = field(default_factory=dict)
    fine_tuned_flow: bool = False
    neutral: NDArray[np.float32] | None = None
    postprocess: PostProcessorUsed | None = None


def judge_answers(
    judge: Judge, logits: NDArray[np.float32], labels: NDArray[np.int8], fitted: Fitted
) -> tuple[NDArray[np.float32] | None, dict[str, float]]:
    """Choose thresholds on the trained model's answers to all validation frames, and score them.

    Args:
        judge: What counts as good.
        logits: Shape (T, n_outputs).
        labels: 1, 0, or -1 where not labelled; shape (T, K).
        fitted: How training went.

    Returns:
        Thresholds (K,), None where behaviours exclude each other; and scores by name.
    """
    probabilities = probabilities_of(logits, exclusive=judge.exclusive)
    scores = dict(fitted.scores)
    if judge.metric is not None:
        scores[judge.name] = judge.score(probabilities, labels, math.nan)
    return None if judge.exclusive else judge.choose(probabilities, labels), scores
