"""All that a plugin may import from deg. Semantic versions apply to this module: see `docs/api-changes.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deg_core.data.binary_file import BinaryFile, FileEndsError
from deg_core.data.bouts import Bout, drop_short_bouts, find_runs
from deg_core.data.ethogram import Ethogram
from deg_core.data.frames import FramePreparation, ScalesFrames, require_span
from deg_core.data.hdf5 import HDF5_ERRORS, heap_reference, heap_sizes, open_hdf5, read_stored
from deg_core.data.labels import UNLABELLED, Labels, count_labels, mark_rows
from deg_core.data.one_versus_rest import fit_logistic
from deg_core.data.outside import OutsidePrediction, OutsideRun
from deg_core.data.pose import Pose
from deg_core.data.record import Record, Span
from deg_core.data.scored_stretch import ScoredStretch
from deg_core.data.splits import Split
from deg_core.data.thresholds import from_strict_thresholds
from deg_core.data.timeline import Timeline
from deg_core.data.whole_file import writing_beside
from deg_core.data.yaml_text import parse_yaml
from deg_core.deprecation import Retired, retired
from deg_core.descriptors import (
    CommandPlugin,
    EnginePlugin,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LabelFormatPlugin,
    LossPlugin,
    MetricPlugin,
    NoSettings,
    Plugin,
    PluginSettings,
    PoseFormatPlugin,
    PostProcessorPlugin,
    SequenceModelPlugin,
    VideoReaderPlugin,
)
from deg_core.errors import (
    CheckpointError,
    DegError,
    LabelError,
    ManifestError,
    OtherFormatError,
    PluginConflictError,
    PluginFailedError,
    PluginNotFoundError,
    PoseError,
    ProjectError,
    VideoError,
    did_you_mean,
)
from deg_core.hookspecs import hookimpl
from deg_core.interfaces import (
    ExtractorPart,
    FeatureExtractor,
    FitsDirectly,
    FlowGenerator,
    FrameDecisions,
    HasParts,
    LooksAhead,
    LooksAt,
    Loss,
    PreparedNetwork,
    ReadsInPieces,
    Score,
    SeesPose,
    SequenceModel,
    StartsFromBaseRate,
    StartsFromWeights,
    SurveysRecordings,
    TakesStatistics,
    TimedVideoReader,
    VideoReader,
)
from deg_core.progress import Progress, Task

API_VERSION = "0.1"
"""Of this module. The first number rises when a plugin may have to change, the second when something is added."""

__all__ = [
    "API_VERSION",
    "HDF5_ERRORS",
    "UNLABELLED",
    "BinaryFile",
    "Bout",
    "CheckpointError",
    "CommandPlugin",
    "DegError",
    "EnginePlugin",
    "Ethogram",
    "ExtractorPart",
    "FeatureExtractor",
    "FeatureExtractorPlugin",
    "FileEndsError",
    "FitsDirectly",
    "FlowGenerator",
    "FlowGeneratorPlugin",
    "FrameDecisions",
    "FramePreparation",
    "HasParts",
    "LabelError",
    "LabelFormatPlugin",
    "Labels",
    "LooksAhead",
    "LooksAt",
    "Loss",
    "LossPlugin",
    "ManifestError",
    "MetricPlugin",
    "NoSettings",
    "OtherFormatError",
    "OutsidePrediction",
    "OutsideRun",
    "Plugin",
    "PluginConflictError",
    "PluginFailedError",
    "PluginNotFoundError",
    "PluginSettings",
    "Pose",
    "PoseError",
    "PoseFormatPlugin",
    "PostProcessorPlugin",
    "PreparedNetwork",
    "Progress",
    "ProjectError",
    "ReadsInPieces",
    "Record",
    "ScalesFrames",
    "Score",
    "ScoredStretch",
    "SeesPose",
    "SequenceModel",
    "SequenceModelPlugin",
    "Span",
    "Split",
    "StartsFromBaseRate",
    "StartsFromWeights",
    "SurveysRecordings",
    "TakesStatistics",
    "Task",
    "TimedVideoReader",
    "Timeline",
    "VideoError",
    "VideoReader",
    "VideoReaderPlugin",
    "count_labels",
    "did_you_mean",
    "drop_short_bouts",
    "find_runs",
    "fit_logistic",
    "from_strict_thresholds",
    "heap_reference",
    "heap_sizes",
    "hookimpl",
    "mark_rows",
    "open_hdf5",
    "parse_yaml",
    "read_stored",
    "require_span",
    "writing_beside",
]

_RETIRED: Mapping[str, Retired] = {}
"""Names that are still given, with a warning, until the version of their removal."""


def __getattr__(name: str) -> Any:
    """Give a retired name, and warn."""
    return retired(name, _RETIRED, __name__)
