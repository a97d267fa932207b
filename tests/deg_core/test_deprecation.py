from __future__ import annotations

import pytest

from deg_core import api
from deg_core.deprecation import Retired, deprecated


def test_a_function_that_goes_away_works_and_names_the_version_of_its_removal() -> None:
    @deprecated(removal="2.0", instead="another")
    def old(x: int, *, y: int = 1) -> int:
        """Add."""
        return x + y

    with pytest.warns(
        DeprecationWarning, match=r"old goes away in version 2\.0 of deg_core.api; use another"
    ) as warned:
        assert old(1, y=2) == 3
    assert warned[0].filename == __file__  # whoever calls it is told, not deg
    assert old.__doc__ == "Add."


def test_a_retired_name_is_still_given_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_RETIRED", {"OldName": Retired(int, "3.0", "NewName")})
    with pytest.warns(DeprecationWarning, match=r"deg_core.api.OldName goes away in version 3\.0 .* use NewName"):
        assert api.OldName is int


def test_a_name_that_never_was_is_none() -> None:
    with pytest.raises(AttributeError, match="no attribute 'NeverWas'"):
        api.NeverWas  # noqa: B018


def test_nothing_is_kept_beyond_its_removal() -> None:
    def number(version: str) -> tuple[int, ...]:
        return tuple(map(int, version.split(".")))

    assert [name for name, old in api._RETIRED.items() if number(old.removal) <= number(api.API_VERSION)] == []
