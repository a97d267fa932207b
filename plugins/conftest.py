"""Lets tests of every distribution here be run from the sources, installed or not."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(path) for path in sorted(Path(__file__).parent.glob("*/src"))]
