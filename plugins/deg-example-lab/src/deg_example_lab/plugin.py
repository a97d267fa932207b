"""What this package offers to deg: one of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from deg_core.api import (
    CommandPlugin,
    EnginePlugin,
    FeatureExtractor,
    FeatureExtractorPlugin,
    FlowGenerator,
    FlowGeneratorPlugin,
    LabelFormatPlugin,
    Loss,
    LossPlugin,
    MetricPlugin,
    NoSettings,
    PluginSettings,
    PoseFormatPlugin,
    PostProcessorPlugin,
    PreparedNetwork,
    SequenceModel,
    SequenceModelPlugin,
    VideoReader,
    VideoReaderPlugin,
    hookimpl,
)
from numpy.typing import NDArray
from pydantic import Field

from deg_example_lab.bridge import BridgeSettings, bridge_gaps
from deg_example_lab.jaccard import score_jaccard
from deg_example_lab.points import read_points
from deg_example_lab.rig import RigVideo
from deg_example_lab.spans import read_spans, write_spans

if TYPE_CHECKING:
    import click
    from torch import Tensor, nn


def open_rig(path: Path, settings: NoSettings) -> VideoReader:
    return RigVideo(path)


rig = VideoReaderPlugin(
    name="rig", summary="raw video of our rig", settings=NoSettings, suffixes=frozenset({".rig"}), open=open_rig
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[NoSettings]]:
    yield rig


spans = LabelFormatPlugin(
    name="spans-csv",
    summary="a line for each bout: behaviour, start, stop, in frames",
    settings=NoSettings,
    suffixes=(".spans",),
    read=read_spans,
    write=write_spans,
)


@hookimpl
def deg_label_formats() -> Iterator[LabelFormatPlugin[NoSettings]]:
    yield spans


points = PoseFormatPlugin(
    name="points-csv",
    summary="two columns for each keypoint of one animal",
    settings=NoSettings,
    suffixes=(".points",),
    read=read_points,
)


@hookimpl
def deg_pose_formats() -> Iterator[PoseFormatPlugin[NoSettings]]:
    yield points


class DriftSettings(PluginSettings):
    """How large it is."""

    width: int = Field(default=8, ge=1, description="Channels between its two layers.")


def build_drift(settings: DriftSettings) -> FlowGenerator:
    from deg_example_lab.drift import Drift  # here, so that listing plugins does not import torch

    return Drift(settings.width)


drift = FlowGeneratorPlugin(
    name="drift", summary="two convolutions on pairs of frames", settings=DriftSettings, build=build_drift
)


@hookimpl
def deg_flow_generators() -> Iterator[FlowGeneratorPlugin[DriftSettings]]:
    yield drift


class GlanceSettings(PluginSettings):
    """How much it keeps of a frame."""

    latents: int = Field(default=16, ge=1, description="Numbers kept of each frame.")


def build_glance(settings: GlanceSettings, n_outputs: int) -> FeatureExtractor:
    from deg_example_lab.glance import Glance  # here, so that listing plugins does not import torch

    return Glance(settings.latents, n_outputs)


glance = FeatureExtractorPlugin(
    name="glance",
    summary="one convolution, averaged over three frames",
    settings=GlanceSettings,
    needs_flow=False,
    build=build_glance,
)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[GlanceSettings]]:
    yield glance


class SmoothSettings(PluginSettings):
    """How far it looks."""

    radius: int = Field(default=7, ge=0, description="Frames seen to either side.")


def build_smooth(settings: SmoothSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    from deg_example_lab.smooth import Smooth  # here, so that listing plugins does not import torch

    return Smooth(settings.radius, n_latents, n_outputs)


smooth = SequenceModelPlugin(
    name="smooth", summary="one convolution in time", settings=SmoothSettings, build=build_smooth
)


@hookimpl
def deg_sequence_models() -> Iterator[SequenceModelPlugin[SmoothSettings]]:
    yield smooth


def prepare_one_by_one(
    settings: NoSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    from deg_example_lab.one_by_one import OneByOne  # here, so that listing plugins does not import torch

    return OneByOne(network)


one_by_one = EnginePlugin(
    name="one-by-one",
    summary="torch, a row of frames at a time",
    settings=NoSettings,
    bounds={"32": 1e-4},
    runs_module=True,
    prepare=prepare_one_by_one,
)


@hookimpl
def deg_engines() -> Iterator[EnginePlugin[NoSettings]]:
    yield one_by_one


def build_brier(settings: NoSettings, label_counts: NDArray[np.int64]) -> Loss:
    from deg_example_lab.brier import Brier  # here, so that listing plugins does not import torch

    return Brier()


brier = LossPlugin(name="brier", summary="squared error of probabilities", settings=NoSettings, build=build_brier)


@hookimpl
def deg_losses() -> Iterator[LossPlugin[NoSettings]]:
    yield brier


jaccard = MetricPlugin(
    name="jaccard",
    summary="frames both found, of those either did",
    settings=NoSettings,
    goal="max",
    score=score_jaccard,
)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[NoSettings]]:
    yield jaccard


bridge = PostProcessorPlugin(
    name="bridge", summary="bouts go on through short gaps", settings=BridgeSettings, apply=bridge_gaps
)


@hookimpl
def deg_post_processors() -> Iterator[PostProcessorPlugin[BridgeSettings]]:
    yield bridge


def load_latency() -> click.Command:
    from deg_example_lab.latency import latency  # here, so that `deg --help` stays fast

    return latency


command = CommandPlugin(
    name="latency", summary="say when each behaviour was first scored", settings=NoSettings, load=load_latency
)


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    yield command
