from __future__ import annotations

import pytest

pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
pytest.importorskip("onnx", reason="ONNX is not installed")

from deg_core.api import PluginSettings
from deg_core.testing import EngineContract

from deg_onnxruntime.plugin import onnxruntime
from deg_onnxruntime.settings import OnnxRuntimeSettings


class TestOnnxRuntime(EngineContract):
    plugin = onnxruntime

    def settings(self) -> PluginSettings:
        return OnnxRuntimeSettings(streams=2)
