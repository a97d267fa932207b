"""`deg plugins doctor` looks at everything that is installed, and says whose each fault is."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from deg_core.authoring import doctor
from deg_core.authoring.check import Limits
from deg_core.authoring.doctor import examine
from deg_core.catalog import load_catalog

FAKE_DISTS = Path(__file__).parents[2] / "fake_dists"
NAMES = ("deg_fake_good", "deg_fake_broken", "deg_fake_printing", "deg_fake_twin_a", "deg_fake_twin_b")


def test_every_distribution_is_looked_at_and_the_good_one_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.syspath_prepend(FAKE_DISTS / name)
    monkeypatch.setenv("PYTHONPATH", ":".join(str(FAKE_DISTS / name) for name in NAMES))
    ours = [
        entry
        for entry in metadata.entry_points(group="deg")
        if entry.dist is not None and str(FAKE_DISTS) in str(entry.dist.locate_file(""))
    ]
    monkeypatch.setattr(doctor, "installed", lambda: ours)
    reviews = {review.subject.name: review for review in examine(load_catalog(ours), limits=Limits(import_s=30))}
    assert sorted(reviews) == sorted(name.replace("_", "-") for name in NAMES)
    assert reviews["deg-fake-good"].n_errors == 0
    assert [offer["name"] for offer in reviews["deg-fake-good"].offers] == ["fake-good"]

    def errors(name: str) -> str:
        return "\n".join(line for line in reviews[name].sentences() if line.startswith("error"))

    assert "error: deg-fake-broken 1.2 fails importing deg_fake_broken" in errors("deg-fake-broken")
    assert "deg-fake-printing 1.2 prints on import" in errors("deg-fake-printing")
    assert "claims a name that deg-fake-twin-b 1.2 has" in errors("deg-fake-twin-a")
    assert "claims a name that deg-fake-twin-a 1.2 has" in errors("deg-fake-twin-b")
