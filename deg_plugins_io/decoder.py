"""Opens a video stream with PyAV and decodes it, going on past damage as far as anything decodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deg_core.api import FramePreparation, VideoError
from deg_plugins_io.bit_depth import to_8_bits
from deg_plugins_io.refusals import require_file

_ATTACHED_PICTURE = 0x400
"""FFmpeg's mark for a cover picture, which is no video."""
NO_TIME_STAMPS = 0x80
"""FFmpeg's mark for raw streams: what time stamps they show are made up from a rate of 25."""
_PLAYLISTS = {"concat", "dash", "hls", "imf", "rtsp", "sdp"}
"""Formats of files that only say where videos lie."""
_ONE_FRAME_AT_A_TIME = {"ffv1"}
"""Decoders that damaged files crash or stall in FFmpeg 8 when several threads decode a frame each."""
_LARGEST = 1 << 27
"""Pixels of a frame: more than any camera takes. A damaged header may ask for gigabytes."""
_MOST_TRIES = 10
_THIS_FILE = {"protocol_whitelist": "file"}
"""Nothing on the network is opened, whatever a file asks for."""


def open_stream(path: Path, threads: int, hwaccel: str | None = None) -> tuple[InputContainer, VideoStream]:
    """Open a file and its first video stream.

    Args:
        path: The file; what it is is told by its content, not by its suffix.
        threads: Decoding threads; 0 for one per core.
        hwaccel: Hardware that decodes, by FFmpeg's name; None for the processor.

    Raises:
        VideoError: The file is missing, empty, cut before its index, no video, or holds sound or a still only.
    """
    require_file(path, VideoError)
    try:
        container = _open(path, hwaccel)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise VideoError(
            f"not a video that FFmpeg can open ({_reason(error)})",
            where=str(path),
            fix="if it plays nowhere else it was cut or never finished: copy it again; else convert it to mp4 (H.264)",
        ) from error
    try:
        stream = _video_stream(container, path)
        stream.thread_type = "SLICE" if stream.codec_context.name in _ONE_FRAME_AT_A_TIME else "AUTO"
        stream.codec_context.thread_count = threads
        stream.codec_context.options = {"max_pixels": str(_LARGEST)}
    except BaseException:
        container.close()
        raise
    return container, stream


def _open(path: Path, hwaccel: str | None) -> InputContainer:
    """Open a file, whose decoding hardware does where it is named, and nothing else in its place."""
    if hwaccel is None:
        return av.open(_address(path), metadata_errors="replace", options=_THIS_FILE)
    try:
        return av.open(
            _address(path),
            metadata_errors="replace",
            options=_THIS_FILE,
            hwaccel=HWAccel(hwaccel, allow_software_fallback=False),
        )
    except (av.FFmpegError, OSError, ValueError, RuntimeError) as error:
        known = ", ".join(hwdevices_available()) or "nothing"
        raise VideoError(
            f"hardware {hwaccel!r} cannot decode it here ({_reason(error)})",
            where=str(path),
            fix=f"leave out the reader's setting `hwaccel`; this FFmpeg was built for {known}, if the machine has that",
        ) from error


def _address(path: Path) -> str:
    # So that no name is taken for a protocol, such as `cam1:mouse.mp4` or `concat:a.mp4|b.mp4`.
    return f"file:{path}"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    if container.format.name.endswith("_pipe") or container.format.name in {"image2", "tty"}:
        raise VideoError(
            "a still picture or a text, not a video", where=str(path), fix="for stills, give their folder instead"
        )
    if container.format.name in _PLAYLISTS:
        raise VideoError("a list of videos, not a video", where=str(path), fix="give the videos that it names")
    for stream in container.streams.video:
        if not int(getattr(stream, "disposition", 0)) & _ATTACHED_PICTURE and stream.codec_context is not None:
            return stream
    kinds = sorted({stream.type for stream in container.streams})
    raise VideoError(
        f"holds no video stream{f', only {kinds[0]}' if kinds else ''}",
        where=str(path),
        fix="choose the file that the camera made; if this is it, it was cut: copy it again",
    )


def surviving_packets(
    container: InputContainer, stream: VideoStream, damage: list[str] | None = None
) -> Iterator[Packet[VideoStream]]:
    """Packets with something in them, up to the end or to where the file is damaged.

    Args:
        container: The file, from where it was last read or sought.
        stream: Whose packets are wanted.
        damage: Gains a line for what is wrong.
    """
    for left in reversed(range(_MOST_TRIES)):
        try:
            for packet in container.demux(stream):
                if packet.size:  # the empty one at the end would drain the decoder, which `decode` does itself
                    yield packet
        except av.FFmpegError as error:
            if isinstance(error, BlockingIOError) and left:
                continue  # so FFmpeg wishes, in front of the last packet of a damaged transport stream
            _note(damage, error)
        except IndexError:  # PyAV stumbles, at the end, over streams that came up within a damaged file
            pass
        return


def place_of(packet: Packet[VideoStream]) -> tuple[int, int]:
    """Where a packet lies in its file: the byte that it begins with, -1 where the container does not say; its size."""
    return -1 if packet.pos is None else packet.pos, packet.size


def decode(
    stream: VideoStream, packets: Iterable[Packet[VideoStream]], damage: list[str] | None = None
) -> Iterator[VideoFrame]:
    """Frames in order of time, skipping packets that do not decode.

    Args:
        stream: Whose packets they are.
        packets: Such as `surviving_packets`.
        damage: Gains a line for each thing that is wrong.
    """
    for packet in packets:
        try:
            yield from stream.codec_context.decode(packet)
        except av.FFmpegError as error:
            _note(damage, error)
    try:
        yield from stream.codec_context.decode(None)
    except av.FFmpegError as error:
        _note(damage, error)


def _note(damage: list[str] | None, error: Exception) -> None:
    if damage is not None:
        damage.append(_reason(error))


class UprightRgb:
    """Turns decoded frames into upright RGB pictures.

    Args:
        bit_depth: Bits that grey pictures of more than 8 really fill.
    """

    def __init__(self, bit_depth: int) -> None:
        self._bit_depth = bit_depth
        # One for all frames: each new one would build its conversion tables anew.
        self._reformatter = VideoReformatter()
        self._cutter: _Cutter | None = None

    def __call__(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """One picture; shape (H, W, 3), 0..255. May be a view of the frame's own memory."""
        if _is_deep_grey(frame):
            deep = np.asarray(self._reformatter.reformat(frame, format="gray16le").to_ndarray(), dtype=np.uint16)
            picture = np.repeat(to_8_bits(deep, self._bit_depth)[:, :, None], 3, axis=2)
        else:
            picture = np.asarray(self._reformatter.reformat(frame, format="rgb24").to_ndarray(), dtype=np.uint8)
        # Cameras held upright store lying pictures and the turn; PyAV leaves the turning to us.
        quarter_turns = round(frame.rotation / 90) % 4
        return np.rot90(picture, quarter_turns) if quarter_turns else picture

    def scaled(self, frame: VideoFrame, preparation: FramePreparation) -> NDArray[np.uint8]:
        """One picture, cut and scaled from the colours as they are stored; shape (*size, 3), 0..255.

        Never the detour over a full RGB picture, but for pictures that are to be turned, and deep grey ones.
        """
        if _is_deep_grey(frame) or round(frame.rotation / 90) % 4:
            prepared: NDArray[np.uint8] = preparation.apply(self(frame)[None])[0]
            return prepared
        preparation.require_crop(frame.height, frame.width)
        if preparation.crop is not None:
            if self._cutter is None or not self._cutter.serves(frame):
                self._cutter = _Cutter(frame, preparation.crop)
            frame = self._cutter(frame)
        height, width = preparation.size
        shrinks = height < frame.height and width < frame.width
        made = self._reformatter.reformat(
            frame, width, height, "rgb24", interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR
        )
        return np.asarray(made.to_ndarray(), dtype=np.uint8)


def _is_deep_grey(frame: VideoFrame) -> bool:
    return frame.format.name.startswith("gray") and frame.format.components[0].bits > 8


class _Cutter:
    """Cuts a part out of frames without copying them."""

    def __init__(self, frame: VideoFrame, crop: tuple[int, int, int, int]) -> None:
        top, left, height, width = crop
        self._kind = (frame.width, frame.height, frame.format.name)
        self._graph = Graph()
        source = self._graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        cut = self._graph.add("crop", f"{width}:{height}:{left}:{top}:exact=1")
        source.link_to(cut)
        cut.link_to(self._graph.add("buffersink"))
        self._graph.configure()

    def serves(self, frame: VideoFrame) -> bool:
        return self._kind == (frame.width, frame.height, frame.format.name)

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        self._graph.vpush(frame)
        return self._graph.vpull()
