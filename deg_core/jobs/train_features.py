"""The second stage: a feature extractor learns from labelled frames.

Axes: T frames, K outputs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import rows_around
from deg_core.errors import ManifestError, PluginFailedError
from deg_core.inference.chunks import ChunkPlan
from deg_core.inference.extract import FeatureNetwork, answer_chunk
from deg_core.interfaces import FeatureExtractor, FitsDirectly, FlowGenerator, SeesPose, SurveysRecordings
from deg_core.jobs.curriculum import Lessons, Poses, Sources, labelled_clips
from deg_core.jobs.models import load_flow
from deg_core.jobs.pose import see_poses
from deg_core.jobs.stage_job import StageJob, Trained, judge_answers
from deg_core.jobs.workspace import preparation_of
from deg_core.networks.building import build_features, check_windows
from deg_core.networks.survey import show_recording
from deg_core.networks.tensors import tell_statistics
from deg_core.project.run_record import Statistics
from deg_core.training.clips import ClipDataset
from deg_core.training.examples import ClipExamples, RecordingExamples
from deg_core.training.fit import Fitted, fit_directly, is_trainable
from deg_core.training.frames import FrameSource, Padding, read_clip
from deg_core.training.sampling import FixedDraw, evenly_spaced
from deg_core.training.statistics import frame_statistics, mean_colour

if TYPE_CHECKING:
    import torch

_DIRECT_CLIPS = 20_000
"""Clips that a model with a solver of its own is given at the most."""

_BLOCK_FRAMES = 64


def train_features(job: StageJob) -> Trained:
    """Train a feature extractor on the labelled frames of the training part."""
    choices, manifest = job.workspace.choices, job.workspace.manifest
    extractor = build_features(choices.features, manifest.n_outputs, job.seed)
    by_gradient = is_trainable(extractor) and not isinstance(extractor, FitsDirectly)
    if by_gradient and isinstance(extractor, SurveysRecordings):
        raise PluginFailedError(
            f"feature extractor {choices.features.plugin.name!r} surveys recordings and is trained by gradient descent",
            where="project.yaml, features",
            fix="tell its authors that only extractors with `fit` can survey recordings; choose another",
        )
    flow = _flow_for(job, extractor, by_gradient=by_gradient)
    judge = job.judge(manifest.features.training)
    learner = extractor
    plugin, names = choices.features.plugin, job.data.names
    poses = _see_poses(job, extractor) if plugin.needs_pose else {}
    with job.open_sources(names if plugin.needs_frames else []) as sources:
        for name in names:
            job.data.check_length(name, sources[name].n_frames if sources else len(poses[name]))
        statistics = _statistics(job, sources)
        if by_gradient:
            loss = job.training_loss(choices.features_loss)
            fitted, learner = Lessons(job, sources, poses, statistics, judge, loss, flow).learn(extractor)
        else:
            fitted = _fit_directly(job, extractor, sources, poses, statistics)
        fine_tuned = learner is not extractor
        network = _network(job, learner, None if fine_tuned else flow, statistics)
        logits = _validation_logits(job, network, sources, poses)
    thresholds, scores = judge_answers(judge, logits, job.data.marks(job.data.split.validation), fitted)
    loss_used = choices.features_loss.used() if by_gradient else None
    return Trained(learner, fitted, statistics, extractor.n_latents, loss_used, thresholds, scores, fine_tuned)


def _see_poses(job: StageJob, extractor: FeatureExtractor) -> Poses:
    """What the extractor sees of the pose of all labelled recordings.

    Raises:
        PoseError: A recording has none, or too little.
        ManifestError: Frames were to be moved, and what it sees of pose would not move along.
    """
    assert isinstance(extractor, SeesPose)
    moves = job.workspace.manifest.augmentation.moves
    if job.workspace.choices.features.plugin.needs_frames and extractor.pose_is_absolute and moves:
        raise ManifestError(
            f"{', '.join(moves)} would move frames, but not what this feature extractor sees of pose",
            where="project.yaml, augmentation",
            fix=f"write {', '.join(f'`{name}: 0`' for name in moves)}",
        )
    return see_poses(job.workspace, extractor, job.data.names)


def _statistics(job: StageJob, sources: Sources) -> Statistics:
    """Colours of the training frames. Flow and features see the same z-scored frames, so they share the colours too."""
    if job.built_on is not None:
        return job.built_on.statistics
    return frame_statistics(sources, job.data.split.train, job.progress) if sources else Statistics()


def _flow_for(job: StageJob, extractor: FeatureExtractor, *, by_gradient: bool) -> FlowGenerator | None:
    """The trained flow generator, if one is needed, checked for what the manifest wants of it.

    Raises:
        ManifestError: Its windows do not serve the extractor, or it was to learn along and cannot.
    """
    flow = None if job.built_on is None else load_flow(job.workspace, job.built_on)
    if flow is not None:
        check_windows(flow, extractor)
    if job.workspace.manifest.features.fine_tune_flow and (flow is None or not is_trainable(flow) or not by_gradient):
        raise ManifestError(
            "there is no flow generator that could learn along with this feature extractor",
            where="project.yaml, features.fine_tune_flow",
            fix="write `fine_tune_flow: false`, or choose networks that learn by gradient and need flow",
        )
    return flow


def _fit_directly(
    job: StageJob, extractor: FeatureExtractor, sources: Sources, poses: Poses, statistics: Statistics
) -> Fitted:
    job.starting_weights(extractor)
    tell_statistics(extractor, statistics)
    if not isinstance(extractor, FitsDirectly):
        return Fitted({}, 0.0, 0)
    if sources and poses:
        raise PluginFailedError(
            "a feature extractor with a solver of its own looks at frames or at pose, not at both",
            where="project.yaml, features",
            fix="choose another, and tell its authors",
        )
    places, _ = labelled_clips(job, extractor.window)
    kept = evenly_spaced(len(places), _DIRECT_CLIPS).tolist()
    padding = Padding(job.workspace.manifest.image.padding, mean_colour(statistics))
    dataset = ClipDataset(sources, places, extractor.window, padding, poses)
    extractor.to(job.device)

    def examples_of(chosen: list[int]) -> ClipExamples:
        batches = job.batches(dataset, FixedDraw(chosen, _BLOCK_FRAMES, None))
        return ClipExamples(batches, statistics, job.device, job.progress)

    exclusive = job.workspace.manifest.exclusive
    if not isinstance(extractor, SurveysRecordings):
        return fit_directly(extractor, examples_of(kept), exclusive=exclusive)
    recordings = []
    for which, name in enumerate(places.recordings):
        chosen = [place for place in kept if places.which[place] == which]
        recordings.append((partial(_show, extractor, sources[name], statistics, job.device), examples_of(chosen)))
    return fit_directly(extractor, RecordingExamples(recordings), exclusive=exclusive)


def _show(extractor: FeatureExtractor, source: FrameSource, statistics: Statistics, device: torch.device) -> None:
    show_recording(extractor, source.n_frames, source.read, statistics, device)


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
        needs_frames=chosen.plugin.needs_frames,
    )


def _validation_logits(job: StageJob, network: FeatureNetwork, sources: Sources, poses: Poses) -> NDArray[np.float32]:
    """Answers (T, K) for all frames of the validation part, as prediction would give them."""
    padding = Padding(network.plan.padding, network.plan.mean_colour)
    half = network.plan.window // 2
    spans = job.data.split.validation
    pieces = [np.empty((0, network.n_outputs), np.float32)]
    with job.progress.task("validation", sum(span.n_frames for span in spans)) as task:
        for span in spans:
            if sources:
                _show(network.extractor, sources[span.record], network.statistics, network.device)
            for start in range(span.start, span.stop, _BLOCK_FRAMES):
                stop = min(start + _BLOCK_FRAMES, span.stop)
                around = start - half, stop + half
                chunk = read_clip(sources[span.record], *around, padding) if sources else None
                rows = rows_around(poses[span.record], *around) if poses else None
                pieces.append(answer_chunk(chunk, network, rows)[1])
                task.advance(stop - start)
    return np.concatenate(pieces)
