"""What commands say: tables for a person on stdout or JSON for a script, notes on stderr."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import click


def note(sentences: Sequence[str]) -> None:
    """Tell of what should be known, on stderr."""
    for sentence in sentences:
        click.echo(f"{click.style('note:', fg='yellow')} {sentence}", err=True)


def answer(value: Any) -> None:
    """Give a script its answer."""
    click.echo(json.dumps(value, indent=1, allow_nan=False))


def heading(text: str) -> None:
    """Begin a part of the answer."""
    click.echo(f"\n{click.style(text, bold=True)}")


def show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show a table: the first column at the left, numbers at the right."""
    cells = [list(columns), *(list(row) for row in rows)]
    is_text = [all(not _is_number(row[at]) for row in cells[1:]) for at in range(len(columns))]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    for row in cells:
        padded = [
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(row, widths, is_text, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def _is_number(cell: str) -> bool:
    return cell.strip("<-").replace(".", "").replace(" %", "").replace(",", "").isdigit()


def number(value: float, digits: int = 3) -> str:
    """A number for a person, or a dash where it is not defined."""
    if not math.isfinite(value):
        return "-"
    return f"{value:,.{digits}f}" if abs(value) < 1e6 else f"{value:.3g}"


def percent(value: float) -> str:
    """A share for a person."""
    return "-" if not math.isfinite(value) else f"{100 * value:.1f} %"


def p_value(value: float) -> str:
    """A p-value for a person."""
    if not math.isfinite(value):
        return "-"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def between(low: float, high: float, digits: int = 3) -> str:
    """An interval for a person."""
    return "-" if not math.isfinite(low) else f"{number(low, digits)} to {number(high, digits)}"
