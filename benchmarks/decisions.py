"""Whether engines change what trained networks decide: all predict the same recordings, torch in 32 bit first.

Run `python benchmarks/decisions.py PROJECT ...`: trained projects, all of whose recordings are predicted.
Nothing is written into them. An engine answers however far it is from torch.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from engines import installed
from machine import describe_machine
from numpy.typing import NDArray

from deg_core import Project
from deg_core.inference.classify import infer_logits
from deg_core.inference.engine import StageEngine
from deg_core.inference.extract import FeatureNetwork, extract_blocks
from deg_core.jobs.decision import decision_rule
from deg_core.jobs.models import TrainedPipeline, load_pipeline
from deg_core.networks.tensors import probabilities_of


@dataclass(frozen=True)
class Answer:
    """What comes out by one engine.

    Attributes:
        logits: Of the sequence model, (T, K).
        present: Decisions, (T, K).
    """

    logits: NDArray[np.float32]
    present: NDArray[np.bool_]


def main(*roots: str) -> None:
    """Predict and compare, project by project, then over all of them."""
    print(describe_machine())
    found: dict[str, list[tuple[Answer, Answer]]] = {}
    for root in roots:
        project = Project(Path(root))
        pipeline = load_pipeline(project.workspace)
        first: Answer | None = None
        for label, network in networks(project, pipeline.features):
            answer = answer_all(project, replace(pipeline, features=network))
            first = first or answer
            found.setdefault(label, []).append((first, answer))
            print(f"{root}  {label:<16} {compare([(first, answer)])}", flush=True)
    for label, pairs in found.items():
        print(f"all  {label:<16} {compare(pairs)}")


def networks(project: Project, network: FeatureNetwork) -> Iterator[tuple[str, FeatureNetwork]]:
    """The trained feature stage by every engine, torch in 32 bit first."""
    for each in installed(project.workspace.catalog):
        free = replace(each, bound=math.inf)
        engine = StageEngine(network.stage, network.plan.window, network.plan.block_frames, [free])
        yield each.label, replace(network, engine=engine)


def answer_all(project: Project, pipeline: TrainedPipeline) -> Answer:
    """Decisions for all recordings, one after the other."""
    rule = decision_rule(project.workspace, pipeline.sequence_run)
    logits, present = [], []
    for record in project.recordings():
        with closing(project.workspace.open_video(record.video_path)) as video:
            blocks = list(extract_blocks(video, pipeline.features))
        seen = np.concatenate([block[pipeline.takes == "logits"] for block in blocks])
        found = infer_logits(lambda a, b, seen=seen: seen[a:b], len(seen), pipeline.sequence, torch.device("cpu"))
        logits.append(found)
        present.append(rule.decide(probabilities_of(found, exclusive=pipeline.sequence_run.exclusive)))
    return Answer(np.concatenate(logits), np.concatenate(present))


def compare(pairs: list[tuple[Answer, Answer]]) -> str:
    """Changed decisions and differences of logits, in words."""
    changed = np.concatenate([one.present != other.present for one, other in pairs])
    off = max(float(np.abs(one.logits - other.logits).max() / np.abs(one.logits).max()) for one, other in pairs)
    frames = changed.any(axis=1)
    return (
        f"decisions change in {frames.sum()} of {len(frames)} frames ({frames.mean():.2%}), "
        f"{changed.mean():.3%} of decisions; logits differ by up to {off:.1e} of the largest"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
