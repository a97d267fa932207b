"""What can be the name of a behaviour, whoever wrote it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

MOST_BEHAVIOURS = 1000
"""A file that names more of them has something else where it should have behaviours."""
NO_NAME = "a column has no name, or a line break or another control character in it"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def is_name(text: str) -> bool:
    """Whether a text can name a behaviour: there is one, and nothing in it that cannot be seen in a line."""
    return bool(text) and _CONTROL.search(text) is None


def repeated(names: Iterable[str]) -> list[str]:
    """Names that are there more than once, in order."""
    return sorted(name for name, count in Counter(names).items() if count > 1)
