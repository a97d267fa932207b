"""All that a plugin may import from deg. Semantic versions apply to this module."""

from __future__ import annotations

from deg_core.data.bouts import Bout, drop_short_bouts, find_runs
from deg_core.data.ethogram import Ethogram
from deg_core.data.labels import UNLABELLED, Labels, count_labels
from deg_core.data.timeline import Timeline
from deg_core.descriptors import (
    CommandPlugin,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LabelFormatPlugin,
    LossPlugin,
    MetricPlugin,
    NoSettings,
    Plugin,
    PluginSettings,
    SequenceModelPlugin,
    VideoReaderPlugin,
)
from deg_core.errors import (
    CheckpointError,
    DegError,
    LabelError,
    ManifestError,
    PluginConflictError,
    PluginFailedError,
    PluginNotFoundError,
    ProjectError,
    VideoError,
)
from deg_core.hookspecs import hookimpl
from deg_core.interfaces import (
    FeatureExtractor,
    FitsDirectly,
    FlowGenerator,
    Loss,
    Score,
    SequenceModel,
    StartsFromBaseRate,
    TimedVideoReader,
    VideoReader,
)
from deg_core.progress import Progress, Task

__all__ = [
    "UNLABELLED",
    "Bout",
    "CheckpointError",
    "CommandPlugin",
    "DegError",
    "Ethogram",
    "FeatureExtractor",
    "FeatureExtractorPlugin",
    "FitsDirectly",
    "FlowGenerator",
    "FlowGeneratorPlugin",
    "LabelError",
    "LabelFormatPlugin",
    "Labels",
    "Loss",
    "LossPlugin",
    "ManifestError",
    "MetricPlugin",
    "NoSettings",
    "Plugin",
    "PluginConflictError",
    "PluginFailedError",
    "PluginNotFoundError",
    "PluginSettings",
    "Progress",
    "ProjectError",
    "Score",
    "SequenceModel",
    "SequenceModelPlugin",
    "StartsFromBaseRate",
    "Task",
    "TimedVideoReader",
    "Timeline",
    "VideoError",
    "VideoReader",
    "VideoReaderPlugin",
    "count_labels",
    "drop_short_bouts",
    "find_runs",
    "hookimpl",
]
