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
        overall_interval: 95 % interval of `overall`, lowest and highest; see `Report.resampled`.
        interval: The same for each behaviour.
    """

    goal: Literal["max", "min"]
    overall: float | None
    chance_overall: float | None
    per_behaviour: dict[str, float | None]
    chance: dict[str, float | None]
    overall_interval: tuple[float, float] | None = None
    interval: dict[str, tuple[float, float] | None] = {}


class BoutCard(_Card):
    """Bouts of one behaviour. None where undefined: without a labelled bout nothing can be found.

    Attributes:
        labelled: Bouts in the labels.
        predicted: Bouts that were decided.
        f1: At each overlap, of bouts paired one to one.
        f1_chance: The same for decisions turned round in time.
        f1_interval: 95 % interval of `f1`.
        in_pieces: Share of labelled bouts that several predicted bouts lie in (over-segmentation).
        joining: Share of predicted bouts that join several labelled ones (under-segmentation).
        onset_error_s: Median distance of onsets of found bouts, seconds; found at the least overlap.
        onset_shift_s: Median of the same with its sign: positive where predictions are late.
        offset_error_s: As `onset_error_s`, of ends.
        offset_shift_s: As `onset_shift_s`, of ends.
    """

    labelled: int
    predicted: int
    f1: tuple[float | None, ...]
    f1_chance: tuple[float | None, ...]
    f1_interval: tuple[tuple[float, float] | None, ...]
    in_pieces: float | None
    joining: float | None
    onset_error_s: float | None
    onset_shift_s: float | None
    offset_error_s: float | None
    offset_shift_s: float | None


class BoutReport(_Card):
    """Scores of bouts.

    Attributes:
        overlaps: Shared frames, as part of those of either bout, from which a bout is found.
        per_behaviour: For each behaviour.
        f1: Mean over behaviours at each overlap.
        f1_chance: The same by chance.
        edit: How alike the orders of events are, 1 at best.
        edit_chance: The same by chance.
    """

    overlaps: tuple[float, ...]
    per_behaviour: dict[str, BoutCard]
    f1: tuple[float | None, ...]
    f1_chance: tuple[float | None, ...]
    edit: float | None
    edit_chance: float | None


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
        bouts: Scores of bouts.
        resampled: What was drawn anew for the intervals; empty where there are none.
        n_units: How many of them there are.
    """

    counts: dict[str, BehaviourCount]
    scores: dict[str, ScoreCard]
    n_frames: int
    part: str = "test"
    runs: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    thresholds_by_hand: tuple[str, ...] = ()
    bouts: BoutReport | None = None
    resampled: str = ""
    n_units: int = 0
