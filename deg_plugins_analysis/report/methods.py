"""A methods paragraph, written from the record of the runs and of nothing else: what is not on it is not said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deg_core.api import DegError, Split
from deg_plugins_analysis.report.document import amount, setting_text
from deg_plugins_analysis.report.facts import Facts
from deg_plugins_analysis.report.parts import PART_NAMES, PARTS, neighbours
from deg_plugins_analysis.trials.options import number_text

if TYPE_CHECKING:
    from deg_core.evaluation.report import Report
    from deg_core.project.run_record import PluginUsed, RunRecord

_STAGES = {
    "flow": "Optical flow came from",
    "features": "Features of each frame came from",
    "sequence": "They were classified over time by",
}
_TRAINING = {
    "max_epochs": "for at most {} epochs",
    "batch_size": "in batches of {}",
    "learning_rate": "at a learning rate of {:g} to begin with",
}
_THRESHOLDS = {
    "f-score": "the best F{beta:g} score",
    "informedness": "the best informedness",
    "deepethogram-f1": "the best F1 score, as DeepEthogram finds it,",
    "deepethogram-informedness": "the best informedness, as DeepEthogram finds it,",
}


def methods_paragraphs(facts: Facts) -> list[str]:
    """What was done, in sentences for a paper: data and split, model, decision, scores."""
    paragraphs = [
        [*_data(facts), *_split(facts.split), *_seed(facts)],
        [
            sentence
            for run in facts.runs
            for sentence in _stage(run, facts.plans[run.run_id], sees_frames=facts.sees_frames)
        ],
        list(_decision(facts)),
        [*_scores(facts.report), _software(facts.card)],
    ]
    return [" ".join(sentences) for sentences in paragraphs if sentences]


def _data(facts: Facts) -> Iterator[str]:
    behaviours = facts.run.behaviours
    excluded = ", at most one of them at a time" if facts.run.exclusive else ""
    version = facts.run.versions.get("deg-ethogram")
    with_deg = f" with deg {version}" if version else " with deg"
    named = f"{', '.join(behaviours)}{excluded}"
    yield f"{amount(len(behaviours), 'behaviour')} ({named}) were detected in each video frame{with_deg}."


def _split(split: Split) -> Iterator[str]:
    amounts = []
    for part in PARTS:
        spans = split.part(part)
        recordings = amount(len({span.record for span in spans}), "recording")
        amounts.append(f"{sum(span.n_frames for span in spans):,} frames of {recordings} for {PART_NAMES[part]}")
    yield f"Labelled data were divided into {amounts[0]}, {amounts[1]} and {amounts[2]}."
    shared = neighbours(split)
    if not shared:
        yield "No recording was in two of these parts."
    else:
        gap = amount(max(0, min(each.gap for each in shared)), "frame")
        yield f"Parts share recordings; between stretches of different parts at least {gap} were left out."


def _seed(facts: Facts) -> Iterator[str]:
    if facts.plans[facts.run.run_id]:  # what came from elsewhere was not drawn by deg
        yield f"Randomness was drawn from seed {facts.run.seed}."


def _stage(run: RunRecord, plan: Mapping[str, Any], *, sees_frames: bool) -> Iterator[str]:
    height, width = run.image.size
    if run.stage == "features" and sees_frames:
        cut = f", cut out of each video (top, left, height, width: {run.image.crop})" if run.image.crop else ""
        yield f"Frames were scaled to {height} x {width} pixels{cut}."
    yield f"{_STAGES[run.stage]} the model {_plugin(run.plugin)}{_settings(run.plugin.settings)}."
    if run.started_from is not None:
        yield f"Its training {run.started_from.summary()}."
    if "origin" in run.training:
        yield f"It came from {run.training['origin']}; how it was trained there is not on its card."
    elif run.training:
        yield from _training(run)
        if run.stage != "sequence" and "augmentation" in plan:
            yield f"Training clips were changed at random{_settings(plan['augmentation'])}."
    elif plan:
        yield "It was fitted in one go, without epochs."
    else:
        yield "How it was trained is not on its card."


def _training(run: RunRecord) -> Iterator[str]:
    training = run.training
    loss = f" with the loss {_plugin(run.loss)}{_settings(run.loss.settings)}" if run.loss is not None else ""
    how = ", ".join(text.format(training[name]) for name, text in _TRAINING.items() if training.get(name) is not None)
    yield f"It was trained{loss} {how}.".replace("  ", " ").replace(" .", ".")
    epoch, monitor = run.scores.get("epoch"), training.get("monitor")
    if epoch is not None and monitor:
        best = run.scores.get(monitor)
        value = f" ({number_text(best)})" if best is not None else ""
        yield f"The weights of epoch {epoch:g} were kept, the best by {monitor}{value} on validation data."


def _decision(facts: Facts) -> Iterator[str]:
    run, plan = facts.run, facts.plans[facts.run.run_id]
    if run.exclusive:
        yield "Of behaviours that exclude each other, and none of them, the likeliest counted as present."
    elif run.thresholds:
        how = _chosen_by(plan.get("thresholds"))
        in_use = facts.project.thresholds(run.run_id)
        by_hand = [name for name, own in zip(run.behaviours, run.thresholds, strict=True) if in_use[name] != own]
        listed = ", ".join(f"{name} {value:.3g}" for name, value in in_use.items())
        yield f"A behaviour counted as present where its probability reached a threshold{how}: {listed}."
        if by_hand:
            yield f"Those of {', '.join(by_hand)} were set by hand."
    if run.postprocess is not None and run.postprocess.name != "none":
        yield f"Decisions were then smoothed by {_plugin(run.postprocess)}{_settings(run.postprocess.settings)}."


def _chosen_by(settings: Any) -> str:
    """How thresholds were chosen, as the plan says; nothing where there is no plan."""
    if not isinstance(settings, dict):
        return ""
    if settings.get("method") == "fixed":
        return ", fixed beforehand" if "value" in settings else ""
    rule = _THRESHOLDS.get(str(settings.get("method")))
    if rule is None:
        return ""
    folds = settings.get("cross_fitted")
    where = f"training and validation data ({folds} cross-fitted models)" if folds else "validation data"
    elsewhere = f" ({settings['value']:g} for behaviours that nobody could score there)" if "value" in settings else ""
    return f", chosen for {rule.format(beta=settings.get('beta', 1.0))} on {where}{elsewhere}"


def _scores(report: Report | DegError) -> Iterator[str]:
    if isinstance(report, DegError):
        yield "The model has not been scored on test data."
        return
    where = ", ".join(report.recordings) or "the test part"
    yield f"It was scored on {report.n_frames:,} frames of {where}, which it never saw."
    told = [
        f"{name} {number_text(card.overall)}{_interval(card.overall_interval)}, by chance "
        f"{number_text(card.chance_overall)}"
        for name, card in report.scores.items()
        if name in ("f1", "average-precision")
    ] or [f"{name} {number_text(card.overall)}" for name, card in list(report.scores.items())[:2]]
    yield f"Means over behaviours: {'; '.join(told)}."
    yield "Chance is the score of the same predictions turned round in time, mean of 20 turns."
    if report.n_units:
        yield f"Intervals (95 %) come from {report.n_units} {report.resampled}, drawn anew with replacement."


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f" ({interval[0]:.3f} to {interval[1]:.3f})"


def _software(card: Mapping[str, Any]) -> str:
    return f"Software: {', '.join(f'{name} {version}' for name, version in card['software'].items())}."


def _plugin(used: PluginUsed) -> str:
    version = f" {used.version}" if used.version else ""
    return f"{used.name} ({used.distribution}{version})"


def _settings(settings: Mapping[str, Any]) -> str:
    """Settings in brackets; nothing where there are none."""
    if not settings:
        return ""
    return f" [{', '.join(f'{name} {setting_text(value)}' for name, value in settings.items())}]"
