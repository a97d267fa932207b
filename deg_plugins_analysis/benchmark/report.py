"""Says how fast pipelines are, to people and to scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from deg_plugins_analysis.benchmark.measure import STEPS, Row

_ADVICE = {
    "decode": "decoding limits: videos of a smaller size, `image.resize: decoder`, or the reader's `hwaccel`",
    "prepare": "making pictures smaller limits: `image.resize: decoder`",
    "network": "the networks limit: `precision: bf16`, a smaller `image.size`, a faster preset, or a GPU",
    "sequence": "the sequence model limits: fewer or smaller layers, or another one",
}


def lines(row: Row) -> list[str]:
    """A pipeline's rates for a person."""
    said = [f"{row.name}, {row.n_frames} frames"]
    said += [f"  {step:<9}{_number(row.rates[step]):>9} frames/s" for step in STEPS]
    said.append(f"  {'together':<9}{_number(row.rates['whole']):>9} frames/s, file to behaviours")
    said.append(f"  {_ADVICE[row.limit]} ({row.overlap:.0%} of the time)")
    if row.memory_mb is not None:
        said.append(f"  memory: {row.memory_mb:.0f} MB at the most")
    if row.forecast is not None and row.forecast.recordings:
        forecast = row.forecast
        said.append(
            f"  all {forecast.recordings} recordings, about {forecast.frames} frames: {_duration(forecast.seconds)}"
        )
    return said


def _number(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def values(machine: str, rows: Sequence[Row]) -> dict[str, Any]:
    """The same for a script."""
    return {"machine": machine, "pipelines": [asdict(row) for row in rows]}
