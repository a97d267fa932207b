from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from deg_core.catalog import Catalog, Failure, Source, catalog_of, load_catalog
from deg_core.descriptors import LossPlugin, MetricPlugin, SequenceModelPlugin
from deg_core.errors import PluginConflictError, PluginFailedError, PluginNotFoundError
from deg_core.testing.fakes import FAKES, fake_metric, fake_sequence

Install = Callable[..., Catalog]

FAKE_DISTS = Path(__file__).parents[1] / "fake_dists"
GOOD = "deg_fake_good"

# What each bad distribution is caught doing, and what is said of it.
FAULTS = {
    "deg_fake_broken": ("importing deg_fake_broken", "ModuleNotFoundError"),
    "deg_fake_absent": ("importing deg_fake_absent:nothing", "AttributeError"),
    "deg_fake_quitting": ("importing deg_fake_quitting", "SystemExit(3)"),
    "deg_fake_badly_named": ("importing deg_fake_badly_named", "not lower-case-with-hyphens"),
    "deg_fake_misspelt": ("looking for hooks", "deg_metric"),
    "deg_fake_greedy": ("looking for hooks", "catalog"),
    "deg_fake_wrong_type": ("calling deg_losses", "deg_losses must yield LossPlugin, not MetricPlugin"),
    "deg_fake_raising": ("calling deg_metrics", "RuntimeError('half-way')"),
    "deg_fake_required": ("calling deg_metrics", "settings of 'fake-required' have no default: width"),
    "deg_fake_forgetful": ("calling deg_metrics", "NoneType"),
}


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put distributions where Python finds them; gives the catalogue without those of deg itself."""

    def load(*names: str) -> Catalog:
        for name in names:
            monkeypatch.syspath_prepend(FAKE_DISTS / name)
        entries = [
            entry
            for entry in metadata.entry_points(group="deg")
            if entry.dist is not None and str(FAKE_DISTS) in str(entry.dist.locate_file(""))
        ]
        assert len(entries) == len(names)
        return load_catalog(entries)

    return load


def test_every_fake_distribution_is_tried() -> None:
    tried = {GOOD, *FAULTS, "deg_fake_twin_a", "deg_fake_twin_b", "deg_fake_printing", "deg_fake_nameless"}
    assert {path.name for path in FAKE_DISTS.iterdir() if not path.name.startswith((".", "_"))} == tried


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_bad_plugin_spoils_only_itself_and_is_named(install: Install, name: str) -> None:
    catalog = install(GOOD, name)
    assert catalog.names(MetricPlugin) == ["fake-good"]
    (failure,) = catalog.failures
    doing, said = FAULTS[name]
    assert failure.source == Source(name.replace("_", "-"), "1.2")
    assert failure.doing == doing
    assert said in str(failure)
    assert f"{name.replace('_', '-')} 1.2 did not load" in str(failure)


def test_all_bad_plugins_together_spoil_only_themselves(install: Install) -> None:
    catalog = install(GOOD, *FAULTS)
    assert [str(offer.source) for offer in catalog.offers] == ["deg-fake-good 1.2"]
    assert len(catalog.failures) == len(FAULTS)


def test_a_plugin_that_talks_does_not_spoil_what_deg_answers(
    install: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("deg_fake_printing")]:
        monkeypatch.delitem(sys.modules, name)  # it talks when it is imported, which another test may have done
    catalog = install("deg_fake_printing")
    assert catalog.names(MetricPlugin) == ["fake-printing"]
    said = capsys.readouterr()
    assert said.out == ""
    assert "hello from a plugin" in said.err
    assert "while it is asked" in said.err


def test_a_distribution_that_lost_its_metadata_still_offers(install: Install) -> None:
    assert install("deg_fake_nameless").names(MetricPlugin) == ["fake-nameless"]


def test_a_name_that_two_offer_is_refused_only_when_it_is_asked_for(install: Install) -> None:
    catalog = install("deg_fake_twin_a", "deg_fake_twin_b", GOOD)
    assert catalog.failures == ()
    assert catalog.get(MetricPlugin, "fake-good", where="here").name == "fake-good"
    assert [len(offers) for offers in catalog.conflicts()] == [2]
    assert catalog.names(MetricPlugin) == ["fake-good", "fake-twin"]
    with pytest.raises(PluginConflictError, match="metric 'fake-twin' is offered by") as caught:
        catalog.get(MetricPlugin, "fake-twin", where="project.yaml, metrics")
    assert "deg-fake-twin-a 1.2" in caught.value.problem
    assert "deg-fake-twin-b 1.2" in caught.value.problem
    assert caught.value.where == "project.yaml, metrics"


def test_strictness_turns_a_failure_into_an_error(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEG_STRICT_PLUGINS", "1")
    assert install(GOOD).failures == ()
    with pytest.raises(PluginFailedError, match=r"deg-fake-broken 1\.2 did not load") as caught:
        install(GOOD, "deg_fake_broken")
    assert caught.value.where == "DEG_STRICT_PLUGINS=1"


def test_without_being_told_where_to_look_all_installed_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FAKE_DISTS / GOOD)
    assert "fake-good" in load_catalog().names(MetricPlugin)


def test_a_name_nobody_offers_is_answered_with_the_nearest_and_with_what_failed() -> None:
    failure = Failure(Source("deg-lab", "2.0"), "importing lab", ImportError("x"))
    catalog = Catalog(catalog_of(*FAKES).offers, (failure,))
    with pytest.raises(PluginNotFoundError, match="no loss named 'fake-los'") as caught:
        catalog.get(LossPlugin, "fake-los", where="here")
    assert caught.value.fix.splitlines() == [
        "did you mean 'fake-loss'? installed: fake-exclusive-loss, fake-loss",
        "deg-lab 2.0 did not load, importing lab (ImportError('x'))",
    ]


def test_a_kind_nobody_offers_is_said_to_be_empty() -> None:
    with pytest.raises(PluginNotFoundError) as caught:
        catalog_of().get(LossPlugin, "bce", where="here")
    assert caught.value.fix == "installed: none"


def test_one_name_may_be_of_two_kinds() -> None:
    catalog = catalog_of(replace(fake_metric, name="same"), replace(fake_sequence, name="same"))
    assert catalog.conflicts() == []
    assert catalog.get(SequenceModelPlugin, "same", where="here").hook == "deg_sequence_models"


def test_offers_are_in_order_of_name_whatever_the_order_of_installation() -> None:
    forward, backward = catalog_of(*FAKES), catalog_of(*reversed(FAKES))
    for kind in (SequenceModelPlugin, LossPlugin):
        assert forward.names(kind) == backward.names(kind) == sorted(forward.names(kind))
        assert forward.of_kind(kind) == backward.of_kind(kind)
