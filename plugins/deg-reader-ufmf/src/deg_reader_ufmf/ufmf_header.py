"""The header of micro-fmf, versions 1 to 4."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deg_core.api import BinaryFile

from deg_reader_ufmf.pixels import Coding, find_coding

_MARK = b"ufmf"
_KNOWN = "MONO8, RAW8, either with a mosaic such as MONO8:RGGB, and RGB24"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself, checked.

    Attributes:
        version: 1..4.
        coding: How pixels are written.
        start: Where the first chunk is; in version 1 where its only background's pixels are.
        index_start: Where the index is; 0 for none.
        box_size: Height and width of all boxes, where they are equal.
        equal_boxes: Whether boxes are stored without sizes of their own.
        count_layout: Of the number of boxes, for `struct`.
        size: Height and width of pictures, version 1 only, pixels.
        radius: Half the side of a box, version 1 only, pixels.
        stamp_s: Of the background, version 1 only, seconds.
    """

    version: int
    coding: Coding
    start: int
    index_start: int = 0
    box_size: tuple[int, int] = (0, 0)
    equal_boxes: bool = False
    count_layout: str = "H"
    size: tuple[int, int] = (0, 0)
    radius: int = 0
    stamp_s: float = 0.0

    @property
    def n_samples(self) -> int:
        """Bytes of a pixel."""
        return int(self.coding.pixel_bytes)


def read_header(file: BinaryFile) -> Header:
    """Read and check the header.

    Raises:
        VideoError: It is none, or of a version or coding that is not known.
    """
    if file.read(0, 4, "the header") != _MARK:
        return _read_version_1(file)
    version = file.unpack("I", 4, "the header")[0]
    if version not in {2, 3, 4}:
        raise file.damaged(f"this is micro-fmf of version {version}", fix="known versions: 1 to 4; convert the file")
    # Writers of version 2 give the index 4 or 8 bytes; a pixel format follows in its place in one case only.
    places = [(8, "Q")] if version > 2 else [(4, "I"), (8, "Q")]
    names = []
    for width, layout in places:
        name, start = _read_coding(file, 12 + width - 4 + 4 + (version == 4))
        names.append(name)
        coding = find_coding(name)
        if coding is not None and coding.pixel_bytes in {Fraction(1), Fraction(3)}:
            index_start = file.unpack(layout, 8, "the header")[0]
            box_width, box_height = file.unpack("HH", 8 + width, "the header")
            equal = version == 4 and bool(file.unpack("B", 12 + width, "the header")[0])
            count = "I" if version == 4 else "H"
            return Header(version, coding, start, index_start, (box_height, box_width), equal, count)
    raise file.damaged(f"pixels are written as {names[-1]!r}, which is not known", fix=f"known: {_KNOWN}")


def _read_coding(file: BinaryFile, place: int) -> tuple[str, int]:
    """Name of the coding, and where the header ends."""
    length = file.unpack("B", place, "the header")[0]
    if place + 1 + length > file.size:
        return "", file.size
    return file.read(place + 1, length, "the header").decode("latin-1"), place + 1 + length


def _read_version_1(file: BinaryFile) -> Header:
    version = file.unpack("I", 0, "the header")[0]
    if version != 1:
        raise file.damaged(
            "it does not begin as micro-fmf does, with `ufmf` or the number 1",
            fix="is this another kind of video? then name its reader in project.yaml, video.name",
        )
    radius, stamp_s, width, height = file.unpack("IdII", 4, "the header")
    coding = find_coding("MONO8")
    assert coding is not None
    if not radius or not width or not height:
        raise file.damaged(f"the header says pictures of {width} x {height} pixels, boxes of {2 * radius} pixels")
    file.read(24, 0, "the header")
    if 24 + width * height > file.size:
        raise file.damaged(
            f"the header says pictures of {width} x {height} pixels; the file is smaller than one of them"
        )
    return Header(1, coding, 24, size=(height, width), radius=radius, stamp_s=stamp_s, count_layout="I")
