"""Feature extractors that look at keypoints, alone or beside the picture.

Axes: N chunks, S = T frames, C channels, H, W, Q numbers measured, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torchvision
from deg_core.api import CheckpointError, Pose
from numpy.typing import NDArray
from torch import Tensor, nn

from deg_keypoints.body import count_numbers, measure
from deg_keypoints.settings import BodySettings, KeypointsAndPictureSettings, KeypointsSettings


class SeesBody(nn.Module):
    """What both extractors share: which pose they want, what they measure of it, and that by the training data's scale.

    Attributes:
        window: One frame; speeds are measured before, over the whole recording.
        keypoints: By the names that the tracker gave them.
        n_individuals: Animals.
        pose_is_absolute: No: what is measured is the same wherever the animal is.
    """

    window = 1
    pose_is_absolute = False

    def __init__(self, settings: BodySettings) -> None:
        super().__init__()
        self.keypoints = settings.keypoints
        self.n_individuals = settings.individuals
        self._settings = settings
        self.n_numbers = count_numbers(settings)
        # Distances are about 1, speeds may be 20: over batches of training data all get mean 0 and variance 1.
        self.scale = nn.BatchNorm1d(self.n_numbers, affine=False)

    def see_pose(self, pose: Pose) -> NDArray[np.float32]:
        """Measure a recording; shape (T, Q). See `deg_core.api.SeesPose`."""
        return measure(pose, self._settings)

    def scaled(self, pose_NSQ: Tensor) -> Tensor:
        """The same numbers in units of how much they vary."""
        scaled: Tensor = self.scale(pose_NSQ.flatten(0, 1)).view_as(pose_NSQ)
        return scaled


class Keypoints(SeesBody):
    """Latents are what is measured; logits one linear layer, or a small network, on them."""

    def __init__(self, settings: KeypointsSettings, n_outputs: int) -> None:
        super().__init__(settings)
        self.n_latents = self.n_numbers
        layers: list[nn.Module] = []
        width = self.n_numbers
        for units in settings.hidden:
            layers += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(settings.dropout)]
            width = units
        self.hidden = nn.Sequential(*layers)
        self.head = nn.Linear(width, n_outputs)

    def forward(
        self, frames_NSCHW: Tensor | None, flow_NTPCHW: Tensor | None, pose_NSQ: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Latents (N, T, Q) and logits (N, T, K), of pose alone. See `deg_core.api.FeatureExtractor`."""
        del frames_NSCHW, flow_NTPCHW
        latents_NTD = self.scaled(pose_NSQ)
        return latents_NTD, self.head(self.hidden(latents_NTD))

    @torch.no_grad()
    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Start from how often each behaviour happens. See `deg_core.api.StartsFromBaseRate`."""
        self.head.bias.copy_(log_odds_K)


class KeypointsAndPicture(SeesBody):
    """Latents are a ResNet's of the picture and, after them, what is measured; logits one linear layer on both."""

    def __init__(self, settings: KeypointsAndPictureSettings, n_outputs: int) -> None:
        super().__init__(settings)
        self.resnet = torchvision.models.get_model(settings.arch, weights=None)
        n_picture = self.resnet.fc.in_features
        self.resnet.fc = nn.Identity()
        self._arch, self._weights = settings.arch, settings.weights
        self.n_latents = n_picture + self.n_numbers
        self.dropout = nn.Dropout(settings.dropout)
        self.head = nn.Linear(self.n_latents, n_outputs)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None, pose_NSQ: Tensor) -> tuple[Tensor, Tensor]:
        """Latents (N, T, D) and logits (N, T, K), of frames and pose. See `deg_core.api.FeatureExtractor`."""
        del flow_NTPCHW
        picture_NTD = self.resnet(frames_NSCHW.flatten(0, 1)).view(*frames_NSCHW.shape[:2], -1)
        latents_NTD = torch.cat([picture_NTD, self.scaled(pose_NSQ)], dim=-1)
        return latents_NTD, self.head(self.dropout(latents_NTD))

    @torch.no_grad()
    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Start from how often each behaviour happens. See `deg_core.api.StartsFromBaseRate`."""
        self.head.bias.copy_(log_odds_K)

    def load_starting_weights(self) -> Sequence[str]:
        """Fill the ResNet where the settings want that. See `deg_core.api.StartsFromWeights`.

        Raises:
            CheckpointError: The weights cannot be had.
        """
        if self._weights == "none":
            return ()
        try:
            weights = torchvision.models.get_model_weights(self._arch).DEFAULT.get_state_dict(progress=False)
        except OSError as error:
            raise CheckpointError(
                f"the weights of {self._arch} cannot be fetched: {error}",
                where="project.yaml, features.settings.weights",
                fix="go online once, or write `weights: none`",
            ) from error
        self.resnet.load_state_dict({name: each for name, each in weights.items() if not name.startswith("fc.")})
        return (f"the picture's {self._arch} starts from torchvision's ImageNet weights; all else is random",)
