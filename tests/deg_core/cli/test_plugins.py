from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import click
import pytest
from pydantic import BaseModel, Field

from deg_core.api import CommandPlugin, MetricPlugin, NoSettings, PluginSettings
from deg_core.authoring.check import Fault, Review
from deg_core.authoring.subject import Subject
from deg_core.catalog import Catalog, Failure, Offer, Source
from deg_core.cli.plugins import describe_type
from deg_core.testing import FAKES, only_plugins
from deg_core.testing.fake_scoring import score_agreement

if TYPE_CHECKING:
    from .conftest import Run

Install = Callable[[Catalog], None]


class Corner(BaseModel):
    x: int = 0


class ManySettings(PluginSettings):
    """Settings of every sort."""

    size: int = Field(default=4, ge=2, le=64, description="How large it is.")
    kind: Literal["mean", "max"] = Field(default="mean", description="How it is pooled.")
    path: str | None = Field(default=None, description="Where it lies.")
    steps: tuple[float, ...] = Field(default=(0.5, 1.0), description="How far it goes.")
    corner: Corner = Field(default_factory=Corner, description="Where it begins.")
    mode: Literal["only"] = Field(default="only", description="The one way.")


rich_metric = MetricPlugin(
    name="many", summary="has many settings", settings=ManySettings, goal="max", score=score_agreement
)


def test_plugins_are_listed_by_kind_with_their_source(run: Run, install: Install) -> None:
    install(only_plugins(*FAKES))
    answer = run("plugins", "list")
    assert answer.code == 0
    lines = answer.out.splitlines()
    kinds = [line for line in lines if not line.startswith(" ")]
    assert kinds[0] == "video readers"
    assert "losses" in kinds
    assert "post-processors" in kinds
    assert "  fake-loss            mean cross-entropy [given]" in lines


def test_failures_are_told_on_stderr_and_leave_status_1(run: Run, install: Install) -> None:
    failure = Failure(Source("deg-broken", "1.0"), "importing x", ModuleNotFoundError("No module named 'y'"))
    install(Catalog(only_plugins(*FAKES).offers, (failure,)))
    answer = run("plugins", "list", "--json")
    assert answer.code == 1
    assert answer.values["failures"][0]["distribution"] == "deg-broken"
    assert answer.values["plugins"][0]["name"] == "fake-reader"
    assert "warning: deg-broken 1.0 did not load, importing x" in answer.err


def test_conflicts_are_told_and_leave_status_1(run: Run, install: Install) -> None:
    other = Offer(FAKES[0], Source("deg-other", "2.0"))
    hidden = CommandPlugin(name="train", summary="x", settings=NoSettings, load=lambda: click.Command("x"))
    install(Catalog((*only_plugins(*FAKES, hidden).offers, other)))
    answer = run("plugins", "list")
    assert answer.code == 1
    assert "video reader 'fake-reader' is offered by given and deg-other 2.0" in answer.err
    assert "command 'train' of given is hidden by deg's own" in answer.err


def test_a_plugin_shows_its_settings(run: Run, install: Install) -> None:
    install(only_plugins(rich_metric))
    answer = run("plugins", "show", "many")
    assert answer.code == 0
    assert answer.out.splitlines()[:2] == ["many: has many settings", "metric, from given"]
    rows = {line.split()[0]: line for line in answer.out.splitlines()[3:]}
    assert rows["size"].split() == ["size", "integer", ">=", "2", "<=", "64", "4", "How", "large", "it", "is."]
    assert "mean | max" in rows["kind"]
    assert "string or null" in rows["path"]
    assert "[0.5, 1.0]" in rows["steps"]
    values = run("plugins", "show", "many", "--json").values
    assert values["kind"] == "metric"
    assert values["settings"]["properties"]["size"]["minimum"] == 2


def test_a_plugin_without_settings_says_so(run: Run, install: Install) -> None:
    install(only_plugins(*FAKES))
    assert run("plugins", "show", "fake-loss").out.splitlines()[-1] == "no settings"


def test_a_name_of_two_kinds_needs_the_kind(run: Run, install: Install) -> None:
    command = CommandPlugin(name="many", summary="many things", settings=NoSettings, load=lambda: click.Command("x"))
    install(only_plugins(rich_metric, command))
    answer = run("plugins", "show", "many")
    assert answer.code == 2
    assert "--kind metric or --kind command" in answer.err
    assert "many things" in run("plugins", "show", "many", "--kind", "command").out


def test_unknown_plugins_and_kinds_are_refused_with_the_nearest(run: Run, install: Install) -> None:
    install(only_plugins(*FAKES))
    answer = run("plugins", "show", "fake-los")
    assert answer.code == 2
    assert "did you mean 'fake-loss'?" in answer.err
    assert "video reader" in run("plugins", "show", "fake-loss", "--kind", "lens").err
    assert run("plugins", "show", "fake-reader", "--kind", "video-reader").code == 0
    assert run("plugins", "show", "fake-post-processor", "--kind", "post-processor").code == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("corner", "object"),
        ("steps", "list of number"),
        ("mode", "only"),
        ("path", "string or null"),
    ],
)
def test_types_are_told_in_words(name: str, words: str) -> None:
    schema = ManySettings.model_json_schema()
    assert describe_type(schema["properties"][name], schema["$defs"]) == words


def test_the_doctor_looks_at_all_and_tells_by_its_exit_status(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def review(*faults: Fault) -> Review:
        return Review(Subject("deg-of-a-lab", "1.5", (), ("lab",), ()), list(faults), [], 0.1)

    found = [review()]
    monkeypatch.setattr("deg_core.authoring.doctor.examine", lambda *_, **__: found)
    answer = run("plugins", "doctor")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "deg-of-a-lab 1.5: 0 plugins, imported in 0.10 s, errors: 0\n"
    found.append(review(Fault("error", "prints on import: 'hello'", "say nothing")))
    answer = run("plugins", "doctor")
    assert answer.code == 1
    assert answer.err == "error: deg-of-a-lab 1.5 prints on import: 'hello'\n  fix: say nothing\n"
    assert [each["errors"] for each in run("plugins", "doctor", "--json").values] == [0, 1]
