from __future__ import annotations

import numpy as np
import pytest

from deg_import_deepethogram.heads import columns_of, turn_heads
from deg_import_deepethogram.networks import NotBrought

CLASSES = ("background", "groom", "dig")


def test_columns_are_found_by_name_and_background_is_left_out() -> None:
    assert columns_of(CLASSES, ("dig", "groom"), exclusive=False) == [2, 1]
    assert columns_of(("groom", "none", "dig"), ("dig", "groom"), exclusive=False) == [2, 0]


def test_where_classes_exclude_each_other_background_is_the_last() -> None:
    assert columns_of(CLASSES, ("groom", "dig"), exclusive=True) == [1, 2, 0]
    with pytest.raises(NotBrought, match="none of them is background"):
        columns_of(("groom", "dig"), ("groom", "dig"), exclusive=True)


@pytest.mark.parametrize("behaviours", [("groom",), ("groom", "dig", "rear"), ("groom", "jump")])
def test_other_behaviours_are_told(behaviours: tuple[str, ...]) -> None:
    with pytest.raises(NotBrought, match="trained on other behaviours: groom, dig"):
        columns_of(CLASSES, behaviours, exclusive=False)


def test_only_tensors_that_grow_with_the_classes_are_cut() -> None:
    """One of three hidden units looks like a last layer of three classes, and is none."""
    tensors = {"hidden": np.arange(6.0).reshape(3, 2), "last": np.arange(9.0).reshape(3, 3), "bias": np.arange(3.0)}
    turned = turn_heads(tensors, [2, 1], 3, lambda n: {"hidden": (3, 2), "last": (n, 3), "bias": (n,)})
    assert np.array_equal(turned["hidden"], tensors["hidden"])
    assert np.array_equal(turned["last"], tensors["last"][[2, 1]])
    assert turned["bias"].tolist() == [2.0, 1.0]
