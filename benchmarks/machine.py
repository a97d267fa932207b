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


def roofline() -> list[str]:
    """What the machine can do at best: products of matrices, and copies in memory, by all of torch's threads."""
    import torch

    lines = []
    for name, dtype in (("32", torch.float32), ("bf16", torch.bfloat16)):
        a, b = torch.randn(2048, 2048, dtype=dtype), torch.randn(2048, 2048, dtype=dtype)
        seconds = _fastest(lambda a=a, b=b: a @ b)
        lines.append(f"  {name}: {2 * 2048**3 / seconds / 1e9:.0f} GFLOP/s in products of 2048x2048")
    source = torch.randn(64_000_000)
    target = torch.empty_like(source)
    seconds = _fastest(lambda: target.copy_(source))
    return [*lines, f"  memory: {2 * source.nbytes / seconds / 1e9:.1f} GB/s, read and written"]


def _fastest(work: Callable[[], object], repeats: int = 7) -> float:
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
