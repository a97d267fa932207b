"""What tests of several packages need."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

from parity import parity  # the numbers of the published system

__all__ = ["parity"]

# Property tests try the same examples every time, and a slow machine is no failure.
settings.register_profile("deg", deadline=None, derandomize=True)
settings.load_profile("deg")
