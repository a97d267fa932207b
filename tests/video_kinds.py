"""Containers, codecs and pixel formats in which laboratories hold videos: what tests write and read, and docs list.

Axes: T frames, H, W.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

N_FRAMES = 20
_BITS = 5
_BAND = 6
"""Rows of the band that shows a bit of a frame's number."""


@dataclass(frozen=True)
class VideoKind:
    """A way to write a video.

    Attributes:
        name: Of a file of this kind; its suffix is what such files end in.
        codec: FFmpeg's name of the encoder.
        pix_fmt: FFmpeg's name of how pixels are stored.
        loss: Grey levels, of 255, by which decoded frames differ from the encoded ones at most, on average; 0: none.
        rate: Frames per second that are written, Hz.
        size: Height and width.
        container: FFmpeg's name, where it does not follow from the suffix.
        options: Of the encoder.
        asks_rate: Whether the file does not hold its rate, which has to be said then.
    """

    name: str
    codec: str
    pix_fmt: str = "yuv420p"
    loss: float = 0.0
    rate: Fraction = Fraction(25)
    size: tuple[int, int] = (32, 48)
    container: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    asks_rate: bool = False

    @property
    def suffix(self) -> str:
        """With the dot."""
        return Path(self.name).suffix


_NTSC = Fraction(30000, 1001)
_FULL_RANGE = {"qp": "0", "x264-params": "fullrange=on"}
_QUIET = {"x265-params": "log-level=none"}
_X265_LOSSLESS = {"x265-params": "log-level=none:lossless=1"}

KINDS = (
    VideoKind("h264.mp4", "libx264", loss=4),
    VideoKind("h264.mov", "libx264", loss=4),
    VideoKind("h264.m4v", "libx264", loss=4),
    VideoKind("h264.avi", "libx264", loss=4),
    VideoKind("h264.mkv", "libx264", loss=4),
    VideoKind("h264.ts", "libx264", loss=4),
    VideoKind("h264.mts", "libx264", loss=4, rate=_NTSC),
    VideoKind("h264.m2ts", "libx264", loss=4),
    VideoKind("h264.flv", "libx264", loss=4),
    VideoKind("h264.3gp", "libx264", loss=4),
    VideoKind("h264.mxf", "libx264", "yuv422p", loss=4, options={"bf": "0"}),
    VideoKind("h264.h264", "libx264", loss=4),
    VideoKind("h264-lossless.mp4", "libx264", options={"qp": "0"}),
    VideoKind("h264-444.mp4", "libx264", "yuv444p", loss=4),
    VideoKind("h264-rgb.mp4", "libx264rgb", "rgb24", options={"qp": "0"}),
    VideoKind("h264-grey.mp4", "libx264", "gray", options=_FULL_RANGE),
    VideoKind("h264-10-bit.mp4", "libx264", "yuv420p10le", loss=4),
    VideoKind("h264-grey-10-bit.mp4", "libx264", "gray10le", loss=1, options=_FULL_RANGE),
    VideoKind("h264-odd.mp4", "libx264", "yuv444p", loss=4, size=(33, 47)),
    VideoKind("hevc.mp4", "libx265", loss=4, size=(64, 96), options=_QUIET),
    VideoKind("hevc.mov", "libx265", "yuv420p10le", loss=4, size=(64, 96), options=_QUIET),
    VideoKind("hevc.mkv", "libx265", "yuv422p", loss=4, size=(64, 96), options=_QUIET),
    VideoKind("hevc.ts", "libx265", loss=4, size=(64, 96), options=_QUIET),
    VideoKind("hevc.hevc", "libx265", loss=4, size=(64, 96), options=_QUIET),
    VideoKind("hevc-grey-12-bit.mp4", "libx265", "gray12le", size=(64, 96), options=_X265_LOSSLESS),
    VideoKind("av1.mp4", "libsvtav1", loss=6, size=(64, 96)),
    VideoKind("av1.mkv", "libsvtav1", "yuv420p10le", loss=6, size=(64, 96)),
    VideoKind("av1.webm", "libsvtav1", loss=6, size=(64, 96)),
    VideoKind("vp8.webm", "libvpx", loss=5),
    VideoKind("vp9.webm", "libvpx-vp9", loss=5),
    VideoKind("vp9.mp4", "libvpx-vp9", "yuv444p", options={"lossless": "1"}),
    VideoKind("vp8.ivf", "libvpx", loss=5),
    VideoKind("mpeg4.avi", "mpeg4", loss=7),
    VideoKind("mpeg4.mp4", "mpeg4", loss=7),
    VideoKind("mpeg4.mov", "mpeg4", loss=7, rate=_NTSC),
    VideoKind("msmpeg4.avi", "msmpeg4", loss=7),
    VideoKind("mpeg1.mpg", "mpeg1video", loss=7),
    VideoKind("mpeg2.mpg", "mpeg2video", loss=7),
    VideoKind("mpeg2.vob", "mpeg2video", loss=7, rate=_NTSC),
    VideoKind("mpeg2.ts", "mpeg2video", "yuv422p", loss=7),
    VideoKind("mpeg2.mxf", "mpeg2video", loss=7, options={"bf": "0"}),
    VideoKind("wmv1.wmv", "wmv1", loss=7),
    VideoKind("wmv2.wmv", "wmv2", loss=7),
    VideoKind("wmv2.asf", "wmv2", loss=7),
    VideoKind("flv1.flv", "flv1", loss=7),
    VideoKind("mjpeg.avi", "mjpeg", "yuvj420p", loss=7),
    VideoKind("mjpeg.mov", "mjpeg", "yuvj422p", loss=7),
    VideoKind("mjpeg.mp4", "mjpeg", "yuvj444p", loss=7),
    VideoKind("mjpeg.mkv", "mjpeg", "yuvj420p", loss=7),
    VideoKind("mjpeg.mjpeg", "mjpeg", "yuvj420p", loss=7, asks_rate=True),
    VideoKind("jpeg2000.mov", "jpeg2000", "rgb24", loss=4),
    VideoKind("jpeg2000.mxf", "jpeg2000", "rgb48le", loss=4),
    VideoKind("prores.mov", "prores_ks", "yuv422p10le", loss=4),
    VideoKind("prores-alpha.mov", "prores_ks", "yuva444p10le", loss=4, options={"profile": "4444"}),
    VideoKind("cineform.mov", "cfhd", "yuv422p10le", loss=6, size=(64, 96)),
    VideoKind("dv.dv", "dvvideo", loss=6, size=(576, 720)),
    VideoKind("dv.avi", "dvvideo", "yuv411p", loss=6, size=(480, 720), rate=_NTSC),
    VideoKind("dnxhd.mov", "dnxhd", "yuv422p", loss=4, size=(256, 256), options={"profile": "dnxhr_hq"}),
    VideoKind("ffv1.avi", "ffv1", "bgr0"),
    VideoKind("ffv1.mkv", "ffv1", "yuv420p"),
    VideoKind("ffv1-alpha.mkv", "ffv1", "bgra"),
    VideoKind("ffv1-odd.avi", "ffv1", "bgr0", size=(33, 47)),
    VideoKind("ffv1-grey.avi", "ffv1", "gray"),
    VideoKind("ffv1-grey-10-bit.mkv", "ffv1", "gray10le"),
    VideoKind("ffv1-grey-12-bit.mkv", "ffv1", "gray12le"),
    VideoKind("ffv1-grey-16-bit.avi", "ffv1", "gray16le"),
    VideoKind("ffv1-16-bit.mkv", "ffv1", "rgb48le"),
    VideoKind("huffyuv.avi", "huffyuv", "yuv422p"),
    VideoKind("huffyuv-rgb.avi", "huffyuv", "rgb24"),
    VideoKind("ffvhuff-grey-16-bit.avi", "ffvhuff", "gray16le"),
    VideoKind("utvideo.avi", "utvideo", "yuv420p"),
    VideoKind("utvideo-rgb.avi", "utvideo", "gbrp"),
    VideoKind("magicyuv.avi", "magicyuv", "gbrp"),
    VideoKind("raw.avi", "rawvideo", "bgr24"),
    VideoKind("raw-grey.avi", "rawvideo", "gray"),
    VideoKind("raw-yuv.avi", "rawvideo", "yuv420p"),
    VideoKind("raw-grey-16-bit.mov", "rawvideo", "gray16be"),
    VideoKind("raw.mov", "rawvideo", "rgb24"),
    VideoKind("raw-packed.avi", "rawvideo", "yuyv422"),
    VideoKind("v210.mov", "v210", "yuv422p10le"),
    VideoKind("y4m.y4m", "wrapped_avframe", "yuv420p"),
    VideoKind("png.mov", "png", "rgb24"),
    VideoKind("png-grey-16-bit.mov", "png", "gray16be"),
    VideoKind("png-alpha.mov", "png", "rgba"),
    VideoKind("qtrle.mov", "qtrle", "rgb24"),
    VideoKind("cinepak.avi", "cinepak", "rgb24", loss=8),
    VideoKind("zlib.avi", "zlib", "bgr24"),
    VideoKind("ffv1.nut", "ffv1", "bgr0"),
    VideoKind("animation.gif", "gif", "gray"),
)

DECODED_ONLY = ("lagarith", "vc1", "wmv3", "hap", "theora", "indeo5", "svq3", "vp6f", "tscc2", "camtasia", "cavs")
"""Codecs that FFmpeg decodes and cannot write, so that they are offered but not tried."""


def picture_frames(size: tuple[int, int], n_frames: int = N_FRAMES) -> NDArray[np.uint8]:
    """Colours that run across, and the number of each frame in bright and dark bands; shape (T, H, W, 3)."""
    height, width = size
    across, down = np.linspace(40, 200, width), np.linspace(60, 180, height)
    ground = np.stack(np.broadcast_arrays(across[None], down[:, None], across[None, ::-1]), axis=2)
    frames = np.repeat(ground[None].astype(np.uint8), n_frames, axis=0)
    for bit in range(_BITS):
        is_bright = (np.arange(n_frames) >> bit & 1)[:, None, None, None] == 1
        frames[:, _BAND * bit : _BAND * (bit + 1), : width // 2] = np.where(is_bright, 225, 20)
    return frames


def numbers_shown(frames: NDArray[np.uint8]) -> list[int]:
    """The numbers that `picture_frames` wrote; -1 where one cannot be read, as in what damage left over."""
    width = frames.shape[2] // 2
    means = [frames[:, _BAND * bit + 2 : _BAND * bit + 4, 4 : width - 4].mean(axis=(1, 2, 3)) for bit in range(_BITS)]
    numbers = sum((mean > 122).astype(int) << bit for bit, mean in enumerate(means))
    is_clear = np.all([np.abs(mean - 122) > 60 for mean in means], axis=0)
    return [int(number) for number in np.where(is_clear, numbers, -1)]


def write_kind(folder: Path, kind: VideoKind, n_frames: int = N_FRAMES) -> tuple[Path, NDArray[np.uint8]]:
    """Write a video; its path and the frames that a lossless codec gives back, RGB, shape (T, H, W, 3)."""
    path = folder / kind.name
    expected = []
    with av.open(str(path), "w", format=kind.container) as output:
        stream = output.add_stream(kind.codec, rate=kind.rate, options=dict(kind.options))
        stream.height, stream.width, stream.pix_fmt = *kind.size, kind.pix_fmt
        for picture in picture_frames(kind.size, n_frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=kind.pix_fmt)
            expected.append(_as_rgb(frame))
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path, np.stack(expected)


def _as_rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """By another way than the reader's: deep grey keeps its upper 8 bits."""
    bits = frame.format.components[0].bits
    if frame.format.name.startswith("gray") and bits > 8:
        deep = frame.reformat(format="gray16le").to_ndarray()
        return np.repeat((deep >> 8).astype(np.uint8)[..., None], 3, axis=2)
    return np.asarray(frame.reformat(format="rgb24").to_ndarray(), dtype=np.uint8)
