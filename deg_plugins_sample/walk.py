"""Where an animal goes: a path through the arena with turns, gentle curves and no way through the walls.

Lengths are in sides of the picture, 0..1, x right and y down; angles in radians. Axes: T frames.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.rhythm import draw_slow_noise
from deg_plugins_sample.spans import blend_spans


@dataclass(frozen=True)
class Gait:
    """How an animal steers.

    Attributes:
        slowest_turn: Slowest turn that counts as one, radians a second.
        fastest_turn: Fastest turn, radians a second.
        widest_turn: Widest turn, radians.
        narrowest_turn: Narrowest turn, radians.
        ramp_s: Time in which a turn begins or ends, seconds.
        turns_hz: How often it turns of its own accord.
        drift: Curving that is not a turn, radians a second, standard deviation while walking.
        margin: How near the walls the middle of its body comes before it turns.
    """

    slowest_turn: float
    fastest_turn: float
    widest_turn: float
    narrowest_turn: float
    ramp_s: float
    turns_hz: float
    drift: float
    margin: float = 0.25


@dataclass(frozen=True)
class Path:
    """A walk.

    Attributes:
        x: Right; shape (T,).
        y: Down; shape (T,).
        heading: 0 to the right, growing clockwise on the screen; shape (T,), radians.
        turn: How far a turn is under way, -1..1 by its side; shape (T,).
        turns: Half-open spans of frames in which the animal turns.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    heading: NDArray[np.float64]
    turn: NDArray[np.float64]
    turns: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Turn:
    start: int
    stop: int
    rate: float


class _Walker:
    """Steps through a walk frame by frame, since whether to turn depends on where it has come."""

    def __init__(
        self,
        speed: NDArray[np.float64],
        room: NDArray[np.int64],
        gait: Gait,
        frames_per_second: float,
        rng: np.random.Generator,
    ) -> None:
        self.gait, self.fps, self.rng = gait, frames_per_second, rng
        self.speed, self.room = speed, room
        self.travelled = np.concatenate([[0.0], np.cumsum(speed) / frames_per_second])
        self.ramp = max(2, round(gait.ramp_s * frames_per_second))
        drift = draw_slow_noise(len(speed), 0.6 * frames_per_second, rng)
        self.drift = gait.drift * drift * np.minimum(1.0, speed / max(float(speed.max()), 1e-9) * 2.0)
        self.x, self.y = rng.uniform(gait.margin, 1.0 - gait.margin, 2).tolist()
        self.heading = float(rng.uniform(-math.pi, math.pi))
        self.turns: list[_Turn] = []

    def walk(self) -> Path:
        """All frames."""
        steps = np.array([self._step(frame) for frame in range(len(self.speed))])
        spans = tuple((turn.start, turn.stop) for turn in self.turns)
        right, left = (
            blend_spans([(turn.start, turn.stop) for turn in self.turns if turn.rate * side > 0], len(steps), self.ramp)
            for side in (1, -1)
        )
        return Path(steps[:, 0], steps[:, 1], steps[:, 2], right - left, spans)

    def _step(self, frame: int) -> tuple[float, float, float]:
        if not self.turns or frame >= self.turns[-1].stop + self.ramp:
            self._consider_turn(frame)
        under_way = self._turning(frame)
        rate = self.turns[-1].rate * under_way if self.turns else 0.0
        self.heading += (rate + float(self.drift[frame])) / self.fps
        stride = float(self.speed[frame]) * (1.0 - 0.45 * under_way) / self.fps
        nearest = self.gait.margin - 0.05
        self.x = min(max(self.x + stride * math.cos(self.heading), nearest), 1.0 - nearest)
        self.y = min(max(self.y + stride * math.sin(self.heading), nearest), 1.0 - nearest)
        return self.x, self.y, self.heading

    def _turning(self, frame: int) -> float:
        if not self.turns:
            return 0.0
        turn = self.turns[-1]
        rise = (frame + 0.5 - turn.start) / self.ramp + 0.5
        fall = (turn.stop - frame - 0.5) / self.ramp + 0.5
        inside = min(max(min(rise, fall), 0.0), 1.0)
        return inside * inside * (3.0 - 2.0 * inside)

    def _consider_turn(self, frame: int) -> None:
        if self._nears_wall(frame):
            inward = math.atan2(0.5 - self.y, 0.5 - self.x) + float(self.rng.normal(0.0, 0.4))
            angle = math.remainder(inward - self.heading, 2.0 * math.pi)
        elif self.rng.random() < self.gait.turns_hz / self.fps:
            angle = float(self.rng.uniform(self.gait.narrowest_turn, self.gait.widest_turn) * self.rng.choice([-1, 1]))
        else:
            return
        self._begin_turn(frame, angle)

    def _begin_turn(self, frame: int, angle: float) -> None:
        rate = float(self.rng.uniform(self.gait.slowest_turn, self.gait.fastest_turn))
        size = min(max(abs(angle), self.gait.narrowest_turn), self.gait.widest_turn)
        length = min(round(size / rate * self.fps), int(self.room[frame]) - self.ramp)
        if length >= self.gait.narrowest_turn / rate * self.fps * 0.9:
            start = frame + self.ramp // 2
            self.turns.append(_Turn(start, start + length, math.copysign(rate, angle)))

    def _nears_wall(self, frame: int) -> bool:
        ahead = min(frame + round(0.5 * self.fps), len(self.speed))
        distance = float(self.travelled[ahead] - self.travelled[frame])
        if distance <= 0.0:
            return False
        return self._leaves(self.x, distance * math.cos(self.heading)) or self._leaves(
            self.y, distance * math.sin(self.heading)
        )

    def _leaves(self, place: float, step: float) -> bool:
        low, high = self.gait.margin, 1.0 - self.gait.margin
        # A path along a wall is fine: only a step that goes further out counts.
        return (place + step < low and step < -0.03) or (place + step > high and step > 0.03)


def walk(
    speed: NDArray[np.float64],
    room: NDArray[np.int64],
    gait: Gait,
    frames_per_second: float,
    rng: np.random.Generator,
) -> Path:
    """Walk through the arena.

    Args:
        speed: Speed along the heading in each frame, sides of the picture a second; shape (T,).
        room: Frames from each frame on in which turning is allowed; 0 where it is not; shape (T,).
        gait: How to steer.
        frames_per_second: Frame rate, Hz.
        rng: Source of chance.

    Returns:
        The path, with the spans of its turns.
    """
    return _Walker(speed, room, gait, frames_per_second, rng).walk()


def count_room(free: Sequence[tuple[int, int]], n_frames: int) -> NDArray[np.int64]:
    """Frames from each frame to the end of the half-open span it is in, 0 outside the spans; shape (T,)."""
    room = np.zeros(n_frames, dtype=np.int64)
    for start, stop in free:
        room[start:stop] = np.arange(stop - start, 0, -1)
    return room
