"""Which stretches of which recordings are for training, validation and test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deg_core.data.record import Span

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """Stretches of recordings by the part they play. No frame is in two parts."""

    train: tuple[Span, ...]
    validation: tuple[Span, ...]
    test: tuple[Span, ...] = ()

    def part(self, name: Part) -> tuple[Span, ...]:
        """The spans of one part."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[name]
