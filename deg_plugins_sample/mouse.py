"""How a mouse moves: what tells its behaviours apart is posture, rhythm and travel, never where it is.

Grooming and digging share the hunched posture with a mouse that only rests, and differ by the beat of paws and body;
scratching shares the curl with a mouse that looks back. Lengths are in body lengths unless said otherwise. T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deg_plugins_sample.figure import Figure
from deg_plugins_sample.mouse_body import MouseLooks, MousePose, draw_looks, shape_mouse
from deg_plugins_sample.mouse_script import DIGGING, GROOMING, PAUSE, REARING, SCRATCHING, MouseScript
from deg_plugins_sample.rhythm import Manner, Track, count_phase


@dataclass(frozen=True)
class Mouse:
    """One mouse in one recording, its movements settled."""

    pose: MousePose
    looks: MouseLooks

    def shape(self, start: int, stop: int) -> Figure:
        """Outlines for the frames from `start` up to, not including, `stop`."""
        return shape_mouse(self.pose.part(start, stop), self.looks)


def perform(script: MouseScript, frames_per_second: float, rng: np.random.Generator) -> Mouse:
    """Turn a script into the movements of one mouse."""
    looks = draw_looks(rng)
    manner = _MouseManner(script, frames_per_second, rng)
    movements = [
        manner.pause(),
        manner.locomotion(),
        manner.grooming(),
        manner.digging(),
        manner.rearing(),
        manner.scratching(),
    ]
    return Mouse(manner.mix(movements), looks)


@dataclass(frozen=True)
class _Movement:
    """What one activity does to the body, each a number or a track of shape (T,)."""

    length: Track | float = 1.0
    bend: Track | float = 0.0
    yaw: Track | float = 0.0
    reach: Track | float = 0.0
    height: Track | float = 0.0
    tail: Track | float = 0.0
    rock: Track | float = 0.0
    tremble: Track | float = 0.0
    paw_forward: Sequence[Track | float] = (0.25, 0.25, -0.24, -0.24)
    paw_sideward: Sequence[Track | float] = (0.14, 0.14, 0.17, 0.17)


class _MouseManner(Manner):
    """Draws how one mouse does each thing: every bout with its own tempo, reach and side."""

    def __init__(self, script: MouseScript, frames_per_second: float, rng: np.random.Generator) -> None:
        super().__init__(script.bouts, script.weights, frames_per_second, rng)
        self.script = script

    def pause(self) -> _Movement:
        draws = self.draws(PAUSE)
        crouch, curled = draws.chance(0.4), draws.chance(0.25)
        hunch = crouch * draws.uniform(0.7, 1.1)
        tucked = crouch * draws.uniform(0.5, 1.0)
        forward = [0.25 + 0.11 * tucked + draws.uniform(-0.03, 0.03) for _ in range(2)]
        return _Movement(
            length=1.0 - 0.19 * hunch + 0.012 * self.sway(0.4),
            bend=curled * (1.0 - crouch) * draws.side() * draws.uniform(0.5, 1.2) + draws.uniform(-0.12, 0.12),
            yaw=draws.uniform(-0.25, 0.25) + 0.12 * self.sway(0.8),
            reach=-0.05 * hunch + 0.015 * self.sway(0.5),
            tail=draws.uniform(-0.5, 0.5),
            paw_forward=(*forward, -0.24 + draws.uniform(-0.04, 0.04), -0.24 + draws.uniform(-0.04, 0.04)),
            paw_sideward=(0.14 - 0.03 * tucked, 0.14 - 0.03 * tucked, 0.17, 0.17),
        )

    def locomotion(self) -> _Movement:
        # Stride frequency grows with speed, as in walking mice: some 3 to 5 Hz.
        speed = self.script.speed / 0.4
        phase = count_phase(2.2 + 2.0 * speed, self.fps, self.rng)
        swing = 0.1 * np.sin(phase)
        return _Movement(
            length=1.02 + 0.025 * np.sin(2 * phase),
            bend=0.16 * np.sin(phase + 0.6),
            yaw=0.06 * np.sin(phase + 2.0) + 0.08 * self.sway(0.6),
            tail=0.35 * np.sin(phase + 2.5),
            paw_forward=(0.26 + swing, 0.26 - swing, -0.22 - swing, -0.22 + swing),
        )

    def grooming(self) -> _Movement:
        draws = self.draws(GROOMING)
        phase, size = draws.phase(4.0, 6.0, self.fps), draws.uniform(0.8, 1.2)
        forward, sideward = 0.40 + 0.055 * size * np.sin(phase), 0.105 + 0.06 * size * np.cos(phase)
        return _Movement(
            length=1.0 - 0.19 * draws.uniform(0.8, 1.15),
            bend=draws.side() * draws.uniform(0.0, 0.3),
            yaw=draws.uniform(-0.15, 0.15) + 0.26 * size * np.sin(phase + 0.8),
            reach=-0.05 + 0.02 * np.sin(phase),
            tail=draws.uniform(-0.5, 0.5),
            paw_forward=(forward, forward, -0.23, -0.23),
            paw_sideward=(sideward, sideward, 0.17, 0.17),
        )

    def digging(self) -> _Movement:
        draws = self.draws(DIGGING)
        phase, size = draws.phase(3.0, 4.5, self.fps), draws.uniform(0.8, 1.2)
        stroke = 0.12 * size * np.sin(phase)
        return _Movement(
            length=1.0 - 0.17 * draws.uniform(0.8, 1.15) + 0.03 * size * np.sin(phase),
            bend=draws.side() * draws.uniform(0.0, 0.3) + 0.12 * size * np.sin(phase),
            yaw=draws.uniform(-0.12, 0.12),
            reach=-0.04,
            tail=draws.uniform(-0.4, 0.4) + 0.25 * np.sin(phase + 1.0),
            rock=0.045 * size * np.sin(phase + 0.5),
            paw_forward=(0.38 + stroke, 0.38 - stroke, -0.25, -0.25),
            paw_sideward=(0.105, 0.105, 0.18, 0.18),
        )

    def rearing(self) -> _Movement:
        draws = self.draws(REARING)
        # Up on its hind legs a mouse sniffs: it bobs, and sweeps its head from side to side.
        bob = 0.1 * np.sin(draws.phase(2.0, 3.0, self.fps))
        up = draws.uniform(0.9, 1.1) + bob
        return _Movement(
            length=1.0 - 0.42 * up,
            bend=0.15 * self.sway(0.6),
            yaw=0.4 * np.sin(draws.phase(1.0, 1.8, self.fps)) + 0.1 * self.sway(0.4),
            reach=-0.02,
            height=up,
            tail=draws.uniform(-0.4, 0.4),
            rock=-0.06,
            paw_forward=(0.22, 0.22, -0.2, -0.2),
            paw_sideward=(0.10, 0.10, 0.17, 0.17),
        )

    def scratching(self) -> _Movement:
        draws = self.draws(SCRATCHING)
        phase, size, side = draws.phase(6.5, 8.5, self.fps), draws.uniform(0.85, 1.2), draws.side()
        right = (side + 1.0) / 2.0
        leg_forward = 0.14 + 0.08 * size * np.sin(phase)
        leg_sideward = 0.27 + 0.045 * size * np.cos(phase)
        return _Movement(
            length=0.88 + 0.02 * np.sin(phase),
            bend=side * draws.uniform(0.75, 1.15),
            yaw=side * (0.25 + 0.1 * np.sin(phase)),
            reach=-0.03,
            tail=-side * draws.uniform(0.1, 0.5),
            tremble=0.02 * size * np.sin(phase + 1.0),
            paw_forward=(0.25, 0.25, _choose(1.0 - right, leg_forward, -0.22), _choose(right, leg_forward, -0.22)),
            paw_sideward=(0.14, 0.14, _choose(1.0 - right, leg_sideward, 0.17), _choose(right, leg_sideward, 0.17)),
        )

    def mix(self, movements: Sequence[_Movement]) -> MousePose:
        """Blend what the activities want, each as far as it is under way, and lay it along the path."""
        path, blend = self.script.path, self.blend
        rock, tremble = blend([m.rock for m in movements]), blend([m.tremble for m in movements])
        # Turning on the spot takes small steps; and a mouse looks where it turns, with head and trunk.
        beat = np.sin(count_phase(np.full(self.n_frames, 3.5), self.fps, self.rng))
        shuffle = 0.07 * np.abs(path.turn) * self.weights[:, PAUSE] * beat
        forward = [blend([m.paw_forward[paw] for m in movements]) for paw in range(4)]
        steps = [shuffle, -shuffle, -shuffle, shuffle]
        size = 0.4
        return MousePose(
            x=path.x + size * (rock * np.cos(path.heading) - tremble * np.sin(path.heading)),
            y=path.y + size * (rock * np.sin(path.heading) + tremble * np.cos(path.heading)),
            heading=path.heading,
            length=blend([m.length for m in movements]),
            bend=blend([m.bend for m in movements]) + 0.55 * path.turn,
            yaw=blend([m.yaw for m in movements]) + 0.3 * path.turn,
            reach=blend([m.reach for m in movements]),
            height=blend([m.height for m in movements]),
            tail=blend([m.tail for m in movements]) - 0.3 * path.turn,
            paw_forward=np.stack([track + step for track, step in zip(forward, steps, strict=True)], axis=-1),
            paw_sideward=np.stack([blend([m.paw_sideward[paw] for m in movements]) for paw in range(4)], axis=-1),
        )


def _choose(chosen: Track, value: Track, otherwise: float) -> Track:
    return chosen * value + (1.0 - chosen) * otherwise
