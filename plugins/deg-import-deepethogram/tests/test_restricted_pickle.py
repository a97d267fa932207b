from __future__ import annotations

import os
import pickle
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from deg_core.api import CheckpointError

from deg_import_deepethogram.restricted_pickle import Inert, load_restricted


class Calls:
    """Pickled, it is a call of whatever it is given."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def read(value: Any, protocol: int = 2) -> Any:
    return load_restricted(BytesIO(pickle.dumps(value, protocol)), "file.pt")


def test_plain_values_come_as_they_are() -> None:
    value = {"epoch": 3, "names": ["a", "b"], "rate": 0.5, "none": None, "nested": {"t": (1, True)}}
    assert read(value) == value


@pytest.mark.parametrize("protocol", range(6))
def test_a_call_of_the_system_is_refused_by_name_and_not_made(protocol: int, tmp_path: Path) -> None:
    proof = tmp_path / "was-run"
    with pytest.raises(CheckpointError, match=r"(posix|nt)\.system") as caught:
        read(Calls(os.system, f"touch {proof}"), protocol)
    assert caught.value.where == "file.pt"
    assert not proof.exists()


def test_a_call_hidden_deep_among_plain_values_is_refused_too(tmp_path: Path) -> None:
    proof = tmp_path / "was-run"
    hidden = {"state_dict": {"a": [1, 2, {"b": (3, Calls(os.system, f"touch {proof}"))}]}}
    with pytest.raises(CheckpointError, match="system"):
        read(hidden)
    assert not proof.exists()


@pytest.mark.parametrize("function", [eval, exec, getattr, __import__, Path.unlink, pickle.loads])
def test_what_could_lead_to_a_call_is_refused(function: Any) -> None:
    with pytest.raises(CheckpointError, match="which no weights need"):
        read(Calls(function, "1"))


def global_call(module: str, name: str) -> bytes:
    """A pickle that names something that need not exist."""
    return b"c" + f"{module}\n{name}\n".encode() + b")R."


def test_nothing_is_imported_to_find_out_what_a_name_means() -> None:
    with pytest.raises(CheckpointError, match=r"antigravity\.geohash"):
        load_restricted(BytesIO(global_call("antigravity", "geohash")), "file.pt")
    with pytest.raises(CheckpointError, match=r"collections\.OrderedDict\.update"):
        load_restricted(BytesIO(global_call("collections", "OrderedDict.update")), "file.pt")


def test_configuration_objects_are_held_and_do_nothing() -> None:
    value = load_restricted(BytesIO(global_call("omegaconf.dictconfig", "DictConfig")), "file.pt")
    assert isinstance(value, Inert)
    assert value.state is None


def test_one_file_cannot_change_how_the_next_is_read() -> None:
    """A pickle may set attributes of whatever it is given."""
    spoil = b"comegaconf.dictconfig\nDictConfig\n(N(dX\x04\x00\x00\x00markI1\nstb."
    with pytest.raises(CheckpointError, match="damaged"):
        load_restricted(BytesIO(spoil), "file.pt")
    fresh = load_restricted(BytesIO(global_call("omegaconf.dictconfig", "DictConfig")), "file.pt")
    assert not hasattr(fresh, "mark")
    assert not hasattr(Inert, "mark")


def test_a_cut_file_is_damaged_and_says_where() -> None:
    whole = pickle.dumps({"a": list(range(100))})
    with pytest.raises(CheckpointError, match="damaged") as caught:
        load_restricted(BytesIO(whole[:50]), "file.pt")
    assert caught.value.where == "file.pt"
