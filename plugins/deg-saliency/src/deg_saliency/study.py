"""A recording of a trained project, opened to be explained.

Axes: T frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from deg_core.api import Progress, ProjectError, VideoReader

from deg_saliency.explained import present_by_features
from deg_saliency.layers import Stream, StreamName, find_streams
from deg_saliency.maps import Mapper, Method
from deg_saliency.moments import Moment, surest, worst
from deg_saliency.network import Network, Seen, load_network
from deg_saliency.parts import BehaviourParts, Splitter, summarise
from deg_saliency.windows import Windows

if TYPE_CHECKING:
    from deg_core import Project

_AT_ONCE = 8
_TRIED = 2
"""Windows that layers are tried with."""
CHECKED = 8
"""Moments at most that maps are checked by."""


@dataclass(frozen=True, slots=True)
class Study:
    """What is needed to explain frames of one recording.

    Attributes:
        project: Trained.
        recording: Its name, or the path of another video.
        network: The feature stage.
        windows: Of the open video.
        streams: Layers of the extractor by what they depend on.
        mapper: Makes maps.
    """

    project: Project
    recording: str
    network: Network
    windows: Windows
    streams: dict[StreamName, Stream]
    mapper: Mapper


def open_study(
    project: Project, recording: str, video: VideoReader, *, method: Method, cells: int, run_id: str | None = None
) -> Study:
    """Load the network, and find its streams with two windows of the video.

    Raises:
        ProjectError: Nothing is trained yet.
        SaliencyError: There are no maps of its extractor, or none by this method.
    """
    network = load_network(project, run_id)
    windows = Windows(video, network.card, network.window, recording)
    tried = spread(windows.n_frames, _TRIED)
    streams = find_streams(network, network.see(windows.at(tried)), cells)
    return Study(project, recording, network, windows, streams, Mapper(network, streams, method, cells))


def split_logits(study: Study, n_frames: int, progress: Progress) -> tuple[Splitter, list[BehaviourParts]]:
    """Split the logits of frames spread over the recording into the parts of the streams."""
    frames = spread(study.windows.n_frames, n_frames)
    with progress.task("parts of the streams", 2 * len(frames)) as task:

        def batches() -> Iterator[Seen]:
            for some, raw in study.windows.batches(frames, _AT_ONCE):
                yield study.network.see(raw)
                task.advance(len(some))

        splitter = Splitter(study.network, batches)
    present = present_by_features(study.network, splitter.recording.logits)
    return splitter, summarise(splitter.recording, study.network.behaviours, present)


def moments_asked_for(study: Study, frames: Sequence[int], columns: Sequence[int]) -> list[Moment]:
    """Frames that a person named, each for the behaviours named, or for those that the features stage says are present.

    Raises:
        VideoError: The video has no such frame.
    """
    study.windows.require(frames)
    found = []
    for some, raw in study.windows.batches(frames, _AT_ONCE):
        logits = study.network.answer(*study.network.see(raw).tensors).detach().double().cpu().numpy()
        present = present_by_features(study.network, logits)
        for place, frame in enumerate(some):
            n_behaviours = len(study.network.behaviours)
            said = np.flatnonzero(present[place]).tolist() or [int(logits[place, :n_behaviours].argmax())]
            found += [Moment(frame, column, "asked for") for column in columns or said]
    return found


def moments_of_prediction(study: Study, columns: Sequence[int], n_surest: int, n_mistakes: int) -> list[Moment]:
    """The surest frames of each behaviour, and the worst mistakes where people labelled the recording.

    Raises:
        ProjectError: The recording is not predicted, or there is nothing to show.
    """
    decisions = study.project.prediction(study.recording).decisions
    if len(decisions.present) != study.windows.n_frames:
        raise ProjectError(
            f"{study.windows.n_frames} frames in the video, {len(decisions.present)} predicted",
            where=study.recording,
            fix="predict it again: deg predict",
        )
    wanted = list(columns) or list(range(len(study.network.behaviours)))
    found = surest(decisions.probabilities, decisions.present, wanted, n_surest)
    labels = study.project.labels(study.recording)
    if labels is not None and n_mistakes:
        found += worst(decisions.probabilities, decisions.present, labels.marks, wanted, n_mistakes)
    if not found:
        raise ProjectError(
            "none of these behaviours was predicted here, and no mistake made",
            where=study.recording,
            fix="name frames: --frames 120,300",
        )
    return found


def spread(n_frames: int, n: int) -> list[int]:
    """At most `n` frames, evenly spread over a recording."""
    n = min(n, n_frames)
    return [int((place + 0.5) * n_frames / n) for place in range(n)]
