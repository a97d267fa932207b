"""The training runs of a project, each a folder with weights, card and curves."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from deg_core.data.whole_file import write_text
from deg_core.errors import CheckpointError, ProjectError
from deg_core.project.files import sha256_of
from deg_core.project.layout import Layout
from deg_core.project.manifest import Stage
from deg_core.project.run_record import RunRecord

CARD = "run.json"
WEIGHTS = "weights.safetensors"
CURVES = "metrics.csv"
RESUME = "resume.ckpt"
PLAN = "plan.json"
_MOST_STAGES = 3


def new_run_id(layout: Layout, stage: Stage, now: datetime) -> str:
    """A name for a run that no other run of the project has, in order of time."""
    stem = f"{stage}-{now:%Y%m%d-%H%M%S}"
    candidates = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return next(name for name in candidates if not layout.run(name).exists())


def save_run_record(folder: Path, record: RunRecord) -> None:
    """Write a run's card. A run without one is unfinished."""
    write_text(folder / CARD, record.model_dump_json(indent=1) + "\n")


def load_run_record(folder: Path) -> RunRecord:
    """Read a run's card.

    Raises:
        CheckpointError: There is none, or it is damaged.
    """
    path = folder / CARD
    if not path.is_file():
        raise CheckpointError("not a finished training run", where=str(folder), fix="`deg runs` lists those there are")
    return parse_run_record(path.read_bytes(), where=str(path))


def parse_run_record(content: bytes, *, where: str) -> RunRecord:
    """The card that the bytes of a file hold.

    Raises:
        CheckpointError: It is damaged.
    """
    try:
        return RunRecord.model_validate_json(content)
    except ValidationError as error:
        problem = "; ".join(str(error).splitlines()[:3])
        raise CheckpointError(f"damaged card: {problem}", where=where, fix="train this stage again") from None


def list_runs(layout: Layout, stage: Stage | None = None) -> list[RunRecord]:
    """Finished runs, oldest first."""
    cards = sorted(layout.runs.glob(f"*/{CARD}")) if layout.runs.is_dir() else []
    records = [load_run_record(card.parent) for card in cards]
    return sorted((r for r in records if stage in (None, r.stage)), key=lambda r: (r.created, r.run_id))


def newest_run(layout: Layout, stage: Stage) -> RunRecord:
    """The newest finished run of a stage.

    Raises:
        ProjectError: There is none.
    """
    runs = list_runs(layout, stage)
    if not runs:
        raise ProjectError(f"no trained {stage} model yet", where=str(layout.runs), fix=f"train one: deg train {stage}")
    return runs[-1]


def run_chain(layout: Layout, run_id: str) -> list[RunRecord]:
    """A run and those it was built on, the run first.

    Raises:
        CheckpointError: One of them is missing or damaged.
    """
    chain = [load_run_record(layout.run(run_id))]
    while (below := chain[-1].built_on) is not None:
        if below in {run.run_id for run in chain} or len(chain) > _MOST_STAGES:
            raise CheckpointError(
                f"{chain[-1].run_id} was built on {below}, which was built on it",
                where=str(layout.run(below) / CARD),
                fix="its card is damaged: bring the folder back, or train again",
            )
        try:
            chain.append(load_run_record(layout.run(below)))
        except CheckpointError as error:
            raise CheckpointError(
                f"{chain[-1].run_id} was built on {below}, which is gone or damaged",
                where=error.where,
                fix=f"bring the folder back, or train again: deg train {chain[-1].stage}",
            ) from error
    return chain


def load_curves(folder: Path) -> dict[str, NDArray[np.float64]]:
    """The columns of a run's curves, a row for each epoch; NaN where a field is empty.

    Raises:
        ProjectError: There are none.
        CheckpointError: The file is damaged.
    """
    path = folder / CURVES
    if not path.is_file():
        raise ProjectError(
            "no training curves", where=str(path), fix="`deg runs` lists runs; some models are fitted in one go"
        )
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        table = np.array([[float(field or "nan") for field in row] for row in rows], dtype=np.float64)
        return dict(zip(header, table.reshape(-1, len(header)).T, strict=True))
    except (ValueError, csv.Error) as error:
        raise CheckpointError(f"damaged: {error}", where=str(path), fix="train this stage again") from None


def check_behaviours(record: RunRecord, behaviours: Sequence[str], *, exclusive: bool) -> None:
    """Refuse a model trained on other behaviours than the project's.

    Raises:
        CheckpointError: They differ, in name, number or order.
    """
    if record.behaviours != tuple(behaviours) or record.exclusive != exclusive:
        raise CheckpointError(
            f"trained on behaviours {_named(record.behaviours, record.exclusive)}, "
            f"but the project has {_named(behaviours, exclusive)}",
            where=record.run_id,
            fix=f"train this stage again: deg train {record.stage}",
        )


def check_weights(layout: Layout, record: RunRecord) -> Path:
    """The weights of a run, if they are those its card tells of.

    Raises:
        CheckpointError: They are missing or others.
    """
    return check_weights_in(layout.run(record.run_id), record)


def check_weights_in(folder: Path, record: RunRecord) -> Path:
    """The weights in the folder of a run, wherever that lies, if they are those its card tells of.

    Raises:
        CheckpointError: They are missing or others.
    """
    path = folder / WEIGHTS
    if not path.is_file():
        raise CheckpointError("the weights are missing", where=str(path), fix="bring the file back, or train again")
    digest = sha256_of(path)
    if digest != record.weights_sha256:
        raise CheckpointError(
            f"the weights are not those of the run's card (SHA-256 {digest[:12]}, card {record.weights_sha256[:12]})",
            where=str(path),
            fix="bring the right file back, or train again",
        )
    return path


def _named(behaviours: Sequence[str], exclusive: bool) -> str:  # noqa: FBT001
    return f"[{', '.join(behaviours)}]{' (exclusive)' if exclusive else ''}"
