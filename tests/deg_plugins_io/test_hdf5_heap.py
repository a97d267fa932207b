"""Where HDF5 keeps encoded pictures: sound, and damaged so that its library would never return."""

from __future__ import annotations

import struct

import h5py
import numpy as np
import pytest

from deg_core.api import VideoError
from deg_plugins_io.hdf5_heap import require_sound_heap

VALUES = [np.arange(size, dtype=np.uint8) for size in (200, 7, 0, 250, 8, 100)] * 120
LAST = len(VALUES) + 5


@pytest.fixture(params=["contiguous", "chunked", "userblock", "chunked userblock", "packed"])
def stored(request, tmp_path):
    path = tmp_path / "values.h5"
    layout = {"chunks": (7,)} if request.param in {"chunked", "chunked userblock", "packed"} else {}
    layout |= {"compression": "gzip"} if request.param == "packed" else {}
    with h5py.File(path, "w", userblock_size=1024 if "userblock" in request.param else 0) as file:
        values = file.create_dataset("frame", (LAST,), dtype=h5py.vlen_dtype(np.uint8), **layout)
        for index, value in enumerate(VALUES):
            values[index] = value
    return path


def check(path, start=0, stop=LAST):
    with h5py.File(path) as file:
        require_sound_heap(path, file["frame"], start, stop)


def test_a_sound_file_is_sound(stored):
    check(stored)


def damage(path, change):
    """Change the first collection, given its content and where it begins."""
    content = bytearray(path.read_bytes())
    change(content, content.find(b"GCOL"))
    path.write_bytes(content)


def refused(path) -> bool:
    """Whether its values are refused; those of packed references are not looked at."""
    with h5py.File(path) as file:
        if file["frame"].id.get_create_plist().get_nfilters():
            return True
    with pytest.raises(VideoError, match="frame 0 cannot be decoded"):
        check(path)
    return True


def test_a_heap_of_zeros_is_refused(stored):
    def zero(content, at):
        content[at + 16 : at + 4096] = bytes(4080)

    damage(stored, zero)
    assert refused(stored)


@pytest.mark.parametrize("size", [1 << 40, 150, 3])
def test_an_object_of_another_size_is_refused(stored, size):
    damage(stored, lambda content, at: struct.pack_into("<Q", content, at + 24, size))
    assert refused(stored)


def test_a_heap_that_is_none_is_refused(stored):
    damage(stored, lambda content, at: struct.pack_into("4s", content, at, b"COLG"))
    assert refused(stored)


@pytest.mark.parametrize("address", [1 << 40, 1 << 63])
def test_a_reference_that_leads_out_of_the_file_is_refused(stored, address):
    with h5py.File(stored) as file:
        base = file.userblock_size

    def mislead(content, heap):
        reference = content.find(struct.pack("<IQ", len(VALUES[0]), heap - base))
        if reference >= 0:  # not packed
            struct.pack_into("<Q", content, reference + 4, address)

    damage(stored, mislead)
    assert refused(stored)


@pytest.mark.parametrize("place", [1 << 40, 1 << 63])
def test_a_reference_that_lies_outside_of_the_file_is_refused(stored, monkeypatch, place):
    monkeypatch.setattr("deg_plugins_io.hdf5_heap._place_of", lambda *_: place)
    assert refused(stored)


def test_only_what_will_be_read_is_looked_at(stored):
    with h5py.File(stored) as file:
        if file["frame"].id.get_create_plist().get_nfilters():
            pytest.skip("packed references are not looked at")
    content = bytearray(stored.read_bytes())
    last = content.rfind(b"GCOL")
    assert last > content.find(b"GCOL")
    content[last : last + 4] = b"GONE"
    stored.write_bytes(content)
    check(stored, 0, 10)
    with pytest.raises(VideoError):
        check(stored)
