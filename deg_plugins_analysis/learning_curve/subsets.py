"""Draws parts of the training data of growing size.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deg_core.api import ProjectError, Span


def pieces_of(train: Sequence[Span], block_frames: int | None) -> list[tuple[Span, ...]]:
    """What is added as a whole: a recording with all its training frames, or blocks of about one length.

    Args:
        train: The training part.
        block_frames: Length of a block; None: recordings.
    """
    if block_frames is None:
        names = sorted({span.record for span in train})
        return [tuple(span for span in train if span.record == name) for name in names]
    pieces: list[tuple[Span, ...]] = []
    for span in train:
        edges = np.linspace(span.start, span.stop, max(1, round(span.n_frames / block_frames)) + 1).round().astype(int)
        pieces += [(Span(span.record, int(a), int(b)),) for a, b in pairwise(edges)]
    return pieces


def default_sizes(n_pieces: int) -> list[int]:
    """One piece, two, four, and so on, and all."""
    sizes = [2**power for power in range(n_pieces.bit_length()) if 2**power < n_pieces]
    return [*sizes, n_pieces]


def draw_subset(
    pieces: Sequence[tuple[Span, ...]],
    size: int,
    marks: Mapping[str, NDArray[np.int8]],
    rng: np.random.Generator,
) -> tuple[Span, ...]:
    """Draw pieces without replacement, in which some behaviour is present, as else nothing can be learned.

    Args:
        pieces: From `pieces_of`.
        size: How many.
        marks: Labels of each recording; shape (T, K).
        rng: For the draw.

    Returns:
        Their spans, in order, those that touch joined to one.

    Raises:
        ProjectError: There are not so many, or a hundred draws show no behaviour.
    """
    if not 1 <= size <= len(pieces):
        raise ProjectError(
            f"{size} of {len(pieces)} pieces of training data", where="--sizes", fix=f"take 1 to {len(pieces)}"
        )
    for _ in range(100):
        drawn = sorted(span for place in rng.permutation(len(pieces))[:size] for span in pieces[place])
        if any((marks[span.record][span.start : span.stop] == 1).any() for span in drawn):
            return _joined(drawn)
    raise ProjectError(
        f"subsets of {size} show no behaviour", where="--sizes", fix="begin with larger ones, or with longer blocks"
    )


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].record == span.record and joined[-1].stop == span.start:
            span = Span(span.record, joined.pop().start, span.stop)
        joined.append(span)
    return tuple(joined)
