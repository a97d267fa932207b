"""The card of a training run: everything needed to know what its weights are and what they fit."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from deg_core.project.manifest import ImageSettings, Section, Stage


class PluginUsed(Section):
    """A plugin that took part in a run."""

    name: str
    distribution: str
    version: str
    settings: dict[str, Any]


class PostProcessorUsed(PluginUsed):
    """A post-processor, and what it learned from the training labels."""

    learned: dict[str, Any] = Field(default_factory=dict)


class SpanCard(Section):
    """Frames `start` up to, not including, `stop` of a recording."""

    record: str
    start: int = Field(ge=0)
    stop: int

    @model_validator(mode="after")
    def _has_frames(self) -> SpanCard:
        if self.stop <= self.start:
            raise ValueError(f"frames {self.start} to {self.stop} of {self.record!r} are none")
        return self


class SplitCard(Section):
    """Stretches of recordings by the part they play. No frame is in two."""

    train: tuple[SpanCard, ...] = ()
    validation: tuple[SpanCard, ...] = ()
    test: tuple[SpanCard, ...] = ()

    @model_validator(mode="after")
    def _apart(self) -> SplitCard:
        spans = sorted((s.record, s.start, s.stop) for s in (*self.train, *self.validation, *self.test))
        for (record, _, stop), (other, start, _) in pairwise(spans):
            if record == other and start < stop:
                raise ValueError(f"frame {start} of {record!r} is in two parts, or twice in one")
        return self


class Statistics(Section):
    """Mean and standard deviation of the pixels of the training frames, per colour (RGB), in 0..1."""

    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.25, 0.25, 0.25)


class StartedFrom(Section):
    """What a network was filled from before its first training step.

    Attributes:
        source: As the manifest names it.
        run_id: The run.
        weights_sha256: Of its weights.
        loaded: Tensors that were taken whole.
        carried: Behaviours whose rows were taken, by tensor; the other rows stayed as they were drawn.
        drawn: Why tensors stayed as they were drawn, by tensor.
        left_out: Tensors of that run that have no place here.
    """

    source: str
    run_id: str
    weights_sha256: str
    loaded: tuple[str, ...] = ()
    carried: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    drawn: dict[str, str] = Field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def summary(self) -> str:
        """All of it in a sentence or two."""
        n_tensors = len(self.loaded) + len(self.carried) + len(self.drawn)
        parts = [f"starts from {self.run_id} of {self.source}: {len(self.loaded)} of {n_tensors} tensors loaded"]
        if self.carried:
            names = ", ".join(next(iter(self.carried.values())))
            parts.append(f"rows of {names} carried over in {', '.join(self.carried)}")
        if self.drawn:
            name, reason = next(iter(self.drawn.items()))
            more = f", and {len(self.drawn) - 1} more" if len(self.drawn) > 1 else ""
            parts.append(f"as drawn: {name} ({reason}){more}")
        if self.left_out:
            parts.append(f"{len(self.left_out)} tensors of that run left out")
        return "; ".join(parts)


class TaughtBy(Section):
    """The pipeline whose answers were learned from, beside labels.

    Attributes:
        source: As the manifest names it.
        runs: Its features and its sequence run, with the digests of their weights.
        weight: What it counted for in labelled frames; 1 in all others.
        recordings: Recordings that it answered for.
        frames: Frames of them that were learned from.
    """

    source: str
    runs: tuple[str, str]
    weight: float
    recordings: int
    frames: int

    def summary(self) -> str:
        """All of it in a sentence."""
        run = self.runs[1].partition(":")[0]
        return (
            f"learns from what {run}{'' if run == self.source else f' of {self.source}'} says of {self.frames} frames"
            f" in {self.recordings} recordings; where labelled it counts for {self.weight:g}"
        )


_Threshold = Annotated[float, Field(ge=0, le=1.001)]
"""A probability, or just above 1 for what is never present."""


class RunRecord(Section):
    """The card `run.json` beside every set of weights.

    Attributes:
        run_id: Name of the run's folder.
        stage: What was trained.
        plugin: The network.
        loss: The loss it was trained with; None for flow and for models with a solver of their own.
        behaviours: In the order of the outputs.
        exclusive: Whether the behaviours exclude each other; then the last output is `none`.
        n_latents: Latents per frame that it gives (features) or takes (sequence); 0 for flow.
        image: How frames were prepared.
        statistics: Colours that frames are z-scored with.
        built_on: The run of the stage before that this one needs; None for the first.
        started_from: What its network was filled from; None where it started from nothing but its own settings.
        taught_by: Whose answers it learned from beside labels; None where from nobody's.
        fine_tuned_flow: Whether the flow generator of that run learned along, so that these weights hold both.
        thresholds: Least probability that counts as present, one per behaviour.
        neutral: Probability at which a frame speaks neither for a behaviour nor against it, one per behaviour; empty
            where nobody looked, and then the thresholds stand in.
        postprocess: What makes bouts of frames; None for stages before the sequence model.
        split: What it was trained, validated and must be tested on.
        seed: From which its randomness was drawn.
        scores: Best validation score and the epoch it was reached in, and other figures.
        minutes: Time of training.
        weights_sha256: Of `weights.safetensors`.
        versions: Of deg, Python, torch and others that took part.
        git: Commit of the project's folder where it is a git repository, with `+` where files differ.
        created: When it was finished.
    """

    run_id: str
    stage: Stage
    plugin: PluginUsed
    loss: PluginUsed | None = None
    behaviours: tuple[str, ...]
    exclusive: bool
    n_latents: int = Field(default=0, ge=0)
    image: ImageSettings
    statistics: Statistics
    built_on: str | None = None
    started_from: StartedFrom | None = None
    taught_by: TaughtBy | None = None
    fine_tuned_flow: bool = False
    thresholds: tuple[_Threshold, ...] = ()
    neutral: tuple[_Threshold, ...] = ()
    postprocess: PostProcessorUsed | None = None
    split: SplitCard
    seed: int
    training: dict[str, Any] = Field(default_factory=dict)
    scores: dict[str, float | None] = Field(default_factory=dict)
    minutes: float = 0.0
    weights_sha256: str
    versions: dict[str, str] = Field(default_factory=dict)
    git: str | None = None
    created: datetime
    format: Literal[1] = 1

    @model_validator(mode="after")
    def _one_per_behaviour(self) -> RunRecord:
        for name, values in (("thresholds", self.thresholds), ("neutral", self.neutral)):
            if len(values) not in {0, len(self.behaviours)}:
                raise ValueError(f"{len(values)} {name} for {len(self.behaviours)} behaviours")
        return self

    @property
    def n_outputs(self) -> int:
        """Logits per frame."""
        return len(self.behaviours) + self.exclusive
