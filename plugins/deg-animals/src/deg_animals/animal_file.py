"""The small file that says which animal of which video: `NAME.animal`, YAML."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal

from deg_core.api import VideoError, parse_yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from deg_animals.following import Rotate

SUFFIX = ".animal"
_MAKE = "make it again: deg animals crop TRACKS VIDEO"
_PROBE_BYTES = 1 << 20
Side = Annotated[int, Field(ge=1, le=1 << 14)]


class AnimalFile(BaseModel):
    """What is followed, and how it is shown.

    Whatever changes a pixel is in here, since by this file deg tells whether a video is the same as before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    deg_animal: Literal[1] = Field(default=1, description="Version of this file's layout.")
    video: str = Field(description="The source, relative to this file or absolute.")
    video_bytes: int | None = Field(description="Size of the source, by which another is noticed; null for a folder.")
    reader: str = Field(default="auto", description="deg's reader of the source.")
    reader_settings: dict[str, Any] = Field(default_factory=dict, description="Its settings.")
    tracks: str = Field(description="Table of tracks, relative to this file or absolute.")
    tracks_sha256: str = Field(description="Digest of the tracks, by which others are noticed.")
    individual: str = Field(description="The animal in the middle.")
    partner: str | None = Field(default=None, description="The other animal of a pair.")
    size: tuple[Side, Side] = Field(description="Height and width of the crop, pixels of the source.")
    rotate: Rotate = Field(default="none", description="Where the animal's head points, or its partner lies.")
    smooth_frames: float = Field(default=0, ge=0, description="Standard deviation of the smoothing in time, frames.")
    least_speed: float = Field(
        default=1.0, gt=0, description="Pixels per frame from which movement tells the heading, if the tracks do not."
    )


def load_animal_file(path: Path) -> AnimalFile:
    """Read such a file.

    Raises:
        VideoError: It is missing, or no such file.
    """
    try:
        values = parse_yaml(path.read_text(encoding="utf-8"))
        return AnimalFile.model_validate(values)
    except OSError as error:
        raise VideoError(f"cannot be read: {error.strerror}", where=str(path), fix="check the path") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        problem = f"{name}: {first['msg']}" if name else "it does not say which animal of which video"
    except (YAMLError, UnicodeDecodeError) as error:
        problem = str(error).splitlines()[0]
    raise VideoError(f"no file of an animal: {problem}", where=str(path), fix=_MAKE)


def save_animal_file(path: Path, file: AnimalFile) -> None:
    """Write such a file in one step."""
    yaml, text = YAML(typ="safe", pure=True), StringIO()
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.dump(file.model_dump(mode="json"), text)
    part = path.with_name(path.name + ".part")
    part.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    part.replace(path)


def bytes_of(video: Path) -> int | None:
    """Size of a video file; None for a folder of stills."""
    return None if video.is_dir() else video.stat().st_size


def sha256_of(path: Path) -> str:
    """SHA-256 of a whole file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_PROBE_BYTES):
            digest.update(block)
    return digest.hexdigest()
