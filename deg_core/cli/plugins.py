"""`deg plugins`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.commands import BUILT_IN
from deg_core.cli.options import json_option
from deg_core.cli.output import Output
from deg_core.errors import PluginNotFoundError, ProjectError, did_you_mean

if TYPE_CHECKING:
    from deg_core.catalog import Catalog, Offer


Schema = dict[str, Any]


@click.group()
def plugins() -> None:
    """List plugins, show one, or find out what is wrong with them."""


@plugins.command("list")
@json_option
def list_plugins(*, as_json: bool) -> None:
    """List plugins by kind, then those that failed to load or claim the same name.

    Exit status 1 says that there are such, so that it can guard a script.
    """
    output = Output(as_json=as_json)
    from deg_core.catalog import load_catalog

    catalog = load_catalog()
    conflicts = _conflicts(catalog)
    if as_json:
        failures = [{**_source(f), "doing": f.doing, "error": repr(f.error)} for f in catalog.failures]
        listed = [_values(offer) for offer in _in_order(catalog)]
        output.answer({"plugins": listed, "failures": failures, "conflicts": conflicts})
    else:
        _show_list(catalog, output)
    for problem in (*map(str, catalog.failures), *conflicts):
        output.warn(problem)
    sys.exit(1 if catalog.failures or conflicts else 0)


def _in_order(catalog: Catalog) -> list[Offer]:
    from deg_core.descriptors import KINDS

    return [offer for kind in KINDS for offer in catalog.of_kind(kind)]


def _show_list(catalog: Catalog, output: Output) -> None:
    if not catalog.offers:
        output.show("no plugins installed")
    kind = ""
    for offer in _in_order(catalog):
        if offer.plugin.kind != kind:
            kind = offer.plugin.kind
            output.show(f"{kind}es" if kind.endswith("s") else f"{kind}s")
        output.show(f"  {offer.plugin.name:<20} {offer.plugin.summary} [{offer.source}]")


def _conflicts(catalog: Catalog) -> list[str]:
    twice = [
        f"{same[0].plugin.kind} {same[0].plugin.name!r} is offered by {' and '.join(str(o.source) for o in same)}"
        for same in catalog.conflicts()
    ]
    hidden = [
        f"command {offer.plugin.name!r} of {offer.source} is hidden by deg's own"
        for offer in catalog.offers
        if offer.plugin.kind == "command" and offer.plugin.name in BUILT_IN
    ]
    return twice + hidden


def _source(item: Any) -> dict[str, str]:
    return {"distribution": item.source.distribution, "version": item.source.version}


def _values(offer: Offer) -> dict[str, str]:
    plugin = offer.plugin
    return {"kind": plugin.kind, "name": plugin.name, "summary": plugin.summary, **_source(offer)}


@plugins.command("doctor")
@json_option
def doctor(*, as_json: bool) -> None:
    """Look at every installed distribution of plugins, each imported alone: what fails, clashes or is slow, and why.

    Exit status 1 says that something has to be mended.
    """
    output = Output(as_json=as_json)
    from deg_core.authoring.doctor import examine
    from deg_core.catalog import load_catalog

    reviews = examine(load_catalog(), commands=BUILT_IN)
    if as_json:
        output.answer([review.values() for review in reviews])
    for review in reviews if not as_json else ():
        slow = "not imported" if review.seconds is None else f"imported in {review.seconds:.2f} s"
        output.show(f"{review.subject}: {len(review.offers)} plugins, {slow}, errors: {review.n_errors}")
        for line in review.sentences():
            click.echo(line, err=True)
    sys.exit(1 if any(review.n_errors for review in reviews) else 0)


@plugins.command("show")
@click.argument("name")
@click.option("--kind", metavar="KIND", help="Such as loss; needed where two kinds know the same name.")
@json_option
def show_plugin(*, name: str, kind: str | None, as_json: bool) -> None:
    """Show a plugin: what it is, where it comes from, and its settings."""
    output = Output(as_json=as_json)
    from deg_core.catalog import load_catalog

    offer = _find(load_catalog(), name, kind)
    plugin = offer.plugin
    schema = plugin.settings.model_json_schema()
    if as_json:
        output.answer({**_values(offer), "settings": schema})
        return
    output.show(f"{plugin.name}: {plugin.summary}\n{plugin.kind}, from {offer.source}\n")
    if not plugin.settings.model_fields:
        output.show("no settings")
        return
    defaults = plugin.settings().model_dump(mode="json")
    rows = [
        (
            key,
            describe_type(schema["properties"][key], schema.get("$defs", {})),
            json.dumps(defaults[key]),
            field.description or "",
        )
        for key, field in plugin.settings.model_fields.items()
    ]
    output.table(("setting", "type", "default", "what it is"), rows)


def _find(catalog: Catalog, name: str, kind: str | None) -> Offer:
    from deg_core.descriptors import KINDS

    wanted = None if kind is None else kind.replace(" ", "-")
    kinds = [each for each in KINDS if wanted in (None, each.kind.replace(" ", "-"))]
    if not kinds:
        known = ", ".join(each.kind for each in KINDS)
        raise PluginNotFoundError(f"no kind of plugin named {kind!r}", where="--kind", fix=f"kinds: {known}")
    having = [each for each in kinds if name in catalog.names(each)]
    if len(having) > 1:
        names = " or ".join(f"--kind {each.kind.replace(' ', '-')}" for each in having)
        raise ProjectError(
            f"{len(having)} plugins are named {name!r}", where="deg plugins show", fix=f"say which: {names}"
        )
    if having:
        return catalog.find(having[0], name, where="deg plugins show")
    meant = did_you_mean(name, [offer.plugin.name for offer in catalog.offers])
    fix = "\n".join([f"{meant}all of them: deg plugins list", *map(str, catalog.failures)])
    raise PluginNotFoundError(f"no plugin named {name!r}", where="deg plugins show", fix=fix)


_BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}


def describe_type(field: Schema, definitions: Schema) -> str:
    """What a setting may be, in words, from its JSON schema."""
    if "$ref" in field:
        return describe_type(definitions[field["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in field:
        return " or ".join(describe_type(each, definitions) for each in field["anyOf"])
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if "const" in field:
        return str(field["const"])
    if field.get("type") == "array":
        return f"list of {describe_type(field.get('items', {}), definitions)}"
    bounds = [f"{sign} {field[key]}" for key, sign in _BOUNDS.items() if key in field]
    return " ".join([str(field.get("type", "anything")), *bounds])
