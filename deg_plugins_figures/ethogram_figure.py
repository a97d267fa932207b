"""Draws an ethogram: for every behaviour what a person saw, over what deg decided, over the probabilities.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_core.api import find_runs
from deg_plugins_figures.moments import time_ticks
from deg_plugins_figures.palette import UNKNOWN, Rgb, colour_of, unit_rgb
from deg_plugins_figures.tracks import Bins, Tracks, bin_frames

MAX_COLUMNS = 1500
"""Columns at the most: fewer than dots on a page at 300 per inch, so that none is dropped between two dots."""

_FAINTEST = 0.35
_ROW_IN = 0.098  # height of a bar on paper, inches
_BAR, _CURVE, _GAP = 1.0, 1.7, 0.8  # heights in bars, each with the space below it
_INK = 0.88  # share of a bar's height that is filled
_EMPTY: Rgb = (245, 245, 245)
_NAME_LETTERS = 24  # longer names take a second line


@dataclass(frozen=True, slots=True)
class _Time:
    """The time axis: its bins as seconds, and whether each bin is one frame."""

    edges_s: NDArray[np.float64]
    is_exact: bool


@in_print_style
def draw_ethogram(tracks: Tracks) -> Figure:
    """Draw an ethogram.

    Up to `MAX_COLUMNS` frames every bout is a crisp bar. Longer recordings are summed up: the darker a column, the
    larger the share of its frames in which the behaviour happens, and even the briefest bout is seen; the curve shows
    mean and highest probability.

    Args:
        tracks: What to draw; at least one frame.
    """
    n_behaviours = len(tracks.behaviours)
    block = (2 if tracks.marks is not None else 1) * _BAR + _CURVE + _GAP
    height = n_behaviours * block + (1.2 if tracks.test_spans else 0.2)
    figure = Figure(figsize=(PAGE_WIDTH_IN, height * _ROW_IN + 0.72), layout="constrained")
    axes = figure.add_subplot()
    time = _Time(
        (tracks.first_frame + bin_frames(np.zeros(tracks.n_frames), MAX_COLUMNS).edges) / tracks.frames_per_second,
        tracks.n_frames <= MAX_COLUMNS,
    )
    sides: list[tuple[float, str]] = []
    for column in range(n_behaviours):
        sides += _draw_behaviour(axes, tracks, time, column, column * block)
    if tracks.test_spans:
        sides.append(_draw_test_spans(axes, tracks))
    _finish(axes, tracks, sides, [(k + 0.5) * block - _GAP / 2 for k in range(n_behaviours)], n_behaviours * block)
    axes.set_title(tracks.recording, loc="left")
    axes.set_title(_key(tracks), loc="right", fontsize=5, color="0.35")
    return figure


def _key(tracks: Tracks) -> str:
    """Say what cannot be told by looking."""
    parts = []
    if tracks.marks is not None and (tracks.marks < 0).any():
        parts.append("hatched: not labelled")
    if np.isfinite(tracks.thresholds).any():
        parts.append("dashed: threshold")
    if tracks.test_spans:
        parts.append("black: test, never trained on")
    return "    ".join(parts)


def _draw_behaviour(axes: Axes, tracks: Tracks, time: _Time, column: int, top: float) -> list[tuple[float, str]]:
    """Draw the block of one behaviour; returns where its rows are and what they show."""
    sides = []
    colour = colour_of(column)
    if tracks.marks is not None:
        marks = tracks.marks[:, column]
        _draw_bar(axes, _share(marks == 1), time, top, colour)
        _draw_unlabelled(axes, _share(marks < 0), time, top)
        sides.append((top + _INK / 2, "human"))
        top += _BAR
    _draw_bar(axes, _share(tracks.present[:, column]), time, top, colour)
    sides.append((top + _INK / 2, "deg"))
    top += _BAR
    probabilities = bin_frames(tracks.probabilities[:, column].astype(np.float64), MAX_COLUMNS)
    _draw_curve(axes, probabilities, time, top + _CURVE, float(tracks.thresholds[column]))
    sides.append((top + _CURVE / 2, "probability"))
    return sides


def _share(present: NDArray[np.bool_]) -> NDArray[np.float64]:
    return bin_frames(present.astype(np.float64), MAX_COLUMNS).mean


def _draw_bar(axes: Axes, share: NDArray[np.float64], time: _Time, top: float, colour: Rgb) -> None:
    """Draw where a behaviour happens, between `top` and a bar below it."""
    start_s, stop_s = float(time.edges_s[0]), float(time.edges_s[-1])
    axes.broken_barh([(start_s, stop_s - start_s)], (top, _INK), facecolors=unit_rgb(_EMPTY), linewidth=0)
    if time.is_exact:
        runs = time.edges_s[find_runs(share > 0)]
        axes.broken_barh(
            [(start, stop - start) for start, stop in runs],
            (top, _INK),
            facecolors=unit_rgb(colour),
            linewidth=0,
            antialiased=False,
        )
        return
    picture = np.empty((1, len(share), 4))
    picture[..., :3] = unit_rgb(colour)
    picture[..., 3] = np.where(share > 0, _FAINTEST + (1 - _FAINTEST) * share, 0.0)
    extent = (start_s, stop_s, top + _INK, top)
    axes.imshow(picture, extent=extent, aspect="auto", interpolation="nearest", zorder=2)


def _draw_unlabelled(axes: Axes, share: NDArray[np.float64], time: _Time, top: float) -> None:
    """Hatch what nobody labelled: in sums, columns of which more than half is unknown."""
    runs = time.edges_s[find_runs(share > 0.5)]
    axes.broken_barh(
        [(start, stop - start) for start, stop in runs],
        (top, _INK),
        facecolors="white",
        edgecolors=unit_rgb(UNKNOWN),
        hatch="////////",
        linewidth=0,
        zorder=3,
    )


def _draw_curve(axes: Axes, probabilities: Bins, time: _Time, floor: float, threshold: float) -> None:
    """Draw a probability upwards from `floor`, and its threshold as a dashed line."""
    height = _CURVE - 0.25
    for values, grey in ((probabilities.highest, 0.86), (probabilities.mean, 0.55)):
        axes.stairs(
            floor - values * height,
            time.edges_s,
            baseline=floor,
            fill=True,
            color=str(grey),
            linewidth=0,
            rasterized=not time.is_exact,
        )
    axes.hlines(floor, time.edges_s[0], time.edges_s[-1], colors="0.55", linewidth=0.4)
    if np.isfinite(threshold):
        level = floor - threshold * height
        axes.hlines(level, time.edges_s[0], time.edges_s[-1], colors="black", linewidth=0.4, linestyles=(0, (4, 3)))


def _draw_test_spans(axes: Axes, tracks: Tracks) -> tuple[float, str]:
    """Mark what the model never saw with black bars above all rows."""
    spans = np.array(tracks.test_spans, dtype=np.float64) / tracks.frames_per_second
    clipped = spans.clip(tracks.start_s, tracks.stop_s)
    axes.broken_barh(
        [(start, stop - start) for start, stop in clipped if stop > start],
        (-1.0, 0.4),
        facecolors="black",
        linewidth=0,
    )
    return -0.8, "test"


def _finish(axes: Axes, tracks: Tracks, sides: list[tuple[float, str]], centres: list[float], bottom: float) -> None:
    """Set limits, name behaviours at the left and rows at the right, and write times below."""
    axes.set_xlim(tracks.start_s, tracks.stop_s)
    axes.set_ylim(bottom - _GAP / 2, -1.2 if tracks.test_spans else -0.2)
    axes.set_yticks(centres, [fill(name, _NAME_LETTERS) for name in tracks.behaviours])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    times, words = time_ticks(tracks.start_s, tracks.stop_s, 10)
    axes.set_xticks(times, words)
    axes.set_xlabel("time (min:s)")
    names = axes.secondary_yaxis("right")
    names.set_yticks([y for y, _ in sides], [text for _, text in sides])
    names.tick_params(length=0, pad=1, labelsize=5, labelcolor="0.35")
    names.spines["right"].set_visible(False)
