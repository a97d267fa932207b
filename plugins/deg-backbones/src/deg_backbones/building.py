"""Puts networks, what they see, and last layers together."""

from __future__ import annotations

from deg_backbones.clip import Clip
from deg_backbones.extractor import Extractor
from deg_backbones.frozen import FrozenExtractor
from deg_backbones.settings import (
    ClipSettings,
    FrozenImageSettings,
    FrozenVideoSettings,
    TimmImageSettings,
    TorchvisionVideoSettings,
)


def build_timm_image(settings: TimmImageSettings, n_outputs: int) -> Extractor:
    """Build an image model that learns by gradient descent."""
    from deg_backbones.timm_pictures import build_timm

    published = build_timm(settings.arch, settings.size)
    return Extractor(published, Clip(), settings.weights, n_outputs, frozen=settings.frozen, dropout=settings.dropout)


def build_torchvision_video(settings: TorchvisionVideoSettings, n_outputs: int) -> Extractor:
    """Build a video model that learns by gradient descent."""
    from deg_backbones.torchvision_clips import build_torchvision

    published = build_torchvision(settings.arch, settings.n_frames, settings.size)
    clip = _clip_of(settings)
    return Extractor(published, clip, settings.weights, n_outputs, frozen=settings.frozen, dropout=settings.dropout)


def build_frozen_image(settings: FrozenImageSettings, n_outputs: int) -> FrozenExtractor:
    """Build an image model that stays as it is."""
    from deg_backbones.timm_pictures import build_timm

    published = build_timm(settings.arch, settings.size)
    return FrozenExtractor(published, Clip(), settings.weights, n_outputs, strength=settings.strength)


def build_frozen_video(settings: FrozenVideoSettings, n_outputs: int) -> FrozenExtractor:
    """Build a video model that stays as it is."""
    from deg_backbones.torchvision_clips import build_torchvision

    published = build_torchvision(settings.arch, settings.n_frames, settings.size)
    return FrozenExtractor(published, _clip_of(settings), settings.weights, n_outputs, strength=settings.strength)


def _clip_of(settings: ClipSettings) -> Clip:
    return Clip(settings.n_frames, settings.stride)
