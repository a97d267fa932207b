"""Small observations whose every value is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from deg_core.api import Labels
from deg_plugins_analysis.observations.observation import Observation

See = Callable[..., Observation]


@pytest.fixture
def see() -> See:
    """Makes an observation of text: a string for each behaviour, `#` present, `.` absent, ` ` not labelled."""

    def make(recording: str, rater: str = "anna", rate: float = 10.0, **columns: str) -> Observation:
        marks = np.array([[{"#": 1, ".": 0, " ": -1}[sign] for sign in text] for text in columns.values()], np.int8)
        return Observation(recording, rater, Labels(marks.T.copy(), tuple(columns), rate))

    return make
