"""Thresholds that a person set for one run: `thresholds.yaml` beside its card, over which they win.

They lie in the run's folder since they mean something for its probabilities alone; the next run brings its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from deg_core.data.whole_file import write_text
from deg_core.errors import ManifestError
from deg_core.project.manifest import Fraction
from deg_core.project.run_record import RunRecord
from deg_core.project.yaml_values import yaml_values

HAND_THRESHOLDS = "thresholds.yaml"
_HEADING = "# Set by hand: least probability that counts as present. Wins over run.json; delete a line to go back.\n"
_VALUES = TypeAdapter(dict[str, Fraction])


def load_hand_thresholds(folder: Path, run: RunRecord) -> dict[str, float]:
    """Thresholds set by hand, by behaviour; none where there is no such file.

    Raises:
        ManifestError: The file is damaged, or tells of what the run does not know.
    """
    path = folder / HAND_THRESHOLDS
    if not path.is_file():
        return {}
    return _checked(yaml_values(path) or {}, run, where=str(path))


def save_hand_thresholds(folder: Path, run: RunRecord, values: Mapping[str, float]) -> None:
    """Keep thresholds set by hand, in place of any others; without any, the file goes.

    Raises:
        ManifestError: One is no probability, or for what the run does not know.
    """
    values = _checked(dict(values), run, where=run.run_id)
    path = folder / HAND_THRESHOLDS
    if values:
        lines = [f"{json.dumps(name, ensure_ascii=False)}: {value!r}\n" for name, value in values.items()]
        write_text(path, _HEADING + "".join(lines))  # a line each, for whoever edits it
    else:
        path.unlink(missing_ok=True)


def _checked(values: Any, run: RunRecord, *, where: str) -> dict[str, float]:
    try:
        checked = _VALUES.validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ManifestError(
            f"{name}: {first['msg']}", where=where, fix="give each behaviour a probability: `BEHAVIOUR: 0.5`"
        ) from None
    check_behaviours_of(checked, run, where=where)
    return checked


def check_behaviours_of(values: Mapping[str, float], run: RunRecord, *, where: str) -> None:
    """Refuse thresholds that would do nothing.

    Raises:
        ManifestError: Of unknown behaviours, or of any where behaviours exclude each other.
    """
    if run.exclusive and values:
        raise ManifestError(
            "behaviours that exclude each other have no thresholds: the likeliest is present",
            where=where,
            fix="leave them out",
        )
    unknown = [name for name in values if name not in run.behaviours]
    if unknown:
        raise ManifestError(f"no behaviour {unknown[0]!r}", where=where, fix=f"it knows: {', '.join(run.behaviours)}")
