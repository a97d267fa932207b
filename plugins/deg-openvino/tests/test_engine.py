from __future__ import annotations

import pytest

pytest.importorskip("openvino", reason="OpenVINO is not installed")

from deg_core.api import PluginSettings
from deg_core.testing import EngineContract

from deg_openvino.plugin import openvino
from deg_openvino.settings import OpenVinoSettings


class TestOpenVino(EngineContract):
    plugin = openvino

    def settings(self) -> PluginSettings:
        return OpenVinoSettings(streams=2, threads=2)
