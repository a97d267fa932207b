"""Contract tests and fakes for plugin authors."""

from __future__ import annotations

from deg_core.testing.command import CommandContract
from deg_core.testing.engine import EngineContract
from deg_core.testing.fakes import FAKES, FakeVideo, only_plugins
from deg_core.testing.label_format import LabelFormatContract
from deg_core.testing.networks import FeatureExtractorContract, FlowGeneratorContract, SequenceModelContract
from deg_core.testing.pose_format import PoseFormatContract
from deg_core.testing.post_processor import PostProcessorContract
from deg_core.testing.projects import tiny_project, untrained_runs
from deg_core.testing.scoring import LossContract, MetricContract
from deg_core.testing.video_reader import VideoReaderContract

__all__ = [
    "FAKES",
    "CommandContract",
    "EngineContract",
    "FakeVideo",
    "FeatureExtractorContract",
    "FlowGeneratorContract",
    "LabelFormatContract",
    "LossContract",
    "MetricContract",
    "PoseFormatContract",
    "PostProcessorContract",
    "SequenceModelContract",
    "VideoReaderContract",
    "only_plugins",
    "tiny_project",
    "untrained_runs",
]
