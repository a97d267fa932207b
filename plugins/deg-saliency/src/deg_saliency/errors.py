"""What this package refuses."""

from __future__ import annotations

from deg_core.api import DegError

SUPPORTED = (
    "maps are for extractors that look at frames, flow or both: two-stream, image-stream, flow-stream, and "
    "convolutional networks of other distributions such as timm-image and torchvision-video"
)


class SaliencyError(DegError):
    """There is no map of this extractor, or none by this method."""
