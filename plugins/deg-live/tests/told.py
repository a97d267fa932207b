"""Decisions as tests want them."""

from __future__ import annotations

from deg_live.decision import Decision


def decision(frame: int, *present: str, decided: bool = True, rate: float = 30.0) -> Decision:
    return Decision(frame, frame / rate, 12.0 if decided else None, decided, present, (), (), {})
