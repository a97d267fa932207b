"""What is needed to repeat a run: software, settings, data and commands, from its card and those it was built on."""

from __future__ import annotations

from typing import Any

from deg_core.errors import DegError
from deg_core.jobs.software import changed_since
from deg_core.jobs.workspace import Workspace
from deg_core.project.files import fingerprint, sha256_of
from deg_core.project.run_record import RunRecord
from deg_core.project.runs import newest_run, run_chain


def run_card(workspace: Workspace, run_id: str | None = None) -> dict[str, Any]:
    """Say what is needed to repeat a run.

    Args:
        workspace: The project.
        run_id: A run; by default the newest sequence run.

    Returns:
        Plain JSON: `runs` (the run first, then those it was built on), `project` (settings that give the same runs),
        `software`, `changed` (how what is installed differs), `data` (fingerprints of today), `commands`.

    Raises:
        ProjectError: Nothing is trained yet.
        CheckpointError: There is no such run, or one that it was built on is gone.
    """
    run_id = run_id or newest_run(workspace.layout, "sequence").run_id
    chain = run_chain(workspace.layout, run_id)
    stages = [run.stage for run in reversed(chain)]
    return {
        "run": run_id,
        "runs": [_run_values(run) for run in chain],
        "project": _project_values(workspace, chain),
        "split": chain[0].split.model_dump(mode="json"),
        "software": _software(chain),
        "changed": changed_since(_software(chain)),
        "git": chain[0].git,
        "data": _data(workspace, chain[0]),
        "commands": ["pip install -r deg-lock.txt", *(f"deg train {stage}" for stage in stages), "deg evaluate"],
    }


def _run_values(run: RunRecord) -> dict[str, Any]:
    used = {"plugin": run.plugin, "loss": run.loss, "postprocess": run.postprocess}
    return {
        "run": run.run_id,
        "stage": run.stage,
        "seed": run.seed,
        "weights_sha256": run.weights_sha256,
        "created": run.created.isoformat(),
        "scores": run.scores,
        **{role: each.model_dump(mode="json") for role, each in used.items() if each is not None},
    }


def _software(chain: list[RunRecord]) -> dict[str, str]:
    """Distributions and versions; where runs differ, those of the last one."""
    software: dict[str, str] = {}
    for run in reversed(chain):
        used = [each for each in (run.plugin, run.loss, run.postprocess) if each is not None and each.version]
        software |= {each.distribution: each.version for each in used} | run.versions
    return dict(sorted(software.items()))


def _project_values(workspace: Workspace, chain: list[RunRecord]) -> dict[str, Any]:
    """A project file with which `deg train` makes the same runs."""
    top = chain[0]
    values: dict[str, Any] = {
        **workspace.manifest.model_dump(mode="json", by_alias=True),  # what no card holds, such as augmentation
        "preset": None,
        "behaviours": list(top.behaviours),
        "exclusive": top.exclusive,
        "seed": top.seed,
        "image": top.image.model_dump(mode="json"),
        "teacher": top.taught_by and {"run": top.taught_by.source, "weight": top.taught_by.weight},
    }
    for run in chain:
        stage: dict[str, Any] = {"name": run.plugin.name, "settings": run.plugin.settings}
        if run.training:
            stage["training"] = run.training
        if run.loss is not None:
            stage["loss"] = {"name": run.loss.name, "settings": run.loss.settings}
        values[run.stage] |= stage
        if run.postprocess is not None:
            values["postprocess"] = {"name": run.postprocess.name, "settings": run.postprocess.settings}
    return values


def _data(workspace: Workspace, run: RunRecord) -> dict[str, dict[str, str]]:
    """Fingerprints of each recording of the split, as it is now; `gone` where it is not there."""
    split = run.split
    names = sorted({span.record for span in (*split.train, *split.validation, *split.test)})
    known = {record.name: record for record in workspace.records()}
    found = {}
    for name in names:
        try:
            video = fingerprint(known[name].video_path)
            labels = known[name].labels_path
            found[name] = {"video": video, "labels": sha256_of(labels) if labels else "gone"}
        except (KeyError, DegError):
            found[name] = {"video": "gone", "labels": "gone"}
    return found
