"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import PostProcessorPlugin, hookimpl

from deg_plugin_template.rule import RuleSettings, apply_rule, learn_shortest

rule = PostProcessorPlugin(
    name="template-name",
    summary="drops bouts that are far shorter than any that was labelled",
    settings=RuleSettings,
    learn=learn_shortest,
    apply=apply_rule,
)


@hookimpl
def deg_post_processors() -> Iterator[PostProcessorPlugin[RuleSettings]]:
    """Offer the rule."""
    yield rule
