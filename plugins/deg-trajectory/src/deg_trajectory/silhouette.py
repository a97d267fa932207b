"""Finds the animal: what differs from its recording's background.

Axes: F frames, C channels, H, W of the frames, h, w of small pictures.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_NOISE_SCALES = 4.0
"""So many standard deviations of the background's noise are no animal, however faint the animal is."""
_KERNEL = np.ones((3, 3), dtype=np.uint8)


class Silhouette(nn.Module):
    """The animal in small pictures. All fitted numbers are buffers.

    Args:
        size: Rows and columns of the small pictures.
        polarity: Whether the animal is darker or brighter than its background, or just different.
        sensitivity: Share of the largest difference in a usual frame that still belongs to the animal.
    """

    background: Tensor
    threshold: Tensor

    def __init__(self, size: int, polarity: Literal["dark", "bright", "either"], sensitivity: float) -> None:
        super().__init__()
        self._size, self._polarity, self._sensitivity = size, polarity, sensitivity
        self.register_buffer("background", torch.zeros(size, size))
        self.register_buffer("threshold", torch.ones(()))
        self._own_background: Tensor | None = None

    def shrink(self, frames_FCHW: Tensor) -> Tensor:
        """Small grey pictures; shape (F, h, w)."""
        grey_FCHW = frames_FCHW.mean(dim=1, keepdim=True)
        size = (self._size, self._size)
        small: Tensor = functional.interpolate(grey_FCHW, size, mode="bilinear", antialias=True).squeeze(1)
        return small

    def survey(self, pictures_Fhw: Tensor) -> None:
        """Learn the background of one recording, which takes the place of the usual one until the next.

        It is each pixel's median, so no animal is in it that is elsewhere in half of the pictures.
        """
        self._own_background = pictures_Fhw.median(dim=0).values

    def before_background(self, pictures_Fhw: Tensor) -> Tensor:
        """How much brighter pixels are than the background; shape (F, h, w)."""
        own = self._own_background
        return pictures_Fhw - (self.background if own is None else own.to(pictures_Fhw))

    def fit_background(self, pictures_Fhw: Tensor) -> None:
        """Learn the usual background, in place, from pictures that are spread over the training frames."""
        self.background.copy_(pictures_Fhw.median(dim=0).values)

    def fit_threshold(self, changes_Fhw: Tensor) -> None:
        """Learn the threshold, in place, from `before_background` of pictures spread over the training frames."""
        difference = self._difference(changes_Fhw)[0]
        usual_noise = 1.4826 * difference.abs().median()
        usual_peak = difference.flatten(1).quantile(0.995, dim=1).median()
        self.threshold.copy_(torch.maximum(_NOISE_SCALES * usual_noise, self._sensitivity * usual_peak).clamp(min=1e-3))

    def forward(self, pictures_Fhw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Find the animal.

        Args:
            pictures_Fhw: Small grey pictures, float.

        Returns:
            Difference from the background (F, h, w); where the animal is (F, h, w), bool; and how much brighter than
            the background each frame is as a whole (F,).
        """
        difference_Fhw, brightness_F = self._difference(self.before_background(pictures_Fhw))
        masks = _largest_blobs(difference_Fhw.cpu().numpy(), float(self.threshold))
        return difference_Fhw, torch.from_numpy(masks).to(pictures_Fhw.device), brightness_F

    def _difference(self, change_Fhw: Tensor) -> tuple[Tensor, Tensor]:
        """How much pixels stick out the wanted way, after light that is the same for all pixels is taken off."""
        brightness_F = change_Fhw.flatten(1).median(dim=1).values
        change_Fhw = change_Fhw - brightness_F[:, None, None]
        if self._polarity == "either":
            return change_Fhw.abs(), brightness_F
        return (change_Fhw if self._polarity == "bright" else -change_Fhw), brightness_F


def _largest_blobs(difference_Fhw: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    """In each picture the connected pixels above the threshold that together differ most; nowhere if there are none."""
    masks = np.zeros(difference_Fhw.shape, dtype=np.bool_)
    for difference, mask in zip(difference_Fhw, masks, strict=True):
        # Closing joins an animal whose pattern falls into parts; no opening, which would take off its tail.
        above = cv2.morphologyEx((difference > threshold).astype(np.uint8), cv2.MORPH_CLOSE, _KERNEL)
        n_labels, labels = cv2.connectedComponents(above, connectivity=8)
        if n_labels > 1:
            weights = np.bincount(labels.ravel(), weights=np.maximum(difference, 0).ravel(), minlength=n_labels)
            weights[0] = -1
            mask[:] = labels == int(weights.argmax())
    return masks
