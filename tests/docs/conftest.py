"""The tests of this folder share `pages`, which lies beside them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "plugins" / "deg-example-lab" / "src"))  # which the how-tos explain
