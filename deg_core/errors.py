"""What can go wrong, told so that a person can mend it: the problem, where it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class DegError(Exception):
    """A problem that a user can cause and mend.

    Args:
        problem: What is wrong, in one sentence without a full stop.
        where: The file, setting, recording or frame it is about.
        fix: What to do next. Required, so that no message leaves a person stranded.
    """

    def __init__(self, problem: str, *, where: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        fix = self.fix.replace("\n", "\n         ")
        return f"{self.problem}\n  where: {self.where}\n  fix:   {fix}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments break default unpickling, and readers fail inside data-loading processes.
        return _rebuild, (type(self), self.problem, self.where, self.fix)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """How a fix begins where a name is unknown: the nearest of those that are known, as a question, or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}? " if close else ""


def _rebuild(kind: type[DegError], problem: str, where: str, fix: str) -> DegError:
    return kind(problem, where=where, fix=fix)


class ManifestError(DegError):
    """The project file, or another file of the project, has to be edited."""


class ProjectError(DegError):
    """A step of the work is missing or stands in the way: a recording, a split, a run."""


class PluginNotFoundError(DegError, LookupError):
    """No installed plugin has this name."""


class PluginConflictError(DegError):
    """Two distributions offer the same name."""


class PluginFailedError(DegError):
    """A plugin broke what its hook promises."""


class VideoError(DegError):
    """A video cannot be opened or read as asked."""


class LabelError(DegError):
    """A label file does not say what it should."""


class OtherFormatError(LabelError):
    """A label file is in another format than the one it was read in."""


class PoseError(DegError):
    """A pose file does not say what it should, or a recording's pose is not what is looked for."""


class CheckpointError(DegError):
    """A trained model does not fit what it is to be used for."""
