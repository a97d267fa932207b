from __future__ import annotations

from importlib import metadata

import pytest

from deg_core import catalog, compatibility
from deg_core.catalog import load_catalog
from deg_core.compatibility import unmet_need


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        (["deg-ethogram>=2"], "a newer deg than 1.4"),
        (["deg_ethogram>=2,<3"], "a newer deg than 1.4"),
        (["deg-ethogram<1"], "an older deg than 1.4"),
        (["deg-ethogram>=0.1,<1.4"], "an older deg than 1.4"),
        (["deg-ethogram>=1,<2", "deg-ethogram!=1.4"], "than 1.4"),
    ],
)
def test_a_need_of_another_deg_is_told(requires: list[str], said: str) -> None:
    assert said in str(unmet_need(requires, "1.4"))


@pytest.mark.parametrize(
    "requires",
    [
        [],
        ["numpy>=9"],
        ["deg-ethogram"],
        ["deg-ethogram>=1,<2"],
        ["deg-ethogram-more>=9"],
        ["deg-ethogram>=9; extra == 'x'"],
    ],
)
def test_what_this_deg_meets_is_no_need(requires: list[str]) -> None:
    assert unmet_need(requires, "1.4") is None


def test_a_deg_that_is_not_installed_is_asked_for_nothing() -> None:
    assert unmet_need(["deg-ethogram>=9"], None) is None


class _Distribution:
    name, version, requires = "deg-of-tomorrow", "3.1", ("deg-ethogram>=9",)


class _Point:
    """An entry point whose module must not be imported."""

    value, dist = "tomorrow", _Distribution()

    def load(self) -> None:
        raise AssertionError("it was imported")


def test_a_plugin_of_another_deg_is_left_out_before_its_code_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "deg_version", lambda: "0.1.0")
    (failure,) = load_catalog([_Point()]).failures  # type: ignore[list-item]
    assert str(failure.source) == "deg-of-tomorrow 3.1"
    assert failure.doing == "comparing versions"
    assert "needs deg-ethogram>=9, a newer deg than 0.1.0; install that one" in str(failure)


def test_the_installed_deg_is_known() -> None:
    try:
        assert compatibility.deg_version() == metadata.version("deg-ethogram")
    except metadata.PackageNotFoundError:
        assert compatibility.deg_version() is None
