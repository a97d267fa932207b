"""What deg says about a recording: one HDF5 file, grown beside its place and renamed when complete.

Axes: T frames, D latents, K behaviours or outputs.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from deg_core.data.ethogram import Ethogram
from deg_core.data.hdf5 import HDF5_ERRORS, open_hdf5, read_stored, require_stored
from deg_core.data.whole_file import cannot_write
from deg_core.errors import ProjectError

FORMAT = 1
_CHUNK_FRAMES = 512
_ARRAYS = ("latents", "feature_logits", "logits", "probabilities", "present")


@dataclass(frozen=True, slots=True)
class Identity:
    """Which video and which feature run a file's latents come from.

    Attributes:
        recording: Name of the recording.
        fingerprint: Of the video, see `files.fingerprint`.
        features_run: Id of the run whose networks gave the latents, with the digest of its weights.
        n_frames: Frames in the video.
        frames_per_second: Mean rate, Hz.
    """

    recording: str
    fingerprint: str
    features_run: str
    n_frames: int
    frames_per_second: float


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the whole pipeline says about every frame.

    Attributes:
        sequence_run: Id of the run that said so, with the digest of its weights.
        behaviours: Names of the columns.
        logits: Real numbers; shape (T, n_outputs), float32.
        probabilities: 0..1; shape (T, K), float32.
        thresholds: Least probability that counts as present; shape (K,), float32; NaN in exclusive projects.
        present: shape (T, K), bool.
        rule: By what the probabilities became present: thresholds, and the post-processor with what it had learned;
            JSON.
    """

    sequence_run: str
    behaviours: tuple[str, ...]
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    present: NDArray[np.bool_]
    rule: str = "{}"


class LatentStore:
    """Latents and logits of one recording's feature extractor, in an open HDF5 file."""

    def __init__(self, file: h5py.File) -> None:
        self._file = file

    @property
    def frames_done(self) -> int:
        """Frames written so far."""
        return int(self._file["latents"].attrs["frames_done"])

    @property
    def n_frames(self) -> int:
        """Frames in the recording."""
        return int(self._file["latents"].shape[0])

    @property
    def engine(self) -> str:
        """What engine, at what precision, gave the latents; empty where there are none yet, or nobody knows."""
        return str(self._file["latents"].attrs.get("engine", "")) if "latents" in self._file else ""

    def begin_again(self, engine: str) -> None:
        """Note who gives the latents, from the first frame on."""
        self._file["latents"].attrs["frames_done"] = 0
        self._file["latents"].attrs["engine"] = engine

    def append(self, latents: NDArray[np.float32], logits: NDArray[np.float32]) -> None:
        """Write the next frames: latents (T, D) and extractor's logits (T, K)."""
        start, stop = self.frames_done, self.frames_done + len(latents)
        self._file["latents"][start:stop] = latents
        self._file["feature_logits"][start:stop] = logits
        self._file["latents"].attrs["frames_done"] = stop
        self._file.flush()

    def read(self, takes: str, start: int, stop: int) -> NDArray[np.float32]:
        """Latents or logits (`takes`) of frames `start` up to `stop`; shape (T, D or K), float32."""
        dataset = self._file["latents" if takes == "latents" else "feature_logits"]
        return np.asarray(dataset[start:stop], dtype=np.float32)

    def known_logits(self, sequence_run: str) -> NDArray[np.float32] | None:
        """What this run said of every frame, (T, n_outputs), if that was kept."""
        if self._file.attrs.get("sequence_run") != sequence_run:
            return None
        return np.asarray(self._file["logits"], dtype=np.float32)

    def write_decisions(self, decisions: Decisions) -> None:
        """Write what the pipeline decided, in place of any earlier decisions."""
        self._file.attrs.pop("sequence_run", None)  # whoever is interrupted here has decided nothing
        for name in ("logits", "probabilities", "thresholds", "present", "rule"):
            if name in self._file:
                del self._file[name]
            self._file.create_dataset(name, data=getattr(decisions, name))
        self._file.attrs["behaviours"] = list(decisions.behaviours)
        self._file.attrs["sequence_run"] = decisions.sequence_run


@contextmanager
def growing_prediction(path: Path, identity: Identity, n_latents: int, n_outputs: int) -> Iterator[LatentStore]:
    """Open a recording's file to add to it; at the end it is renamed into place.

    A complete file of the same identity is taken as the start; so is an unfinished one, which a job that was
    interrupted left behind. Anything else is begun anew.

    Raises:
        ProjectError: The disk is full, or the folder may not be written to. What was done is kept.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and _same(path, identity, n_latents, n_outputs):
            shutil.copyfile(path, part)
        elif not _same(part, identity, n_latents, n_outputs):
            _begin(part, identity, n_latents, n_outputs)
        with h5py.File(part, "r+") as file:
            yield LatentStore(file)
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def _begin(part: Path, identity: Identity, n_latents: int, n_outputs: int) -> None:
    with h5py.File(part, "w") as file:
        file.attrs["deg_format"] = FORMAT
        for name in Identity.__slots__:
            file.attrs[name] = getattr(identity, name)
        for name, width in (("latents", n_latents), ("feature_logits", n_outputs)):
            shape = (identity.n_frames, width)
            chunks = (min(_CHUNK_FRAMES, identity.n_frames), width)
            file.create_dataset(name, shape, np.float32, chunks=chunks)
        file["latents"].attrs["frames_done"] = 0


def _same(path: Path, identity: Identity, n_latents: int, n_outputs: int) -> bool:
    """Whether a file's latents can be used as they are, or gone on with."""
    try:
        with open_hdf5(path, _ARRAYS) as file:
            known = all(file.attrs.get(name) == getattr(identity, name) for name in Identity.__slots__)
            shapes = tuple(require_stored(file[name]).shape[1] for name in ("latents", "feature_logits"))
            return bool(known and shapes == (n_latents, n_outputs) and "frames_done" in file["latents"].attrs)
    except HDF5_ERRORS:
        return False


def has_latents(path: Path, fingerprint: str, features_run: str) -> bool:
    """Whether a complete file holds latents of this video and run."""
    attributes = _attributes(path)
    return attributes.get("fingerprint") == fingerprint and attributes.get("features_run") == features_run


def has_decisions(path: Path, fingerprint: str, features_run: str, sequence_run: str, rule: str) -> bool:
    """Whether a complete file holds the decisions of these runs, by this rule, about this video."""
    attributes = _attributes(path)
    decided = (attributes.get("sequence_run"), attributes.get("rule"))
    return has_latents(path, fingerprint, features_run) and decided == (sequence_run, rule)


def _attributes(path: Path) -> dict[str, Any]:
    """The attributes of a file, and its rule; nothing where it cannot be read."""
    try:
        with open_hdf5(path, _ARRAYS) as file:
            return {**file.attrs, **({"rule": require_stored(file["rule"]).asstr()[()]} if "rule" in file else {})}
    except HDF5_ERRORS:
        return {}


@contextmanager
def reading_latents(path: Path) -> Iterator[LatentStore]:
    """Open a complete file to read latents from it.

    Raises:
        ProjectError: It is missing or damaged.
    """
    try:
        file = open_hdf5(path, _ARRAYS)
        for name in ("latents", "feature_logits"):
            require_stored(file[name])
    except HDF5_ERRORS as error:
        raise _damaged(path, error) from error
    with file:
        yield LatentStore(file)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What deg says about a recording, without the latents.

    Attributes:
        recording: Its name.
        frames_per_second: Mean rate, Hz.
        decisions: Logits, probabilities, thresholds and what is present.
        engine: What engine, at what precision, gave the latents; empty where nobody knows.
    """

    recording: str
    frames_per_second: float
    decisions: Decisions
    engine: str = ""

    @property
    def ethogram(self) -> Ethogram:
        """Which behaviours are present in each frame."""
        return Ethogram(self.decisions.present, self.decisions.behaviours, self.frames_per_second)


def load_prediction(path: Path) -> Prediction:
    """Read what deg said about a recording.

    Raises:
        ProjectError: There is no prediction yet, or the file is damaged.
    """
    if not path.is_file():
        raise ProjectError("not predicted yet", where=str(path), fix="deg predict")
    try:
        with open_hdf5(path, _ARRAYS) as file:
            if "present" not in file:
                raise ProjectError("features only, not predicted yet", where=str(path), fix="deg predict")
            decisions = Decisions(
                sequence_run=str(file.attrs["sequence_run"]),
                behaviours=tuple(str(name) for name in file.attrs["behaviours"]),
                logits=read_stored(file["logits"]),
                probabilities=read_stored(file["probabilities"]),
                thresholds=read_stored(file["thresholds"]),
                present=read_stored(file["present"]).astype(np.bool_),
                rule=str(require_stored(file["rule"]).asstr()[()]),
            )
            rate = float(file.attrs["frames_per_second"])
            _require_fitting(decisions, rate)
            return Prediction(
                recording=str(file.attrs["recording"]),
                frames_per_second=rate,
                decisions=decisions,
                engine=LatentStore(file).engine,
            )
    except HDF5_ERRORS as error:
        raise _damaged(path, error) from error


def _require_fitting(decisions: Decisions, rate: float) -> None:
    shape = (len(decisions.present), len(decisions.behaviours))
    shapes = [decisions.present.shape, decisions.probabilities.shape, (*decisions.logits.shape[:1], shape[1])]
    fitting = shapes == [shape] * 3 and decisions.thresholds.shape == shape[1:] and 0 < rate < np.inf
    if not fitting or {decisions.probabilities.dtype.kind, decisions.logits.dtype.kind} != {"f"}:
        raise ValueError(f"what is in it does not fit together: {shapes}, {shape[1]} behaviours, {rate} Hz")


def _damaged(path: Path, error: Exception) -> ProjectError:
    return ProjectError(
        f"damaged: {next(iter(str(error).splitlines()), '')}",
        where=str(path),
        fix="delete the file and predict again: deg predict",
    )
