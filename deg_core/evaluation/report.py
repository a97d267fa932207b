"""The result of an evaluation, as it is shown and kept."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BehaviourCount(_Card):
    """Frames of one behaviour that were scored.

    Attributes:
        labelled: Frames with a label, 1 or 0.
        present: Frames labelled 1.
    """

    labelled: int
    present: int

    @property
    def base_rate(self) -> float | None:
        """Share of labelled frames in which it happens; None where nothing is labelled."""
        return self.present / self.labelled if self.labelled else None


class ScoreCard(_Card):
    """One metric. None where undefined.

    Attributes:
        goal: Whether more or less is better.
        overall: For all behaviours.
        chance_overall: The same for predictions turned round in time, mean of 20 turns.
        per_behaviour: For each behaviour.
        chance: For each behaviour, by chance.
    """

    goal: Literal["max", "min"]
    overall: float | None
    chance_overall: float | None
    per_behaviour: dict[str, float | None]
    chance: dict[str, float | None]


class Report(_Card):
    """Scores of a set of frames.

    Attributes:
        counts: Labelled and present frames of each behaviour.
        scores: By name of the metric.
        n_frames: Frames, labelled or not.
        part: Which part of the split they are.
        runs: The runs that made the predictions.
        recordings: Recordings that took part.
        thresholds_by_hand: Behaviours whose threshold a person set, who may have looked at these very frames.
    """

    counts: dict[str, BehaviourCount]
    scores: dict[str, ScoreCard]
    n_frames: int
    part: str = "test"
    runs: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    thresholds_by_hand: tuple[str, ...] = ()
