"""Two streams: one ResNet sees the middle frame, the other the optical flow around it.

As in Simonyan and Zisserman, Two-Stream Convolutional Networks (NeurIPS 2014), in the form of DeepEthogram (Bohnslav
et al., eLife 2021). Names of tensors are those of DeepEthogram's checkpoints, without its flow generator.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T frames in a batch, P flow pairs, C channels, H,
W, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deg_core.api import ExtractorPart
from deg_plugins_features.settings import TwoStreamSettings
from deg_plugins_features.starting_weights import load_starting_weights
from deg_plugins_features.streams import OneStream, Stream, in_chunks
from deg_plugins_features.views import ClipView, FlowView, OriginalPictureView, PictureView, View

_FLOW_SHARE = 1.5 / 2.5
"""Share of the flow stream's logits in their mean: they count 1.5 times (Simonyan and Zisserman 2014)."""


class TwoStream(nn.Module):
    """Latents, half of them of the picture and half of the flow, and logits.

    Attributes:
        window: Frames seen around one frame, n_flows + 1.
        n_latents: 1024, or fewer of narrow ResNets.
    """

    def __init__(self, settings: TwoStreamSettings, n_outputs: int) -> None:
        super().__init__()
        self.window = settings.n_flows + 1
        self._settings, self._n_outputs = settings, n_outputs
        self._picture, self._motion = picture_view(settings), FlowView(settings.n_flows, as_clip=settings.is_3d)
        self._concatenates = settings.fusion == "concatenate"
        own_outputs = None if self._concatenates else n_outputs
        self.spatial_classifier = Stream(settings, self._picture.n_channels, own_outputs)
        self.flow_classifier = Stream(settings, self._motion.n_channels, own_outputs)
        self.n_latents = 2 * self.spatial_classifier.n_latents
        self.fusion = nn.Module()
        if self._concatenates:
            self.fusion.fc = nn.Linear(self.n_latents, n_outputs)
        elif settings.fusion == "weighted-average":
            self.fusion.flow_weight = nn.Parameter(torch.full((1,), 0.5))

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = T + window - 1.
            flow_NTPCHW: Flow of the window - 1 pairs around each frame, pixels per frame; C = 2 (x, y).

        Returns:
            Latents (N, T, D) and logits (N, T, K).
        """
        n_chunks = len(frames_NSCHW)
        spatial_MD = self.spatial_classifier.see(self._picture(frames_NSCHW, flow_NTPCHW))
        motion_MD = self.flow_classifier.see(self._motion(frames_NSCHW, flow_NTPCHW))
        latents_MD = torch.cat([spatial_MD, motion_MD], dim=1)
        return in_chunks(latents_MD, n_chunks), in_chunks(self.answer(latents_MD), n_chunks)

    def answer(self, latents_MD: Tensor) -> Tensor:
        """Logits (M, K) for the latents of both streams (M, D)."""
        if self._concatenates:
            logits_MK: Tensor = self.fusion.get_submodule("fc")(latents_MD)
            return logits_MK
        spatial_MD, motion_MD = latents_MD.chunk(2, dim=1)
        flow_share = self._flow_share()
        spatial_MK, motion_MK = self.spatial_classifier.answer(spatial_MD), self.flow_classifier.answer(motion_MD)
        return (1 - flow_share) * spatial_MK + flow_share * motion_MK

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias, of each stream where both answer. See `deg_core.api.StartsFromBaseRate`."""
        if not self._concatenates:
            self.spatial_classifier.initialise_bias(log_odds_K)
            self.flow_classifier.initialise_bias(log_odds_K)
            return
        with torch.no_grad():
            self.fusion.get_parameter("fc.bias").copy_(log_odds_K)

    def load_starting_weights(self) -> Sequence[str]:
        """Fill it from what the settings name. See `deg_core.api.StartsFromWeights`."""
        return load_starting_weights(self, self._settings)

    def parts(self) -> tuple[ExtractorPart, ExtractorPart]:
        """Each stream as an extractor of its own, of the same tensors. See `deg_core.api.HasParts`.

        Streams that are concatenated have no logits of their own, and get a last layer for the time being.
        """
        picture = self._alone("spatial_classifier", self.spatial_classifier, self._picture)
        motion = self._alone("flow_classifier", self.flow_classifier, self._motion)
        return ExtractorPart("picture", picture, needs_flow=False), ExtractorPart("flow", motion, needs_flow=True)

    def _alone(self, name: str, stream: Stream, view: View) -> OneStream:
        if self._concatenates:
            headless, stream = stream, Stream(self._settings, view.n_channels, self._n_outputs)
            stream[0] = headless[0]
        return OneStream(name, stream, view, self._settings)

    def _flow_share(self) -> Tensor | float:
        if self._settings.fusion == "weighted-average":
            return self.fusion.get_parameter("flow_weight")
        return _FLOW_SHARE


def picture_view(settings: TwoStreamSettings) -> View:
    """What the first stream sees."""
    window = settings.n_flows + 1
    if settings.is_3d:
        return ClipView(window)
    if settings.original_channels:
        return OriginalPictureView(window)
    return PictureView(window, settings.differences)
