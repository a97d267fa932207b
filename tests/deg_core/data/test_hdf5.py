"""HDF5 that its own library never returns from, or that promises what is not there."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from deg_core.data.hdf5 import heap_sizes, open_hdf5, read_stored

TEXTS = ["walk", "", "rear, high", "x" * 300] * 30


@pytest.fixture(params=[0, 512], ids=["plain", "userblock"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file with texts in its attributes, in a dataset, and in a dataset within groups."""
    path = tmp_path / "one.h5"
    with h5py.File(path, "w", userblock_size=request.param) as file:
        file.attrs["behaviours"] = ["walk", "rear"]
        file["numbers"] = np.arange(1000.0)
        file.create_dataset("chunks", data=np.arange(3000.0), chunks=(100,), compression="gzip")
        file["within/groups/texts"] = TEXTS
        file["one"] = "text"
        file["nothing"] = h5py.Empty("f4")
        file.attrs["nothing"] = h5py.Empty(h5py.string_dtype())
        odd = h5py.h5t.IEEE_F32LE.copy()
        odd.set_fields(28, 20, 8, 0, 20)  # which NumPy does not have
        h5py.h5a.create(file.id, b"odd", odd, h5py.h5s.create(h5py.h5s.SCALAR))
        file.create_dataset("unwritten", (10, 10), "f4", chunks=(5, 5))
        file.create_dataset("no rows", (0, 3), "f4", maxshape=(None, 3))
        file["within/again"] = h5py.SoftLink("/numbers")
        file["elsewhere"] = h5py.ExternalLink("nowhere.h5", "/x")
        file.create_dataset("outside", (5,), "u1", external=[("nowhere.bin", 0, 5)])
        layout = h5py.VirtualLayout((5,), "u1")
        layout[:] = h5py.VirtualSource("nowhere.h5", "x", (5,))
        file.create_virtual_dataset("virtual", layout)
    return path


def heaps(content: bytes | bytearray) -> list[int]:
    """Where each collection begins."""
    found = [content.find(b"GCOL")]
    while found[-1] >= 0:
        found.append(content.find(b"GCOL", found[-1] + 1))
    return found[:-1]


def test_a_sound_file_is_read(path: Path) -> None:
    with open_hdf5(path) as file:
        assert list(file.attrs["behaviours"]) == ["walk", "rear"]
        assert list(file["within/groups/texts"].asstr()) == TEXTS
    assert len(heaps(path.read_bytes())) > 1


def zero(content: bytearray, at: int) -> None:
    content[at + 16 : at + 4096] = bytes(4080)


def lengthen(content: bytearray, at: int) -> None:
    struct.pack_into("<Q", content, at + 24, 1 << 40)


def wrap(content: bytearray, at: int) -> None:
    struct.pack_into("<Q", content, at + 24, (1 << 64) - 16)


def insert(content: bytearray, at: int) -> None:
    content[at + 24 : at + 24] = b"T"
    del content[at + 4096]


@pytest.mark.parametrize("arrays", [[], ["numbers", "chunks", "nothing", "unwritten", "no rows", "outside"]])
@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
@pytest.mark.parametrize("damage", [zero, lengthen, wrap, insert])
def test_a_damaged_heap_is_refused_wherever_it_lies(
    path: Path, damage: Callable[[bytearray, int], None], which: int, arrays: list[str]
) -> None:
    content = bytearray(path.read_bytes())
    damage(content, heaps(content)[which])
    path.write_bytes(content)
    with pytest.raises(OSError, match="do not fit together"):
        open_hdf5(path, arrays)


@pytest.mark.parametrize("name", ["whole", "chunks"])
def test_what_an_array_holds_is_not_taken_for_a_heap(tmp_path: Path, name: str) -> None:
    numbers = np.frombuffer(b"GCOL\x01" + bytes(3) + b"\xff" * 8000, np.uint8)
    with h5py.File(tmp_path / "one.h5", "w") as file:
        file.create_dataset(name, data=numbers, chunks=(1000,) if name == "chunks" else None)
        file.attrs["name"] = "x"
    with open_hdf5(tmp_path / "one.h5", [name, "another"]) as file:
        assert (file[name][()] == numbers).all()
        assert file.attrs["name"] == "x"
    with pytest.raises(OSError, match="do not fit together"):
        open_hdf5(tmp_path / "one.h5")


@pytest.mark.parametrize("within", ["attribute", "texts", "lists", "rows", "sides"])
def test_a_list_of_no_known_kind_is_refused(tmp_path: Path, within: str) -> None:
    """HDF5 2.0 ends the process where it is read."""
    path, lists = tmp_path / "one.h5", h5py.vlen_dtype(np.uint8)
    with h5py.File(path, "w") as file:
        if within == "attribute":
            file.create_group("group").attrs["names"] = ["a", "b"]
        else:
            row = np.dtype([("at", "i4"), ("said", h5py.string_dtype())])
            kinds = {"texts": h5py.string_dtype(), "lists": lists, "rows": row, "sides": np.dtype((lists, (2,)))}
            file.create_dataset("values", (3,), kinds[within])
    open_hdf5(path).close()
    content = bytearray(path.read_bytes())
    at = min(content.find(bytes([0x19, kind])) for kind in (0, 1) if bytes([0x19, kind]) in content)
    content[at + 1] |= 2
    path.write_bytes(content)
    with pytest.raises(OSError, match="of no type"):
        open_hdf5(path)


@pytest.mark.parametrize("length", [1 << 29, (1 << 32) - 1])
@pytest.mark.parametrize("what", [b"walk", b"x" * 300])
def test_a_text_that_claims_gigabytes_is_refused(path: Path, what: bytes, length: int) -> None:
    """Which HDF5 2.0 fills before it sees that they are not there."""
    content = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        base = file.userblock_size
    for at in heaps(content):
        with path.open("rb") as raw:
            sizes = heap_sizes(raw, at)
        for number in (number for number, size in sizes.items() if number and size == len(what)):
            reference = content.find(struct.pack("<IQI", len(what), at - base, number))
            struct.pack_into("<I", content, reference, length)
    path.write_bytes(content)
    with pytest.raises(OSError, match=rf"claims {length:,} bytes, and has {len(what)}"):
        open_hdf5(path)


def test_an_attribute_that_claims_more_than_it_has_is_refused(tmp_path: Path) -> None:
    """HDF5 2.0 would take whatever lies behind it in memory for more of it."""
    path = tmp_path / "one.h5"
    with h5py.File(path, "w") as file:
        file.attrs["names"] = ["a", "b"]
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.find(b"\x19\x01\x01\x00") + 4, 1)  # bytes of each of them, of 16
    path.write_bytes(content)
    with pytest.raises(OSError, match="of no type or size"):
        open_hdf5(path)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("group", ["/", "group"])
def test_free_room_among_names_that_goes_round_is_refused(tmp_path: Path, group: str) -> None:
    """HDF5 2.0 takes all memory there is."""
    path = tmp_path / "one.h5"
    with h5py.File(path, "w") as file:
        for name in ("group/a", "group/bb", "c", "dd"):
            file[name] = 1
        del file["group/a"], file["c"]  # their names leave room
    content = bytearray(path.read_bytes())
    heaps_of_names = [content.find(b"HEAP"), content.rfind(b"HEAP")]
    at = heaps_of_names[0 if group == "/" else 1]
    _, free, address = struct.unpack_from("<QQQ", content, at + 8)
    struct.pack_into("<Q", content, address + free, free)
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"the list of names at byte {at} goes round"):
        open_hdf5(path)


def test_a_refused_file_is_closed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    zero(content, heaps(content)[0])
    path.write_bytes(content)
    with pytest.raises(OSError, match="do not fit together"):
        open_hdf5(path)
    with h5py.File(path, "r+"):  # which HDF5 refuses while it is open to be read
        pass


@pytest.mark.parametrize("content", [b"", b"GCOL\x01", b"\x89HDF\r\n\x1a\n"])
def test_what_is_no_hdf5_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.h5").write_bytes(content)
    with pytest.raises(OSError, match="Unable to"):
        open_hdf5(tmp_path / "one.h5")


def test_a_collection_tells_the_sizes_of_its_values(tmp_path: Path) -> None:
    path = tmp_path / "one.h5"
    with h5py.File(path, "w") as file:
        values = file.create_dataset("values", (3,), h5py.vlen_dtype(np.uint8))
        for index, size in enumerate((5, 1000, 8)):
            values[index] = np.zeros(size, np.uint8)
    (at,) = heaps(path.read_bytes())
    with path.open("rb") as raw:
        sizes = heap_sizes(raw, at)
        assert [sizes[number] for number in (1, 2, 3)] == [5, 1000, 8]
        assert heap_sizes(raw, at + 8) == heap_sizes(raw, 1 << 40) == heap_sizes(raw, 1 << 63) == {}


def test_a_dataset_that_promises_what_is_not_there_is_refused(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("claims", (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")
    with open_hdf5(path) as file:
        assert read_stored(file["chunks"]).shape == (3000,)
        with pytest.raises(ValueError, match="which is not there"):
            read_stored(file["claims"])
        for name in ("outside", "virtual", "within"):
            with pytest.raises(ValueError, match="not kept in this file"):
                read_stored(file[name])
