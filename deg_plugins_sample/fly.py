"""How a fly moves: what tells its behaviours apart is posture, rhythm and travel, never where it is.

A wing that vibrates differs from one that is only held out, and legs that sweep from legs that are only held so; a fly
may extend a wing while it walks. Lengths are in body lengths unless said otherwise. T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deg_plugins_sample.figure import Figure
from deg_plugins_sample.fly_body import FlyLooks, FlyPose, draw_looks, shape_fly
from deg_plugins_sample.fly_script import ABDOMEN_GROOMING, HEAD_GROOMING, PAUSE, WING_FLICK, FlyScript
from deg_plugins_sample.rhythm import BoutDraws, Manner, Track, count_phase
from deg_plugins_sample.schedule import Bout
from deg_plugins_sample.spans import blend_spans

# A wing is out and back within this time, seconds.
_EXTENSION_RAMP_S = 0.2


@dataclass(frozen=True)
class Fly:
    """One fly in one recording, its movements settled."""

    pose: FlyPose
    looks: FlyLooks

    def shape(self, start: int, stop: int) -> Figure:
        """Outlines for the frames from `start` up to, not including, `stop`."""
        return shape_fly(self.pose.part(start, stop), self.looks)


def perform(script: FlyScript, frames_per_second: float, rng: np.random.Generator) -> Fly:
    """Turn a script into the movements of one fly."""
    looks = draw_looks(rng)
    manner = _FlyManner(script, frames_per_second, rng)
    movements = [
        manner.pause(),
        manner.walking(),
        manner.head_grooming(),
        manner.abdomen_grooming(),
        manner.wing_flick(),
    ]
    return Fly(manner.mix(movements), looks)


@dataclass(frozen=True)
class _Movement:
    """What one activity does to the body, each a number or a track of shape (T,); left before right."""

    yaw: Track | float = 0.0
    bend: Track | float = 0.0
    wing: Sequence[Track | float] = (0.0, 0.0)
    rock: Track | float = 0.0
    foot_forward: Sequence[Track | float] = (0.33, 0.33, 0.03, 0.03, -0.34, -0.34)
    foot_sideward: Sequence[Track | float] = (0.22, 0.22, 0.34, 0.34, 0.28, 0.28)


class _FlyManner(Manner):
    """Draws how one fly does each thing: every bout with its own tempo, reach and side."""

    def __init__(self, script: FlyScript, frames_per_second: float, rng: np.random.Generator) -> None:
        super().__init__(script.bouts, script.weights, frames_per_second, rng)
        self.script = script

    def pause(self) -> _Movement:
        draws = self.draws(PAUSE)
        at_head, at_rear = draws.chance(0.25), draws.chance(0.25)
        droops, half_open, right = draws.chance(0.2), draws.chance(0.15), (draws.side() + 1.0) / 2.0
        out, ajar = droops * draws.uniform(1.0, 1.6), half_open * (1.0 - droops) * draws.uniform(0.3, 0.9)
        fore = [0.33 + draws.uniform(-0.05, 0.05) + 0.01 * at_head for _ in range(2)]
        hind = [-0.34 + draws.uniform(-0.04, 0.04) - 0.08 * at_rear for _ in range(2)]
        fore_aside, hind_aside = 0.22 - 0.14 * at_head, 0.28 - 0.11 * at_rear
        return _Movement(
            yaw=draws.uniform(-0.15, 0.15) + 0.05 * self.sway(0.8),
            bend=draws.uniform(-0.2, 0.2) + 0.02 * self.sway(0.5),
            wing=(out * (1.0 - right) + ajar, out * right + ajar),
            foot_forward=(*fore, 0.03 + draws.uniform(-0.06, 0.06), 0.03 + draws.uniform(-0.06, 0.06), *hind),
            foot_sideward=(fore_aside, fore_aside, 0.34, 0.34, hind_aside, hind_aside),
        )

    def walking(self) -> _Movement:
        # Three legs swing while three stand; step frequency grows with speed.
        phase = count_phase(3.0 + 2.2 * self.script.speed / 0.4, self.fps, self.rng)
        swing = 0.1 * np.sin(phase)
        return _Movement(
            yaw=0.04 * self.sway(0.5),
            bend=0.06 * np.sin(phase),
            foot_forward=(0.33 + swing, 0.33 - swing, 0.03 - swing, 0.03 + swing, -0.33 + swing, -0.33 - swing),
        )

    def head_grooming(self) -> _Movement:
        draws = self.draws(HEAD_GROOMING)
        phase, size = draws.phase(3.8, 5.8, self.fps), draws.uniform(0.85, 1.2)
        forward, aside = 0.33 + 0.07 * size * np.sin(phase), 0.09 + 0.06 * size * np.cos(phase)
        return _Movement(
            yaw=draws.uniform(-0.12, 0.12) + 0.2 * size * np.sin(phase + 0.7),
            bend=draws.uniform(-0.15, 0.15),
            rock=0.012 * np.sin(phase),
            foot_forward=(forward, forward, 0.06, 0.06, -0.34, -0.34),
            foot_sideward=(aside, aside, 0.34, 0.34, 0.28, 0.28),
        )

    def abdomen_grooming(self) -> _Movement:
        draws = self.draws(ABDOMEN_GROOMING)
        phase, size = draws.phase(3.2, 5.0, self.fps), draws.uniform(0.85, 1.2)
        sweep, aside = 0.12 * size * np.sin(phase), 0.06 * size * np.cos(phase)
        return _Movement(
            bend=draws.uniform(-0.15, 0.15) + 0.2 * size * np.sin(phase),
            wing=(0.12 + 0.13 * np.sin(phase), 0.12 - 0.13 * np.sin(phase)),
            rock=0.012 * np.sin(phase),
            foot_forward=(0.33, 0.33, 0.0, 0.0, -0.42 + sweep, -0.42 - sweep),
            foot_sideward=(0.22, 0.22, 0.34, 0.34, 0.17 + aside, 0.17 - aside),
        )

    def wing_flick(self) -> _Movement:
        draws = self.draws(WING_FLICK)
        phase = draws.phase(3.6, 5.2, self.fps)
        open_by = draws.uniform(0.6, 1.0) * np.sin(phase / 2.0) ** 2
        return _Movement(bend=draws.uniform(-0.15, 0.15), wing=(open_by, open_by), rock=0.006 * np.sin(phase))

    def extend_wings(self, under_way: Track) -> list[Track]:
        """What wing extension, as far as it is under way, adds to the left and the right wing, radians."""
        bouts = [Bout(0, *span) for span in self.script.extensions]
        draws = BoutDraws.for_activity(bouts, 0, self.n_frames, self.rng)
        right = (draws.side() + 1.0) / 2.0
        # Song is far above the frame rate; what a camera sees is the wing somewhere else in every frame.
        vibration = draws.uniform(0.2, 0.32) * np.sin(draws.phase(7.0, 10.5, self.fps))
        out = under_way * (draws.uniform(1.15, 1.6) + vibration)
        return [out * (1.0 - right), out * right]

    def mix(self, movements: Sequence[_Movement]) -> FlyPose:
        """Blend what the activities want, and lay it along the path."""
        path, blend = self.script.path, self.blend
        # A wing that sings is not at the same time held out for another reason.
        singing = blend_spans(self.script.extensions, self.n_frames, _EXTENSION_RAMP_S * self.fps)
        extended = self.extend_wings(singing)
        wings = [(1.0 - singing) * blend([m.wing[wing] for m in movements]) + extended[wing] for wing in range(2)]
        beat = np.sin(count_phase(np.full(self.n_frames, 4.5), self.fps, self.rng))
        shuffle = 0.08 * np.abs(path.turn) * self.weights[:, PAUSE] * beat
        feet = [blend([m.foot_forward[leg] for m in movements]) for leg in range(6)]
        tripod = (1.0, -1.0, -1.0, 1.0, 1.0, -1.0)
        rock = 0.43 * blend([m.rock for m in movements])
        return FlyPose(
            x=path.x + rock * np.cos(path.heading),
            y=path.y + rock * np.sin(path.heading),
            heading=path.heading,
            yaw=blend([m.yaw for m in movements]) + 0.2 * path.turn,
            bend=blend([m.bend for m in movements]) - 0.15 * path.turn,
            wing=np.stack(wings, axis=-1),
            foot_forward=np.stack([foot + sign * shuffle for foot, sign in zip(feet, tripod, strict=True)], axis=-1),
            foot_sideward=np.stack([blend([m.foot_sideward[leg] for m in movements]) for leg in range(6)], axis=-1),
        )
