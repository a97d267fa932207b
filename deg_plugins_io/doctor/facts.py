"""What a video file says of itself, and what is found when all of it is decoded.

Axes: T frames.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deg_plugins_io.decoder import NO_TIME_STAMPS, decode, open_stream, surviving_packets

_MOST_COMPLAINTS = 3
_CHATTER = {"swscaler"}
"""Parts of FFmpeg whose messages are about our own conversions, not about the file."""
_OF_DAMAGE = re.compile(
    "corrupt|damag|truncat|missing|invalid|error|overread|conceal|continuity|incomplete|mismatch|broken|junk", re.I
)
"""Words by which its warnings tell damage from what is merely odd."""


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A video file, looked at from end to end.

    Attributes:
        container: FFmpeg's description of the container that the content is in.
        demuxer: FFmpeg's name of what reads that container.
        codec: FFmpeg's description of the codec.
        pixel_format: FFmpeg's name of it.
        bits: Per sample.
        is_grey: Whether there are no colours.
        has_alpha: Whether pixels say how transparent they are.
        width: As stored, pixels.
        height: As stored, pixels.
        quarter_turns: By which pictures are to be turned to the left to stand upright, 0..3.
        pixel_aspect: Width of a pixel by its height; 1 where nothing is said.
        sizes: All sizes (width, height) that frames have, in order of appearance.
        stated_rate: Frames per second by the container, Hz; None where it does not say.
        stated_frames: By the container; 0 where it does not say.
        stated_duration_s: By the container; None where it does not say.
        n_packets: Packets of the video in the file.
        n_hidden: Packets that an edit list says not to show.
        n_frames: Frames that decode.
        n_damaged: Packets that do not decode, and places where the file cannot be read.
        n_corrupt: Frames that the decoder says are damaged.
        complaints: What FFmpeg said of damage, some of it.
        times_s: Time stamps of the frames in order of decoding, None for those without; shape (T,).
        has_time_stamps: Whether the container keeps time at all.
        n_interlaced: Frames of two half pictures, taken one after the other.
        n_repeated: Frames whose picture is that of the frame before to the last bit.
        highest: Of deep grey pictures, the highest value there is; else None.
        n_video_streams: In the file; the first one is looked at.
        sound: What sound there is, in words; empty for none.
    """

    container: str
    demuxer: str
    codec: str
    pixel_format: str
    bits: int
    is_grey: bool
    has_alpha: bool
    width: int
    height: int
    quarter_turns: int
    pixel_aspect: float
    sizes: tuple[tuple[int, int], ...]
    stated_rate: float | None
    stated_frames: int
    stated_duration_s: float | None
    n_packets: int
    n_hidden: int
    n_frames: int
    n_damaged: int
    n_corrupt: int
    complaints: tuple[str, ...]
    times_s: tuple[float | None, ...]
    has_time_stamps: bool
    n_interlaced: int
    n_repeated: int
    highest: int | None
    n_video_streams: int
    sound: str


def unwatched(_: int) -> None:
    """Counts for nobody."""


def look_at(path: Path, count: Callable[[int], object] = unwatched) -> VideoFacts:
    """Decode a whole video and note what is there.

    Args:
        path: The video.
        count: Called now and then with the number of frames that were decoded so far.

    Raises:
        VideoError: Nothing in it can be opened as a video.
    """
    seen = _Seen()
    damage: list[str] = []
    with _listening() as heard:
        container, stream = open_stream(path, threads=1)
        with container:
            # Damage is noted when the same packets are decoded, once.
            is_hidden = [packet.is_discard for packet in surviving_packets(container, stream)]
        container, stream = open_stream(path, threads=1)
        with container:
            for frame in decode(stream, surviving_packets(container, stream, damage), damage):
                seen.add(frame, stream)
                count(len(seen.times_s))
            described = _describe(container, stream)
    complaints = [
        f"{name}: {text.strip()}"
        for level, name, text in heard
        if level <= av.logging.ERROR or (level <= av.logging.WARNING and _OF_DAMAGE.search(text))
    ]
    return VideoFacts(
        **described,
        quarter_turns=seen.quarter_turns,
        sizes=tuple(seen.sizes),
        n_packets=len(is_hidden),
        n_hidden=sum(is_hidden),
        n_frames=len(seen.times_s),
        n_damaged=len(damage),
        n_corrupt=seen.n_corrupt,
        complaints=tuple(dict.fromkeys(complaints))[:_MOST_COMPLAINTS],
        times_s=tuple(seen.times_s),
        n_interlaced=seen.n_interlaced,
        n_repeated=seen.n_repeated,
        highest=seen.highest,
    )


@contextmanager
def _listening() -> Iterator[list[tuple[int, str, str]]]:
    """What FFmpeg says of damage goes to its log and nowhere else."""
    heard: list[tuple[int, str, str]] = []
    before, skips = av.logging.get_level(), av.logging.get_skip_repeated()
    av.logging.set_level(av.logging.WARNING)
    av.logging.set_skip_repeated(False)  # else what the last file said comes up again with this one
    try:
        with av.logging.Capture() as logs:
            yield heard
            heard += [log for log in logs if log[1] not in _CHATTER and log[2].strip()]
    finally:
        av.logging.set_level(before)
        av.logging.set_skip_repeated(skips)


@dataclass
class _Seen:
    """What decoded frames add up to."""

    times_s: list[float | None] = field(default_factory=list)
    sizes: dict[tuple[int, int], None] = field(default_factory=dict)
    quarter_turns: int = 0
    n_corrupt: int = 0
    n_interlaced: int = 0
    n_repeated: int = 0
    highest: int | None = None
    _last: int | None = None

    def add(self, frame: VideoFrame, stream: VideoStream) -> None:
        is_shown = frame.pts is None or frame.pts >= 0
        if not is_shown:
            return
        self.times_s.append(None if frame.pts is None else float(frame.pts * (stream.time_base or 0)))
        self.sizes[frame.width, frame.height] = None
        self.quarter_turns = round(frame.rotation / 90) % 4
        self.n_corrupt += frame.is_corrupt
        self.n_interlaced += frame.interlaced_frame
        pixels = _pixels(frame)
        if pixels is None:
            self.n_corrupt += 1
            return
        if pixels.dtype == np.uint16 and frame.format.name.startswith("gray"):
            self.highest = max(self.highest or 0, int(pixels.max()))
        digest = zlib.crc32(np.ascontiguousarray(pixels).data)
        self.n_repeated += digest == self._last
        self._last = digest


def _pixels(frame: VideoFrame) -> NDArray[Any] | None:
    """As stored where NumPy has a shape for that, else as RGB; None where damage left nothing to convert."""
    for pixel_format in (None, "rgb24"):
        with suppress(ValueError, AssertionError, NotImplementedError, av.FFmpegError):  # odd sizes, rare formats
            pixels = frame.to_ndarray(format=pixel_format)
            if isinstance(pixels, np.ndarray):  # and not with a palette beside it
                return pixels
    return None


def _describe(container: InputContainer, stream: VideoStream) -> dict[str, Any]:
    context = stream.codec_context
    form = context.format
    parts = form.components if form is not None else ()
    duration = container.duration
    return {
        "container": container.format.long_name,
        "demuxer": container.format.name,
        "codec": context.codec.long_name,
        "pixel_format": context.pix_fmt or "unknown",
        "bits": max((part.bits for part in parts), default=0),
        "is_grey": sum(not part.is_alpha for part in parts) == 1 and form is not None and not form.has_palette,
        "has_alpha": any(part.is_alpha for part in parts),
        "width": context.width,
        "height": context.height,
        "pixel_aspect": float(stream.sample_aspect_ratio or 1),
        "stated_rate": float(stream.average_rate) if stream.average_rate else None,
        "stated_frames": stream.frames,
        "stated_duration_s": duration / av.time_base if duration and duration > 0 else None,
        "has_time_stamps": not int(container.format.flags) & NO_TIME_STAMPS,
        "n_video_streams": len(container.streams.video),
        "sound": _sound(container),
    }


def _sound(container: InputContainer) -> str:
    said = []
    for stream in container.streams.audio:
        context = stream.codec_context
        said.append(f"{context.name}, {context.sample_rate} Hz, {context.channels} channels" if context else "unknown")
    return "; ".join(said)
