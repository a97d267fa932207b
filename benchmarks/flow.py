"""Frames per second of each flow generator as published, on one core, beside what the core can do at most.

Run `python benchmarks/flow.py`; give names of generators to measure only those.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import torch
from machine import compare, describe_machine
from torch.utils.flop_counter import FlopCounterMode

from deg_plugins_flow.plugin import deg_flow_generators

SIDE = 224
N_WINDOWS = 16
PRECISIONS = {"32": torch.float32, "bf16": torch.bfloat16}


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(1)  # the clock counts the time of one thread, so that other programs disturb little
    print(describe_machine())
    for precision, dtype in PRECISIONS.items():
        square = torch.randn(2048, 2048, dtype=dtype)
        product = {"matrix product": lambda square=square: square @ square}
        compare(f"2048^3 = 8.6 G multiply-adds at a time, {precision}", 1, product, clock=time.thread_time)
    for plugin in deg_flow_generators():
        if plugin.name in (sys.argv[1:] or plugin.name):
            _measure(plugin)


@torch.inference_mode()
def _measure(plugin: Any) -> None:
    model = plugin.build(plugin.settings()).eval()
    frames = torch.randn(1, N_WINDOWS + model.n_frames - 1, SIDE, SIDE, 3).permute(0, 1, 4, 2, 3)
    windows = frames.unfold(1, model.n_frames, 1).movedim(-1, 2).flatten(0, 1)
    ways = {"layer by layer, all windows": lambda: model.see(windows), "as deg answers": lambda: model(frames)}
    counts = ", ".join(f"{_multiply_adds(way) / 1e9:.2f}" for way in ways.values())
    for precision, dtype in PRECISIONS.items():
        with torch.autocast("cpu", dtype=dtype, enabled=precision != "32"):
            title = f"{plugin.name}, {SIDE}x{SIDE}, {precision}; {counts} G multiply-adds per frame"
            compare(title, N_WINDOWS, ways, repeats=3, clock=time.thread_time)


def _multiply_adds(way: Any) -> float:
    with FlopCounterMode(display=False) as counter:
        way()
    return counter.get_total_flops() / 2 / N_WINDOWS


if __name__ == "__main__":
    main()
