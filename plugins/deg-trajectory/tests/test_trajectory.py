"""The extractor as a whole."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
import torch
from made_films import ellipse, film

from deg_trajectory.movement import FEATURES
from deg_trajectory.settings import TrajectorySettings
from deg_trajectory.trajectory import Trajectory

SETTINGS = TrajectorySettings()


def walk(n_frames: int, speed: float, rate: float) -> torch.Tensor:
    """One chunk of an animal that goes round in a circle."""
    angle = rate * torch.arange(n_frames + Trajectory.window - 1)
    radius = speed / rate if rate else 0.0
    places = [(0.5 + radius * math.sin(a), 0.5 - radius * math.cos(a), a) for a in angle.tolist()]
    return film([ellipse(*place) for place in places])[None]


FAST, SLOW = walk(60, 0.05, 0.2), walk(60, 0.02, 0.08)


def fitted() -> Trajectory:
    model = Trajectory(SETTINGS, 1)
    model.fit([(FAST, torch.ones(1, 60, 1)), (SLOW, torch.zeros(1, 60, 1))])
    return model.eval()


def test_speed_of_the_film_is_the_speed_that_it_sees() -> None:
    model = fitted()
    speed = FEATURES.index("speed")
    for frames, expected in ((FAST, 0.05), (SLOW, 0.02)):
        latents = model(frames)[0] * model.scale + model.mean
        assert latents[0, :, speed].mean() == pytest.approx(expected, rel=0.1)


def test_it_tells_fast_from_slow_in_frames_it_never_saw() -> None:
    model = fitted()
    assert (model(walk(30, 0.048, 0.19))[1] > 0).float().mean() > 0.9
    assert (model(walk(30, 0.021, 0.085))[1] < 0).float().mean() > 0.9


def test_latents_have_mean_0_and_variance_1_over_the_training_frames() -> None:
    model = fitted()
    latents = torch.cat([model(frames)[0][0] for frames in (FAST, SLOW)])
    torch.testing.assert_close(latents.mean(dim=0), torch.zeros(model.n_latents), atol=1e-3, rtol=0)
    spread = latents.std(dim=0, correction=0)
    assert (((spread - 1).abs() < 1e-2) | (spread < 1e-2)).all()


def test_the_arena_is_where_the_animal_went() -> None:
    assert fitted().arena.tolist() == pytest.approx([0.25, 0.25, 0.75, 0.75], abs=0.03)


def test_fitting_twice_gives_the_same_numbers_to_the_last_bit() -> None:
    one, two = fitted().state_dict(), fitted().state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_listing_it_imports_neither_torch_nor_scikit_learn() -> None:
    code = "import deg_trajectory.plugin; print(sorted({'torch', 'sklearn', 'cv2'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"


def test_a_recording_in_another_cage_is_seen_once_it_was_surveyed() -> None:
    """Turned upside down, floor and walls are elsewhere; what was kept of a survey is not saved."""
    model = fitted()
    saved = set(model.state_dict())
    frames = 2 * walk(60, 0.05, 0.2).flip(3)
    frames[..., :12] += 3  # a bright wall, larger than the animal
    speed = FEATURES.index("speed")

    def seen() -> float:
        latents, _ = model(frames)
        return float((latents * model.scale + model.mean)[0, :, speed].mean())

    assert abs(seen() - 0.05) > 0.02
    model.survey(frames[0, ::2])
    assert seen() == pytest.approx(0.05, rel=0.1)
    assert set(model.state_dict()) == saved
