"""What every plugin has: a name, a line about it, and a model of its settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict


class PluginSettings(BaseModel):
    """The settings of a plugin. Fields carry a default and a description; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoSettings(PluginSettings):
    """For plugins that have nothing to set."""


S = TypeVar("S", bound=PluginSettings)
S_contra = TypeVar("S_contra", bound=PluginSettings, contravariant=True)

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Plugin(Generic[S]):
    """What every plugin has.

    Attributes:
        name: Lower case with hyphens, such as `two-stream`; projects choose by it.
        summary: One line for lists.
        settings: Model of its settings; every field needs a default.
    """

    hook: ClassVar[str]
    kind: ClassVar[str]

    name: str
    summary: str
    settings: type[S]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"plugin name {self.name!r} is not lower-case-with-hyphens")
