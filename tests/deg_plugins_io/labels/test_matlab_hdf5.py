"""MATLAB files of version 7.3 mean what those of version 5 do."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
from matlab73 import matlab73
from matlab_values import VALUES as COMMON
from matlab_values import cells
from scipy.io import savemat

from deg_core.api import LabelError
from deg_plugins_io.labels.matlab import load_matlab

VALUES = {
    **COMMON,
    "text": "Größe",
    "table of cells": np.array([["a", "b", "c"], ["d", "e", "f"]], dtype=object),
    "structs": [{"a": 1.0, "b": cells("x", "y")}, {"a": 2.0, "b": cells("z")}],
    "nothing": np.zeros((0, 0)),
    "no cells": np.empty((0, 0), dtype=object),
}


def same(mine, other) -> bool:
    if isinstance(mine, dict):
        return set(mine) == set(other) and all(same(mine[key], other[key]) for key in mine)
    if isinstance(mine, (list, np.ndarray)):
        return np.shape(mine) == np.shape(other) and all(same(*pair) for pair in zip(mine, other, strict=True))
    return type(mine) is type(other) and bool(mine == other)


@pytest.mark.parametrize("name", VALUES)
def test_values_are_those_of_version_5(tmp_path, name):
    new, old = tmp_path / "new.mat", tmp_path / "old.mat"
    new.write_bytes(matlab73({"x": VALUES[name], "y": 1.0}))
    savemat(old, {"x": VALUES[name], "y": 1.0})
    found, known = load_matlab(new), load_matlab(old)
    assert list(found) == ["x", "y"]
    assert same(found["x"], known["x"]), (found["x"], known["x"])


def test_letters_outside_of_the_first_plane_are_kept(tmp_path):
    path = tmp_path / "a.mat"
    path.write_bytes(matlab73({"x": "a 🐭"}))
    assert load_matlab(path) == {"x": "a 🐭"}


def changed(tmp_path, change, **variables):
    path = tmp_path / "a.mat"
    path.write_bytes(matlab73(variables))
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def test_what_holds_an_object_of_another_class_is_left_out_whole(tmp_path):
    def change(file):
        file["f"].attrs["MATLAB_class"] = np.bytes_("function_handle")
        file["s"]["f"].attrs["MATLAB_class"] = np.bytes_("string")

    path = changed(tmp_path, change, f=1.0, s={"a": 1.0, "f": 2.0})
    assert load_matlab(path) == {"s": {"a": 1.0}}

    def change_cell(file):
        file[file["c"][0, 0]].attrs["MATLAB_class"] = np.bytes_("string")

    assert load_matlab(changed(tmp_path, change_cell, c=cells("a", "b"), d=1.0)) == {"d": 1.0}


def ring(file):
    file["c"][0, 0] = file["c"].ref


def other_file(file):
    del file["c"]
    file.create_dataset("c", (4,), "f8", external=[("other.bin", 0, 32)]).attrs["MATLAB_class"] = np.bytes_("double")


def huge(file):
    del file["c"]
    file.create_dataset("c", (10**6, 10**6), "f8", chunks=True).attrs["MATLAB_class"] = np.bytes_("double")


def empty_of_something(file):
    del file["c"]
    file["c"] = np.array([10**6, 10**6], dtype=np.uint64)
    file["c"].attrs["MATLAB_class"], file["c"].attrs["MATLAB_empty"] = np.bytes_("double"), 1


def dangling(file):
    file["c"][0, 0] = h5py.Reference()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (ring, "without end"),
        (other_file, "lies in another file"),
        (huge, "more than any label file holds"),
        (empty_of_something, "something empty of"),
        (dangling, "a cell that is nowhere"),
    ],
)
def test_what_matlab_does_not_write_is_refused(tmp_path, change, said):
    path = changed(tmp_path, change, c=cells("a", "b"))
    with pytest.raises(LabelError, match=said):
        load_matlab(path)


def test_links_are_not_followed(tmp_path):
    def change(file):
        file["elsewhere"] = h5py.ExternalLink("other.mat", "/x")
        file["again"] = h5py.SoftLink("/c")

    assert list(load_matlab(changed(tmp_path, change, c=1.0))) == ["c"]
