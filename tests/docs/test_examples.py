"""Examples in the project's pages are such as deg takes."""

from __future__ import annotations

import ast
import importlib
import shlex
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import click
import howto
import pytest
from pages import ROOT, Piece, blocks, code_spans
from pydantic import ConfigDict
from ruamel.yaml import YAML

from deg_core.catalog import Catalog, Offer, Source, load_catalog
from deg_core.cli.commands import BUILT_IN
from deg_core.cli.main import deg
from deg_core.descriptors import (
    CommandPlugin,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    Plugin,
    PluginSettings,
    SequenceModelPlugin,
)
from deg_core.errors import PluginNotFoundError
from deg_core.project.manifest import Manifest
from deg_core.project.manifest_file import load_manifest
from deg_core.project.resolve import resolve

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SLOTS = {"flow": FlowGeneratorPlugin, "features": FeatureExtractorPlugin, "sequence": SequenceModelPlugin}


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_can_be_read_and_imports_what_there_is(block: Piece) -> None:
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deg_core"):
            module = importlib.import_module(str(node.module))
            assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


def test_what_python_calls_on_a_project_is_there() -> None:
    from deg_core import Project

    called = {
        node.func.attr
        for block in blocks("python")
        for node in ast.walk(ast.parse(block.text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "project"
    }
    assert {"train", "evaluate", "predict", "prediction"} <= called
    assert [name for name in called if not hasattr(Project, name)] == []


class AnySettings(PluginSettings):
    """Settings of a plugin that is not installed here."""

    model_config = ConfigDict(extra="allow", frozen=True)


def stand_in(kind: type[Plugin[Any]], name: str) -> Offer:
    """A plugin of this name, which nobody builds."""
    own: dict[str, Any] = {"build": None} | ({"needs_flow": False} if kind is FeatureExtractorPlugin else {})
    return Offer(kind(name=name, summary="not installed here", settings=AnySettings, **own), Source("elsewhere", ""))


def with_stand_ins(catalog: Catalog, manifest: Manifest) -> Catalog:
    """A catalogue in which every network that a project names is offered."""
    for slot, kind in SLOTS.items():
        name = getattr(manifest, slot).name
        if name not in catalog.names(kind):
            catalog = replace(catalog, offers=(*catalog.offers, stand_in(kind, name)))
    return catalog


def with_example_lab(catalog: Catalog) -> Catalog:
    """A catalogue with deg-example-lab, installed or not: its README shows losses and metrics too."""
    found = load_catalog([EntryPoint("example-lab", "deg_example_lab.plugin", "deg")])
    assert found.failures == ()
    is_new = [offer.plugin.name not in catalog.names(type(offer.plugin)) for offer in found.offers]
    added = (offer for offer, new in zip(found.offers, is_new, strict=True) if new)
    return replace(catalog, offers=(*catalog.offers, *added))


def load_example(text: str, folder: Path) -> Manifest:
    """A project file, or a part of one, with behaviours where it names none."""
    if "behaviours" not in YAML(typ="safe").load(text):
        text = f"behaviours: [groom]\n{text}"
    path = folder / "project.yaml"
    path.write_text(text, encoding="utf-8")
    return load_manifest(path)


def _elsewhere(piece: Piece) -> bool:
    """Pages that are followed step by step with the plugins that they make, see `test_howto`."""
    return piece.page in howto.PAGES


@pytest.mark.parametrize("block", [b for b in blocks("yaml") if not _elsewhere(b)], ids=str)
def test_yaml_is_a_project_file_or_a_part_of_one(block: Piece, tmp_path: Path) -> None:
    manifest = load_example(block.text, tmp_path)
    resolve(manifest, with_stand_ins(with_example_lab(load_catalog()), manifest))


def test_there_is_a_project_file_to_try() -> None:
    assert any("behaviours" in block.text for block in blocks("yaml"))


def test_a_stand_in_serves_only_what_is_not_installed(tmp_path: Path) -> None:
    manifest = load_example(
        "sequence: {name: gru-of-a-lab, settings: {units: 32}}\nfeatures: {name: two-stream}", tmp_path
    )
    with pytest.raises(PluginNotFoundError):
        resolve(manifest, load_catalog())
    assert len(with_stand_ins(load_catalog(), manifest).offers) == len(load_catalog().offers) + 1


def _commands() -> list[Piece]:
    """Every `deg ...` that somebody may type, without the comment behind it."""
    lines = [replace(b, line=b.line + at, text=line) for b in blocks("") for at, line in enumerate(b.text.splitlines())]
    pieces = [p for p in lines + code_spans() if p.text.startswith("deg ") and not _elsewhere(p)]
    # A command that is abbreviated stands for a plan and not for something to type.
    return [piece for piece in pieces if "..." not in piece.text]


def commands_beside() -> dict[str, CommandPlugin[Any]]:
    """Commands of the distributions in `plugins/`, installed or not, by name."""
    found: dict[str, CommandPlugin[Any]] = {}
    for path in sorted(ROOT.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        sys.path.insert(0, str(path.parent / "src"))
        for module in project["entry-points"]["deg"].values():
            offer = getattr(importlib.import_module(module), "deg_commands", tuple)
            found |= {plugin.name: plugin for plugin in offer()}
    return found


BESIDE = commands_beside()


@pytest.mark.parametrize("piece", _commands(), ids=str)
def test_a_command_and_its_options_are_there(piece: Piece) -> None:
    for part in piece.text.split("&&"):
        words = shlex.split(part, comments=True)
        if words[:2] == ["deg", "plugin"] and "plugin" not in BUILT_IN:
            pytest.skip("this deg has no `deg plugin new` yet")
        if words[0] == "deg" and words[1] in BESIDE:
            _follow(BESIDE[words[1]].load(), words[2:])
        elif words[0] == "deg":
            _follow(deg, words[1:])


def _follow(command: click.Command, words: list[str]) -> None:
    """Find the command that some words name, and its options among its own."""
    context = click.Context(command)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0].isupper():  # `deg NAME`: any
            return
        found = command.get_command(context, words[0])
        assert found is not None, f"no command {words[0]!r}"
        command, words = found, words[1:]
    known = {option for parameter in command.get_params(context) for option in parameter.opts}
    unknown = [word for word in words if word.startswith("-") and word.split("=")[0] not in known]
    assert unknown == [], f"{command.name} takes {sorted(known)}"


@pytest.mark.parametrize("words", ["trian", "plugins show-all", "train --epochz 3", "config schema --colour"])
def test_a_command_that_is_not_there_would_be_told(words: str) -> None:
    with pytest.raises((AssertionError, PluginNotFoundError)):
        _follow(deg, words.split())
