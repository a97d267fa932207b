"""The third stage: a sequence model learns from the latents of labelled recordings.

Axes: T frames, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from deg_core.data.record import Span
from deg_core.inference.classify import infer_logits
from deg_core.interfaces import FitsDirectly, SequenceModel
from deg_core.jobs.cross_fit import check_cross_fitting, held_out_logits
from deg_core.jobs.decision import fit_post_processor
from deg_core.jobs.models import load_features
from deg_core.jobs.predict import extract_latents, find_targets
from deg_core.jobs.stage_job import StageJob, Trained, judge_answers
from deg_core.networks.building import build_sequence
from deg_core.networks.tensors import probabilities_of
from deg_core.postprocess.thresholds import choose_thresholds
from deg_core.project.manifest import Thresholds
from deg_core.project.run_record import RunRecord
from deg_core.project.store import LatentStore, reading_latents
from deg_core.training.counts import start_from_base_rate
from deg_core.training.examples import LatentExamples
from deg_core.training.fit import Fitted, fit, fit_directly, is_trainable
from deg_core.training.judge import Judge
from deg_core.training.sampling import FixedDraw
from deg_core.training.steps import SequenceSteps
from deg_core.training.stretches import LatentSpan, StretchDataset, StretchDraw, whole_spans


def train_sequence(job: StageJob) -> Trained:
    """Train a sequence model on the training part; latents that are missing are extracted first."""
    choices, manifest = job.workspace.choices, job.workspace.manifest
    features = cast("RunRecord", job.built_on)
    takes = choices.sequence.plugin.takes
    width = features.n_latents if takes == "latents" else manifest.n_outputs
    model = build_sequence(choices.sequence, width, manifest.n_outputs, job.seed)
    postprocess = fit_post_processor(choices.postprocess, job.data, exclusive=manifest.exclusive)
    judge = job.judge(manifest.sequence.training)
    targets = find_targets(job.workspace, job.data.names)
    extract_latents(job.workspace, load_features(job.workspace, features), features, targets, job.progress)
    by_gradient = is_trainable(model) and not isinstance(model, FitsDirectly)
    train = _read_spans(job, job.data.train, takes, job.data.targets)
    n_folds = manifest.thresholds.cross_fitted
    if n_folds is not None:
        train = _read_spans(job, sorted((*job.data.split.train, *job.data.split.validation)), takes)
        check_cross_fitting(model, features, takes, len(train), n_folds)
    if by_gradient:
        fitted = _fit_by_gradient(job, model, train, judge)
    elif isinstance(model, FitsDirectly):
        fitted = fit_directly(model, LatentExamples(train), exclusive=job.workspace.manifest.exclusive)
    else:
        fitted = Fitted({}, 0.0, 0)
    if n_folds is None:
        logits, marks = _validation_logits(job, model, takes), job.data.marks(job.data.split.validation)
    else:
        fresh = partial(build_sequence, choices.sequence, width, manifest.n_outputs, job.seed)
        logits = held_out_logits(fresh, train, n_folds, job.device, exclusive=manifest.exclusive)
        marks = np.concatenate([span.labels for span in train])
    thresholds, scores = judge_answers(judge, logits, marks, fitted)
    neutral = None if manifest.exclusive else _neutral(logits, marks, manifest.thresholds.value)
    loss = choices.sequence_loss.used() if by_gradient else None
    return Trained(
        model,
        fitted,
        features.statistics,
        features.n_latents,
        loss,
        thresholds,
        scores,
        neutral=neutral,
        postprocess=postprocess,
    )


def _read_spans(
    job: StageJob, spans: Sequence[Span], takes: str, labels_of: Callable[[Span], NDArray[Any]] | None = None
) -> list[LatentSpan]:
    """Latents, or the extractor's logits, and labels of some spans, a person's unless others are named, in memory."""
    read = []
    for span in spans:
        with reading_latents(job.workspace.layout.prediction(span.record)) as store:
            job.data.check_length(span.record, store.n_frames)
            latents = store.read(takes, span.start, span.stop)
        read.append(LatentSpan(latents, job.data.marks([span]) if labels_of is None else labels_of(span)))
    return read


def _fit_by_gradient(job: StageJob, model: SequenceModel, train: Sequence[LatentSpan], judge: Judge) -> Fitted:
    settings = job.workspace.manifest.sequence
    training = settings.training
    start_from_base_rate(model, job.output_counts(), exclusive=job.workspace.manifest.exclusive)
    draw = StretchDraw(
        train, settings.length, training.batch_size, training.steps_per_epoch, training.balance, job.seed
    )
    takes = job.workspace.choices.sequence.plugin.takes
    unseen = _read_spans(job, job.data.split.validation, takes)
    fixed = FixedDraw(whole_spans(unseen), 1, training.validation_steps)
    return fit(
        model,
        SequenceSteps(job.training_loss(job.workspace.choices.sequence_loss)),
        job.batches(StretchDataset(train), draw),  # in memory already: processes of their own would only copy
        job.batches(StretchDataset(unseen), fixed) if unseen else None,
        judge,
        job.fit_plan(training, "sequence model", job.starting_weights(model)),
        job.progress,
    )


def _validation_logits(job: StageJob, model: SequenceModel, takes: str) -> NDArray[np.float32]:
    """Answers (T, K) for all frames of the validation part, as prediction would give them: from whole recordings."""
    answers: dict[str, NDArray[np.float32]] = {}
    model.eval().to(job.device)
    for name in sorted({span.record for span in job.data.split.validation}):
        with reading_latents(job.workspace.layout.prediction(name)) as store:
            answers[name] = _infer(store, model, takes, job)
    pieces = [answers[span.record][span.start : span.stop] for span in job.data.split.validation]
    return np.concatenate([np.empty((0, job.workspace.manifest.n_outputs), np.float32), *pieces])


def _neutral(logits: NDArray[np.float32], marks: NDArray[np.int8], otherwise: float) -> NDArray[np.float32]:
    """Where informedness is best, frames with and without the behaviour are equally dense; shape (K,)."""
    balanced = Thresholds(method="informedness", value=otherwise)
    return choose_thresholds(probabilities_of(logits, exclusive=False), marks, balanced)


def _infer(store: LatentStore, model: SequenceModel, takes: str, job: StageJob) -> NDArray[np.float32]:
    chosen = job.workspace.choices.sequence
    label = f"{chosen.plugin.name!r} from {chosen.offer.source}"
    return infer_logits(
        lambda start, stop: store.read(takes, start, stop), store.n_frames, model, job.device, label=label
    )
