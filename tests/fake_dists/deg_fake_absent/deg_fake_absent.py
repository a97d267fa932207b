"""Its entry point names an attribute that it does not have."""

from __future__ import annotations
