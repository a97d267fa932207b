from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from click.testing import Result

from deg_core import Project
from deg_core.api import ProjectError
from deg_core.testing import untrained_runs


def test_a_dark_video_is_flagged_with_the_reason(run: Callable[..., Result], project: Project) -> None:
    untrained_runs(project.workspace)
    like = run(project, "drift", "--json")
    tested = {span.record for part in ("validation", "test") for span in project.workspace.split().part(part)}
    assert set(json.loads(like.output)) == tested
    assert like.exit_code == 0, like.output
    name = sorted(tested)[0]
    path = project.record(name).video_path
    np.save(path, np.load(path) // 8)
    odd = run(project, "drift")
    assert odd.exit_code == 1
    line = next(line for line in odd.output.splitlines() if line.startswith(name))
    assert "it is darker" in line


def test_where_all_was_learned_from_there_is_nothing_to_compare(run: Callable[..., Result], project: Project) -> None:
    project.split(type(project.manifest.split)(fractions=(1.0, 0.0, 0.0)))
    untrained_runs(project.workspace)
    with pytest.raises(ProjectError, match="learned from every recording"):
        run(project, "drift")
