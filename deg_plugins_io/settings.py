"""What can be set for each reader and pose format. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from deg_core.api import PluginSettings


class DeepPictureSettings(PluginSettings):
    """For readers that meet pictures of more than 8 bits a sample."""

    bit_depth: int = Field(
        default=16,
        ge=8,
        le=16,
        description="Bits that a 16-bit picture really fills; the upper 8 of them are kept, by one rule for all "
        "frames. 12 for a 12-bit camera whose values are stored unscaled.",
    )


class PyavSettings(DeepPictureSettings):
    """How PyAV decodes."""

    threads: int = Field(default=0, ge=0, description="Decoding threads; 0 for one per core.")
    hwaccel: str | None = Field(
        default=None,
        description="Hardware that decodes, by FFmpeg's name: `cuda`, `qsv`, `vaapi`, `videotoolbox`, `d3d11va`. "
        "Refused where this machine lacks it; by default the processor decodes.",
    )
    frames_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Rate of raw streams (.h264, .mjpeg), Hz, in place of what their codec says, and of files that say "
        "none. Files that hold time stamps keep their own.",
    )


class OpencvSettings(PluginSettings):
    """How OpenCV decodes."""

    frames_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Rate of files that hold no length, such as raw streams, Hz. "
        "Files that hold time stamps keep their own.",
    )


class ImagesSettings(DeepPictureSettings):
    """How a folder of stills is read."""

    frames_per_second: float = Field(
        default=30.0, gt=0, description="Rate at which the pictures were taken, Hz; a folder does not say, so say it."
    )


class Hdf5Settings(DeepPictureSettings):
    """Where frames lie in an HDF5 file."""

    dataset: str | None = Field(
        default=None, description="Path of the dataset in the file, such as `frame`; by default the only suitable one."
    )
    frames_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Rate, Hz. By default the attribute `frames_per_second`, `fps` or `frame_rate` of dataset or file.",
    )
    channel_order: Literal["auto", "rgb", "bgr"] = Field(
        default="auto",
        description="Order of the stored colours. `auto`: `bgr` for a dataset `frame` of encoded pictures, which is "
        "DeepEthogram's, whose red and blue are exchanged; `rgb` for all else.",
    )


class DeeplabcutCsvSettings(PluginSettings):
    """Which animals of a file are wanted."""

    individuals: tuple[str, ...] = Field(
        default=(), description="Names of the animals to keep, in this order; none: all in the file."
    )
