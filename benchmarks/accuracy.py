"""How accurate `deg_rt` is beside `deg_f`, both trained from nothing on the same data for the same time, three seeds each.

Data are simulated mice, or the real mouse that is given. Each training is a project of its own in FOLDER; what is
trained already is kept, so that the same command goes on where it was stopped.

Run `python benchmarks/accuracy.py FOLDER sample` or `python benchmarks/accuracy.py FOLDER VIDEO LABELS`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from openfield_mouse import pool

from deg_core import Project
from deg_plugins_sample.recordings import write_sample

SEEDS = (0, 1, 2)
SAMPLE = ("locomotion", "turning", "grooming", "digging", "rearing", "scratching")
