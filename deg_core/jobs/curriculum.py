"""How a feature extractor learns by gradient descent: all of it at once, or its parts in turn before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from deg_core.interfaces import FeatureExtractor, FlowGenerator, LooksAt, Loss
from deg_core.jobs.stage_job import StageJob
from deg_core.networks.building import build_parts
from deg_core.networks.fine_tuning import FineTuned
from deg_core.networks.tensors import tell_statistics
from deg_core.project.run_record import Statistics
from deg_core.training.augment import Augment
from deg_core.training.clips import ClipDataset, ClipPlaces, labelled_places
from deg_core.training.counts import start_from_base_rate
from deg_core.training.fit import Fitted, fit
from deg_core.training.frames import FrameSource, Padding
from deg_core.training.judge import Judge
from deg_core.training.penalty import Starts
from deg_core.training.sampling import FixedDraw, WeightedDraw, label_weights
from deg_core.training.statistics import mean_colour
from deg_core.training.steps import FeatureSteps

Sources = Mapping[str, FrameSource]
Poses = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What every training of an extractor and of its parts shares.

    Attributes:
        job: The stage.
        sources: Frames of all labelled recordings; empty where the extractor looks at none.
        poses: What the extractor sees of their pose, shapes (T, Q); empty where it looks at none.
        statistics: Colours that frames are z-scored with.
        judge: Says which epoch is best.
        loss: For the training labels.
        flow: Trained flow generator, in `eval` mode; None where the extractor needs none.
    """

    job: StageJob
    sources: Sources
    poses: Poses
    statistics: Statistics
    judge: Judge
    loss: Loss
    flow: FlowGenerator | None

    def learn(self, extractor: FeatureExtractor) -> tuple[Fitted, FeatureExtractor]:
        """Train an extractor, in place, as the manifest says.

        Returns:
            How it went, over all parts, and what answers: the extractor, or with its own flow generator if that
            learned along.
        """
        stage, name = self.job.workspace.manifest.features, self.job.workspace.choices.features.plugin.name
        start_from_base_rate(extractor, self.job.output_counts(), exclusive=self.judge.exclusive)
        starts = self.job.starting_weights(extractor)
        tell_statistics(extractor, self.statistics)  # not before: another run's tensors hold its own
        minutes = 0.0
        for part in build_parts(extractor, name, self.job.seed) if stage.curriculum else ():
            flow = self.flow if part.needs_flow else None
            poses = self.poses if part.needs_pose else {}
            minutes += self._fit(part.extractor, flow, poses, starts, part.name).minutes
        if self.flow is None or not stage.fine_tune_flow:
            fitted, learner = self._fit(extractor, self.flow, self.poses, starts), extractor
        else:
            learner = FineTuned(self.flow, extractor)
            starts = {**starts, **{p: p.detach().clone() for p in self.flow.parameters()}}
            fitted = self._fit(learner, None, self.poses, starts)
        return replace(fitted, minutes=minutes + fitted.minutes), learner

    def _fit(
        self, extractor: FeatureExtractor, flow: FlowGenerator | None, poses: Poses, starts: Starts, part: str = ""
    ) -> Fitted:
        """Train one network, a part in a folder of its own."""
        job, manifest = self.job, self.job.workspace.manifest
        training = manifest.features.training
        places, unseen = labelled_clips(job, extractor.window)
        draw = WeightedDraw(
            label_weights(places.labels, training.balance), training.batch_size, training.steps_per_epoch, job.seed
        )
        fixed = FixedDraw(range(len(unseen)), training.batch_size, training.validation_steps)
        padding = Padding(manifest.image.padding, mean_colour(self.statistics))
        dataset = partial(ClipDataset, self.sources, n_frames=extractor.window, padding=padding, poses=poses)
        train = job.batches(dataset(places), draw, workers=manifest.workers)
        validation = job.batches(dataset(unseen), fixed, workers=manifest.workers)
        offsets = extractor.offsets if flow is None and isinstance(extractor, LooksAt) else None
        steps = FeatureSteps(self.statistics, Augment(manifest.augmentation), flow, self.loss, offsets)
        title = f"feature extractor, {part} alone" if part else "feature extractor"
        plan = job.fit_plan(training, title, starts, part=part)
        return fit(extractor, steps, train, validation if len(unseen) else None, self.judge, plan, job.progress)


def labelled_clips(job: StageJob, window: int) -> tuple[ClipPlaces, ClipPlaces]:
    """Labelled clips of the training part, and of the validation part."""
    data = job.data
    marks = {name: labels.marks for name, labels in data.labels.items()}
    train = labelled_places(data.train, {**marks, **data.soft}, window)
    return train, labelled_places(data.split.validation, marks, window)
