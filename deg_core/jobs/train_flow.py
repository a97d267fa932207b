"""The first stage: a flow generator learns from the videos alone."""

from __future__ import annotations

from deg_core.data.record import Span
from deg_core.errors import ProjectError
from deg_core.jobs.stage_job import StageJob, Trained
from deg_core.networks.building import build_flow
from deg_core.training.augment import Augment
from deg_core.training.clips import ClipDataset, all_places
from deg_core.training.fit import Fitted, fit, is_trainable
from deg_core.training.frames import Padding
from deg_core.training.judge import Judge
from deg_core.training.sampling import FixedDraw, WeightedDraw, label_weights
from deg_core.training.statistics import frame_statistics, mean_colour
from deg_core.training.steps import FlowSteps


def train_flow(job: StageJob) -> Trained:
    """Train a flow generator on the training part and on all recordings outside of the split.

    Raises:
        ProjectError: No recording is long enough.
    """
    manifest, training = job.workspace.manifest, job.workspace.manifest.flow.training
    model = build_flow(job.workspace.choices.flow, job.seed)
    unscored = sorted(set(job.data.videos) - {span.record for part in _parts(job) for span in part})
    with job.open_sources([*job.data.names, *unscored]) as sources:
        spans = [*job.data.split.train, *(Span(name, 0, sources[name].n_frames) for name in unscored)]
        statistics = frame_statistics(sources, spans, job.progress)
        if not is_trainable(model):
            return Trained(model, Fitted({}, 0.0, 0), statistics)
        padding = Padding(manifest.image.padding, mean_colour(statistics))
        places = all_places(spans, model.n_frames)
        if not len(places):
            raise ProjectError(
                f"no training stretch has the {model.n_frames} frames that the flow generator looks at together",
                where="split.yaml, train",
                fix="add longer videos, take longer blocks (split.block_frames), or a flow generator of fewer frames",
            )
        draw = WeightedDraw(label_weights(places.labels, 0.0), training.batch_size, training.steps_per_epoch, job.seed)
        dataset = ClipDataset(sources, places, model.n_frames, padding)
        train = job.batches(dataset, draw, workers=manifest.workers)
        unseen = all_places(job.data.split.validation, model.n_frames)
        fixed = FixedDraw(range(len(unseen)), training.batch_size, training.validation_steps)
        validation = job.batches(ClipDataset(sources, unseen, model.n_frames, padding), fixed)
        steps = FlowSteps(statistics, Augment(manifest.augmentation))
        plan = job.fit_plan(training, "flow generator", job.starting_weights(model))
        fitted = fit(model, steps, train, validation if len(unseen) else None, Judge(), plan, job.progress)
    return Trained(model, fitted, statistics, scores=fitted.scores)


def _parts(job: StageJob) -> tuple[tuple[Span, ...], ...]:
    split = job.data.split
    return split.train, split.validation, split.test
