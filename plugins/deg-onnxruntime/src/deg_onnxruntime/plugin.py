"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, EnginePlugin, NoSettings, PreparedNetwork, hookimpl

from deg_onnxruntime.settings import OnnxRuntimeSettings

if TYPE_CHECKING:
    import click
    from torch import Tensor, nn


def prepare_onnxruntime(
    settings: OnnxRuntimeSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    """Translate a network to ONNX and load it."""
    from deg_onnxruntime.engine import prepare

    return prepare(settings, network, examples, precision)


def load_export_model() -> click.Command:
    """Import the command."""
    from deg_onnxruntime.command import export_model

    return export_model


onnxruntime = EnginePlugin(
    name="onnxruntime",
    summary="ONNX Runtime on a processor, in 32 bit",
    settings=OnnxRuntimeSettings,
    bounds={"32": 1e-4},
    devices=frozenset({"cpu"}),
    libraries=("onnxruntime", "onnx"),
    prepare=prepare_onnxruntime,
)


@hookimpl
def deg_engines() -> Iterator[EnginePlugin[OnnxRuntimeSettings]]:
    """Offer ONNX Runtime."""
    yield onnxruntime


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg export-model`."""
    yield CommandPlugin(
        name="export-model",
        summary="Write a pipeline's networks as ONNX, compared with torch.",
        settings=NoSettings,
        load=load_export_model,
    )
