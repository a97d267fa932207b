"""One stream: a ResNet and a classifier on what it sees around a frame.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T, P flow pairs, C channels, H, W, D latents,
K outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import cast

import torch
from torch import Tensor, nn

from deg_plugins_features.backbone import Backbone
from deg_plugins_features.settings import FlowStreamSettings, ImageStreamSettings, StreamSettings
from deg_plugins_features.starting_weights import load_starting_weights
from deg_plugins_features.views import ClipView, FlowView, PictureView, View

_PIXELS_AT_ONCE = 2**20
"""Pixels, over all frames, that answering works on at a time: what is made of them stays in a processor's cache."""


class Stream(nn.Sequential):
    """A ResNet, a linear layer, and batch normalisation where it is wanted. DeepEthogram calls them 0, 1 and 2.

    Args:
        settings: Which ResNet.
        n_channels: Channels that it sees.
        n_outputs: Logits it gives; None for latents alone.

    Attributes:
        n_latents: 512, or fewer of a narrow ResNet.
    """

    def __init__(self, settings: StreamSettings, n_channels: int, n_outputs: int | None) -> None:
        backbone = Backbone(settings.arch, n_channels, settings.dropout, settings.width)
        super().__init__(backbone)
        self.n_latents = backbone.n_latents
        self._layout = torch.channels_last_3d if settings.is_3d else torch.channels_last
        if n_outputs is not None:
            self.append(nn.Linear(self.n_latents, n_outputs, bias=not settings.final_bn))
            if settings.final_bn:
                self.append(nn.BatchNorm1d(n_outputs))
        self.to(memory_format=self._layout)

    def see(self, maps: Tensor) -> Tensor:
        """Latents (M, D) of pictures (M, C, H, W) or clips (M, C, length, H, W)."""
        n_at_once = len(maps)
        if not (self.training or torch.is_grad_enabled()):
            n_at_once = max(1, _PIXELS_AT_ONCE // prod(maps.shape[2:]))
        groups = torch.split(maps, n_at_once)
        return torch.cat([self[0](group.contiguous(memory_format=self._layout)) for group in groups])

    def answer(self, latents_MD: Tensor) -> Tensor:
        """Logits (M, K)."""
        answers = latents_MD
        for layer in list(self)[1:]:
            answers = layer(answers)
        return answers

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias."""
        with torch.no_grad():
            cast("Tensor", self[-1].bias).copy_(log_odds_K)


class OneStream(nn.Module):
    """A feature extractor of a single stream.

    Args:
        name: Of the stream among the tensors.
        stream: Which sees and answers.
        view: What it sees.
        settings: Its own.

    Attributes:
        window: Frames seen around one frame.
        offsets: Which of them it looks at, counted from that frame.
        n_latents: 512, or fewer of a narrow ResNet.
    """

    def __init__(self, name: str, stream: Stream, view: View, settings: StreamSettings) -> None:
        super().__init__()
        self.window, self.offsets, self.n_latents = view.window, view.offsets, stream.n_latents
        self._name, self._view, self._settings = name, view, settings
        self.add_module(name, stream)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`."""
        groups = self._groups(frames_NSCHW, flow_NTPCHW)
        seen = [in_chunks(self._stream.see(self._view(*group)), len(frames_NSCHW)) for group in groups]
        latents_NTD = torch.cat(seen, dim=1)
        return latents_NTD, in_chunks(self._stream.answer(latents_NTD.flatten(0, 1)), len(frames_NSCHW))

    def _groups(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> list[tuple[Tensor, Tensor | None]]:
        """Chunks as they are, or for answers shorter ones: a view is several times as large as its frames."""
        around, n_middle = self.window - 1, frames_NSCHW.shape[1] - self.window + 1
        if self.training or torch.is_grad_enabled():
            return [(frames_NSCHW, flow_NTPCHW)]
        n = max(1, _PIXELS_AT_ONCE // (len(frames_NSCHW) * prod(frames_NSCHW.shape[-2:])))
        spans = [(start, min(start + n, n_middle)) for start in range(0, n_middle, n)]
        return [
            (frames_NSCHW[:, start : stop + around], None if flow_NTPCHW is None else flow_NTPCHW[:, start:stop])
            for start, stop in spans
        ]

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        self._stream.initialise_bias(log_odds_K)

    def load_starting_weights(self) -> Sequence[str]:
        """Fill it from what the settings name. See `deg_core.api.StartsFromWeights`."""
        return load_starting_weights(self, self._settings)

    @property
    def _stream(self) -> Stream:
        return cast("Stream", self.get_submodule(self._name))


def build_image_stream(settings: ImageStreamSettings, n_outputs: int) -> OneStream:
    """Build a stream that sees the picture, or the clip around it."""
    lags = settings.differences
    window = settings.window if settings.is_3d else 2 * max(lags, default=0) + 1
    view = ClipView(window) if settings.is_3d else PictureView(window, lags, settings.look_ahead)
    return OneStream("spatial_classifier", Stream(settings, view.n_channels, n_outputs), view, settings)


def build_flow_stream(settings: FlowStreamSettings, n_outputs: int) -> OneStream:
    """Build a stream that sees the flow around a frame."""
    view = FlowView(settings.n_flows, as_clip=settings.is_3d)
    return OneStream("flow_classifier", Stream(settings, view.n_channels, n_outputs), view, settings)


def in_chunks(answers_MX: Tensor, n_chunks: int) -> Tensor:
    """Latents or logits of all frames (M, X) as those of each chunk, (N, T, X)."""
    return answers_MX.reshape(n_chunks, -1, answers_MX.shape[-1])
