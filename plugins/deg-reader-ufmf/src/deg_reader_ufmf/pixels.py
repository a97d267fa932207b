"""How the cameras' ways to write pixels become RGB.

The names are those of FlyMovieFormat, which took them from the digital camera standard of IEEE 1394 (IIDC): `YUV422` is
U Y V Y, `YUV411` is U Y Y V Y Y, with luma and chroma over the full range of a byte and the colours of ITU-R BT.601.

Axes: H, W, R bytes of a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_MOSAICS = {
    # OpenCV names a mosaic by the second row's second and third pixel, cameras by the first row's first two.
    "RGGB": cv2.COLOR_BayerBG2RGB,
    "GRBG": cv2.COLOR_BayerGB2RGB,
    "GBRG": cv2.COLOR_BayerGR2RGB,
    "BGGR": cv2.COLOR_BayerRG2RGB,
}


@dataclass(frozen=True, slots=True)
class Coding:
    """One way to write pixels.

    Attributes:
        pixel_bytes: Bytes of one pixel.
        to_rgb: Turns rows of bytes (H, R) into RGB (H, W, 3), 0..255; a new array. Survives pickling.
        block: Pixels that are written together; a row has a whole number of blocks.
    """

    pixel_bytes: Fraction
    to_rgb: Callable[[Bytes], Bytes]
    block: int = 1


def find_coding(name: str, bit_depth: int = 16) -> Coding | None:
    """The coding of that name, upper or lower case; None for an unknown one.

    Args:
        name: Such as `MONO8`, `RGB8`, `YUV422`, `RAW8:BGGR`.
        bit_depth: Bits that a MONO16 picture really fills, 8..16.
    """
    kind, _, mosaic = name.upper().partition(":")
    if mosaic:
        return _mosaic_coding(kind, mosaic)
    if kind == "MONO16":
        return Coding(Fraction(2), partial(_deep_grey, bit_depth=bit_depth))
    return _PLAIN.get(kind)


def grey_to_rgb(grey: Bytes) -> Bytes:
    """(H, W) as (H, W, 3)."""
    return np.repeat(grey[..., None], 3, axis=2)


def to_bytes(values: NDArray[np.floating]) -> Bytes:
    """Real numbers 0..255 as bytes; what lies outside, and what is no number, is brought inside."""
    rounded: Bytes = np.clip(np.nan_to_num(np.rint(values)), 0, 255).astype(np.uint8)
    return rounded


def _mosaic_coding(kind: str, mosaic: str) -> Coding | None:
    if mosaic not in _MOSAICS:
        return None
    if kind in {"MONO8", "RAW8"}:
        return Coding(Fraction(1), partial(_demosaic, mosaic=mosaic), block=2)
    if kind == "MONO32F":
        return Coding(Fraction(4), partial(_float_demosaic, mosaic=mosaic), block=2)
    return None


def _demosaic(grey: Bytes, mosaic: str) -> Bytes:
    rgb: Bytes = np.asarray(cv2.cvtColor(np.ascontiguousarray(grey), _MOSAICS[mosaic]), dtype=np.uint8)
    return rgb


def _floats(rows: Bytes) -> NDArray[np.float32]:
    return np.ascontiguousarray(rows).view("<f4")


def _float_demosaic(rows: Bytes, mosaic: str) -> Bytes:
    return _demosaic(to_bytes(_floats(rows)), mosaic)


def _float_grey(rows: Bytes) -> Bytes:
    return grey_to_rgb(to_bytes(_floats(rows)))


def _deep_grey(rows: Bytes, bit_depth: int) -> Bytes:
    deep = np.ascontiguousarray(rows).view("<u2")
    return grey_to_rgb(np.minimum(deep >> (bit_depth - 8), 255).astype(np.uint8))


def _triples(rows: Bytes) -> Bytes:
    return np.array(rows.reshape(len(rows), -1, 3))


def _without_alpha(rows: Bytes) -> Bytes:
    return np.array(rows.reshape(len(rows), -1, 4)[..., 1:])


def _float_triples(rows: Bytes) -> Bytes:
    return to_bytes(_floats(rows)).reshape(len(rows), -1, 3)


def _yuv444(rows: Bytes) -> Bytes:
    u, y, v = np.moveaxis(rows.reshape(len(rows), -1, 3), 2, 0)
    return _yuv_to_rgb(y, u, v)


def _yuv422(rows: Bytes) -> Bytes:
    u, _, v, _ = np.moveaxis(rows.reshape(len(rows), -1, 4), 2, 0)
    return _yuv_to_rgb(rows[:, 1::2], np.repeat(u, 2, axis=1), np.repeat(v, 2, axis=1))


def _yuv411(rows: Bytes) -> Bytes:
    blocks = rows.reshape(len(rows), -1, 6)
    y = blocks[..., [1, 2, 4, 5]].reshape(len(rows), -1)
    return _yuv_to_rgb(y, np.repeat(blocks[..., 0], 4, axis=1), np.repeat(blocks[..., 3], 4, axis=1))


def _yuv_to_rgb(y: Bytes, u: Bytes, v: Bytes) -> Bytes:
    luma, blue, red = (plane.astype(np.float32) for plane in (y, u, v))
    blue, red = blue - 128, red - 128
    return to_bytes(
        np.stack([luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue], axis=2)
    )


_PLAIN = {
    "MONO8": Coding(Fraction(1), grey_to_rgb),
    "RAW8": Coding(Fraction(1), grey_to_rgb),
    "MONO32F": Coding(Fraction(4), _float_grey),
    "RGB8": Coding(Fraction(3), _triples),
    "RGB24": Coding(Fraction(3), _triples),
    "ARGB8": Coding(Fraction(4), _without_alpha),
    "RGB32F": Coding(Fraction(12), _float_triples),
    "YUV444": Coding(Fraction(3), _yuv444),
    "YUV422": Coding(Fraction(2), _yuv422, block=2),
    "YUV411": Coding(Fraction(3, 2), _yuv411, block=4),
}

KNOWN = (*_PLAIN, "MONO16", *(f"{kind}:{mosaic}" for kind in ("MONO8", "RAW8", "MONO32F") for mosaic in _MOSAICS))
"""Names of all codings."""
