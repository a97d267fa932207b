"""What fuzzing found, with the parser it broke, tried for ever; none so far that `crafted_labels.py` does not hold."""

from __future__ import annotations

FINDS: tuple[tuple[str, bytes], ...] = ()
