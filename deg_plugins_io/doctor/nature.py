"""What a file is that is no video which can be opened, told by its first bytes."""

from __future__ import annotations

from codecs import getincrementaldecoder
from dataclasses import dataclass
from pathlib import Path

_HEAD = 4096
_STARTS = {
    b"\x89HDF\r\n\x1a\n": (
        "an HDF5 file",
        "if frames are in it, give it the suffix .h5, so that the reader `hdf5` takes it",
    ),
    b"PK\x03\x04": ("a zip archive", "unpack it, and give what was in it"),
    b"\x1f\x8b": ("a gzip archive", "unpack it, and give what was in it"),
    b"Rar!": ("a rar archive", "unpack it, and give what was in it"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it, and give what was in it"),
    b"%PDF": ("a PDF", "choose the file that the camera made"),
    b"Norpix": ("a Norpix sequence", "export it as avi from StreamPix, or use a reader for it"),
    b"\xed\xfe\x00\x00": ("a Norpix sequence", "export it as avi from StreamPix, or use a reader for it"),
    b"ufmf": ("a ufmf file", "convert it with the program that made it, or use a reader for it"),
}


@dataclass(frozen=True, slots=True)
class Nature:
    """What a file is, in words, and what to do with it."""

    what: str
    fix: str


def nature_of(path: Path) -> Nature | None:
    """What a file is, where that helps; None where it does not tell, or is no file.

    Args:
        path: The file.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    for start, (what, fix) in _STARTS.items():
        if head.startswith(start):
            return Nature(f"it is {what}", fix)
    if head and not head.strip(b"\0"):
        return Nature("it begins with nothing but zeros: a copy that never ended", "copy it again from the camera")
    if _lacks_index(path):
        fix = (
            "copy it again; if this is all there is, programs such as untrunc mend it with a whole video of that camera"
        )
        return Nature("it has pictures but no index (`moov`): recording or copying never ended", fix)
    if head and _is_text(head):
        return Nature("it is a text", "choose the file that the camera made")
    return None


def _lacks_index(path: Path) -> bool:
    """Whether an mp4 or mov has its `mdat`, and no whole `moov`."""
    kinds: list[bytes] = []
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 8 <= size and len(kinds) < 1000:
            file.seek(at)
            head = file.read(16)
            length, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            kinds.append(kind if at + length <= size else b"cut " + kind)
            if length < 8:
                break
            at += length
    is_mp4 = bool(kinds) and kinds[0].removeprefix(b"cut ") in {b"ftyp", b"wide", b"mdat"}
    return is_mp4 and any(kind.endswith(b"mdat") for kind in kinds) and b"moov" not in kinds


def _is_text(head: bytes) -> bool:
    try:
        # What is looked at may end within a letter.
        text = getincrementaldecoder("utf-8")().decode(head, final=len(head) < _HEAD)
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in text)
