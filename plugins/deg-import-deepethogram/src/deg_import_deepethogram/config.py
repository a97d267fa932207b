"""Configuration files of DeepEthogram: `project_config.yaml`, and `config.yaml` of a training run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deg_core.api import ManifestError, parse_yaml
from ruamel.yaml.error import YAMLError

from deg_import_deepethogram.restricted_pickle import Inert

BACKGROUND = ("background", "none")
"""What older and newer projects call the absence of every behaviour."""


@dataclass(frozen=True, slots=True)
class Config:
    """Nested settings.

    Attributes:
        values: The settings.
        where: The file they are from.
    """

    values: Mapping[str, Any]
    where: str

    def get(self, key: str, default: Any = None) -> Any:
        """A setting by its dotted name; the default also where the file says null."""
        value: Any = self.values
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return default if value is None else value

    def require(self, key: str) -> Any:
        """A setting without which nothing can be done.

        Raises:
            ManifestError: It is missing.
        """
        value = self.get(key)
        if value is None:
            raise ManifestError(f"{key} is missing", where=self.where, fix=f"add `{key.replace('.', ': {')}` as it was")
        return value

    def number(self, key: str, default: float) -> float:
        """A setting that is a number.

        Raises:
            ManifestError: It is something else.
        """
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ManifestError(f"{key} is {value!r}, not a number", where=self.where, fix="put a number there")
        return value

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the columns are called, background included.

        Raises:
            ManifestError: They are missing or no list.
        """
        names = self.require("project.class_names")
        if not isinstance(names, list) or not names:
            raise ManifestError(
                f"project.class_names is {names!r}", where=self.where, fix="name the classes there: [background, ...]"
            )
        return tuple(str(name) for name in names)

    @property
    def behaviours(self) -> tuple[str, ...]:
        """What the columns are called, without background."""
        return tuple(name for name in self.class_names if name not in BACKGROUND)

    @property
    def exclusive(self) -> bool:
        """Whether at most one behaviour happens at a time."""
        return bool(self.get("feature_extractor.final_activation", "sigmoid") == "softmax")


def read_config(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        ManifestError: It is not YAML, or holds no settings.
    """
    return Config(read_mapping(path), str(path))


def read_mapping(path: Path) -> Mapping[str, Any]:
    """Read a YAML file that holds names and values.

    Raises:
        ManifestError: It is something else.
    """
    try:
        values = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        mark = getattr(error, "problem_mark", None)
        raise ManifestError(
            f"not valid YAML: {problem}",
            where=f"{path}, line {mark.line + 1}" if mark is not None else str(path),
            fix="mend that line; Windows paths go in single quotes, or without any: C:\\videos",
        ) from error
    if not isinstance(values, Mapping):
        raise ManifestError("holds no settings", where=str(path), fix="bring the file back as DeepEthogram wrote it")
    return values


def config_of_checkpoint(hyper_parameters: Any, where: str) -> Config | None:
    """Configuration that a weight file holds beside its tensors; None where it holds none.

    Args:
        hyper_parameters: A plain dictionary, or stand-ins for the original's configuration objects.
        where: The file.
    """
    values = _plain(hyper_parameters)
    return Config(values, where) if isinstance(values, Mapping) and values else None


def _plain(value: Any) -> Any:
    """Plain values out of stand-ins for OmegaConf's nodes, which keep theirs in `_content` and `_val`."""
    if isinstance(value, Inert):
        state = value.state
        if isinstance(state, tuple) and state and isinstance(state[0], Mapping):
            state = state[0]
        if not isinstance(state, Mapping):
            return None
        return _plain(state["_content"]) if "_content" in state else state.get("_val")
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
