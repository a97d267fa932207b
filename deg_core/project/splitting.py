"""Divides labelled data into training, validation and test so that no frame of one helps another.

Axes: U units (what stays together), K behaviours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deg_core.data.labels import Labels, count_labels
from deg_core.data.record import Record, Span
from deg_core.data.splits import PARTS, Split
from deg_core.errors import ProjectError
from deg_core.project.manifest import SplitSettings

_TRIALS = 2000
"""Random divisions compared. Finite: a search that insists on every behaviour in every part may never end."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What must stay in one part: some spans, and how often each behaviour is present in them."""

    spans: tuple[Span, ...]
    positives: NDArray[np.int64]


def make_splits(
    records: Sequence[Record], labels: Mapping[str, Labels], settings: SplitSettings, guard_frames: int, seed: int
) -> list[Split]:
    """Divide the labelled recordings.

    Of many random divisions the one is taken in which every part has its share of frames and of each behaviour.

    Args:
        records: Recordings of the project.
        labels: Labels of those that have any, by name.
        settings: What stays together, and the shares or the number of folds.
        guard_frames: Frames left out between neighbouring blocks of different parts, at least as many as the model
            sees, so that no picture is seen from both sides.
        seed: From which the divisions are drawn.

    Returns:
        One split; with folds, one for each fold.

    Raises:
        ProjectError: Too few recordings, groups or blocks for it.
    """
    units = _units([record for record in records if record.name in labels], labels, settings)
    rng = np.random.default_rng(seed)
    if settings.folds is not None:
        _require(len(units) >= settings.folds, len(units), settings)
        folds = _best_assignment(units, np.full(settings.folds, 1 / settings.folds), rng)
        return [_fold_split(units, folds, k, settings.folds, guard_frames) for k in range(settings.folds)]
    shares = np.array(settings.fractions)
    _require(len(units) >= int(np.count_nonzero(shares)), len(units), settings)
    parts = _best_assignment(units, shares, rng)
    return [_split_of(units, parts, guard_frames)]


def _require(enough: bool, n_units: int, settings: SplitSettings) -> None:  # noqa: FBT001
    if enough:
        return
    unit = "labelled recordings" if settings.by == "recording" else f"{settings.by}s with labels"
    raise ProjectError(
        f"{n_units} {unit} are too few for this split",
        where="project.yaml, split",
        fix="label more recordings, or split within them: deg split --by block",
    )


def _units(records: Sequence[Record], labels: Mapping[str, Labels], settings: SplitSettings) -> list[_Unit]:
    if settings.by == "block":
        blocks = [block for record in records for block in _blocks(record.name, labels[record.name], settings)]
        return [_unit([block], labels) for block in blocks]
    whole = {record.name: Span(record.name, 0, labels[record.name].n_frames) for record in records}
    if settings.by == "recording" or settings.group is None:
        return [_unit([span], labels) for span in whole.values()]
    groups: dict[str, list[Span]] = {}
    for record in records:
        groups.setdefault(_group_of(record, settings.group), []).append(whole[record.name])
    return [_unit(spans, labels) for _, spans in sorted(groups.items())]


def _group_of(record: Record, group: str) -> str:
    if group not in record.groups:
        raise ProjectError(
            f"recording {record.name!r} has no {group!r}",
            where="project.yaml, split.group",
            fix=f"write `groups: {{{group}: ...}}` into its recording.yaml, or say it when adding: --group {group}=...",
        )
    return record.groups[group]


def _unit(spans: Iterable[Span], labels: Mapping[str, Labels]) -> _Unit:
    spans = tuple(spans)
    counts = sum(count_labels(labels[s.record].marks[s.start : s.stop])[:, 1] for s in spans)
    return _Unit(spans, np.asarray(counts))


def _blocks(name: str, labels: Labels, settings: SplitSettings) -> list[Span]:
    """Cut a recording into blocks of about the length asked for, all within one frame of each other."""
    n_blocks = max(1, round(labels.n_frames / settings.block_frames))
    edges = np.linspace(0, labels.n_frames, n_blocks + 1).round().astype(int)
    return [Span(name, int(a), int(b)) for a, b in pairwise(edges)]


def _best_assignment(
    units: Sequence[_Unit], shares: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Which part each unit goes to, (U,): the most even of many random draws."""
    template = np.repeat(np.arange(len(shares)), _sizes(len(units), shares))
    positives = np.array([unit.positives for unit in units], dtype=float)
    frames = np.array([[sum(span.n_frames for span in unit.spans)] for unit in units], dtype=float)
    amounts = np.concatenate([positives, frames], axis=1)
    amounts /= np.maximum(amounts.sum(axis=0), 1)
    draws = [rng.permutation(template) for _ in range(_TRIALS)]
    costs = [_unevenness(draw, amounts, shares) for draw in draws]
    return np.asarray(draws[int(np.argmin(costs))])


def _unevenness(draw: NDArray[np.int64], amounts: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    """How far parts are from their shares; a behaviour missing from a part that has a share costs most."""
    cost = 0.0
    for part, share in enumerate(shares):
        found = amounts[draw == part].sum(axis=0)
        cost += float(np.abs(found - share).sum() + (10 * ((found == 0) & (share > 0))).sum())
    return cost


def _sizes(n_units: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Units per part: near the shares, and one at least where there is a share."""
    least = (shares > 0).astype(np.int64)
    wanted = shares * n_units
    sizes = np.maximum(np.floor(wanted).astype(np.int64), least)
    while sizes.sum() > n_units:
        sizes[int(np.argmax(np.where(sizes > least, sizes - wanted, -np.inf)))] -= 1
    while sizes.sum() < n_units:
        sizes[int(np.argmax(np.where(shares > 0, wanted - sizes, -np.inf)))] += 1
    return sizes


def _fold_split(units: Sequence[_Unit], folds: NDArray[np.int64], fold: int, n_folds: int, guard: int) -> Split:
    parts = np.zeros(len(units), dtype=np.int64)
    parts[folds == (fold + 1) % n_folds] = 1
    parts[folds == fold] = 2
    return _split_of(units, parts, guard)


def _split_of(units: Sequence[_Unit], parts: NDArray[np.int64], guard_frames: int) -> Split:
    placed = [(span, int(part)) for unit, part in zip(units, parts, strict=True) for span in unit.spans]
    guarded = _guard(sorted(placed), guard_frames)
    return Split(*(tuple(span for span, part in guarded if part == index) for index in range(len(PARTS))))


def _guard(placed: Sequence[tuple[Span, int]], guard_frames: int) -> list[tuple[Span, int]]:
    """Leave frames out where neighbouring spans belong to different parts; join those that belong to the same."""
    joined: list[tuple[Span, int]] = []
    for span, part in placed:
        if joined and joined[-1][1] == part and _touch(joined[-1][0], span):
            span = Span(span.record, joined.pop()[0].start, span.stop)
        joined.append((span, part))
    trimmed = []
    for index, (span, part) in enumerate(joined):
        before = index > 0 and _touch(joined[index - 1][0], span)
        after = index + 1 < len(joined) and _touch(span, joined[index + 1][0])
        start = span.start + (guard_frames + 1) // 2 * before
        stop = span.stop - guard_frames // 2 * after
        if stop - start < 1:
            raise ProjectError(
                f"blocks of {span.n_frames} frames vanish between guard gaps of {guard_frames}",
                where="project.yaml, split.block_frames",
                fix=f"take longer blocks, such as {4 * guard_frames}, or a smaller split.guard_frames",
            )
        trimmed.append((Span(span.record, start, stop), part))
    return trimmed


def _touch(first: Span, second: Span) -> bool:
    return first.record == second.record and first.stop == second.start
