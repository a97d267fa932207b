"""Looks at a distribution of plugins as a stranger would meet it, and says what is wrong and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from deg_core.api import API_VERSION
from deg_core.authoring.subject import Subject
from deg_core.authoring.surface import load_surface, used_by
from deg_core.catalog import Catalog
from deg_core.compatibility import DEG, deg_version, unmet_need


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong (`error`), to know (`warning`), or not looked at (`note`), and what to do."""

    level: Literal["error", "warning", "note"]
    problem: str
    fix: str
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much.

    Attributes:
        import_s: Seconds after which importing a plugin is slow: every `deg` waits for it.
        import_stop_s: Seconds after which it is given up.
        trial_s: Seconds that contracts may take together.
    """

    import_s: float = 2.0
    import_stop_s: float = 60.0
    trial_s: float = 900.0


@dataclass(slots=True)
class Review:
    """All that was found out.

    Attributes:
        subject: The distribution.
        faults: What is wrong.
        offers: Kind, name, summary and settings schema of every plugin.
        seconds: Time to import it; None where that failed.
        contracts: Tests passed, by plugin.
        fits: Versions of `deg_core.api` that have what it uses.
    """

    subject: Subject
    faults: list[Fault] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    seconds: float | None = None
    contracts: dict[str, int] = field(default_factory=dict)
    fits: str = ""

    @property
    def n_errors(self) -> int:
        """Faults that have to be mended."""
        return sum(fault.level == "error" for fault in self.faults)

    def sentences(self) -> list[str]:
        """For a person: each fault, whose it is, and what to do."""
        owners = [f"{fault.plugin} of {self.subject}" if fault.plugin else str(self.subject) for fault in self.faults]
        pairs = zip(self.faults, owners, strict=True)
        return [f"{fault.level}: {owner} {fault.problem}\n  fix: {fault.fix}" for fault, owner in pairs]

    def values(self) -> dict[str, Any]:
        """For a script."""
        subject = self.subject
        return {
            "distribution": subject.name,
            "version": subject.version,
            "errors": self.n_errors,
            "faults": [
                {"level": each.level, "plugin": each.plugin, "problem": each.problem, "fix": each.fix}
                for each in self.faults
            ],
            "plugins": self.offers,
            "import_seconds": self.seconds,
            "contract_tests_passed": self.contracts,
            "api": {"installed": API_VERSION, "fits": self.fits},
            "deg": {"installed": deg_version(), "needs": [need for need in subject.requires if need.startswith(DEG)]},
            "typed": subject.is_typed,
        }


def check_plugin(
    subject: Subject,
    others: Catalog,
    *,
    commands: Collection[str] = (),
    limits: Limits | None = None,
    contracts: bool = True,
    types: bool = False,
) -> Review:
    """Look at a distribution.

    Args:
        subject: The distribution.
        others: Installed plugins, its own too if it is installed.
        commands: Names of deg's own commands.
        limits: What is too much.
        contracts: Try every plugin by the contract of its kind; takes some seconds.
        types: Run mypy on it, strictly.
    """
    limits, review = limits or Limits(), Review(subject)
    review.faults += [*_dependencies(subject), *_surface(review), *_typing(subject, run_mypy=types)]
    probed = _probe(review, limits)
    if probed is not None:
        review.faults += [*_import_faults(probed, limits), *_names(review, others, commands)]
        if contracts and review.offers:
            _try(review, limits)
    return review


def _dependencies(subject: Subject) -> Iterator[Fault]:
    from packaging.requirements import InvalidRequirement, Requirement

    need = unmet_need(subject.requires, deg_version())
    if need is not None:
        yield Fault("error", need, f"install that deg, or another version of {subject.name}")
    for line in subject.requires:
        try:
            wanted = Requirement(line)
        except InvalidRequirement as error:
            yield Fault("error", f"requirement {line!r} cannot be read: {error}", "mend it in pyproject.toml")
            continue
        if wanted.name == DEG or (wanted.marker is not None and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            found = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            yield Fault("error", f"needs {wanted}, which is not installed", f"pip install '{wanted}'")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            problem = f"needs {wanted}, but {wanted.name} {found} is installed"
            yield Fault("error", problem, "install a version that suits all, or widen the bound")


def _surface(review: Review) -> Iterator[Fault]:
    used, surface = used_by(review.subject.sources), load_surface()
    review.fits = used.fits(surface)
    for name in used.missing(surface):
        problem = f"uses deg_core.api.{name}, which version {API_VERSION} lacks"
        yield Fault("error", problem, "docs/api-changes.md says what came and went; require the deg that has it")
    for place in used.unpublished:
        fix = "import from deg_core.api alone; anything else may change at any time"
        yield Fault("error", f"imports {place}, which is not published", fix)


def _typing(subject: Subject, *, run_mypy: bool) -> Iterator[Fault]:
    if not subject.is_typed:
        yield Fault("warning", "has no py.typed", "put an empty file py.typed beside plugin.py, so that types are seen")
    if not run_mypy:
        return
    if find_spec("mypy") is None:
        yield Fault("note", "types were not checked: mypy is not installed", "pip install mypy")
        return
    options = ["--strict", "--no-error-summary", "--no-pretty", "--follow-imports=silent"]
    command = [sys.executable, "-m", "mypy", *options, *map(str, subject.sources)]
    said = subprocess.run(command, check=False, capture_output=True, text=True, cwd=subject.import_path)
    for line in [line for line in said.stdout.splitlines() if ": error:" in line][:5]:
        yield Fault("error", f"types: {line}", "mypy --strict says all of it")


def _probe(review: Review, limits: Limits) -> dict[str, Any] | None:
    said, answer, stopped = _run("probe", review.subject, limits.import_stop_s)
    if answer is None:
        how = f"is not imported after {limits.import_stop_s:g} s" if stopped else "ends the process that imports it"
        fix = "do no work while it is imported; move it into the function that builds or opens"
        review.faults.append(Fault("error", f"{how}: {_last(said)}" if _last(said) else how, fix))
        return None
    if said.strip():
        fix = "say nothing while it is imported: what is printed spoils the answer of commands with --json"
        review.faults.append(Fault("error", f"prints on import: {said.strip().splitlines()[0][:200]!r}", fix))
    review.seconds, review.offers = answer["seconds"], answer["offers"]
    return answer


def _import_faults(probed: dict[str, Any], limits: Limits) -> Iterator[Fault]:
    for failure in probed["failures"]:
        fix = "mend it, and import it with `python -X importtime`; deg leaves out a plugin that fails"
        yield Fault("error", f"fails {failure['doing']}: {failure['error']}", fix)
    if probed["seconds"] > limits.import_s:
        heavy = f"; it imports {', '.join(probed['heavy'])}" if probed["heavy"] else ""
        fix = "import what is heavy inside the function that builds or opens, since every deg command waits for it"
        yield Fault("error", f"takes {probed['seconds']:.1f} s to import{heavy}", fix)
    elif probed["heavy"]:
        fix = "import it inside the function that builds or opens"
        yield Fault("warning", f"imports {', '.join(probed['heavy'])} when plugins are listed", fix)
    if probed["random"]:
        fix = "draw from a generator of your own: numpy.random.default_rng(seed)"
        yield Fault("error", "changes the global random state on import", fix)
    for warning in probed["warnings"]:
        yield Fault("warning", f"warns on import: {warning}", "mend it, or tell who causes it")
    if not probed["offers"] and not probed["failures"]:
        yield Fault("error", "offers nothing", "mark a hook with @hookimpl in the module that the entry point names")


def _names(review: Review, others: Catalog, commands: Collection[str]) -> Iterator[Fault]:
    taken = {
        (offer.plugin.kind.replace(" ", "-"), offer.plugin.name): str(offer.source)
        for offer in others.offers
        if offer.source.distribution != review.subject.name
    } | {("command", name): "deg itself" for name in commands}
    for offer in review.offers:
        key = offer["kind"], offer["name"]
        if key in taken:
            fix = "take another name: deg refuses one that two distributions offer"
            yield Fault("error", f"claims a name that {taken[key]} has", fix, " ".join(key))
        for name in offer["undescribed"]:
            fix = "Field(default=..., description=...): it is shown by `deg plugins show`"
            yield Fault("warning", f"setting {name!r} does not say what it means", fix, " ".join(key))


def _try(review: Review, limits: Limits) -> None:
    from deg_core.authoring.trial import NEED_A_FILE

    said, answer, stopped = _run("trial", review.subject, limits.trial_s)
    if answer is None:
        how = f"takes longer than {limits.trial_s:g} s" if stopped else "ends the process that tries it"
        problem = f"{how}: {_last(said)}" if _last(said) else how
        review.faults.append(
            Fault("error", problem, "run its contract tests with pytest, and mend what is slow or dies")
        )
        return
    review.contracts = answer["passed"]
    review.faults += _broken_promises(answer["failed"])
    for offer in review.offers:
        key = f"{offer['kind']} {offer['name']}"
        if offer["kind"] in NEED_A_FILE and key not in answer["own"]:
            fix = "give the folder of its contract tests: deg plugin check ... --tests DIR"
            review.faults.append(Fault("note", "was tried without a file, so only in part", fix, key))


def _broken_promises(failed: list[dict[str, str]]) -> Iterator[Fault]:
    first = {(each["plugin"], each["test"]): each for each in reversed(failed)}  # once, whatever its parameters
    for each in reversed(first.values()):
        sentence = each["test"].removeprefix("test_").replace("_", " ")
        promise = " ".join(each["promise"].split())
        fix = f"mend it. What is asked for: {promise}" if promise else "mend it; pytest shows the whole failure"
        case = f" ({each['case']})" if each["case"] else ""
        yield Fault("error", f"breaks its contract, {sentence!r}{case}: {each['said']}", fix, each["plugin"])


def _run(module: str, subject: Subject, limit_s: float) -> tuple[str, dict[str, Any] | None, bool]:
    """Run a module of this room alone: what it said, what it answered, and whether it had to be stopped."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        asked = {
            "modules": list(subject.modules),
            "paths": [str(subject.import_path)] if subject.import_path else [],
            "tests": str(subject.tests) if subject.tests else "",
            "folder": folder,
            "answer": str(answer),
        }
        command = [sys.executable, "-m", f"deg_core.authoring.{module}", json.dumps(asked)]
        try:
            done = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                timeout=limit_s,
                errors="replace",
                env=_environment(),
            )
            said, stopped = done.stdout + done.stderr, False
        except subprocess.TimeoutExpired as error:
            said, stopped = _text(error.stdout) + _text(error.stderr), True
        found = json.loads(answer.read_text(encoding="utf-8")) if answer.is_file() else None
    return said, found, stopped


def _environment() -> dict[str, str]:
    """As here; deg is imported from where it was here, also from a source tree that is not installed."""
    root = Path(__file__).parents[2]
    if root.name == "site-packages":
        return dict(os.environ)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
    }


def _text(said: bytes | str | None) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said or ""


def _last(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1][:200] if lines else ""
