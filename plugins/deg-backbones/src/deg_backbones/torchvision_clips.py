"""Video models of torchvision.

Axes: M clips, C channels, L frames, H, W, D latents.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torchvision
from deg_core.api import ManifestError
from torch import nn
from torchvision.models import video

from deg_backbones.published import Published, Tensors
from deg_backbones.weights import not_fetched

_MVIT_FRAMES, _MVIT_SIZE = 16, (224, 224)
_HEADS = {"mvit": "head", "swin3d": "head", "s3d": "classifier"}


def build_torchvision(arch: str, n_frames: int, size: tuple[int, int] | None) -> Published:
    """Build a video model of torchvision with random weights and without its classifier.

    Args:
        arch: Its name.
        n_frames: Frames that it is to see, L.
        size: Height and width that it is to see, pixels; None for its own.

    Raises:
        ManifestError: There is none of this name, or it cannot see such clips.
    """
    known = torchvision.models.list_models(video)
    if arch not in known:
        raise ManifestError(
            f"torchvision has no video model named {arch!r}",
            where="features.settings.arch",
            fix=f"write one of: {', '.join(known)}",
        )
    if arch.startswith("mvit"):
        size = _check_mvit(arch, n_frames, size)
    network = torchvision.models.get_model(arch, weights=None)
    weights = torchvision.models.get_model_weights(arch).DEFAULT
    expected = weights.transforms()
    head = _HEADS.get(arch.partition("_")[0], "fc")
    width = _remove_head(network, head)
    return Published(
        arch=arch,
        network=network,
        n_latents=width,
        mean=tuple(expected.mean),
        std=tuple(expected.std),
        size=size,
        classifier=(f"{head}.",),
        fetch=_Download(arch, weights.url),
        adapt=_as_they_are,
    )


def _check_mvit(arch: str, n_frames: int, size: tuple[int, int] | None) -> tuple[int, int]:
    """The one size that positions in these networks are made for."""
    if n_frames != _MVIT_FRAMES or size not in (None, _MVIT_SIZE):
        raise ManifestError(
            f"{arch} sees {_MVIT_FRAMES} frames of 224 x 224 pixels and nothing else",
            where="features.settings: n_frames, size",
            fix="write `n_frames: 16` and leave size out, or choose another arch, such as swin3d_t",
        )
    return _MVIT_SIZE


def _remove_head(network: nn.Module, head: str) -> int:
    """Let a network end with its latents, in place; gives how many there are."""
    last = [layer for layer in network.get_submodule(head).modules() if isinstance(layer, nn.Linear | nn.Conv3d)][-1]
    setattr(network, head, nn.Identity())
    if head == "classifier":
        # S3D pools over 2 x 7 x 7 places, which is all there are at 224 pixels; others are to be seen whole too.
        network.avgpool = nn.AdaptiveAvgPool3d(1)
    return int(last.in_features if isinstance(last, nn.Linear) else last.in_channels)


@dataclass(frozen=True, slots=True)
class _Download:
    """Fetches the published weights from PyTorch's server; they are kept in torch's cache."""

    arch: str
    url: str

    def __call__(self) -> Tensors:
        try:
            tensors: Tensors = torch.hub.load_state_dict_from_url(
                self.url, map_location="cpu", progress=False, check_hash=True, weights_only=True
            )
        except (OSError, RuntimeError) as error:
            raise not_fetched(self.arch, self.url, error) from error
        return tensors


def _as_they_are(tensors: Tensors) -> Tensors:
    return tensors
