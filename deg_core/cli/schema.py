"""The JSON schema of `project.yaml`, with the settings of installed plugins under the slots they can fill."""

from __future__ import annotations

from typing import Any

from deg_core.catalog import Catalog
from deg_core.descriptors import (
    EnginePlugin,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LossPlugin,
    MetricPlugin,
    Plugin,
    PostProcessorPlugin,
    SequenceModelPlugin,
    VideoReaderPlugin,
)
from deg_core.project.manifest import Manifest
from deg_core.project.manifest_file import preset_names

Schema = dict[str, Any]


def manifest_schema(catalog: Catalog) -> Schema:
    """The schema of a project file.

    Args:
        catalog: Plugins whose names and settings a file may hold.

    Returns:
        JSON schema, draft 2020-12.
    """
    schema = Manifest.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    definitions: Schema = schema["$defs"]
    stages = {
        "FlowStage": FlowGeneratorPlugin,
        "FeaturesStage": FeatureExtractorPlugin,
        "SequenceStage": SequenceModelPlugin,
    }
    for stage, kind in stages.items():
        _fit(definitions[stage], definitions[stage]["properties"]["name"], kind, catalog, definitions)
    engine = definitions["EngineSlot"]
    _fit(engine, engine["properties"]["name"], EnginePlugin, catalog, definitions, "auto")
    definitions["LossSlot"] = _slot(LossPlugin, catalog, definitions)
    definitions["PostProcessorSlot"] = _slot(PostProcessorPlugin, catalog, definitions)
    definitions["VideoSlot"] = _slot(VideoReaderPlugin, catalog, definitions, "auto")
    for stage in ("FeaturesStage", "SequenceStage"):
        definitions[stage]["properties"]["loss"]["anyOf"][0] = {"$ref": "#/$defs/LossSlot"}
    schema["properties"]["postprocess"]["$ref"] = "#/$defs/PostProcessorSlot"
    schema["properties"]["video"]["$ref"] = "#/$defs/VideoSlot"
    schema["properties"]["preset"]["anyOf"][0]["enum"] = preset_names()
    schema["properties"]["metrics"]["items"] = {"type": "string", "enum": catalog.names(MetricPlugin)}
    definitions.pop("Slot", None)
    return schema


def _slot(kind: type[Plugin[Any]], catalog: Catalog, definitions: Schema, *others: str) -> Schema:
    """A copy of the plain slot for plugins of one kind."""
    plain = definitions["Slot"]
    slot: Schema = {**plain, "properties": {key: dict(value) for key, value in plain["properties"].items()}}
    _fit(slot, slot["properties"]["name"], kind, catalog, definitions, *others)
    return slot


def _fit(
    slot: Schema, name: Schema, kind: type[Plugin[Any]], catalog: Catalog, definitions: Schema, *others: str
) -> None:
    """Let a slot take the installed names of a kind, and with each name the settings of that plugin; in place."""
    name["enum"] = [*others, *catalog.names(kind)]
    slot["allOf"] = []
    for offer in catalog.of_kind(kind):
        plugin = offer.plugin
        key = f"{kind.kind} {plugin.name}".replace(" ", "-")
        settings = plugin.settings.model_json_schema(ref_template=f"#/$defs/{key}.{{model}}")
        definitions.update({f"{key}.{inner}": each for inner, each in settings.pop("$defs", {}).items()})
        definitions[key] = settings
        named: Schema = {"properties": {"name": {"const": plugin.name}}}
        if name.get("default") != plugin.name:
            named["required"] = ["name"]  # without a name the slot holds its default
        slot["allOf"].append({"if": named, "then": {"properties": {"settings": {"$ref": f"#/$defs/{key}"}}}})
