from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from deg_core.project.model_card import ModelCard, PluginNeeded

VALUES: dict[str, Any] = {
    "name": "mouse",
    "made_by": "Ada's lab",
    "note": "Filmed from below.",
    "created": datetime(2026, 3, 1, tzinfo=timezone.utc),
    "runs": ("sequence-1", "features-1"),
    "behaviours": ("walk", "rear"),
    "exclusive": False,
    "frames_per_second": (25, 30),
    "thresholds": {"walk": 0.5, "rear": 0.25},
    "by_hand": ("rear",),
    "postprocess": "hmm",
    "plugins": (PluginNeeded(kind="sequence model", name="gru", distribution="deg-lab", version="0.3"),),
    "validation": {"f1": 0.875, "auroc": None},
    "evaluation": {"f1": {"overall": 0.75, "walk": 0.7, "rear": None}},
    "evaluated_on": "test",
    "versions": {"deg-ethogram": "0.1.0"},
}


def test_it_tells_a_person_all_that_matters() -> None:
    text = ModelCard.model_validate(VALUES).text()
    for line in (
        "# mouse",
        "A model of deg that tells for every frame of a video: walk, rear.",
        "Filmed from below.",
        "* packed on 2026-03-01 by Ada's lab, with deg 0.1.0",
        "* needs sequence model 'gru' of deg-lab 0.3",
        "* learned from videos of 25 to 30 frames per second",
        "* rear: present from a probability of 0.25, set by hand",
        "* walk: present from a probability of 0.5",
        "* post-processor: hmm",
        "* validation, auroc: undefined",
        "* test, f1: overall 0.750, walk 0.700, rear undefined",
    ):
        assert line in text.splitlines()


def test_what_is_not_known_is_left_out() -> None:
    bare = {key: VALUES[key] for key in ("name", "created", "runs", "behaviours")}
    text = ModelCard.model_validate({**bare, "exclusive": True}).text()
    assert "walk, rear, at most one at a time." in text
    assert "none known" in text
    assert "frames per second" not in text


def test_what_it_does_not_know_is_refused() -> None:
    for change in ({"format": 2}, {"runs": ("sequence-1",)}, {"recordings": ["m1"]}):
        with pytest.raises(ValidationError):
            ModelCard.model_validate(VALUES | change)
