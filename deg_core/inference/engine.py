"""Runs the feature stage through an engine: prepared when the first frames are there, and compared with torch.

Axes: N rows of a chunk, S frames of a chunk or row, T frames answered for.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from deg_core.errors import DegError, PluginFailedError
from deg_core.interfaces import PreparedNetwork
from deg_core.networks.stage import FeatureStage

_COMPARED = 4
"""Frames whose answers are compared with those of torch in 32 bit."""

_ROW_OF_WINDOWS = 4
_TIMED = 8
_REPEATS = 3
_CLEARLY_FASTER = 1.05
"""Less is within the noise of the measurement; then the exacter of two is taken."""

_FIX = "write `engine: {name: torch, precision: '32'}` in project.yaml, and tell its authors"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine at a precision.

    Attributes:
        name: Of the engine.
        precision: `32`, `bf16` or `16`.
        label: Name, precision and versions, as predictions keep it.
        source: The distribution it comes from, for messages.
        bound: Largest difference from torch in 32 bit, as a share of the largest answer.
        runs_module: See `EnginePlugin`.
        prepare: Makes the stage ready.
        as_trained: Whether it is torch as the networks were trained, by whose numbers thresholds were chosen: it is
            right however far from 32 bit it is.
    """

    name: str
    precision: str
    label: str
    source: str
    bound: float
    runs_module: bool
    prepare: Callable[[FeatureStage, tuple[Tensor, ...]], PreparedNetwork]
    as_trained: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """How an engine did with the first frames.

    Attributes:
        candidate: It.
        difference: From torch in 32 bit, as a share of the largest answer.
        seconds: Per frame; None where it was not timed.
        problem: Why it cannot be used; empty where it can.
    """

    candidate: Candidate
    difference: float = float("nan")
    seconds: float | None = None
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"{self.candidate.label}: {self.problem}"
        rate = "" if self.seconds is None else f", {1 / self.seconds:.3g} frames/s"
        return f"{self.candidate.label}: differs by {self.difference:.1e} of the largest answer{rate}"


Prepared = tuple[Trial, PreparedNetwork | None]


class StageEngine:
    """The feature stage, run by the one engine that was chosen, or by the fastest of several.

    Args:
        stage: In `eval` mode on its device.
        window: Frames that the extractor sees around one frame.
        block_frames: Frames answered for at a time, at the most.
        candidates: One, or several to choose from.
        decided: Told of all trials when there were several, the chosen one first.

    Attributes:
        trials: What is known of the engines, the chosen one first; empty before the first frames.
    """

    def __init__(
        self,
        stage: FeatureStage,
        window: int,
        block_frames: int,
        candidates: Sequence[Candidate],
        decided: Callable[[Sequence[Trial]], None] = lambda _: None,
    ) -> None:
        self._stage, self._window, self._candidates, self._decided = stage, window, candidates, decided
        # Where a window is seen by itself, small rows stay in a processor's cache; where neighbours share work, a row
        # begins with frames that were seen before, and two rows a block keep two streams busy.
        self._row_frames = min(block_frames, max(1, block_frames // 2) if stage.shares else _ROW_OF_WINDOWS)
        self._run: PreparedNetwork | None = None
        self.trials: list[Trial] = []

    @property
    def label(self) -> str:
        """Name, precision and versions of the engine that answers; empty before the first frames."""
        return self.trials[0].candidate.label if self.trials else ""

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Latents (1, T, D) and logits (1, T, K) of one chunk; see `FeatureStage`."""
        if self._run is None:
            self._settle(inputs)
        assert self._run is not None
        return self._answer(self.trials[0].candidate, self._run, inputs)

    def _answer(self, candidate: Candidate, run: PreparedNetwork, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        if candidate.runs_module:
            latents, logits = run(*inputs)
            return latents, logits
        n_frames = inputs[0].shape[1] - self._window + 1
        latents, logits = run(*(in_rows(each, self._window, self._row_frames) for each in inputs))
        return latents.flatten(0, 1)[None, :n_frames], logits.flatten(0, 1)[None, :n_frames]

    def _settle(self, inputs: tuple[Tensor, ...]) -> None:
        """Prepare, compare, and where there are several take the fastest of those that are right."""
        few = tuple(each[:, : self._window - 1 + _COMPARED] for each in inputs)
        expected = self._stage(*few)
        if len(self._candidates) == 1:
            trial, run = self._try(self._candidates[0], few, expected)
            if run is None:
                raise PluginFailedError(
                    f"engine {trial.candidate.label} cannot run this pipeline: {trial.problem}",
                    where=trial.candidate.source,
                    fix=_FIX,
                )
            self.trials, self._run = [trial], run
            return
        some = tuple(each[:, : self._window - 1 + _TIMED] for each in inputs)
        best: Prepared | None = None
        for candidate in self._candidates:
            trial, run = self._try(candidate, few, expected)
            if run is not None:
                trial = self._timed(trial, run, some)
                best = self._better(best, (trial, run))
            self.trials.append(trial)
        if best is None:
            raise PluginFailedError(
                "no engine gives the numbers of torch", where="; ".join(map(str, self.trials)), fix=_FIX
            )
        chosen, self._run = best
        self.trials = [chosen, *(trial for trial in self.trials if trial is not chosen)]
        self._decided(self.trials)

    def _try(self, candidate: Candidate, few: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> Prepared:
        """Prepare it and compare its answers for a few frames; nothing prepared where it fails."""
        try:
            examples = few
            if not candidate.runs_module:
                examples = tuple(in_rows(each, self._window, self._row_frames)[:1] for each in few)
            run = candidate.prepare(self._stage, examples)
            answers = self._answer(candidate, run, few)
        except DegError as error:
            return Trial(candidate, problem=error.problem), None
        except Exception as error:  # a converter may raise anything at a network it does not know
            first = (str(error).strip().splitlines() or [""])[0]
            return Trial(candidate, problem=f"{type(error).__name__}: {first[:200]}"), None
        difference = max(map(relative_difference, answers, expected))
        if not (candidate.as_trained or difference <= candidate.bound):
            problem = f"differs from torch by {difference:.1e} of the largest answer, more than its {candidate.bound:g}"
            return Trial(candidate, difference, problem=problem), None
        return Trial(candidate, difference), run

    def _timed(self, trial: Trial, run: PreparedNetwork, some: tuple[Tensor, ...]) -> Trial:
        n_frames = some[0].shape[1] - self._window + 1
        self._answer(trial.candidate, run, some)
        seconds = []
        for _ in range(_REPEATS):
            began = time.perf_counter()
            for answer in self._answer(trial.candidate, run, some):
                answer.cpu()
            seconds.append((time.perf_counter() - began) / n_frames)
        return Trial(trial.candidate, trial.difference, statistics.median(seconds))

    @staticmethod
    def _better(one: Prepared | None, other: Prepared) -> Prepared:
        if one is None:
            return other
        mine, its = one[0].seconds or 0.0, other[0].seconds or 0.0
        if max(mine, its) < _CLEARLY_FASTER * min(mine, its):
            return min(one, other, key=lambda each: each[0].difference)
        return one if mine < its else other


def in_rows(chunk: Tensor, window: int, row_frames: int) -> Tensor:
    """Cut a chunk into rows that answer for so many frames each; the last frame stands again where one is not full.

    Args:
        chunk: (1, S, ...), S >= window.
        window: Frames seen around one frame.
        row_frames: Frames that a row answers for.

    Returns:
        (N, row_frames + window - 1, ...); overlapping views, each row contiguous where the chunk was.
    """
    frames = chunk[0]
    lacking = -(len(frames) - window + 1) % row_frames
    if lacking:
        frames = torch.cat([frames, frames[-1:].expand(lacking, *frames.shape[1:])])
    return frames.unfold(0, row_frames + window - 1, row_frames).movedim(-1, 1)


def relative_difference(found: Tensor, expected: Tensor) -> float:
    """Largest difference as a share of the largest number; infinite where shapes differ, or a number is none."""
    if found.shape != expected.shape:
        return float("inf")
    found, expected = found.float().cpu(), expected.float().cpu()
    if not torch.isfinite(found).all():
        return float("inf")
    return float((found - expected).abs().max() / expected.abs().max().clamp_min(1e-6))
