"""Whether a distribution that offers plugins was made for the deg that is installed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata

DEG = "deg-ethogram"


def deg_version() -> str | None:
    """Version of the installed deg; None where it is run from a source tree."""
    try:
        return metadata.version(DEG)
    except metadata.PackageNotFoundError:
        return None


def unmet_need(requires: Iterable[str], version: str | None) -> str | None:
    """Say that a distribution needs another deg.

    Args:
        requires: Its requirements, as its metadata writes them.
        version: Of the deg that is installed; None asks for nothing.

    Returns:
        Such as `needs deg-ethogram>=2, a newer deg than 1.4`; None where this one will do.
    """
    wanted = [line for line in requires if line.replace("_", "-").lower().startswith(DEG)]
    if version is None or not wanted:
        return None
    from packaging.requirements import Requirement  # here, so that plugins without a bound cost nothing
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    for requirement in map(Requirement, wanted):
        if canonicalize_name(requirement.name) != DEG or (
            requirement.marker and not requirement.marker.evaluate({"extra": ""})
        ):
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            bounds = [
                Version(each.version) for each in requirement.specifier if each.operator in (">=", ">", "~=", "==")
            ]
            age = "a newer" if any(bound > Version(version) for bound in bounds) else "an older"
            return f"needs {requirement.name}{requirement.specifier}, {age} deg than {version}"
    return None
