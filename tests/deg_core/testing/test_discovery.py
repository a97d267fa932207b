"""With the pytest plugin loaded, a test finds the plugins that it gives and no others."""

from __future__ import annotations

from collections.abc import Callable

from deg_core.catalog import load_catalog
from deg_core.descriptors import LossPlugin
from deg_core.testing import FAKES
from deg_core.testing.discovery import find_only

__all__ = ["find_only"]  # as `pytest_plugins` would bring it, for this module alone


def test_nothing_is_found_unless_it_is_given() -> None:
    assert load_catalog().offers == ()


def test_what_is_given_is_found(find_only: Callable[..., None]) -> None:
    find_only(*FAKES)
    catalog = load_catalog()
    assert {offer.plugin.name for offer in catalog.offers} == {plugin.name for plugin in FAKES}
    assert catalog.failures == ()
    find_only(FAKES[0])
    assert load_catalog().names(LossPlugin) == []
