"""Imports plugins alone, in a process of its own, and tells what they offer: `python -m deg_core.authoring.probe`.

Whatever a stranger's module does while it is imported, it does it here: it may print, seed, sleep or die.
"""

from __future__ import annotations

import json
import random
import sys
import time
import warnings
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np

import deg_core.api  # noqa: F401  # deg's own time is not the plugin's
from deg_core.catalog import GROUP, Offer, load_catalog

HEAVY = ("torch", "torchvision", "pytorch_lightning", "kornia", "cv2", "av", "sklearn", "matplotlib", "h5py", "pandas")
"""Libraries that take long to import, so that lists of plugins should not."""

_UNSEEDED_TORCH = 67280421310721
"""What torch's generator starts from where nobody seeds it."""


def probe(modules: list[str]) -> dict[str, Any]:
    """Import modules as deg does, and describe what comes of it."""
    before, start = _random_state(), time.perf_counter()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        catalog = load_catalog([EntryPoint("probed", module, GROUP) for module in modules])
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "failures": [{"doing": failure.doing, "error": repr(failure.error)} for failure in catalog.failures],
        "offers": [_described(offer) for offer in catalog.offers],
        "heavy": [name for name in HEAVY if name in sys.modules],
        "random": before != _random_state() or _seeded_torch(),
        "warnings": sorted({f"{each.category.__name__}: {each.message}" for each in warned}),
    }


def _described(offer: Offer) -> dict[str, Any]:
    plugin = offer.plugin
    fields = plugin.settings.model_fields
    return {
        "kind": plugin.kind.replace(" ", "-"),
        "name": plugin.name,
        "summary": plugin.summary,
        "settings": plugin.settings.model_json_schema(),
        "undescribed": [name for name, field in fields.items() if not field.description],
    }


def _random_state() -> tuple[str, str]:
    return repr(random.getstate()), repr(np.random.get_state(legacy=False))  # noqa: NPY002  # this very state


def _seeded_torch() -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and torch.initial_seed() != _UNSEEDED_TORCH


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    sys.path[:0] = asked["paths"]
    Path(asked["answer"]).write_text(json.dumps(probe(asked["modules"])), encoding="utf-8")
