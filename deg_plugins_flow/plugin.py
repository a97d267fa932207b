"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import FlowGenerator, FlowGeneratorPlugin, hookimpl
from deg_plugins_flow.settings import TinyMotionNetSettings


def build_tiny_motion_net(settings: TinyMotionNetSettings) -> FlowGenerator:
    """Build the network with random weights."""
    from deg_plugins_flow.tiny_motion_net import TinyMotionNet  # here, so that listing plugins stays cheap

    return TinyMotionNet(settings)


tiny_motion_net = FlowGeneratorPlugin(
    name="tiny-motion-net",
    summary="small convolutional network that sees a whole window; flow at half resolution",
    settings=TinyMotionNetSettings,
    build=build_tiny_motion_net,
)


@hookimpl
def deg_flow_generators() -> Iterator[FlowGeneratorPlugin[TinyMotionNetSettings]]:
    """Offer the built-in flow generators."""
    yield tiny_motion_net
