"""Extractors whose maps are known: one stream sees how bright a picture is, the other how much moves to the right.

Axes: N chunks, S frames of a chunk, P flow pairs, C channels, H, W, D latents, K outputs.
"""

from __future__ import annotations

from typing import Any

import torch
from deg_core.api import FeatureExtractor, FeatureExtractorPlugin, PluginSettings
from pydantic import Field
from torch import Tensor, nn


class ToySettings(PluginSettings):
    """How the streams are weighed, and joined."""

    image_weight: float = Field(default=1.0, description="Of the picture's logit.")
    flow_weight: float = Field(default=1.0, description="Of flow's logit.")
    multiplied: bool = Field(default=False, description="Whether streams are multiplied in place of added.")


class Brightness(nn.Sequential):
    """Bright places, one convolution of 3 x 3, kept at the size of the picture."""

    def __init__(self, n_channels: int) -> None:
        super().__init__(nn.Conv2d(n_channels, 4, 3, padding=1), nn.ReLU())
        with torch.no_grad():
            kernels = torch.rand(self[0].weight.shape, generator=torch.Generator().manual_seed(0))
            self[0].weight.copy_(kernels / kernels.sum(dim=(1, 2, 3), keepdim=True))
            self[0].bias.zero_()


class TwoToyStreams(nn.Module):
    """Behaviour 0 is brightness or movement, behaviour 1 their contrary."""

    window = 3
    n_latents = 2

    def __init__(self, settings: ToySettings, n_outputs: int, *, needs_flow: bool = True) -> None:
        super().__init__()
        self.picture = Brightness(3)
        self.motion = Brightness(4) if needs_flow else None
        self.image_head = nn.Linear(4, n_outputs)
        self.flow_head = nn.Linear(4, n_outputs)
        self._multiplied = settings.multiplied
        with torch.no_grad():
            for head, weight in ((self.image_head, settings.image_weight), (self.flow_head, settings.flow_weight)):
                head.weight.copy_(weight * torch.tensor([1.0, -1.0])[:n_outputs, None].expand(-1, 4))
                head.bias.zero_()

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        n_chunks = len(frames_NSCHW)
        image_MD = self.picture(frames_NSCHW[:, 1:-1].flatten(0, 1)).mean(dim=(2, 3))
        logits_MK, latents_MD = self.image_head(image_MD), image_MD[:, :2]
        if flow_NTPCHW is not None and self.motion is not None:
            motion_MD = self.motion(flow_NTPCHW.flatten(2, 3).flatten(0, 1)).mean(dim=(2, 3))
            flow_MK = self.flow_head(motion_MD)
            logits_MK = logits_MK * flow_MK if self._multiplied else logits_MK + flow_MK
            latents_MD = torch.stack([image_MD[:, 0], motion_MD[:, 0]], dim=1)
        return latents_MD.reshape(n_chunks, -1, 2), logits_MK.reshape(n_chunks, -1, logits_MK.shape[-1])


class Unplaced(nn.Module):
    """A mean over the picture, and no convolution."""

    window = 1
    n_latents = 3

    def __init__(self, n_outputs: int) -> None:
        super().__init__()
        self.head = nn.Linear(3, n_outputs)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        del flow_NTPCHW
        latents_NTD = frames_NSCHW.mean(dim=(3, 4))
        return latents_NTD, self.head(latents_NTD)


class Weightless(Unplaced):
    """Three mean colours, of which nothing was learned."""

    def __init__(self, n_outputs: int) -> None:
        super().__init__(n_outputs)
        self.head = nn.Identity()
        self.n_outputs = n_outputs

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        latents_NTD, logits_NTK = super().forward(frames_NSCHW, flow_NTPCHW)
        return latents_NTD, logits_NTK[..., : self.n_outputs]


class Block(nn.Module):
    """A convolution beside a shortcut, at half the resolution."""

    def __init__(self) -> None:
        super().__init__()
        self.branch = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, maps: Tensor) -> Tensor:
        maps = nn.functional.avg_pool2d(maps, 2)
        return maps + self.branch(maps)


class Shortcut(nn.Module):
    """A small residual network."""

    window = 1
    n_latents = 4

    def __init__(self, n_outputs: int) -> None:
        super().__init__()
        self.stem, self.block, self.head = nn.Conv2d(3, 4, 3, padding=1), Block(), nn.Linear(4, n_outputs)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        del flow_NTPCHW
        latents_MD = self.block(self.stem(frames_NSCHW.flatten(0, 1))).mean(dim=(2, 3))
        latents_NTD = latents_MD.reshape(len(frames_NSCHW), -1, 4)
        return latents_NTD, self.head(latents_NTD)


class Silent(Shortcut):
    """Answers without gradients."""

    @torch.no_grad()
    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        return super().forward(frames_NSCHW, flow_NTPCHW)


class Surveying(Unplaced):
    """Wants to see a whole recording first, which makes its answers depend on more than a window."""

    n_survey_frames = 4

    def survey(self, frames_TCHW: Tensor) -> None:
        """See `SurveysRecordings`."""

    def fit(self, examples: Any) -> None:
        """See `FitsDirectly`."""


def _build_two(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    return TwoToyStreams(settings, n_outputs)


def _build_one(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    return TwoToyStreams(settings, n_outputs, needs_flow=False)


def _build_unplaced(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    del settings
    return Unplaced(n_outputs)


def _build_surveying(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    del settings
    return Surveying(n_outputs)


def _build_shortcut(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    del settings
    return Shortcut(n_outputs)


def _build_silent(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    del settings
    return Silent(n_outputs)


def _build_weightless(settings: ToySettings, n_outputs: int) -> FeatureExtractor:
    del settings
    return Weightless(n_outputs)


def _plugin(name: str, build: Any, *, needs_flow: bool) -> FeatureExtractorPlugin[ToySettings]:
    return FeatureExtractorPlugin(name=name, summary="a toy", settings=ToySettings, needs_flow=needs_flow, build=build)


TOYS = (
    _plugin("two-toys", _build_two, needs_flow=True),
    _plugin("one-toy", _build_one, needs_flow=False),
    _plugin("unplaced", _build_unplaced, needs_flow=False),
    _plugin("shortcut", _build_shortcut, needs_flow=False),
    _plugin("silent", _build_silent, needs_flow=False),
    _plugin("weightless", _build_weightless, needs_flow=False),
    _plugin("surveying", _build_surveying, needs_flow=False),
)
