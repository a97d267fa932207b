"""The card of a shared model: what it is, how good, and what it needs."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from deg_core.project.manifest import Section

FORMAT = 1


class PluginNeeded(Section):
    """A plugin without which the model cannot predict."""

    kind: str
    name: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} of {self.distribution} {self.version}".strip()


class ModelCard(Section):
    """What `model.json` in a model file holds.

    Attributes:
        name: Of the project.
        made_by: Who shares it, if they say so.
        note: What they want to say.
        created: When it was packed.
        runs: The sequence run, then those it was built on.
        behaviours: In the order of the columns.
        exclusive: Whether they exclude each other.
        frames_per_second: Least and greatest rate of the recordings it learned from, Hz; None where not known.
        thresholds: In use, by behaviour; empty where behaviours exclude each other.
        by_hand: Behaviours whose threshold a person set.
        postprocess: Name of the post-processor.
        plugins: What has to be installed.
        validation: Scores on validation data, by which epochs and thresholds were chosen.
        evaluation: Scores on data never used for either, by metric and behaviour, `overall` beside them; empty where
            nobody evaluated these runs.
        evaluated_on: Part of the split that was.
        versions: Of deg, Python, torch and others when it was packed.
        digests: SHA-256 of everything else in the file, by name.
        format: Of the file.
    """

    name: str
    made_by: str = ""
    note: str = ""
    created: datetime
    runs: tuple[str, ...] = Field(min_length=2)
    behaviours: tuple[str, ...]
    exclusive: bool
    frames_per_second: tuple[float, float] | None = None
    thresholds: dict[str, float] = Field(default_factory=dict)
    by_hand: tuple[str, ...] = ()
    postprocess: str = "none"
    plugins: tuple[PluginNeeded, ...] = ()
    validation: dict[str, float | None] = Field(default_factory=dict)
    evaluation: dict[str, dict[str, float | None]] = Field(default_factory=dict)
    evaluated_on: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    digests: dict[str, str] = Field(default_factory=dict)
    format: int = Field(default=FORMAT, ge=1, le=FORMAT)

    def text(self) -> str:
        """The card for a person, in Markdown."""
        return "\n".join([f"# {self.name}", "", *self._about(), "", *self._scores(), *self._use()]) + "\n"

    def _about(self) -> list[str]:
        rates = self.frames_per_second
        exclusive = ", at most one at a time" if self.exclusive else ""
        by = f" by {self.made_by}" if self.made_by else ""
        lines = [
            f"A model of deg that tells for every frame of a video: {', '.join(self.behaviours)}{exclusive}.",
            *([self.note] if self.note else []),
            "",
            f"* packed on {self.created:%Y-%m-%d}{by}, with deg {self.versions.get('deg-ethogram', '?')}",
            f"* runs: {', '.join(self.runs)}",
            *(f"* needs {plugin}" for plugin in self.plugins),
        ]
        if rates is not None:
            rate = f"{rates[0]:.4g}" if rates[0] == rates[1] else f"{rates[0]:.4g} to {rates[1]:.4g}"
            lines.append(f"* learned from videos of {rate} frames per second")
        for name, value in self.thresholds.items():
            by_hand = ", set by hand" if name in self.by_hand else ""
            lines.append(f"* {name}: present from a probability of {value:.4g}{by_hand}")
        return [*lines, f"* post-processor: {self.postprocess}"]

    def _scores(self) -> list[str]:
        lines = [f"* validation, {name}: {_figure(value)}" for name, value in self.validation.items()]
        for metric, scores in self.evaluation.items():
            each = ", ".join(f"{name} {_figure(value)}" for name, value in scores.items())
            lines.append(f"* {self.evaluated_on}, {metric}: {each}")
        return ["## Scores", "", *(lines or ["none known"]), ""]

    def _use(self) -> list[str]:
        return ["## Use", "", "`pip install deg-ethogram`, then `deg predict --model THIS_FILE VIDEO...`"]


def _figure(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
