"""A feature extractor without a neural network: the animal as an ellipse, its shape and movement.

Axes: N chunks, S frames of a chunk, T frames in its middle, F = N * T frames, C channels, H, W of frames, h, w of small
pictures, M measures, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from deg_core.api import fit_logistic
from torch import Tensor, nn
from torch.nn import functional

from deg_trajectory.ellipse import N_MEASURES, PRESENT, X, Y, flicker, measure
from deg_trajectory.movement import FEATURES, describe
from deg_trajectory.sampling import EvenSample
from deg_trajectory.settings import TrajectorySettings
from deg_trajectory.silhouette import Silhouette

Examples = Iterable[tuple[Tensor, Tensor]]

_SAMPLED_FRAMES = 400


class Trajectory(nn.Module):
    """Latents are JAABA-like features of each frame, each with mean 0 and variance 1 over the training frames.

    All fitted numbers are buffers: it has no parameters for gradient descent.

    Attributes:
        window: Frames seen around one frame.
        n_latents: Numbers of each frame.
        n_survey_frames: Frames of a recording that tell its background.
    """

    window = 3
    arena: Tensor
    weight: Tensor
    bias: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(self, settings: TrajectorySettings, n_outputs: int) -> None:
        super().__init__()
        self._settings = settings
        self.n_survey_frames = settings.survey_frames
        self.n_latents = len(FEATURES)
        self.silhouette = Silhouette(settings.size, settings.polarity, settings.sensitivity)
        self.register_buffer("arena", torch.tensor([0.0, 0.0, 1.0, 1.0]))
        self.register_buffer("mean", torch.zeros(self.n_latents))
        self.register_buffer("scale", torch.ones(self.n_latents))
        self._own_arena: Tensor | None = None
        self.register_buffer("weight", torch.zeros(n_outputs, self.n_latents))
        self.register_buffer("bias", torch.zeros(n_outputs))

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = T + window - 1.
            flow_NTPCHW: Not looked at.

        Returns:
            Latents (N, T, D) and logits (N, T, K).
        """
        del flow_NTPCHW
        # In 16 bits, movements of less than a pixel would be lost in the places they are differences of.
        with torch.autocast(frames_NSCHW.device.type, enabled=False):
            features_FD = self._see(frames_NSCHW.float())
            latents_FD = (features_FD - self.mean) / self.scale
            latents_NTD = latents_FD.view(len(frames_NSCHW), -1, self.n_latents)
            return latents_NTD, functional.linear(latents_NTD, self.weight, self.bias)

    @torch.no_grad()
    def survey(self, frames_TCHW: Tensor) -> None:
        """Learn background and arena of the recording whose frames come next. See `deg_core.api.SurveysRecordings`."""
        pictures_Thw = torch.cat([self.silhouette.shrink(frame[None].float()) for frame in frames_TCHW])
        self.silhouette.survey(pictures_Thw)
        self._own_arena = self._arena_of(pictures_Thw, frames_TCHW.shape[-1] / frames_TCHW.shape[-2])

    @torch.no_grad()
    def fit(self, examples: Examples) -> None:
        """Fit to labelled examples, in place. See `deg_core.api.FitsDirectly`.

        Examples are gone through twice: for the background, which is the median of frames spread over all of them, and
        for the logistic regressions behind its own logits.
        """
        self._fit_background(examples)
        features, labels = [], []
        for frames_NSCHW, labels_NTK in examples:
            features.append(self._see(frames_NSCHW.float()))
            labels.append(labels_NTK.flatten(0, 1))
        features_FD = torch.cat(features)
        self.mean.copy_(features_FD.mean(dim=0))
        spread = features_FD.std(dim=0, correction=0)
        self.scale.copy_(torch.where(spread > 1e-6, spread, 1.0))
        latents_FD = (features_FD - self.mean) / self.scale
        marks_FK = torch.cat(labels).cpu().numpy()
        weight, bias = fit_logistic(latents_FD.cpu().numpy(), marks_FK, self._settings.strength)
        self.weight.copy_(torch.from_numpy(weight))
        self.bias.copy_(torch.from_numpy(bias))

    def _fit_background(self, examples: Examples) -> None:
        """Learn background, threshold and arena."""
        sample, aspect = EvenSample(_SAMPLED_FRAMES), 1.0
        for frames_NSCHW, _ in examples:
            aspect = frames_NSCHW.shape[-1] / frames_NSCHW.shape[-2]
            half = self.window // 2
            middle_FCHW = frames_NSCHW[:, half : frames_NSCHW.shape[1] - half].flatten(0, 1)
            for frame_CHW in sample.choose(middle_FCHW):
                picture_hw = self.silhouette.shrink(frame_CHW[None].float())[0]
                sample.add(torch.stack([picture_hw, self.silhouette.before_background(picture_hw)]))
        pictures_Fhw, changes_Fhw = torch.stack(sample.kept, dim=1)
        self.silhouette.fit_background(pictures_Fhw)
        if self._own_arena is None:  # no recording was shown: all are taken before the usual background
            changes_Fhw = self.silhouette.before_background(pictures_Fhw)
        self.silhouette.fit_threshold(changes_Fhw)
        arena = self._arena_of(pictures_Fhw, aspect)
        if arena is not None:
            self.arena.copy_(arena)

    def _arena_of(self, pictures_Fhw: Tensor, aspect: float) -> Tensor | None:
        """Least x, least y, greatest x, greatest y that the animal usually has, shape (4,); None if it is nowhere."""
        difference, mask, brightness = self.silhouette(pictures_Fhw)
        measures_FM = measure(difference, mask, brightness, aspect)
        places = measures_FM[measures_FM[:, PRESENT] > 0][:, [X, Y]]
        if not len(places):
            return None
        return torch.cat([places.quantile(0.01, dim=0), places.quantile(0.99, dim=0)])

    def _see(self, frames_NSCHW: Tensor) -> Tensor:
        """Features of the middle frames; shape (F, D)."""
        n_chunks, n_frames, _, height, width = frames_NSCHW.shape
        pictures = self.silhouette.shrink(frames_NSCHW.flatten(0, 1))
        difference, mask, brightness = self.silhouette(pictures)
        measures_NSM = measure(difference, mask, brightness, width / height).view(n_chunks, n_frames, N_MEASURES)
        by_chunk = (n_chunks, n_frames, *mask.shape[1:])
        flickers = [flicker(*pair) for pair in zip(difference.view(by_chunk), mask.view(by_chunk), strict=True)]
        # The first frame of a chunk has none before it; `describe` leaves out the ends of windows.
        flicker_NS2 = functional.pad(torch.stack(flickers), (0, 0, 1, 0))
        arena = self.arena if self._own_arena is None else self._own_arena.to(self.arena)
        described = describe(self._windows(measures_NSM), self._windows(flicker_NS2), arena)
        return described[:, described.shape[1] // 2]

    def _windows(self, values_NSX: Tensor) -> Tensor:
        """The window around each middle frame; shape (F, window, X)."""
        return values_NSX.unfold(1, self.window, 1).movedim(-1, 2).flatten(0, 1)
