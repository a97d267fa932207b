"""Which commands there are. None is imported before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

import click

from deg_core.errors import PluginFailedError, PluginNotFoundError, did_you_mean

if TYPE_CHECKING:
    from deg_core.catalog import Catalog, Offer

BUILT_IN: Mapping[str, tuple[str, str]] = {
    "new": ("deg_core.cli.new:new", "Make a project."),
    "add": ("deg_core.cli.add:add", "Add videos, and their labels and pose."),
    "import-labels": ("deg_core.cli.labels:import_labels", "Read labels from another program's files."),
    "import-pose": ("deg_core.cli.pose:import_pose", "Read keypoints from a tracker's files."),
    "check": ("deg_core.cli.check:check", "Look at every file and setting before hours are spent."),
    "split": ("deg_core.cli.split:split", "Divide the labelled data into training, validation and test."),
    "train": ("deg_core.cli.train:train", "Train one stage, or all."),
    "predict": ("deg_core.cli.predict:predict", "Predict ethograms of recordings, or of any video."),
    "evaluate": ("deg_core.cli.evaluate:evaluate", "Score predictions on data the model never saw."),
    "thresholds": ("deg_core.cli.thresholds:thresholds", "Show or set what probability counts as present."),
    "export": ("deg_core.cli.export:export", "Write labels or predictions in another program's format."),
    "share": ("deg_core.cli.share:share", "Pack a trained pipeline into one file for others."),
    "model": ("deg_core.cli.share:model", "Show what such a file is, how good, and what it needs."),
    "runs": ("deg_core.cli.runs:runs", "List training runs."),
    "run-card": ("deg_core.cli.run_card:run_card", "Say what is needed to repeat a run."),
    "lock": ("deg_core.cli.lock:lock", "Write down the exact software of the project."),
    "config": ("deg_core.cli.config:config", "Show all settings, or what they may be."),
    "plugin": ("deg_core.cli.plugin:plugin", "Write a plugin of your own, or look at one as a stranger would."),
    "plugins": ("deg_core.cli.plugins:plugins", "List plugins, show one, or find out what is wrong with them."),
}
"""deg's own commands: where each lies, and its line in `deg --help`, so that the list imports none of them."""


class LazyGroup(click.Group):
    """Finds commands: deg's own, and those that plugins offer."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Those built in, in the order of use, then those of plugins."""
        return [*BUILT_IN, *(offer.plugin.name for offer in _offered(_catalog()))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command.

        Raises:
            PluginNotFoundError: There is none of this name; says what is near, and which plugins failed to load.
            PluginFailedError: A plugin's command cannot be imported.
        """
        if cmd_name in BUILT_IN:
            module, _, attribute = BUILT_IN[cmd_name][0].partition(":")
            command: click.Command = getattr(import_module(module), attribute)
            return command
        return _plugin_command(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        catalog = _catalog()
        offered = [(offer.plugin.name, offer.plugin.summary) for offer in _offered(catalog)]
        sections = {
            "Commands": [(name, line) for name, (_, line) in BUILT_IN.items()],
            "Commands of plugins": offered,
        }
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if catalog.failures:
            formatter.write_paragraph()
            formatter.write_text(f"plugins that did not load: {len(catalog.failures)}; see: deg plugins list")


def _catalog() -> Catalog:
    from deg_core.catalog import load_catalog

    return load_catalog()


def _offered(catalog: Catalog) -> list[Offer]:
    from deg_core.descriptors import CommandPlugin

    return [offer for offer in catalog.of_kind(CommandPlugin) if offer.plugin.name not in BUILT_IN]


def _plugin_command(name: str) -> click.Command:
    from deg_core.descriptors import CommandPlugin

    catalog = _catalog()
    names = catalog.names(CommandPlugin)
    if name not in names:
        meant = did_you_mean(name, [*BUILT_IN, *names])
        fix = "\n".join([f"{meant}all commands: deg --help", *map(str, catalog.failures)])
        raise PluginNotFoundError(f"no command {name!r}", where="deg", fix=fix)
    offer = catalog.find(CommandPlugin, name, where="deg")
    try:
        command: object = offer.plugin.load()  # type: ignore[attr-defined]  # find looked for this kind
    except (ImportError, SyntaxError) as error:
        raise _broken(offer, repr(error)) from error
    if not isinstance(command, click.Command):
        raise _broken(offer, f"it gave {command!r}, not a click command")
    return command


def _broken(offer: Offer, problem: str) -> PluginFailedError:
    return PluginFailedError(
        f"command {offer.plugin.name!r} did not load: {problem}",
        where=f"plugin distribution {offer.source}",
        fix="install what it lacks, or tell its authors",
    )
