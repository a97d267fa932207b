"""Rows of the tables that the agreement of raters is told in."""

from __future__ import annotations

from dataclasses import dataclass

MEAN = "mean"
"""Stands for the mean over behaviours for which a score is defined."""
TOGETHER = "all together"
"""Stands for behaviours that exclude each other as the categories of one scale, `none` among them."""


@dataclass(frozen=True, slots=True)
class PairScore:
    """Two raters about one behaviour, over all recordings that both scored.

    Attributes:
        rater: The one.
        other: The other.
        behaviour: The behaviour; `mean` over behaviours; `all together` where they exclude each other.
        n_recordings: Recordings that both scored.
        compared_s: Time that both scored, seconds.
        rater_s: Time in which the one saw it.
        other_s: Time in which the other saw it.
        f1: Of the one against the other; NaN where neither saw it.
        f1_low: Lower end of its interval, by drawing recordings.
        f1_high: Its upper end.
        kappa: Cohen's; NaN where neither, or both throughout, saw it.
        kappa_low: Lower end of its interval.
        kappa_high: Its upper end.
        accuracy: Share of frames about which they agree: high for whatever is rare, even if they never agree on it.
    """

    rater: str
    other: str
    behaviour: str
    n_recordings: int
    compared_s: float
    rater_s: float
    other_s: float
    f1: float
    f1_low: float
    f1_high: float
    kappa: float
    kappa_low: float
    kappa_high: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class GroupScore:
    """All raters about one behaviour.

    Attributes:
        raters: Who: `all`, or `people` without deg.
        behaviour: The behaviour, or `mean`.
        n_raters: How many.
        alpha: Krippendorff's, of all frames that two of them scored; NaN where nobody saw it.
        alpha_low: Lower end of its interval, by drawing recordings.
        alpha_high: Its upper end.
        fleiss: Fleiss' kappa, of frames that all of them scored.
        fleiss_low: Lower end of its interval.
        fleiss_high: Its upper end.
    """

    raters: str
    behaviour: str
    n_raters: int
    alpha: float
    alpha_low: float
    alpha_high: float
    fleiss: float
    fleiss_low: float
    fleiss_high: float


@dataclass(frozen=True, slots=True)
class RaterBouts:
    """What one rater saw of one behaviour, in the recordings that at least two raters scored.

    Attributes:
        rater: The rater.
        behaviour: The behaviour.
        n_recordings: Recordings that this rater scored.
        share: Of the time that this rater scored, 0..1.
        n_bouts: Bouts seen.
        bouts_per_min: Of that time.
        bout_mean_s: Their mean length.
        bout_median_s: Their median length.
    """

    rater: str
    behaviour: str
    n_recordings: int
    share: float
    n_bouts: int
    bouts_per_min: float
    bout_mean_s: float
    bout_median_s: float


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """Frames in which one rater said this and another that.

    Attributes:
        rater: The one.
        other: The other.
        said: What the one said; `none` for no behaviour.
        other_said: What the other said.
        time_s: How long, seconds.
        share: Of the time in which the one said so.
    """

    rater: str
    other: str
    said: str
    other_said: str
    time_s: float
    share: float
