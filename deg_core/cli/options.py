"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from deg_core.cli.paths import find_project

Command = TypeVar("Command", bound=Callable[..., Any])


def _root(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    if ctx.resilient_parsing:
        return None
    if ctx.params.get("model_path") is None:
        return find_project(value, Path.cwd())
    if value is not None or ctx.params.get("run_id") is not None:
        raise click.UsageError("a model has neither project nor runs to choose from: leave out --project and --run")
    return None


def _pairs(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in values:
        key, sign, value = text.partition("=")
        if not key or not sign:
            raise click.BadParameter(f"{text!r} is not KEY=VALUE")
        pairs[key.strip()] = value.strip()
    return pairs


def _settings(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, Any]:
    from ruamel.yaml.error import YAMLError

    from deg_core.data.yaml_text import parse_yaml

    settings: dict[str, Any] = {}
    for key, text in _pairs(ctx, parameter, values).items():
        try:
            settings[key] = parse_yaml(text)  # numbers, true, [a, b], as in project.yaml
        except YAMLError:
            settings[key] = text
    return settings


def _project_option(**attributes: Any) -> Callable[[Command], Command]:
    about = "The project's folder.  [default: this folder, or the nearest above it that holds project.yaml]"
    folder = click.Path(path_type=Path)
    return click.option("--project", "-p", "root", metavar="DIR", type=folder, help=about, **attributes)


project_option = _project_option(callback=_root)
"""The argument `root` is a project's folder, found where nobody named one."""
optional_project_option = _project_option()
"""For commands that may do without: `root` is None where nobody named one."""
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON on stdout, and nothing else there.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Show results and errors only.")


def settings_option(*names: str, about: str) -> Callable[[Command], Command]:
    """An option for settings, any number of times; values are read as in project.yaml."""
    return click.option(*names, metavar="KEY=VALUE", multiple=True, callback=_settings, help=about)


def pairs_option(*names: str, metavar: str, about: str) -> Callable[[Command], Command]:
    """An option for pairs of texts, any number of times."""
    return click.option(*names, metavar=metavar, multiple=True, callback=_pairs, help=about)


def output_option(argument: str, *, metavar: str, about: str) -> Callable[[Command], Command]:
    """An option for where a command writes."""
    return click.option("--output", argument, metavar=metavar, type=click.Path(path_type=Path), help=about)


format_settings_option = settings_option("--set", "settings", about="A setting of the label format.")
pose_settings_option = settings_option("--pose-set", "pose_settings", about="A setting of the pose format.")
pose_format_option = click.option(
    "--pose-format",
    metavar="NAME",
    default="auto",
    help="Pose format; `deg plugins list` shows them.  [default: the one that can read the file]",
)
groups_option = pairs_option(
    "--group",
    "groups",
    metavar="KEY=VALUE",
    about="What the recordings belong to, such as animal=m3; data can be split by it.",
)
run_option = click.option("--run", "run_id", metavar="ID", help="A sequence run.  [default: the newest]")

model_option = click.option(
    "--model",
    "model_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    is_eager=True,  # with it there need be no project
    help="A file of `deg share` in place of a project; predictions go beside the videos.",
)


def _label_format(**attributes: Any) -> Callable[[Command], Command]:
    about = "Label format; `deg plugins list` shows them."
    about += "  [default: the one that can read the file]" if "default" in attributes else ""
    return click.option("--format", "label_format", metavar="NAME", help=about, **attributes)


label_format_option = _label_format(default="auto")
required_label_format_option = _label_format(required=True)
also_label_format_option = click.option(
    "--format", "label_format", metavar="NAME", help="Write what is present in this label format, too."
)
