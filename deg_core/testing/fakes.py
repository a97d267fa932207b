"""A small, exact stand-in for every kind of plugin, so that anything else can be tried in milliseconds.

In their world behaviour k is present where colour k (red, green, blue) is bright, and networks as built say so, without
training: a pipeline of fakes is right from the start, and trains too.

Axes: N windows, T frames, S frames of a chunk, P frame pairs, C channels, H, W, B keypoints, Q numbers told of pose,
D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn

from deg_core.catalog import Catalog, catalog_of
from deg_core.data.labels import Labels
from deg_core.data.pose import Pose
from deg_core.data.timeline import Timeline
from deg_core.descriptors import (
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LabelFormatPlugin,
    NoSettings,
    Plugin,
    PluginSettings,
    SequenceModelPlugin,
    VideoReaderPlugin,
)
from deg_core.errors import LabelError, VideoError
from deg_core.testing.fake_engine import fake_engine
from deg_core.testing.fake_pose import KEYPOINTS, fake_pose
from deg_core.testing.fake_scoring import fake_exclusive_loss, fake_loss, fake_metric, fake_post_processor

_SHARPNESS = 4.0
"""Weight of a colour in its behaviour's logit: bright and dark are surely told apart."""

_NOISE = 0.01
"""Size of what is random in weights as they are built: seeds differ, answers hardly."""


def only_plugins(*plugins: Plugin[Any]) -> Catalog:
    """A catalogue of exactly these plugins, whatever else is installed."""
    return catalog_of(*plugins)


class FakeVideo:
    """The frames of an array, as an open video; remembers what was read.

    Args:
        frames: RGB, 0..255; shape (T, H, W, 3), uint8.
        frames_per_second: Rate, Hz.

    Attributes:
        spans_read: Start and stop of every call of `read` so far.
        closed: Whether it was closed.
    """

    def __init__(self, frames: NDArray[np.uint8], frames_per_second: float = 30.0) -> None:
        self.frames = frames
        self.n_frames = len(frames)
        self.frames_per_second = frames_per_second
        self.spans_read: list[tuple[int, int]] = []
        self.closed = False

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """See `VideoReader.read`."""
        if not 0 <= start < stop <= self.n_frames:
            raise VideoError(
                f"frames {start} to {stop} are not in it", where="a fake video", fix=f"it has {self.n_frames}"
            )
        self.spans_read.append((start, stop))
        return np.array(self.frames[start:stop])

    def close(self) -> None:
        """See `VideoReader.close`."""
        self.closed = True


class FakeReaderSettings(PluginSettings):
    """What a `.npy` file does not say."""

    frames_per_second: float = Field(default=30.0, gt=0, description="Rate, Hz.")


def open_fake_video(path: Path, settings: FakeReaderSettings) -> FakeVideo:
    """Open an array (T, H, W, 3), uint8, that NumPy saved."""
    try:
        frames: NDArray[np.uint8] = np.load(path)
    except (OSError, ValueError, EOFError) as error:
        raise VideoError(f"not a saved array: {error}", where=str(path), fix="save it again") from None
    return FakeVideo(frames, settings.frames_per_second)


def read_fake_labels(
    path: Path, settings: NoSettings, timeline: Timeline | None, behaviours: tuple[str, ...]
) -> Labels:
    """Read a line of behaviours and a line of marks for every frame, separated by tabs."""
    del settings, behaviours
    try:
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        marks = np.array([[int(mark) for mark in row.split("\t")] for row in rows], dtype=np.int8)
        labels = Labels(marks.reshape(len(rows), -1), tuple(header.split("\t")))
    except (OSError, ValueError) as error:
        raise LabelError(f"not marks: {error}", where=str(path), fix="write 1, 0 or -1 in each column") from None
    if timeline is not None and timeline.n_frames != labels.n_frames:
        raise LabelError(f"{labels.n_frames} rows", where=str(path), fix=f"write {timeline.n_frames}")
    return labels


def write_fake_labels(path: Path, labels: Labels, settings: NoSettings, timeline: Timeline) -> tuple[str, ...]:
    """Write what `read_fake_labels` reads; nothing is lost."""
    del settings, timeline
    rows = ["\t".join(str(mark) for mark in row) for row in labels.marks]
    path.write_text("\n".join(["\t".join(labels.behaviours), *rows]) + "\n", encoding="utf-8")
    return ()


class FakeFlowSettings(PluginSettings):
    """How much it looks at together."""

    n_frames: int = Field(default=2, ge=2, description="Frames in a window.")


class FakeFlowGenerator(nn.Module):
    """Calls a change of brightness a movement to the right, at half the picture's size."""

    stride = 2

    def __init__(self, settings: FakeFlowSettings) -> None:
        super().__init__()
        self.n_frames = settings.n_frames
        self.scale = nn.Parameter(1 + _NOISE * torch.randn(()))

    def forward(self, frames_NSCHW: Tensor) -> Tensor:
        """See `FlowGenerator`."""
        change_NTPHW = _changes(frames_NSCHW, self.n_frames) * self.scale
        return torch.stack([change_NTPHW, torch.zeros_like(change_NTPHW)], dim=3)

    def objective(self, frames_NSCHW: Tensor, pictures_NSCHW: Tensor) -> Mapping[str, Tensor]:
        """The squared difference to the change of the pictures."""
        error = self(frames_NSCHW)[:, :, :, 0] - _changes(pictures_NSCHW, self.n_frames)
        return {"total": error.square().mean()}


def _changes(frames_NSCHW: Tensor, n_frames: int) -> Tensor:
    """Change of mean brightness between neighbours, (N, S - n + 1, n - 1, H / 2, W / 2)."""
    small_NSHW = nn.functional.avg_pool2d(frames_NSCHW.mean(dim=2), FakeFlowGenerator.stride)
    return (small_NSHW[:, 1:] - small_NSHW[:, :-1]).unfold(1, n_frames - 1, 1).movedim(-1, 2)


class FakeExtractorSettings(PluginSettings):
    """How much it looks at together."""

    window: int = Field(default=3, ge=1, description="Frames around each one; odd.")


class FakeExtractor(nn.Module):
    """Three mean colours per frame, the frame itself weighing most in its window, and with flow its mean size.

    Args:
        settings: Checked settings.
        n_outputs: Logits per frame.
        needs_flow: Whether a fourth latent comes from flow.
    """

    def __init__(self, settings: FakeExtractorSettings, n_outputs: int, *, needs_flow: bool = False) -> None:
        super().__init__()
        self.window = settings.window
        self.needs_flow = needs_flow
        self.n_latents = 3 + needs_flow
        shares = torch.full((settings.window,), 0.1 / settings.window)
        shares[settings.window // 2] += 0.9
        self.shares = nn.Parameter(shares)
        self.head = _telling_head(self.n_latents, n_outputs)

    def forward(
        self, frames_NSCHW: Tensor | None, flow_NTPCHW: Tensor | None, pose_NSQ: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        del pose_NSQ
        assert frames_NSCHW is not None
        colours_NTCS = frames_NSCHW.mean(dim=(3, 4)).unfold(1, self.window, 1)
        latents_NTD = (colours_NTCS * self.shares).sum(dim=-1)
        if self.needs_flow:
            assert flow_NTPCHW is not None
            moved_NT1 = flow_NTPCHW.abs().mean(dim=(2, 3, 4, 5))[..., None]
            latents_NTD = torch.cat([latents_NTD, moved_NT1], dim=-1)
        return latents_NTD, self.head(latents_NTD)

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """See `StartsFromBaseRate`."""
        with torch.no_grad():
            self.head.bias.copy_(log_odds_K)


class FakePoseExtractor(FakeExtractor):
    """Takes the x of three keypoints for three colours, which it says are those of the animal; with or without frames.

    Args:
        settings: Checked settings.
        n_outputs: Logits per frame.
    """

    keypoints = KEYPOINTS
    n_individuals = 1
    pose_is_absolute = True

    def see_pose(self, pose: Pose) -> NDArray[np.float32]:
        """See `SeesPose`: x of each keypoint, with gaps filled, from -1 to 1."""
        assert pose.picture_size is not None
        x_TB = pose.interpolate(0.5)[:, 0, :, 0]
        return np.asarray(2 * x_TB / pose.picture_size[1] - 1, dtype=np.float32)

    def forward(
        self, frames_NSCHW: Tensor | None, flow_NTPCHW: Tensor | None, pose_NSQ: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """See `FeatureExtractor`."""
        assert pose_NSQ is not None
        seen_NSCHW = pose_NSQ[..., None, None]
        if frames_NSCHW is not None:
            seen_NSCHW = (seen_NSCHW + frames_NSCHW.mean(dim=(3, 4), keepdim=True)) / 2
        return super().forward(seen_NSCHW, flow_NTPCHW)


class FakeSequenceSettings(PluginSettings):
    """How much it looks at together."""

    receptive_field: int | None = Field(default=1, ge=1, description="Frames around each one; null: all.")


class FakeSequenceModel(nn.Module):
    """A linear layer on the mean over the frames around each one; without a bound, on that less the mean over all."""

    def __init__(self, settings: FakeSequenceSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.receptive_field = settings.receptive_field
        self.head = _telling_head(n_latents, n_outputs)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """See `SequenceModel`."""
        real_NT1 = valid_NT[..., None].to(latents_NTD.dtype)
        latents_NTD = latents_NTD * real_NT1
        if self.receptive_field is None:
            mean_N1D = latents_NTD.sum(dim=1, keepdim=True) / real_NT1.sum(dim=1, keepdim=True).clamp(min=1)
            return self._answer(latents_NTD - mean_N1D)
        n_real_NT1 = _moving_mean(real_NT1, self.receptive_field).clamp(min=1e-6)
        return self._answer(_moving_mean(latents_NTD, self.receptive_field) / n_real_NT1)

    def _answer(self, seen_NTD: Tensor) -> Tensor:
        logits: Tensor = self.head(seen_NTD)
        return logits

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """See `StartsFromBaseRate`."""
        with torch.no_grad():
            self.head.bias.copy_(log_odds_K)


def _moving_mean(values_NTD: Tensor, width: int) -> Tensor:
    averaged = nn.functional.avg_pool1d(values_NTD.movedim(1, 2), width, stride=1, padding=width // 2)
    return averaged.movedim(2, 1)


def _telling_head(n_inputs: int, n_outputs: int) -> nn.Linear:
    """A layer that reads output k from input k; an output without an input of its own says almost 0."""
    head = nn.Linear(n_inputs, n_outputs)
    with torch.no_grad():
        head.weight.mul_(_NOISE)
        head.weight[:, :3] += _SHARPNESS * torch.eye(n_outputs, n_inputs)[:, :3]
        head.bias.zero_()
    return head


fake_reader = VideoReaderPlugin(
    name="fake-reader",
    summary="frames in an array that NumPy saved",
    settings=FakeReaderSettings,
    suffixes=frozenset({".npy"}),
    open=open_fake_video,
)

fake_labels = LabelFormatPlugin(
    name="fake-labels",
    summary="a line of marks for every frame",
    settings=NoSettings,
    suffixes=(".txt",),
    read=read_fake_labels,
    write=write_fake_labels,
)

fake_flow = FlowGeneratorPlugin(
    name="fake-flow",
    summary="changes of brightness",
    settings=FakeFlowSettings,
    build=FakeFlowGenerator,
)

fake_extractor = FeatureExtractorPlugin(
    name="fake-extractor",
    summary="mean colours",
    settings=FakeExtractorSettings,
    needs_flow=False,
    build=FakeExtractor,
)


def _build_flow_extractor(settings: FakeExtractorSettings, n_outputs: int) -> FakeExtractor:
    return FakeExtractor(settings, n_outputs, needs_flow=True)


fake_flow_extractor = FeatureExtractorPlugin(
    name="fake-flow-extractor",
    summary="mean colours and the size of flow",
    settings=FakeExtractorSettings,
    needs_flow=True,
    build=_build_flow_extractor,
)


fake_pose_extractor = FeatureExtractorPlugin(
    name="fake-pose-extractor",
    summary="where keypoints are, left to right",
    settings=FakeExtractorSettings,
    needs_flow=False,
    needs_frames=False,
    needs_pose=True,
    build=FakePoseExtractor,
)

fake_pose_and_frames_extractor = FeatureExtractorPlugin(
    name="fake-pose-and-frames-extractor",
    summary="where keypoints are, and mean colours",
    settings=FakeExtractorSettings,
    needs_flow=False,
    needs_pose=True,
    build=FakePoseExtractor,
)


def _sequence_plugin(name: str, takes: Literal["latents", "logits"]) -> SequenceModelPlugin[FakeSequenceSettings]:
    return SequenceModelPlugin(
        name=name,
        summary=f"a linear layer on {takes}",
        settings=FakeSequenceSettings,
        takes=takes,
        build=FakeSequenceModel,
    )


fake_sequence = _sequence_plugin("fake-sequence", "latents")
fake_sequence_on_logits = _sequence_plugin("fake-sequence-on-logits", "logits")


FAKES: tuple[Plugin[Any], ...] = (
    fake_reader,
    fake_labels,
    fake_pose,
    fake_flow,
    fake_extractor,
    fake_flow_extractor,
    fake_pose_extractor,
    fake_pose_and_frames_extractor,
    fake_sequence,
    fake_sequence_on_logits,
    fake_engine,
    fake_loss,
    fake_exclusive_loss,
    fake_post_processor,
    fake_metric,
)
"""One of every kind, and two where a plugin's attributes make a difference."""
