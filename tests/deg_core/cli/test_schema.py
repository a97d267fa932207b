from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from deg_core.api import PluginSettings, SequenceModelPlugin
from deg_core.cli.schema import manifest_schema
from deg_core.testing import FAKES, only_plugins
from deg_core.testing.fakes import FakeSequenceModel, FakeSequenceSettings


class Layer(BaseModel):
    width: int = 3


class NestedSettings(PluginSettings):
    """Settings within settings."""

    layers: tuple[Layer, ...] = Field(default=(Layer(),), description="Each layer.")


nested = SequenceModelPlugin(
    name="tgmj",
    summary="nested settings",
    settings=NestedSettings,
    build=lambda settings, n_latents, n_outputs: FakeSequenceModel(FakeSequenceSettings(), n_latents, n_outputs),
)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return manifest_schema(only_plugins(*FAKES, nested))


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def condition(slot: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in slot["allOf"] if each["if"]["properties"]["name"]["const"] == name]
    return dict(found)


def test_slots_take_the_installed_names(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    assert definitions["FeaturesStage"]["properties"]["name"]["enum"] == [
        "fake-extractor",
        "fake-flow-extractor",
        "fake-pose-and-frames-extractor",
        "fake-pose-extractor",
    ]
    assert definitions["VideoSlot"]["properties"]["name"]["enum"] == ["auto", "fake-reader"]
    assert definitions["LossSlot"]["properties"]["name"]["enum"] == ["fake-exclusive-loss", "fake-loss"]
    assert definitions["PostProcessorSlot"]["properties"]["name"]["enum"] == ["fake-post-processor"]
    assert schema["properties"]["postprocess"]["$ref"] == "#/$defs/PostProcessorSlot"
    assert schema["properties"]["metrics"]["items"]["enum"] == ["fake-agreement"]
    assert "small" in schema["properties"]["preset"]["anyOf"][0]["enum"]


def test_a_name_brings_the_settings_of_that_plugin(schema: dict[str, Any]) -> None:
    then = condition(schema["$defs"]["FeaturesStage"], "fake-extractor")["then"]
    key = then["properties"]["settings"]["$ref"].rpartition("/")[2]
    assert schema["$defs"][key]["additionalProperties"] is False
    assert schema["$defs"][key]["properties"]


def test_without_a_name_the_settings_are_those_of_the_default(schema: dict[str, Any]) -> None:
    sequence = schema["$defs"]["SequenceStage"]
    assert "required" not in condition(sequence, "tgmj")["if"]
    assert condition(sequence, "fake-sequence")["if"]["required"] == ["name"]


def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    for reference in references(schema):
        assert reference.removeprefix("#/$defs/") in schema["$defs"]
    assert any(key.endswith("tgmj.Layer") for key in schema["$defs"])
