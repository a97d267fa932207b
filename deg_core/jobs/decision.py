"""By what probabilities become what is present: thresholds, and the project's post-processor.

Neither is part of a model. Both can change after training, and then only decisions are made anew.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.data.labels import UNLABELLED
from deg_core.data.splits import Split
from deg_core.descriptors import PostProcessorPlugin
from deg_core.errors import DegError, PluginFailedError
from deg_core.interfaces import FrameDecisions
from deg_core.jobs.training_data import TrainingData, load_training_data
from deg_core.jobs.workspace import Workspace
from deg_core.postprocess.decide import decide, decide_exclusive
from deg_core.project.hand_thresholds import load_hand_thresholds
from deg_core.project.resolve import Chosen
from deg_core.project.run_record import PostProcessorUsed, RunRecord
from deg_core.project.split_file import split_from_card

_LEAST = 1e-6
"""Probabilities are kept this far from 0 and 1 where their log-odds are compared."""


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """Turns the probabilities of a recording into what is present.

    Attributes:
        chosen: The post-processor.
        learned: What it learned from the training labels.
        thresholds: In use; shape (K,), float32; NaN where behaviours exclude each other.
        neutral: See `FrameDecisions`; shape (K,), float32.
        by_hand: Behaviours whose threshold a person set.
        exclusive: Whether at most one behaviour happens at a time.
    """

    chosen: Chosen[PostProcessorPlugin[Any]]
    learned: Mapping[str, Any]
    thresholds: NDArray[np.float32]
    neutral: NDArray[np.float32]
    by_hand: tuple[str, ...]
    exclusive: bool

    def decide(self, probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
        """What is present in each frame of a recording.

        Args:
            probabilities: 0..1; shape (T, K).

        Raises:
            PluginFailedError: The post-processor gave something else than decisions.
        """
        alone = decide_exclusive(probabilities) if self.exclusive else decide(probabilities, self.thresholds)
        frames = FrameDecisions(probabilities, alone, self.thresholds, self.neutral, self.exclusive)
        with _naming(self.chosen):
            present = self.chosen.plugin.apply(self.chosen.settings, self.learned, frames)
        crowded = self.exclusive and bool((present.sum(axis=1) > 1).any())
        if present.shape != alone.shape or present.dtype != np.bool_ or crowded:
            raise PluginFailedError(
                f"post-processor {self.chosen.plugin.name!r} broke its promise: {present.dtype} {present.shape}"
                f" for {alone.shape}{', several behaviours at a time' if crowded else ''}",
                where=str(self.chosen.offer.source),
                fix="tell its authors; PostProcessorContract finds it",
            )
        return present

    @property
    def text(self) -> str:
        """All of it as JSON: the same only for the same decisions."""
        values = {
            "postprocess": {**self.chosen.used().model_dump(mode="json"), "learned": self.learned},
            "thresholds": None if self.exclusive else self.thresholds.tolist(),
            "by_hand": list(self.by_hand),
            "neutral": None if self.exclusive else self.neutral.tolist(),
        }
        return json.dumps(values, sort_keys=True, allow_nan=False)


def decision_rule(workspace: Workspace, run: RunRecord) -> DecisionRule:
    """The rule for a sequence run: thresholds of its card or set by hand, and the post-processor of the project now.

    What the post-processor learned is on the card, unless the project has named another since: then it learns again,
    from the labels of the run's own training part.

    Raises:
        ProjectError: It has to, and those labels are gone.
        ManifestError: Thresholds set by hand are of behaviours that the run does not know.
    """
    chosen, on_card = workspace.choices.postprocess, run.postprocess
    if on_card is not None and _same(on_card, chosen):
        learned = on_card.learned
    elif chosen.plugin.learn is None:
        learned = {}
    else:
        train = Split(split_from_card(run.split).train, ())
        learned = fit_post_processor(chosen, load_training_data(workspace, train), exclusive=run.exclusive).learned
    by_hand = load_hand_thresholds(workspace.layout.run(run.run_id), run)
    thresholds, neutral = _in_use(run, by_hand)
    return DecisionRule(chosen, learned, thresholds, neutral, tuple(by_hand), run.exclusive)


def thresholds_in_use(workspace: Workspace, run: RunRecord) -> NDArray[np.float32]:
    """Of its card or set by hand; shape (K,), float32; NaN where behaviours exclude each other."""
    return _in_use(run, load_hand_thresholds(workspace.layout.run(run.run_id), run))[0]


def fit_post_processor(
    chosen: Chosen[PostProcessorPlugin[Any]], data: TrainingData, *, exclusive: bool
) -> PostProcessorUsed:
    """Let a post-processor learn from the training part, and from nothing else."""
    learned: Mapping[str, Any] = {}
    if chosen.plugin.learn is not None:
        with _naming(chosen):
            learned = chosen.plugin.learn(chosen.settings, _training_labels(data), exclusive=exclusive)
    return PostProcessorUsed(**chosen.used().model_dump(), learned=dict(learned))


def _training_labels(data: TrainingData) -> list[NDArray[np.int8]]:
    """Labels of each recording that has training frames, with all others marked as not labelled; shapes (T, K)."""
    hidden = {span.record: np.full_like(data.labels[span.record].marks, UNLABELLED) for span in data.split.train}
    for span in data.split.train:
        frames = slice(span.start, span.stop)
        hidden[span.record][frames] = data.labels[span.record].marks[frames]
    return [hidden[name] for name in sorted(hidden)]


def _same(used: PostProcessorUsed, chosen: Chosen[Any]) -> bool:
    now = chosen.used()
    return (used.name, used.distribution, used.settings) == (now.name, now.distribution, now.settings)


def _in_use(run: RunRecord, by_hand: Mapping[str, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Thresholds and neutral probabilities, (K,) each; moving a threshold by hand moves the neutral point as far."""
    if run.exclusive:
        nowhere = np.full(len(run.behaviours), np.nan, dtype=np.float32)
        return nowhere, nowhere
    chosen = np.array(run.thresholds, dtype=np.float32)
    thresholds = np.array([by_hand.get(name, chosen[k]) for k, name in enumerate(run.behaviours)], dtype=np.float32)
    neutral = np.array(run.neutral or run.thresholds, dtype=np.float32)
    moved = _log_odds(neutral) + _log_odds(thresholds) - _log_odds(chosen)
    neutral = np.where(thresholds == chosen, neutral, 1 / (1 + np.exp(-moved))).astype(np.float32)
    return thresholds, neutral


def _log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    kept = np.clip(probabilities.astype(np.float64), _LEAST, 1 - _LEAST)
    return np.log(kept) - np.log1p(-kept)


@contextmanager
def _naming(chosen: Chosen[Any]) -> Iterator[None]:
    """Add to an error that comes out of the post-processor whose it is."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, DegError) and hasattr(error, "add_note"):  # Python 3.11
            error.add_note(f"in {chosen.plugin.kind} {chosen.plugin.name!r} from {chosen.offer.source}")
        raise
