"""`deg config`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.options import json_option, project_option
from deg_core.cli.output import Output

if TYPE_CHECKING:
    from deg_core.jobs.workspace import Workspace
    from deg_core.project.resolve import Chosen


_NULL, _LIST = "tag:yaml.org,2002:null", "tag:yaml.org,2002:seq"


@click.group()
def config() -> None:
    """Show all settings, or what they may be."""


@config.command("show")
@project_option
@json_option
def show(*, root: Path, as_json: bool) -> None:
    """Show project.yaml with every default filled in, those of the chosen plugins too."""
    output = Output(as_json=as_json)
    from deg_core.jobs.workspace import open_workspace

    values = _all_settings(open_workspace(root))
    if as_json:
        output.answer(values)
    else:
        click.echo(_as_yaml(values), nl=False)


@config.command("schema")
def schema() -> None:
    """Print the JSON schema of project.yaml, with the settings of every installed plugin.

    Editors complete and check the file by it. It is JSON with or without --json, and needs no project.
    """
    output = Output(as_json=True)
    from deg_core.catalog import load_catalog
    from deg_core.cli.schema import manifest_schema

    output.answer(manifest_schema(load_catalog()))


def _all_settings(workspace: Workspace) -> dict[str, Any]:
    values = workspace.manifest.model_dump(mode="json")
    choices = workspace.choices
    for stage in ("flow", "features", "sequence"):
        values[stage].update(_slot(getattr(choices, stage)))
    values["features"]["loss"] = _slot(choices.features_loss)
    values["sequence"]["loss"] = _slot(choices.sequence_loss)
    values["postprocess"] = _slot(choices.postprocess)
    return values


def _slot(chosen: Chosen[Any]) -> dict[str, Any]:
    return {"name": chosen.plugin.name, "settings": chosen.settings.model_dump(mode="json")}


def _as_yaml(values: dict[str, Any]) -> str:
    """A setting a line, so that any of them can be copied into a project file."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 10_000
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NULL, "null"))
    yaml.representer.add_representer(
        list, lambda dumper, items: dumper.represent_sequence(_LIST, items, flow_style=True)
    )
    stream = StringIO()
    yaml.dump(values, stream)
    return stream.getvalue()
