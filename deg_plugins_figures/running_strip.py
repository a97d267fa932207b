"""The ethogram that runs along below a video: rows of labels and predictions around the present frame.

Axes: T frames, K behaviours, X columns of the strip, H, W.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_figures.lettering import Picture
from deg_plugins_figures.palette import UNKNOWN, Rgb, colour_of, tint
from deg_plugins_figures.tracks import Tracks

_PAPER, _EMPTY = (255, 255, 255), (245, 245, 245)
_TICKS_PX = 6


@dataclass(frozen=True, slots=True)
class StripPlan:
    """Sizes of the strip, in pixels.

    Columns have places of their own in time, column x beginning at frame x / `columns_per_frame`, so that the strip
    glides as a whole and nothing in it flickers.

    Attributes:
        width: Columns that are seen at once; the present frame is in the middle.
        row_height: Height of one behaviour's row, with its gap.
        columns_per_frame: So that the strip spans the seconds it should.
    """

    width: int
    row_height: int
    columns_per_frame: float

    def height(self, n_behaviours: int) -> int:
        """Height of the whole strip, with the marks of seconds below."""
        return n_behaviours * self.row_height + _TICKS_PX

    def first_column(self, frame: int) -> int:
        """The leftmost column that is seen at a frame; negative before the recording."""
        return math.floor((frame + 0.5) * self.columns_per_frame) - self.width // 2


def plan_strip(width: int, n_behaviours: int, frames_per_second: float, half_window_s: float) -> StripPlan:
    """Choose sizes for a strip `width` pixels wide that shows `half_window_s` seconds either way."""
    row_height = 30 if n_behaviours <= 6 else 24 if n_behaviours <= 12 else 18
    return StripPlan(width, row_height, width / (2 * half_window_s * frames_per_second))


def draw_strip(tracks: Tracks, plan: StripPlan, start: int, stop: int) -> Picture:
    """Draw columns `start` up to, not including, `stop` of the strip.

    A column that stands for several frames shows a behaviour if it happens in any of them, and the highest
    probability, so that nothing is lost. The lower part of a row is as high as the probability: pale where deg decided
    that the behaviour is absent, in full colour where it decided that it is present.

    Args:
        tracks: The whole recording; columns before its first frame and after its last are white.
        plan: Sizes.
        start: May be negative.
        stop: Behind start.

    Returns:
        RGB, 0..255; shape (plan.height, stop - start, 3).
    """
    n_behaviours = len(tracks.behaviours)
    strip: Picture = np.empty((plan.height(n_behaviours), stop - start, 3), dtype=np.uint8)
    strip[...] = _PAPER
    first, last = _frames_of(plan, start, stop)
    inside = (first >= 0) & (first < tracks.n_frames)
    span = _Span(first[inside], np.minimum(last[inside], tracks.n_frames))
    if not len(span.first):
        return strip
    for column in range(n_behaviours):
        top = column * plan.row_height
        row = np.empty((plan.row_height, len(span.first), 3), dtype=np.uint8)
        _draw_row(row, tracks, span, column)
        strip[top : top + plan.row_height, inside] = row
    seconds = np.floor(_frames_of(plan, start - 1, stop)[0] / tracks.frames_per_second + 1e-9).astype(np.int64)
    _draw_seconds(strip[-_TICKS_PX:], seconds, inside)
    return strip


def _frames_of(plan: StripPlan, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First frame of each column and the frame after its last; at least one frame each."""
    edges = np.floor(np.arange(start, stop + 1) / plan.columns_per_frame + 1e-9).astype(np.int64)
    return edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)


@dataclass(frozen=True, slots=True)
class _Span:
    """Frames of the columns that lie inside the recording; shape (X,) each."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def highest(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest value in each column's frames; values (T,), result (X,)."""
        begin, end = int(self.first[0]), int(self.last[-1])
        seen = values[begin:end]
        highest: NDArray[np.float32] = seen[self.first - begin].copy()
        for step in range(1, int((self.last - self.first).max())):
            np.maximum(highest, seen[np.minimum(self.first + step, self.last - 1) - begin], out=highest)
        return highest


def _draw_row(row: Picture, tracks: Tracks, span: _Span, column: int) -> None:
    """Draw one behaviour: a bar of labels over the probability."""
    height = len(row)
    gap = max(2, height // 8)
    bar = (height - gap) // 3 if tracks.marks is not None else 0
    colour = colour_of(column)
    row[...] = _PAPER
    if tracks.marks is not None:
        row[: bar - 1] = _label_colours(tracks.marks[:, column], span, colour)
    present = span.highest(tracks.present[:, column].astype(np.float32)) > 0
    level = span.highest(tracks.probabilities[:, column])
    room = height - gap - bar
    # A decision is seen even where the threshold is next to 0.
    filled = np.maximum(np.rint(level * room), np.where(present, 2, 0))
    is_filled = np.arange(room)[:, None] >= room - filled
    inks = np.where(present[:, None], np.array(colour), np.array(tint(colour, 0.3))).astype(np.uint8)
    row[bar : bar + room] = np.where(is_filled[..., None], inks, np.array(_EMPTY, dtype=np.uint8))


def _label_colours(marks: NDArray[np.int8], span: _Span, colour: Rgb) -> NDArray[np.uint8]:
    """Colour of each column's labels: the behaviour's, nearly white where absent, grey where not labelled; (X, 3)."""
    highest = span.highest(marks.astype(np.float32))
    choices = np.array([UNKNOWN, _EMPTY, colour], dtype=np.uint8)
    return choices[highest.astype(np.int64) + 1]


def _draw_seconds(ticks: Picture, seconds: NDArray[np.int64], inside: NDArray[np.bool_]) -> None:
    """Mark columns in which a second begins, every fifth one longer.

    Args:
        ticks: Changed in place; shape (H, X, 3).
        seconds: Of each column and of the one before the first; shape (X + 1,).
        inside: Columns that are in the recording; shape (X,).
    """
    for column in np.flatnonzero((np.diff(seconds) > 0) & inside):
        length = _TICKS_PX - 1 if seconds[column + 1] % 5 == 0 else _TICKS_PX // 2
        ticks[1 : 1 + length, column] = 90
