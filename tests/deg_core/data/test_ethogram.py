from __future__ import annotations

import numpy as np
import pytest

from deg_core.data.bouts import Bout
from deg_core.data.ethogram import Ethogram

PRESENT = np.array([[1, 0], [1, 1], [0, 0], [1, 0]], dtype=bool)


def test_bouts_come_behaviour_by_behaviour() -> None:
    ethogram = Ethogram(PRESENT, ("walk", "rear"), 30.0)
    assert ethogram.bouts() == [Bout("walk", 0, 2), Bout("walk", 3, 4), Bout("rear", 1, 2)]


def test_background_is_the_absence_of_all() -> None:
    assert Ethogram(PRESENT, ("walk", "rear"), 30.0).background().tolist() == [False, False, True, False]


def test_refuses_columns_without_a_name() -> None:
    with pytest.raises(ValueError, match="3 behaviours"):
        Ethogram(PRESENT, ("walk", "rear", "dig"), 30.0)


def test_refuses_numbers_that_are_not_yes_or_no() -> None:
    with pytest.raises(TypeError, match="int8"):
        Ethogram(PRESENT.astype(np.int8), ("walk", "rear"), 30.0)  # type: ignore[arg-type]
