"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import FlowGenerator, FlowGeneratorPlugin, hookimpl
from deg_plugins_flow.settings import MotionNetSettings, TinyMotionNet3DSettings, TinyMotionNetSettings

# Networks are imported where they are built, so that listing plugins stays cheap.


def build_tiny_motion_net(settings: TinyMotionNetSettings) -> FlowGenerator:
    """Build the network with random weights."""
    from deg_plugins_flow.tiny_motion_net import TinyMotionNet

    return TinyMotionNet(settings)


def build_motion_net(settings: MotionNetSettings) -> FlowGenerator:
    """Build the network with random weights."""
    from deg_plugins_flow.motion_net import MotionNet

    return MotionNet(settings)


def build_tiny_motion_net_3d(settings: TinyMotionNet3DSettings) -> FlowGenerator:
    """Build the network with random weights."""
    from deg_plugins_flow.tiny_motion_net_3d import TinyMotionNet3D

    return TinyMotionNet3D(settings)


tiny_motion_net = FlowGeneratorPlugin(
    name="tiny-motion-net",
    summary="small convolutional network that sees a whole window; flow at half resolution",
    settings=TinyMotionNetSettings,
    build=build_tiny_motion_net,
)

motion_net = FlowGeneratorPlugin(
    name="motion-net",
    summary="large convolutional network that sees a whole window; flow at half resolution",
    settings=MotionNetSettings,
    build=build_motion_net,
)

tiny_motion_net_3d = FlowGeneratorPlugin(
    name="tiny-motion-net-3d",
    summary="small network that convolves in time as well as in space; flow at half resolution",
    settings=TinyMotionNet3DSettings,
    build=build_tiny_motion_net_3d,
)


@hookimpl
def deg_flow_generators() -> Iterator[FlowGeneratorPlugin[Any]]:
    """Offer the built-in flow generators."""
    yield tiny_motion_net
    yield motion_net
    yield tiny_motion_net_3d
