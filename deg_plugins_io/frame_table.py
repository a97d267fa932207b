"""Which frames a video file really holds, when they were taken, and where decoding can begin.

What a container says about itself is often wrong: the table is built from its packets, checked against what decodes,
and from decoding all of it where the two differ. Axes: T frames, E entries.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deg_core.api import VideoError
from deg_plugins_io.decoder import NO_TIME_STAMPS, decode, open_stream, place_of, surviving_packets
from deg_plugins_io.frame_times import regular_times, settle_times
from deg_plugins_io.refusals import rate_unknown

log = logging.getLogger(__name__)

_HEAD = 32
"""Frames decoded at the start to see whether time stamps can be trusted; more than any decoder reorders."""


@dataclass(frozen=True, slots=True)
class FrameTable:
    """Where each frame of a video is.

    Attributes:
        stamps: Time stamp of each frame, by which it is known again; shape (T,), int64, rising.
            None where stamps do not tell frames apart, and frames are known by counting from an entry.
        entries: Frames at which decoding can begin, the time stamps to seek to, and the byte and the size of the packet
            that is found there if the file leads where it should; shape (E, 4), int64, rising.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
        frames_per_second: Mean rate, Hz.
        is_damaged: Whether some of it does not decode. Then one thread has to do it: with several, how much is lost
            to a damaged packet depends on how many there are.
    """

    stamps: NDArray[np.int64] | None
    entries: NDArray[np.int64]
    times_s: NDArray[np.float64]
    frames_per_second: float
    is_damaged: bool = False

    @property
    def n_frames(self) -> int:
        """Frames that decode."""
        return len(self.times_s)

    def entry_before(self, index: int) -> int:
        """Position of the last entry at or before a frame; -1 where there is none."""
        return int(np.searchsorted(self.entries[:, 0], index, side="right")) - 1

    def is_entry(self, stamp: int | None, byte: int | None, size: int) -> bool:
        """Whether a packet is the one of an entry. In damaged files a seek may lead to another under the same stamp."""
        found = self.entries[self.entries[:, 1] == (-1 if stamp is None else stamp), 2:]
        return stamp is not None and found.tolist() == [[-1 if byte is None else byte, size]]


@dataclass(frozen=True, slots=True)
class _Packet:
    pts: int | None
    dts: int | None
    is_key: bool
    is_hidden: bool
    place: tuple[int, int]


def build_table(path: Path, threads: int, frames_per_second: float | None) -> FrameTable:
    """Find out what a file holds: from its packets where they can be trusted, else by decoding it once.

    Args:
        path: The video.
        threads: Decoding threads; 0 for one per core.
        frames_per_second: Rate of a raw stream, or of a file that states none, Hz; None to take the one that is stated.

    Raises:
        VideoError: Nothing in it decodes, or nothing says its rate.
    """
    container, stream = open_stream(path, threads)
    with container:
        packets = [
            _Packet(each.pts, each.dts, each.is_keyframe, each.is_discard, place_of(each))
            for each in surviving_packets(container, stream)
        ]
        is_raw = bool(int(container.format.flags) & NO_TIME_STAMPS)
        n_claimed = stream.frames
    stamps = None if is_raw else _stamps_of(packets)
    if stamps is not None and _decodes_as_told(path, threads, stamps, packets, n_claimed):
        table = _table_by_stamps(path, stamps, packets, threads, frames_per_second)
    else:
        table = _table_by_decoding(path, threads, packets, frames_per_second, is_raw=is_raw)
    if n_claimed > table.n_frames and not any(packet.is_hidden for packet in packets):
        log.warning("%s: cut or damaged, %d of %d frames decode", path, table.n_frames, n_claimed)
    return table


def _stamps_of(packets: Sequence[_Packet]) -> NDArray[np.int64] | None:
    """Rising time stamps of the frames that are shown, or None where they do not tell frames apart."""
    shown = [packet.pts for packet in packets if not packet.is_hidden]
    known = [pts for pts in shown if pts is not None]
    if not known or len(known) < len(shown) or len(set(known)) < len(known):
        return None
    # Edit lists put what they cut off before time 0.
    return np.array(sorted(pts for pts in known if pts >= 0), dtype=np.int64)


def _decodes_as_told(
    path: Path, threads: int, stamps: NDArray[np.int64], packets: Sequence[_Packet], n_claimed: int
) -> bool:
    """Whether decoding gives the frames that the packets promise: at the start and, where it may be cut, the end."""
    container, stream = open_stream(path, threads)
    with container:
        head = [frame.pts for frame in islice(decode(stream, surviving_packets(container, stream)), _HEAD)]
        if not len(stamps) or head != stamps[: len(head)].tolist() or len(head) < min(_HEAD, len(stamps)):
            return False
        if len(packets) == n_claimed:  # a container that keeps count, and counts right, was not cut
            return True
        return _decodes_to_the_end(container, stream, stamps, packets)


def _decodes_to_the_end(
    container: InputContainer, stream: VideoStream, stamps: NDArray[np.int64], packets: Sequence[_Packet]
) -> bool:
    entries = _entries_of(stamps, packets)
    if not len(entries):
        return False
    first, stamp = entries[-1, :2].tolist()
    try:
        container.seek(stamp, stream=stream)
    except av.FFmpegError:  # a damaged index
        return False
    tail = [frame.pts for frame in decode(stream, surviving_packets(container, stream))]
    promised: list[int] = stamps[first:].tolist()
    return [pts for pts in tail if pts is not None and pts >= stamp] == promised


def _entries_of(stamps: NDArray[np.int64], packets: Sequence[_Packet]) -> NDArray[np.int64]:
    places = {packet.pts: packet.place for packet in packets if packet.is_key and packet.pts is not None}
    keys = np.intersect1d(np.array(list(places), dtype=np.int64), stamps)
    found = np.array([places[key] for key in keys.tolist()], dtype=np.int64).reshape(-1, 2)
    return np.column_stack([np.searchsorted(stamps, keys), keys, found])


def _table_by_stamps(
    path: Path, stamps: NDArray[np.int64], packets: Sequence[_Packet], threads: int, frames_per_second: float | None
) -> FrameTable:
    container, stream = open_stream(path, threads)
    with container:
        tick_s = float(stream.time_base or 0)
        guessed = stream.guessed_rate if len(stamps) > 1 else None  # of one frame FFmpeg takes its clock for its rate
        stated = [float(rate) for rate in (stream.average_rate, guessed, frames_per_second) if rate]
    settled = settle_times(stamps.astype(np.float64) * tick_s, tick_s, stated)
    if settled is None:
        raise rate_unknown(path)
    return FrameTable(stamps, _entries_of(stamps, packets), *settled)


def _table_by_decoding(
    path: Path, threads: int, packets: Sequence[_Packet], frames_per_second: float | None, *, is_raw: bool
) -> FrameTable:
    damage: list[str] = []
    container, stream = open_stream(path, threads)
    with container:
        frames = decode(stream, surviving_packets(container, stream, damage), damage)
        decoded = [(frame.pts, bool(frame.key_frame)) for frame in frames]
        # Only a raw stream's codec knows its rate: elsewhere codecs state whatever the camera's clock was.
        told, of_codec, of_container = frames_per_second, stream.codec_context.framerate, stream.average_rate
        stated = told or of_codec if is_raw else of_container or told
    # Decoders with several threads lose more frames to damage than one thread does, and may not say so.
    if threads != 1 and (damage or len(decoded) < sum(not packet.is_hidden for packet in packets)):
        return _table_by_decoding(path, 1, packets, frames_per_second, is_raw=is_raw)
    if not decoded:
        raise VideoError("no frame in it decodes", where=str(path), fix="copy it again, or convert it to mp4 (H.264)")
    stamps = None if is_raw else _rising_stamps([pts for pts, _ in decoded])
    if stamps is not None:
        stamps = _with_losses(stamps, packets) if damage else stamps
        table = _table_by_stamps(path, stamps, packets, threads, frames_per_second)
        return replace(table, is_damaged=bool(damage))
    if not stated:
        raise rate_unknown(path)
    times_s = regular_times(len(decoded), float(stated))
    entries = _counted_entries(packets, [key for _, key in decoded])
    return FrameTable(None, entries, times_s, float(stated), is_damaged=bool(damage))


def _rising_stamps(decoded: Sequence[int | None]) -> NDArray[np.int64] | None:
    shown = [pts for pts in decoded if pts is not None and pts >= 0]
    is_complete = len(shown) == sum(pts is None or pts >= 0 for pts in decoded)
    rises = all(a < b for a, b in pairwise(shown))
    return np.array(shown, dtype=np.int64) if shown and is_complete and rises else None


def _with_losses(decoded: NDArray[np.int64], packets: Sequence[_Packet]) -> NDArray[np.int64]:
    """Stamps of a damaged file: those that decode and, between them, those that were lost.

    A lost frame keeps its number, and is refused when it is read: were it skipped, all labels behind it would be off.
    At the end of a file that was cut nothing lies behind, and what decodes is kept.
    """
    promised = _stamps_of(packets)
    if promised is None or not len(_entries_of(decoded, packets)):
        return decoded
    return np.union1d(decoded, promised[promised < decoded[-1]])


def _counted_entries(packets: Sequence[_Packet], is_key: Sequence[bool]) -> NDArray[np.int64]:
    """Entries of a stream whose frames are counted.

    Where every key packet comes out as the key frame of the same number, every packet before it gave a frame, and none
    is shown before it that was sent after it, so that counting can begin there. Otherwise none: such a stream is
    decoded from its start.
    """
    sent = [number for number, packet in enumerate(packets[: len(is_key)]) if packet.is_key]
    shown = [number for number, key in enumerate(is_key) if key]
    stamps = [packets[number].dts for number in sent]
    if sent != shown or any(stamp is None for stamp in stamps):
        return np.empty((0, 4), dtype=np.int64)
    rows = [(number, stamp, *packets[number].place) for number, stamp in zip(sent, stamps, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)
