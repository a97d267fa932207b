from __future__ import annotations

from deg_core.testing import FeatureExtractorContract
from deg_plugins_features.plugin import frame_differences
from deg_plugins_features.settings import FrameDifferencesSettings


class TestFrameDifferences(FeatureExtractorContract):
    plugin = frame_differences
    size = (32, 32)

    def settings(self) -> FrameDifferencesSettings:
        return FrameDifferencesSettings(lags=(1, 4))
