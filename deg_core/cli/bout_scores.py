"""Shows scores of bouts as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.cli.output import Output, score_text

if TYPE_CHECKING:
    from deg_core.evaluation.report import BoutCard, BoutReport


def show_bouts(bouts: BoutReport, output: Output) -> None:
    """A row for each behaviour and one for all; the interval and chance are those of the strictest overlap."""
    output.show("")
    columns = ["bouts", "labelled", "predicted", *(f"f1 at {overlap:g}" for overlap in bouts.overlaps)]
    columns += ["95 %", "chance", "onset", "offset", "in pieces", "joining"]
    rows = [list(_row(name, card)) for name, card in bouts.per_behaviour.items()]
    rows.append(["all", "", "", *map(score_text, bouts.f1), "", score_text(bouts.f1_chance[-1]), *[""] * 4])
    output.table(columns, rows, columns[1:])
    output.show(f"order of events (edit score): {score_text(bouts.edit)}, chance {score_text(bouts.edit_chance)}")


def interval_text(interval: tuple[float, float] | None) -> str:
    """An interval for a person; empty where there is none."""
    return "" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"


def _row(name: str, card: BoutCard) -> Iterator[str]:
    yield from (name, str(card.labelled), str(card.predicted), *map(score_text, card.f1))
    yield from (interval_text(card.f1_interval[-1]), score_text(card.f1_chance[-1]))
    yield from (_late(card.onset_shift_s, card.onset_error_s), _late(card.offset_shift_s, card.offset_error_s))
    yield from (_share(card.in_pieces), _share(card.joining))


def _late(shift_s: float | None, error_s: float | None) -> str:
    """Seconds late or early, and how far off in either direction."""
    return "" if shift_s is None or error_s is None else f"{shift_s:+.2f} s, off by {error_s:.2f}"


def _share(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.0%}"
