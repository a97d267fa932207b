"""The random numbers that a whole process shares, which no plugin may touch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


@contextmanager
def left_alone() -> Iterator[None]:
    """Fail where what is done inside draws from, or seeds, the shared random numbers of Python, NumPy or torch."""
    random.random()  # moved on first: whoever seeds may have done so before, to the same state
    np.random.random()  # noqa: NPY002
    torch.rand(())
    before = _state()
    yield
    assert _state() == before, "the global random state has changed"


def _state() -> tuple[Any, ...]:
    numpy_state = np.random.get_state(legacy=False)  # noqa: NPY002  # it is this very state that is to be left alone
    return random.getstate(), repr(numpy_state), torch.get_rng_state().tolist()
