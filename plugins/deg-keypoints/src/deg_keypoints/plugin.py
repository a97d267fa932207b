"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deg_core.api import (
    FeatureExtractor,
    FeatureExtractorPlugin,
    Pose,
    PoseFormatPlugin,
    Timeline,
    hookimpl,
)

from deg_keypoints.settings import AnimalsSettings, KeypointsAndPictureSettings, KeypointsSettings


def read_deeplabcut_h5(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_keypoints import deeplabcut_h5  # here, so that listing plugins stays cheap

    return deeplabcut_h5.read(path, settings, timeline)


def read_sleap_analysis(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_keypoints import sleap_analysis

    return sleap_analysis.read(path, settings, timeline)


def read_with_sleap_io(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_keypoints import with_sleap_io

    return with_sleap_io.read(path, settings, timeline)


def read_jabs_h5(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_keypoints import jabs_h5

    return jabs_h5.read(path, settings, timeline)


def read_mars_json(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_keypoints import mars_json

    return mars_json.read(path, settings, timeline)


def read_nwb_pose(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_keypoints import nwb_pose

    return nwb_pose.read(path, settings, timeline)


def build_keypoints(settings: KeypointsSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_keypoints.networks import Keypoints

    return Keypoints(settings, n_outputs)


def build_keypoints_and_picture(settings: KeypointsAndPictureSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_keypoints.networks import KeypointsAndPicture

    return KeypointsAndPicture(settings, n_outputs)


deeplabcut_h5 = PoseFormatPlugin(
    name="deeplabcut-h5",
    summary="DeepLabCut's tables, of one animal or several; nothing in them is run",
    settings=AnimalsSettings,
    suffixes=(".h5", ".hdf5"),
    read=read_deeplabcut_h5,
)

sleap_analysis_h5 = PoseFormatPlugin(
    name="sleap-analysis-h5",
    summary="SLEAP's analysis files, old and new",
    settings=AnimalsSettings,
    suffixes=(".analysis.h5", ".h5"),
    read=read_sleap_analysis,
)

jabs_h5 = PoseFormatPlugin(
    name="jabs-h5",
    summary="pose of mice as JABS has it: of one mouse, or of several with identities",
    settings=AnimalsSettings,
    suffixes=(".h5",),
    read=read_jabs_h5,
)

sleap_io = PoseFormatPlugin(
    name="sleap-io",
    summary="SLEAP's projects and csv, and what else the library sleap-io reads",
    settings=AnimalsSettings,
    suffixes=(".slp", ".csv"),
    read=read_with_sleap_io,
)

mars_json = PoseFormatPlugin(
    name="mars-json",
    summary="pose of two mice as MARS and CalMS21 have it",
    settings=AnimalsSettings,
    suffixes=(".json",),
    read=read_mars_json,
)

nwb_pose = PoseFormatPlugin(
    name="nwb-pose",
    summary="pose in NWB files, of the extension ndx-pose",
    settings=AnimalsSettings,
    suffixes=(".nwb",),
    read=read_nwb_pose,
)

keypoints = FeatureExtractorPlugin(
    name="keypoints",
    summary="distances, angles, areas, speeds of keypoints, as in Sturman et al. 2020; looks at pose alone",
    settings=KeypointsSettings,
    needs_flow=False,
    needs_frames=False,
    needs_pose=True,
    build=build_keypoints,
)

keypoints_and_picture = FeatureExtractorPlugin(
    name="keypoints-and-picture",
    summary="the same numbers beside a ResNet that sees the frame",
    settings=KeypointsAndPictureSettings,
    needs_flow=False,
    needs_pose=True,
    build=build_keypoints_and_picture,
)


@hookimpl
def deg_pose_formats() -> Iterator[PoseFormatPlugin[Any]]:
    """The formats."""
    yield from (deeplabcut_h5, sleap_analysis_h5, jabs_h5, sleap_io, mars_json, nwb_pose)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[Any]]:
    """The feature extractors."""
    yield from (keypoints, keypoints_and_picture)
