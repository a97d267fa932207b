"""Models that were shared, for tests of whoever uses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from deg_core.catalog import Catalog, Offer, Source
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.share import Notice, share
from deg_core.jobs.workspace import Workspace
from deg_core.testing.fake_engine import fake_engine
from deg_core.testing.fake_scoring import fake_exclusive_loss, fake_loss
from deg_core.testing.fakes import FAKES, fake_flow

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
STAND_INS = (
    replace(fake_flow, name="tiny-motion-net"),
    replace(fake_engine, name="torch"),
    replace(fake_loss, name="focal-bce"),
    replace(fake_exclusive_loss, name="cross-entropy"),
)
"""What every installation of deg has, and a manifest names where it says nothing."""


def elsewhere(version: str = "", distribution: str = "given") -> Catalog:
    """Plugins of another lab: fakes and stand-ins."""
    source = Source(distribution, version)
    return Catalog(tuple(Offer(plugin, source) for plugin in (*FAKES, *STAND_INS)))


def lend(project: Workspace, path: Path) -> Path:
    """Share the newest run of a project."""
    share(project, load_pipeline(project), path, Notice(), now=NOW)
    return path
