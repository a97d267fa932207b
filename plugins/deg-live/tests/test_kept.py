from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from deg_core import LiveDecisions

from deg_live.kept import Kept


def piece(first: int, n: int) -> LiveDecisions:
    numbers = np.arange(first, first + n, dtype=np.float32)[:, None]
    return LiveDecisions(first, numbers, numbers / 1e4, numbers % 2 == 1, numbers[:, 0] % 5 != 0)


def test_all_of_it_is_saved_however_it_came() -> None:
    kept, saved = Kept(), {}
    first = 0
    for n in [1] * 1000 + [7] * 100:
        kept.add(piece(first, n), [at / 25 for at in range(first, first + n)])
        first += n

    def save(path: Path, name: str, rate: float, decisions: Any, times_s: np.ndarray) -> None:
        saved.update(path=path, name=name, rate=rate, decisions=decisions, times_s=times_s)

    kept.save(SimpleNamespace(save=save), Path("today.h5"), 30.0)  # type: ignore[arg-type]
    assert kept.n == 1700
    assert saved["name"] == "today"
    assert abs(saved["rate"] - 25) < 1e-9
    assert len(saved["decisions"]) < 600
    assert np.array_equal(np.concatenate([each.logits for each in saved["decisions"]])[:, 0], np.arange(1700))
    assert [each.first for each in saved["decisions"]][:2] == [0, 512]
    assert np.allclose(saved["times_s"], np.arange(1700) / 25)
