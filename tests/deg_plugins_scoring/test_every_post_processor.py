"""Every post-processor that deg offers keeps the contract, with its defaults and with settings far from them."""

from __future__ import annotations

import pytest
from offered import offered

from deg_core.api import PluginSettings
from deg_core.descriptors import PostProcessorPlugin
from deg_core.testing import PostProcessorContract
from deg_plugins_scoring.settings import (
    HmmSettings,
    HysteresisSettings,
    MedianSettings,
    MinBoutPerBehaviourSettings,
    MinBoutSettings,
)

OTHERS: dict[str, PluginSettings] = {
    "min-bout": MinBoutSettings(frames=8, fill_gaps=True),
    "min-bout-per-behaviour": MinBoutPerBehaviourSettings(percentile=50, longer_by=1, fill_gaps=True),
    "median": MedianSettings(frames=31),
    "hysteresis": HysteresisSettings(odds_ratio=20),
    "hmm": HmmSettings(weight=2),
}
"""Settings far from the defaults."""

PLUGINS = {plugin.name: plugin for plugin in offered(PostProcessorPlugin)}


@pytest.mark.parametrize("name", PLUGINS)
class TestWithDefaults(PostProcessorContract):
    @pytest.fixture(autouse=True)
    def _choose(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "plugin", PLUGINS[name], raising=False)


@pytest.mark.parametrize("name", OTHERS)
class TestWithOtherSettings(PostProcessorContract):
    @pytest.fixture(autouse=True)
    def _choose(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "plugin", PLUGINS[name], raising=False)
        monkeypatch.setattr(self, "settings", lambda: OTHERS[name])


def test_all_but_none_are_tried_with_other_settings_too() -> None:
    assert set(OTHERS) == set(PLUGINS) - {"none"}
