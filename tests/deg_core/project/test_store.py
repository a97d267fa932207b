from __future__ import annotations

import errno
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from deg_core.errors import ProjectError
from deg_core.project.store import (
    Decisions,
    Identity,
    LatentStore,
    growing_prediction,
    has_decisions,
    has_latents,
    load_prediction,
    reading_latents,
)

IDENTITY = Identity("one", "123-abc", "features-1:aa", n_frames=10, frames_per_second=25.0)
LATENTS = np.arange(30, dtype=np.float32).reshape(10, 3)
LOGITS = -np.arange(20, dtype=np.float32).reshape(10, 2)
DECISIONS = Decisions(
    sequence_run="sequence-1:bb",
    behaviours=("walk", "rear"),
    logits=LOGITS,
    probabilities=np.linspace(0, 1, 20, dtype=np.float32).reshape(10, 2),
    thresholds=np.array([0.4, 0.6], dtype=np.float32),
    present=np.arange(20).reshape(10, 2) % 3 == 0,
    rule='{"thresholds": [0.4, 0.6]}',
)


def growing(path: Path, identity: Identity = IDENTITY, n_latents: int = 3) -> AbstractContextManager[LatentStore]:
    return growing_prediction(path, identity, n_latents, 2)


def fill(path: Path, stop: int = 10, accident: BaseException | None = None, identity: Identity = IDENTITY) -> int:
    """Write frames from where the file stands up to `stop`; gives where it stood."""
    with growing(path, identity) as store:
        start = store.frames_done
        for frame in range(start, stop):
            store.append(LATENTS[frame : frame + 1], LOGITS[frame : frame + 1])
        if accident is not None:
            raise accident
        store.write_decisions(DECISIONS)
    return start


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "predictions" / "one.h5"


def test_what_was_written_is_read(path: Path) -> None:
    fill(path)
    prediction = load_prediction(path)
    assert (prediction.recording, prediction.frames_per_second) == ("one", 25.0)
    for name in ("logits", "probabilities", "thresholds", "present"):
        assert np.array_equal(getattr(prediction.decisions, name), getattr(DECISIONS, name))
    assert prediction.decisions.behaviours == DECISIONS.behaviours
    assert prediction.decisions.sequence_run == DECISIONS.sequence_run
    assert prediction.decisions.rule == DECISIONS.rule
    assert np.array_equal(prediction.ethogram.present, DECISIONS.present)
    with reading_latents(path) as store:
        assert store.n_frames == 10
        assert np.array_equal(store.read("latents", 2, 5), LATENTS[2:5])
        assert np.array_equal(store.read("logits", 0, 10), LOGITS)
    assert [entry.name for entry in path.parent.iterdir()] == ["one.h5"]


@pytest.mark.parametrize("accident", [KeyboardInterrupt(), RuntimeError(), OSError(errno.ENOSPC, "full")])
def test_an_interrupted_file_is_gone_on_with(path: Path, accident: BaseException) -> None:
    with pytest.raises((KeyboardInterrupt, RuntimeError, ProjectError)):
        fill(path, 6, accident)
    assert not path.exists()
    assert fill(path) == 6
    with reading_latents(path) as store:
        assert np.array_equal(store.read("latents", 0, 10), LATENTS)


@pytest.mark.parametrize(
    "other",
    [
        replace(IDENTITY, fingerprint="123-xyz"),
        replace(IDENTITY, features_run="features-2:aa"),
        replace(IDENTITY, features_run="features-1:cc"),
        replace(IDENTITY, n_frames=11),
        replace(IDENTITY, frames_per_second=30.0),
    ],
    ids=["video", "run", "weights", "length", "rate"],
)
def test_a_file_of_other_pictures_or_another_run_is_begun_anew(path: Path, other: Identity) -> None:
    with pytest.raises(RuntimeError):
        fill(path, 6, RuntimeError())
    assert fill(path, identity=other) == 0


def test_a_file_of_other_latents_is_begun_anew(path: Path) -> None:
    fill(path)
    with growing(path, n_latents=4) as store:
        assert store.frames_done == 0


def test_a_crash_leaves_the_old_file(path: Path) -> None:
    fill(path)
    before = path.read_bytes()
    with pytest.raises(RuntimeError):
        fill(path, 3, RuntimeError(), replace(IDENTITY, fingerprint="other"))
    assert path.read_bytes() == before


def test_new_decisions_keep_the_latents(path: Path) -> None:
    fill(path)
    with growing(path) as store:
        assert store.frames_done == 10
        store.write_decisions(replace(DECISIONS, sequence_run="sequence-2:dd", present=~DECISIONS.present))
    prediction = load_prediction(path)
    assert prediction.decisions.sequence_run == "sequence-2:dd"
    assert np.array_equal(prediction.decisions.present, ~DECISIONS.present)
    with reading_latents(path) as store:
        assert np.array_equal(store.read("latents", 0, 10), LATENTS)


def test_a_damaged_unfinished_file_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    path.with_name("one.h5.part").write_bytes(b"not HDF5 at all")
    assert fill(path) == 0


def test_a_full_disk_says_where_and_how_to_go_on(path: Path) -> None:
    with pytest.raises(ProjectError, match="No space left") as caught:
        fill(path, 4, OSError(errno.ENOSPC, "No space left on device"))
    assert caught.value.where == str(path)
    assert "goes on from there" in caught.value.fix


def test_only_the_same_runs_and_rule_have_decided(path: Path) -> None:
    run, features, video = DECISIONS.sequence_run, IDENTITY.features_run, IDENTITY.fingerprint
    assert not has_decisions(path, video, features, run, DECISIONS.rule)
    fill(path)
    assert has_decisions(path, video, features, run, DECISIONS.rule)
    assert has_latents(path, video, features)
    assert not has_latents(path, "other", features)
    assert not has_latents(path, video, "features-2:aa")
    assert not has_decisions(path, video, features, "sequence-2:bb", DECISIONS.rule)
    assert not has_decisions(path, video, features, run, "{}")
    assert not has_decisions(path, "other", features, run, DECISIONS.rule)


def test_logits_are_known_of_the_run_that_gave_them_alone(path: Path) -> None:
    fill(path)
    with growing(path) as store:
        known = store.known_logits(DECISIONS.sequence_run)
        assert known is not None
        assert np.array_equal(known, LOGITS)
        assert store.known_logits("sequence-2:bb") is None


def test_whoever_is_interrupted_while_writing_decisions_has_decided_nothing(path: Path) -> None:
    fill(path)
    broken = replace(DECISIONS, sequence_run="sequence-2:dd", present=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError), growing(path) as store:
        store.write_decisions(broken)
    with h5py.File(path.with_name("one.h5.part")) as file:
        assert "sequence_run" not in file.attrs
    assert load_prediction(path).decisions.sequence_run == DECISIONS.sequence_run


def test_a_missing_prediction_says_how_to_make_one(path: Path) -> None:
    with pytest.raises(ProjectError, match="not predicted yet") as caught:
        load_prediction(path)
    assert caught.value.fix == "deg predict"


def test_features_alone_are_not_a_prediction(path: Path) -> None:
    with growing(path) as store:
        store.append(LATENTS, LOGITS)
    with pytest.raises(ProjectError, match="features only"):
        load_prediction(path)


def test_a_damaged_file_is_named(path: Path) -> None:
    fill(path)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(ProjectError, match="damaged") as caught:
        load_prediction(path)
    assert caught.value.where == str(path)
    with pytest.raises(ProjectError, match="damaged"), reading_latents(path):
        pass


def test_any_program_that_reads_hdf5_can_read_it(path: Path) -> None:
    fill(path)
    with h5py.File(path) as file:
        assert file.attrs["deg_format"] == 1
        assert list(file.attrs["behaviours"]) == ["walk", "rear"]
        assert file["latents"].dtype == file["probabilities"].dtype == np.float32
        assert file["present"].shape == (10, 2)
