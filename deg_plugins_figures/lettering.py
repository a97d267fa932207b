"""Words as small pictures, drawn once and laid into many frames.

Axes: H, W, C channels.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_plugins_figures.palette import Rgb, ink_on, unit_rgb

Picture = NDArray[np.uint8]

_DPI = 72  # one point is one pixel
_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)


def write_words(text: str, size_px: int, *, ink: Rgb = _BLACK, paper: Rgb = _WHITE) -> Picture:
    """Draw a word on one line, as wide as it is.

    Args:
        text: What to write.
        size_px: Size of the font, pixels; the picture is about half as high again.
        ink: Colour of the letters.
        paper: Colour behind them.

    Returns:
        RGB, 0..255; shape (H, W, 3).
    """
    height, width = round(size_px * 1.5), round((len(text) + 2) * size_px * 1.2)
    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=unit_rgb(paper))
    pixels = BytesIO()
    with matplotlib.rc_context({"text.parse_math": False}):
        # Letters stand on one line whatever their shapes, so that words side by side are level.
        figure.text(0, 0.3, text, size=size_px, color=unit_rgb(ink), ha="left", va="baseline")
        figure.savefig(pixels, format="rgba", dpi=_DPI)
    picture: Picture = np.frombuffer(pixels.getvalue(), dtype=np.uint8).reshape(height, -1, 4)[..., :3]
    columns = np.flatnonzero((picture != picture[0, -1]).any(axis=(0, 2)))
    return picture[:, : columns[-1] + 1] if len(columns) else picture[:, :1]


def make_tag(text: str, size_px: int, colour: Rgb) -> Picture:
    """Draw a word on a coloured tag."""
    words = write_words(text, size_px, ink=ink_on(colour), paper=colour)
    margin = size_px // 2
    tag = np.empty((words.shape[0], words.shape[1] + 2 * margin, 3), dtype=np.uint8)
    tag[...] = colour
    tag[:, margin : margin + words.shape[1]] = words
    return tag


def paste(picture: Picture, piece: Picture, top: int, left: int) -> None:
    """Lay a piece into a picture, changed in place; what would reach outside is cut off."""
    height, width = (min(piece.shape[0], picture.shape[0] - top), min(piece.shape[1], picture.shape[1] - left))
    if height > 0 and width > 0:
        picture[top : top + height, left : left + width] = piece[:height, :width]


class Clockwork:
    """Writes times and frame numbers quickly, out of pieces drawn once.

    Args:
        size_px: Size of the font, pixels.
    """

    def __init__(self, size_px: int) -> None:
        digits = {digit: write_words(digit, size_px) for digit in "0123456789"}
        widest = max(digit.shape[1] for digit in digits.values()) + 1
        self._digits = {digit: _widened(drawn, widest) for digit, drawn in digits.items()}
        signs = {sign: write_words(sign, size_px) for sign in ":."}
        self._signs = {sign: _widened(drawn, drawn.shape[1] + 1) for sign, drawn in signs.items()}
        word = write_words("frame", size_px)
        self._word = _widened(word, word.shape[1] + 3 * widest)

    def write(self, time: str, frame: int) -> Picture:
        """Draw a time made of digits, colons and points, and the number of a frame; shape (H, W, 3)."""
        pieces = {**self._digits, **self._signs}
        parts = [*(pieces[sign] for sign in time), self._word, *(pieces[digit] for digit in str(frame))]
        return np.concatenate(parts, axis=1)


def _widened(letter: Picture, width: int) -> Picture:
    """A letter in the middle of a cell, all cells alike, so that running digits do not tremble."""
    cell: Picture = np.full((letter.shape[0], width, 3), 255, dtype=np.uint8)
    paste(cell, letter, 0, (cell.shape[1] - letter.shape[1]) // 2)
    return cell


def stack_tags(tags: Iterable[Picture], picture: Picture, *, top: int, right: bool) -> None:
    """Lay tags one below the other into a corner of a picture, changed in place."""
    for tag in tags:
        left = max(0, picture.shape[1] - tag.shape[1]) if right else 0
        paste(picture, tag, top, left)
        top += tag.shape[0] + 2
