"""Files that break things, and what tries them; see `harness.py`."""

from __future__ import annotations

import sys
from pathlib import Path

# `harness` and the functions that are tried in processes of their own lie here.
sys.path.insert(0, str(Path(__file__).parent))
