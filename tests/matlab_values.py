"""Values of every kind that MATLAB files of behaviour hold, as scipy writes them."""

from __future__ import annotations

import numpy as np


def cells(*values):
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


VALUES = {
    "number": 2.5,
    "whole": np.int16(-3),
    "truth": np.array([True, False]),
    "row": np.arange(5.0),
    "column": np.arange(3.0)[:, None],
    "table": np.arange(6, dtype=np.uint8).reshape(2, 3),
    "cells": cells("groom", 1.0, np.arange(3.0)),
    "a cell": cells("groom"),
    "cells in cells": cells(cells("a", "b"), cells(1.0, 2.0, 3.0)),
    "struct": {"a": 1.0, "name": "x", "inside": {"b": [1.0, 2.0]}},
}
