"""MATLAB files mean to our reader what they mean to scipy's, where that one survives them."""

from __future__ import annotations

import numpy as np
import pytest
from matlab_values import VALUES as COMMON
from scipy.io import loadmat, savemat

from deg_core.api import LabelError, OtherFormatError
from deg_plugins_io.labels.matlab import load_matlab

VALUES = {
    **COMMON,
    "text": "Größe 🐭",
    "structs": [{"a": 1.0}, {"a": 2.0}],
}


def same(mine, other) -> bool:
    if isinstance(mine, dict):
        return set(mine) == set(other) and all(same(mine[key], other[key]) for key in mine)
    if isinstance(mine, (list, np.ndarray)):
        return np.shape(mine)[:1] == np.shape(other)[:1] and all(same(*pair) for pair in zip(mine, other, strict=True))
    return bool(mine == other)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", VALUES)
def test_values_are_those_that_scipy_reads(tmp_path, name, packed):
    path = tmp_path / "a.mat"
    savemat(path, {"x": VALUES[name], "y": 1.0}, do_compression=packed)
    found, known = load_matlab(path), loadmat(path, simplify_cells=True)
    assert list(found) == ["x", "y"]
    assert same(found["x"], known["x"]), (found["x"], known["x"])


def test_what_is_no_such_file_is_refused(tmp_path):
    path = tmp_path / "a.mat"
    path.write_bytes(b"x" * 200)
    with pytest.raises(OtherFormatError, match="not a MATLAB file"):
        load_matlab(path)
    savemat(path, {"x": 1j})
    with pytest.raises(LabelError, match="not as MATLAB writes it: ValueError: an array of the kind 6"):
        load_matlab(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LabelError, match="ends too early"):
        load_matlab(path)
