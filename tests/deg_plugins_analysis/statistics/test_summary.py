from __future__ import annotations

from math import isnan

import numpy as np
import pandas as pd

from deg_plugins_analysis.statistics.summary import summarise


def test_a_behaviour_in_numbers(see) -> None:
    (summary,) = summarise(see("one", rate=2.0, groom="..####..##..  "))
    assert summary.scored_s == 6.0
    assert (summary.time_s, summary.share) == (3.0, 0.5)
    assert (summary.n_bouts, summary.bouts_per_min) == (2, 20.0)
    assert (summary.bout_mean_s, summary.bout_median_s, summary.bout_min_s, summary.bout_max_s) == (1.5, 1.5, 1.0, 2.0)
    assert (summary.latency_s, summary.interval_mean_s, summary.n_intervals) == (1.0, 1.0, 1)


def test_what_never_happens_has_no_length_and_no_latency(see) -> None:
    (summary,) = summarise(see("one", groom="......"))
    assert (summary.share, summary.n_bouts, summary.bouts_per_min) == (0.0, 0, 0.0)
    assert all(map(isnan, (summary.bout_mean_s, summary.latency_s, summary.interval_mean_s, summary.bout_max_s)))


def test_what_nobody_looked_for_has_no_share_either(see) -> None:
    (summary,) = summarise(see("one", groom="      "))
    assert summary.scored_s == 0
    assert all(map(isnan, (summary.share, summary.time_s, summary.bouts_per_min)))


def test_latency_counts_from_where_scoring_began(see) -> None:
    (summary,) = summarise(see("one", groom="     ..#."))
    assert summary.latency_s == 0.2


def test_numbers_are_those_of_pandas_on_random_frames(see) -> None:
    frames = np.random.default_rng(2).random(5000) < 0.3
    (summary,) = summarise(see("one", rate=25.0, groom="".join("#" if each else "." for each in frames)))
    series = pd.Series(frames)
    runs = series.groupby((series != series.shift()).cumsum()).agg(["first", "size"])
    lengths = runs.loc[runs["first"], "size"] / 25
    assert summary.n_bouts == len(lengths)
    np.testing.assert_allclose(
        [summary.bout_mean_s, summary.bout_median_s, summary.bout_sd_s, summary.bout_q25_s, summary.bout_q75_s],
        [lengths.mean(), lengths.median(), lengths.std(), lengths.quantile(0.25), lengths.quantile(0.75)],
    )
    between = runs.iloc[1:-1] if not frames[0] else runs.iloc[:-1]
    gaps = between.loc[~between["first"], "size"] / 25
    np.testing.assert_allclose(summary.interval_mean_s, gaps.mean())
