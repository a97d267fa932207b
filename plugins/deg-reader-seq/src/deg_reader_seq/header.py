"""The header of a Norpix sequence.

All numbers are little-endian. Where they are, in bytes:

====  ==============================  ====  =====================================
   0  uint32 0xFEED                    564  uint32 bytes of a picture
   4  `Norpix seq`, UTF-16, 24 bytes   568  uint32 image format
  28  int32 version                    572  uint32 frames, 0 if never counted
  32  int32 bytes of the header        580  uint32 bytes from picture to picture
 548  uint32 width, uint32 height      584  float64 rate, Hz
 556  uint32 bits, uint32 bits used    620  uint32 compression
====  ==============================  ====  =====================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deg_core.api import BinaryFile

from deg_reader_seq.settings import SeqSettings

_MARK = 0xFEED
_HEADER_BYTES = 1024
_COMPRESSIONS = ("none", "JPEG", "RLE", "Huffman", "LZ", "fast RLE", "fast Huffman", "fast LZ", "H.264", "wavelet")
_LARGEST_SIDE = 1 << 16

Layout = Literal["grey", "mosaic", "bgr", "rgb", "bgrx"]

_RAW: dict[int, Layout] = {100: "grey", 101: "mosaic", 200: "bgr", 400: "rgb", 500: "bgrx"}
_ENCODED: dict[int, Layout] = {102: "grey", 103: "mosaic", 201: "bgr", 1: "grey", 2: "bgr"}
"""Image formats that mean JPEG or PNG by themselves, as Piotr's Computer Vision Toolbox writes them."""

CHANNELS: dict[Layout, int] = {"grey": 1, "mosaic": 1, "bgr": 3, "rgb": 3, "bgrx": 4}


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself, checked.

    Attributes:
        size: Height and width, pixels.
        layout: What a pixel is.
        is_encoded: Whether pictures are JPEG or PNG.
        sample_bytes: Bytes of a sample, 1 or 2; of pictures that are not encoded.
        bits_used: Bits of a sample that are filled, 8..16.
        image_bytes: Bytes of a picture that is not encoded.
        start: Where the first picture is.
        pitch: Bytes from one picture that is not encoded to the next.
        stamp_bytes: Bytes of a time stamp, 6 or 8.
        n_stated: Frames, as the header says; 0 if it does not.
        rate: Rate that was asked of the camera, Hz; 0 if it does not say.
    """

    size: tuple[int, int]
    layout: Layout
    is_encoded: bool
    sample_bytes: int
    bits_used: int
    image_bytes: int
    start: int
    pitch: int
    stamp_bytes: int
    n_stated: int
    rate: float


def read_header(file: BinaryFile, settings: SeqSettings) -> Header:
    """Read and check the header.

    Raises:
        VideoError: It is none, contradicts itself or the file, or tells of pictures that cannot be read.
    """
    if file.unpack("I", 0, "the header")[0] != _MARK:
        raise file.damaged(
            "it does not begin as a Norpix sequence does",
            fix="is this another kind of video? then name its reader in project.yaml, video.name",
        )
    if file.size < _HEADER_BYTES:
        raise file.damaged(f"the header is cut off after {file.size} bytes")
    version = file.unpack("i", 28, "the header")[0]
    width, height, bits, bits_used, image_bytes, image_format, n_stated, _, pitch = file.unpack("9I", 548, "the header")
    layout, is_encoded = _layout(file, image_format, file.unpack("I", 620, "the header")[0], settings)
    if not 0 < width <= _LARGEST_SIDE or not 0 < height <= _LARGEST_SIDE:
        raise file.damaged(f"the header says pictures of {width} x {height} pixels")
    rate = file.unpack("d", 584, "the header")[0]
    header = Header(
        size=(height, width),
        layout=layout,
        is_encoded=is_encoded,
        sample_bytes=1 if is_encoded else _sample_bytes(file, width * height * CHANNELS[layout], image_bytes, bits),
        bits_used=bits_used,
        image_bytes=image_bytes,
        start=8192 if version >= 5 else _HEADER_BYTES,
        pitch=pitch,
        stamp_bytes=8 if version >= 5 else 6,
        n_stated=n_stated,
        rate=rate if 1e-4 < rate < 1e6 else 0.0,
    )
    _check_depth(file, header)
    return header


def _layout(file: BinaryFile, image_format: int, compression: int, settings: SeqSettings) -> tuple[Layout, bool]:
    """What a pixel is, and whether pictures are encoded."""
    if compression > 1:
        name = _COMPRESSIONS[compression] if compression < len(_COMPRESSIONS) else f"number {compression}"
        raise file.damaged(
            f"pictures are compressed by {name}", fix="export the sequence raw or as JPEG from StreamPix"
        )
    layout = _ENCODED.get(image_format, _RAW.get(image_format))
    if layout is None:
        known = ", ".join(map(str, sorted({**_RAW, **_ENCODED})))
        raise file.damaged(f"pictures are of format {image_format}", fix=f"known: {known}; export it as one of them")
    if layout == "mosaic" and settings.mosaic is None:
        raise file.damaged(
            "pictures are a colour sensor's mosaic, and the file does not say of which kind",
            fix="give the reader's setting `mosaic`: RGGB, GRBG, GBRG, BGGR, or grey to leave it as it is",
        )
    return layout, compression == 1 or image_format in _ENCODED


def _sample_bytes(file: BinaryFile, n_samples: int, image_bytes: int, bits: int) -> int:
    for n_bytes in (1, 2):
        if image_bytes == n_samples * n_bytes:
            return n_bytes
    raise file.damaged(f"{image_bytes} bytes of a picture are no {n_samples} samples of a pixel with {bits} bits")


def _check_depth(file: BinaryFile, header: Header) -> None:
    if header.sample_bytes == 2 and not 8 <= header.bits_used <= 16:
        raise file.damaged(f"the header says that {header.bits_used} of 16 bits are used")
    if not header.is_encoded and header.pitch < header.image_bytes + header.stamp_bytes:
        raise file.damaged(
            f"{header.pitch} bytes from picture to picture are too few for {header.image_bytes} bytes of pixels and a "
            "time stamp"
        )
