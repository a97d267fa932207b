"""The second stage: a feature extractor learns from labelled frames.

Axes: T frames, K outputs.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from deg_core.inference.chunks import ChunkPlan
from deg_core.inference.extract import FeatureNetwork, answer_chunk
from deg_core.interfaces import FeatureExtractor, FitsDirectly, FlowGenerator
from deg_core.jobs.models import load_flow
from deg_core.jobs.stage_job import StageJob, Trained, judge_answers
from deg_core.jobs.workspace import preparation_of
from deg_core.networks.building import build_features, check_windows
from deg_core.project.run_record import Statistics
from deg_core.training.augment import Augment
from deg_core.training.clips import ClipDataset, ClipPlaces, labelled_places
from deg_core.training.counts import start_from_base_rate
from deg_core.training.examples import ClipExamples
from deg_core.training.fit import Fitted, fit, fit_directly, is_trainable
from deg_core.training.frames import FrameSource, Padding, read_clip
from deg_core.training.judge import Judge
from deg_core.training.sampling import FixedDraw, WeightedDraw, evenly_spaced, label_weights
from deg_core.training.statistics import frame_statistics, mean_colour
from deg_core.training.steps import FeatureSteps

_DIRECT_CLIPS = 20_000
"""Clips that a model with a solver of its own is given at the most."""

_BLOCK_FRAMES = 64

Sources = Mapping[str, FrameSource]


def train_features(job: StageJob) -> Trained:
    """Train a feature extractor on the labelled frames of the training part."""
    choices, manifest = job.workspace.choices, job.workspace.manifest
    extractor = build_features(choices.features, manifest.n_outputs, job.seed)
    flow: FlowGenerator | None = None
    if job.built_on is not None:
        flow = load_flow(job.workspace, job.built_on)
        check_windows(flow, extractor)
    judge = job.judge(manifest.features.training)
    with job.open_sources(job.data.labelled_names) as sources:
        for name in job.data.labelled_names:
            job.data.check_length(name, sources[name].n_frames)
        # Flow and features see the same z-scored frames, so they share the colours too.
        statistics = (
            job.built_on.statistics
            if job.built_on is not None
            else frame_statistics(sources, job.data.split.train, job.progress)
        )
        by_gradient = is_trainable(extractor) and not isinstance(extractor, FitsDirectly)
        if by_gradient:
            fitted = _fit_by_gradient(job, extractor, flow, sources, statistics, judge)
        else:
            fitted = _fit_directly(job, extractor, sources, statistics)
        logits = _validation_logits(job, _network(job, extractor, flow, statistics), sources)
    thresholds, scores = judge_answers(judge, logits, job.data.marks(job.data.split.validation), fitted)
    loss = choices.features_loss.used() if by_gradient else None
    return Trained(extractor, fitted, statistics, extractor.n_latents, loss, thresholds, scores)


def _fit_by_gradient(
    job: StageJob,
    extractor: FeatureExtractor,
    flow: FlowGenerator | None,
    sources: Sources,
    statistics: Statistics,
    judge: Judge,
) -> Fitted:
    manifest, training = job.workspace.manifest, job.workspace.manifest.features.training
    start_from_base_rate(extractor, job.output_counts(), exclusive=manifest.exclusive)
    places, unseen = _places(job, extractor.window)
    weights = label_weights(places.labels, training.balance)
    draw = WeightedDraw(weights, training.batch_size, training.steps_per_epoch, job.seed)
    fixed = FixedDraw(range(len(unseen)), training.batch_size, training.validation_steps)
    padding = Padding(manifest.image.padding, mean_colour(statistics))
    train = job.batches(ClipDataset(sources, places, extractor.window, padding), draw, workers=manifest.workers)
    validation = job.batches(ClipDataset(sources, unseen, extractor.window, padding), fixed, workers=manifest.workers)
    loss = job.training_loss(job.workspace.choices.features_loss)
    steps = FeatureSteps(statistics, Augment(manifest.augmentation), flow, loss)
    plan = job.fit_plan(training, "feature extractor")
    return fit(extractor, steps, train, validation if len(unseen) else None, judge, plan, job.progress)


def _places(job: StageJob, window: int) -> tuple[ClipPlaces, ClipPlaces]:
    """Labelled clips of the training part, and of the validation part."""
    split, labels = job.data.split, job.data.labels
    return labelled_places(split.train, labels, window), labelled_places(split.validation, labels, window)


def _fit_directly(job: StageJob, extractor: FeatureExtractor, sources: Sources, statistics: Statistics) -> Fitted:
    if not isinstance(extractor, FitsDirectly):
        return Fitted({}, 0.0, 0)
    places, _ = _places(job, extractor.window)
    kept = evenly_spaced(len(places), _DIRECT_CLIPS).tolist()
    padding = Padding(job.workspace.manifest.image.padding, mean_colour(statistics))
    dataset = ClipDataset(sources, places, extractor.window, padding)
    batches = job.batches(dataset, FixedDraw(kept, _BLOCK_FRAMES, None))
    return fit_directly(extractor, ClipExamples(batches, statistics, job.progress))


def _network(
    job: StageJob, extractor: FeatureExtractor, flow: FlowGenerator | None, statistics: Statistics
) -> FeatureNetwork:
    manifest, chosen = job.workspace.manifest, job.workspace.choices.features
    return FeatureNetwork(
        flow_generator=None if flow is None else flow.to(job.device),
        extractor=extractor.eval().to(job.device),
        statistics=statistics,
        plan=ChunkPlan(
            preparation_of(manifest.image), extractor.window, manifest.image.padding, mean_colour(statistics)
        ),
        device=job.device,
        precision=manifest.precision,
        n_outputs=manifest.n_outputs,
        label=f"{chosen.plugin.name!r} from {chosen.offer.source}",
    )


def _validation_logits(job: StageJob, network: FeatureNetwork, sources: Sources) -> NDArray[np.float32]:
    """Answers (T, K) for all frames of the validation part, as prediction would give them."""
    padding = Padding(network.plan.padding, network.plan.mean_colour)
    half = network.plan.window // 2
    spans = job.data.split.validation
    pieces = [np.empty((0, network.n_outputs), np.float32)]
    with job.progress.task("validation", sum(span.n_frames for span in spans)) as task:
        for span in spans:
            for start in range(span.start, span.stop, _BLOCK_FRAMES):
                stop = min(start + _BLOCK_FRAMES, span.stop)
                chunk = read_clip(sources[span.record], start - half, stop + half, padding)
                pieces.append(answer_chunk(chunk, network)[1])
                task.advance(stop - start)
    return np.concatenate(pieces)
