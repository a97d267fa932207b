from __future__ import annotations

import pickle

import pytest

from deg_core import errors
from deg_core.errors import DegError, ManifestError, PluginNotFoundError, did_you_mean

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DegError)]


def test_a_message_says_what_where_and_how_to_mend_it() -> None:
    error = ManifestError("windw is unknown", where="a.yaml, line 3", fix="did you mean window?\nit takes: window")
    assert str(error).splitlines() == [
        "windw is unknown",
        "  where: a.yaml, line 3",
        "  fix:   did you mean window?",
        "         it takes: window",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_errors_survive_the_way_out_of_a_data_loading_process(kind: type[DegError]) -> None:
    there = kind("a problem", where="a place", fix="a way out")
    back = pickle.loads(pickle.dumps(there))
    assert type(back) is kind
    assert (back.problem, back.where, back.fix) == ("a problem", "a place", "a way out")


def test_no_message_can_be_raised_without_a_remedy() -> None:
    with pytest.raises(TypeError):
        DegError("a problem", where="a place")  # type: ignore[call-arg]


def test_a_missing_plugin_is_a_failed_look_up() -> None:
    assert issubclass(PluginNotFoundError, LookupError)


def test_every_kind_says_what_its_reader_has_to_do() -> None:
    assert len(KINDS) == 11
    assert all(kind.__doc__ for kind in KINDS)


def test_the_nearest_known_name_is_asked_for():
    assert did_you_mean("groming", ["rearing", "grooming"]) == "did you mean 'grooming'? "
    assert did_you_mean("xyz", ["rearing", "grooming"]) == ""
    assert did_you_mean("x", []) == ""
