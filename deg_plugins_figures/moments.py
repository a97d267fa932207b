"""Times of a recording as people write them: read from the command line, put on axes."""

from __future__ import annotations

import math
import re

from deg_core.api import ProjectError

_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d+)?)")
_STEPS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def frame_of(moment: str, frames_per_second: float, *, where: str) -> int:
    """Turn what a person wrote into a frame.

    Args:
        moment: Seconds (`75`, `75.5s`), a clock (`1:15.5`, `1:02:03`), or a frame (`2250f`).
        frames_per_second: Of the recording, Hz.
        where: The option, for messages.

    Raises:
        ProjectError: It is none of these.
    """
    text = moment.strip().lower()
    try:
        if text.endswith("f"):
            return int(text[:-1])
        return round(_seconds(text) * frames_per_second)
    except ValueError:
        raise ProjectError(
            f"{moment!r} is no time",
            where=where,
            fix="seconds (75.5), minutes and seconds (1:15.5), or a frame (2250f)",
        ) from None


def _seconds(text: str) -> float:
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, seconds = clock.groups(default="0")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    seconds_alone = float(text.removesuffix("s"))
    if not math.isfinite(seconds_alone):
        raise ValueError(text)
    return seconds_alone


def find_span(
    start: str | None, stop: str | None, n_frames: int, frames_per_second: float, *, where: str
) -> tuple[int, int]:
    """Frames `first` up to, not including, `last` that a person asked for; without limits the whole recording.

    Args:
        start: See `frame_of`; None for the first frame.
        stop: See `frame_of`; None for the end. Beyond the end means the end.
        n_frames: Frames of the recording.
        frames_per_second: Its rate, Hz.
        where: The recording, for messages.

    Raises:
        ProjectError: Not a time, or no frame lies between the two.
    """
    first = 0 if start is None else frame_of(start, frames_per_second, where="--start")
    last = n_frames if stop is None else min(frame_of(stop, frames_per_second, where="--stop"), n_frames)
    if not 0 <= first < last:
        length = clock(n_frames / frames_per_second, decimals=1)
        raise ProjectError(
            f"no frames from {start or 'the start'} to {stop or 'the end'}",
            where=where,
            fix=f"it has {n_frames} frames, {length} min; --start must lie before --stop",
        )
    return first, last


def clock(seconds: float, decimals: int = 0) -> str:
    """Minutes and seconds, such as `1:05` or `61:05.25`."""
    ticks = round(seconds * 10**decimals)
    minutes, rest = divmod(ticks, 60 * 10**decimals)
    width = decimals + 3 if decimals else 2
    return f"{minutes}:{rest / 10**decimals:0{width}.{decimals}f}"


def time_ticks(start_s: float, stop_s: float, at_most: int) -> tuple[list[float], list[str]]:
    """Round times between two others, and how to write them.

    Returns:
        Seconds, at most about `at_most` of them, and their labels.
    """
    step = next((s for s in _STEPS_S if (stop_s - start_s) / s <= at_most), _STEPS_S[-1])
    while (stop_s - start_s) / step > at_most:
        step *= 2
    first = math.ceil(start_s / step - 1e-9)
    times = [n * step for n in range(first, math.floor(stop_s / step + 1e-9) + 1)]
    decimals = 2 if step < 0.1 else 1 if step < 1 else 0
    return times, [clock(time_s, decimals) for time_s in times]
