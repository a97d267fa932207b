"""Whatever deg offers can be chosen, described and written down."""

from __future__ import annotations

import json

import pytest

from deg_core.catalog import load_catalog
from deg_core.descriptors import KINDS

CATALOG = load_catalog()
OFFERS = [offer for offer in CATALOG.offers if offer.source.distribution == "deg-ethogram"]


def test_everything_loads_and_every_name_is_taken_once() -> None:
    failed = [str(failure) for failure in CATALOG.failures if failure.source.distribution == "deg-ethogram"]
    assert failed == []
    names = [(type(offer.plugin), offer.plugin.name) for offer in OFFERS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.hook)
def test_there_is_something_of_every_kind(kind: type) -> None:
    assert any(isinstance(offer.plugin, kind) for offer in OFFERS)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.plugin.name)
class TestEveryOffer:
    def test_its_summary_is_a_line(self, offer) -> None:
        summary = offer.plugin.summary
        assert 0 < len(summary) <= 100
        assert "\n" not in summary

    def test_every_setting_has_a_default_and_says_what_it_means(self, offer) -> None:
        settings = offer.plugin.settings()
        fields = offer.plugin.settings.model_fields
        assert [name for name, field in fields.items() if not field.description] == []
        assert set(settings.model_dump()) == set(fields)

    def test_its_settings_can_be_written_on_a_card_and_read_again(self, offer) -> None:
        settings = offer.plugin.settings()
        card = json.loads(json.dumps(settings.model_dump(mode="json")))
        assert offer.plugin.settings.model_validate(card) == settings

    def test_a_misspelt_setting_is_refused(self, offer) -> None:
        with pytest.raises(ValueError, match="Extra inputs are not permitted"):
            offer.plugin.settings.model_validate({"misspelt": 1})
