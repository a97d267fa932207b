"""DeepEthogram's keypoint features, as a feature extractor that looks at pose alone.

Axes: N chunks, S = T frames, Q = D = 44 numbers, K outputs.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deg_core.api import Pose
from deg_plugins_features.posture import N_FEATURES, tell_posture
from deg_plugins_features.settings import DeepethogramKeypointsSettings


class DeepethogramKeypoints(nn.Module):
    """Latents are the 44 numbers of a posture; logits one linear layer on them.

    Attributes:
        window: One frame.
        n_latents: 44.
        keypoints: Nose, forepaws, hindpaws, tail base and tip, by the names that the tracker gave them.
        n_individuals: One animal.
        pose_is_absolute: It also tells where in the picture the animal is.
    """

    window = 1
    n_latents = N_FEATURES
    n_individuals = 1
    pose_is_absolute = True

    def __init__(self, settings: DeepethogramKeypointsSettings, n_outputs: int) -> None:
        super().__init__()
        self.keypoints = settings.keypoints
        self._least_confidence = settings.least_confidence
        self.head = nn.Linear(N_FEATURES, n_outputs)

    def see_pose(self, pose: Pose) -> NDArray[np.float32]:
        """The posture in each frame, z-scored over the recording; shape (T, 44). See `deg_core.api.SeesPose`."""
        return tell_posture(pose, self._least_confidence)

    def forward(
        self,
        frames_NSCHW: Tensor | None,  # noqa: ARG002
        flow_NTPCHW: Tensor | None,  # noqa: ARG002
        pose_NSQ: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Answer for each frame. See `deg_core.api.FeatureExtractor`.

        Args:
            frames_NSCHW: Not looked at.
            flow_NTPCHW: Not looked at.
            pose_NSQ: Postures as `see_pose` tells them.

        Returns:
            Latents (N, T, 44), the same numbers, and logits (N, T, K).
        """
        return pose_NSQ, self.head(pose_NSQ)

    @torch.no_grad()
    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Start from how often each behaviour happens. See `deg_core.api.StartsFromBaseRate`."""
        self.head.bias.copy_(log_odds_K)
