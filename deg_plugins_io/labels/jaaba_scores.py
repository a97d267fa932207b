"""`jaaba-scores`: JAABA's `scores_<behaviour>.mat`; frames from 1, `t1s` the first after a bout.

Frames outside a fly's track are not labelled. Flies are chosen by number, from 1, as `subject`. MATLAB may have saved
it in any version from 5 to 7.3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.matlab import load_matlab
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    variables = load_matlab(path)
    if "allScores" not in variables:
        raise other_format(path, "holds no `allScores`")
    scores, behaviour = variables["allScores"], variables.get("behaviorName", "")
    behaviour = str(np.atleast_1d(behaviour)[0]) if np.size(behaviour) else ""
    starts, ends = (np.atleast_1d(scores[name]).astype(np.float64) for name in ("tStart", "tEnd"))
    fly = _choose_fly(len(starts), settings, path)
    t0s, t1s = (_cell(scores[name], fly, len(starts)) for name in ("t0s", "t1s"))
    marks = [
        Mark(behaviour, float(start), float(stop), f"fly {fly + 1}, bout {at}", str(fly + 1))
        for at, (start, stop) in enumerate(zip(t0s, t1s, strict=True), start=1)
    ]
    observed = ((float(starts[fly]), float(ends[fly]) + 1),)
    observation = Observation(marks=marks, behaviours=(behaviour,), observed=observed)
    return Coding(path=path, observations=[observation], scale=Scale("frames", first=1))


read = reader(_parse, "JAABA")


def _choose_fly(n_flies: int, settings: CodingSettings, path: Path) -> int:
    """Each fly has a span of its own in which it was observed, so it is chosen before anything is read."""
    names = [str(number + 1) for number in range(n_flies)]
    wanted = settings.subject
    if wanted is None and n_flies == 1:
        return 0
    if wanted not in names:
        fix = f"choose with the setting `subject` among: 1 to {n_flies}"
        raise LabelError(f"holds {n_flies} flies", where=str(path), fix=fix)
    return names.index(wanted)


def _cell(cells: Any, at: int, n_flies: int) -> Any:
    """Numbers of one fly; where there is one fly, scipy leaves its cell out."""
    chosen = cells if n_flies == 1 else cells[at]
    return np.atleast_1d(np.asarray(chosen, dtype=np.float64)).ravel()
