"""A feature extractor and the flow generator that learns along with it, as one network.

Axes: N chunks, S frames of a chunk, T frames in its middle, C channels, H, W, D latents, K outputs.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from deg_core.interfaces import FeatureExtractor, FlowGenerator
from deg_core.networks.tensors import see_flow


class FineTuned(nn.Module):
    """An extractor that sees flow by itself, and so needs none. Its weights are those of both.

    Args:
        flow_generator: Trained before, and now further.
        extractor: What needs its flow.

    Attributes:
        window: Of the extractor.
        n_latents: Of the extractor.
    """

    def __init__(self, flow_generator: FlowGenerator, extractor: FeatureExtractor) -> None:
        super().__init__()
        self.window, self.n_latents = extractor.window, extractor.n_latents
        self.flow_generator = cast("nn.Module", flow_generator)
        self.extractor = cast("nn.Module", extractor)

    def forward(
        self,
        frames_NSCHW: Tensor,
        flow_NTPCHW: Tensor | None,  # noqa: ARG002
        *pose_NSQ: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Latents (N, T, D) and logits (N, T, K). See `FeatureExtractor`."""
        flow = see_flow(frames_NSCHW, cast("FlowGenerator", self.flow_generator), self.window)
        answers: tuple[Tensor, Tensor] = self.extractor(frames_NSCHW, flow, *pose_NSQ)
        return answers
