"""What a figure was measured on, and how: medians of repeats, taken in turn within one run."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping


def describe_machine() -> str:
    """One line about this machine."""
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.processor() or platform.machine()
    return f"{device}, {os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}"


def compare(
    title: str,
    n_frames: int,
    ways: Mapping[str, Callable[[], object]],
    repeats: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Time several ways of the same work in turn and print frames per second and ratios to the first.

    Args:
        title: What is measured.
        n_frames: Frames that one call works on.
        ways: Calls by name.
        repeats: Rounds; each runs every way once.
        clock: Tells the time, seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(repeats):
        for name, way in ways.items():
            began = clock()
            way()
            seconds[name].append(clock() - began)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    first = next(iter(medians.values()))
    print(f"\n{title}")
    for name, median in medians.items():
        spread = (max(seconds[name]) - min(seconds[name])) / median
        print(f"  {name:<32} {n_frames / median:9.4g} frames/s   {first / median:5.2f}x   spread {spread:.0%}")
