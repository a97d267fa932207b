"""A plugin that is offered is tried by its contract, whether or not anybody thought of it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from offered import contracts_for_the_others, offered, own_contracts

from deg_core.catalog import catalog_of
from deg_core.descriptors import LossPlugin, MetricPlugin
from deg_core.testing import LossContract, MetricContract, fakes

FILE = """
    from dataclasses import dataclass
    from deg_core.testing import LossContract, MetricContract, fakes

    @dataclass
    class Something:
        number: "int"

    class TestLoss(LossContract):
        plugin = fakes.fake_loss

    class TestLossOnceMore(TestLoss):
        pass

    class NotCollected(MetricContract):
        plugin = fakes.fake_metric
    """


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "test_loss.py").write_text(dedent(FILE))
    (tmp_path / "test_every_loss.py").write_text("raise AssertionError('it would find itself')")
    return tmp_path


def test_contract_tests_are_found_by_their_plugin(folder):
    found = own_contracts(folder, LossContract)
    assert {name: [each.__name__ for each in tests] for name, tests in found.items()} == {
        "fake-loss": ["TestLoss", "TestLossOnceMore"]
    }


def test_a_class_that_pytest_does_not_collect_is_no_test(folder):
    assert own_contracts(folder, MetricContract) == {}


def test_plugins_without_a_contract_test_get_one(folder):
    losses = (fakes.fake_loss, fakes.fake_exclusive_loss)
    made = contracts_for_the_others(losses, LossContract, folder)
    assert list(made) == ["TestFakeExclusiveLoss"]
    assert issubclass(made["TestFakeExclusiveLoss"], LossContract)
    assert made["TestFakeExclusiveLoss"].plugin is fakes.fake_exclusive_loss


def test_only_what_comes_with_deg_is_tried():
    assert offered(LossPlugin, catalog_of(fakes.fake_loss, distribution="deg-ethogram")) == [fakes.fake_loss]
    for catalog in (catalog_of(fakes.fake_loss, distribution="deg-lab-x"), catalog_of(fakes.fake_loss)):
        with pytest.raises(LookupError, match="deg offers no loss"):
            offered(LossPlugin, catalog)
    with pytest.raises(LookupError, match="deg offers no metric"):
        offered(MetricPlugin, catalog_of(fakes.fake_loss, distribution="deg-ethogram"))
