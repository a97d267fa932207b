"""Predicts ethograms of recordings and of any other video, many at once, going on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from deg_core.data.pose import Pose
from deg_core.data.record import Record
from deg_core.errors import DegError, ProjectError
from deg_core.inference.classify import infer_logits
from deg_core.inference.extract import FeatureNetwork, extract_blocks
from deg_core.inference.stages import ahead
from deg_core.interfaces import VideoReader
from deg_core.jobs.decision import DecisionRule, decision_rule
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.models import TrainedPipeline, identity_of
from deg_core.jobs.pose import check_length, pose_path, read_pose, see_pose, without_pose
from deg_core.jobs.workspace import Workspace
from deg_core.networks.tensors import probabilities_of
from deg_core.progress import Progress
from deg_core.project.files import fingerprint, sha256_of
from deg_core.project.pose_file import load_pose, save_pose
from deg_core.project.run_record import RunRecord
from deg_core.project.store import Decisions, Identity, LatentStore, growing_prediction, has_decisions, has_latents


@dataclass(frozen=True, slots=True)
class Target:
    """A video to predict, and where the prediction goes.

    Attributes:
        name: What it is called.
        video_path: The video.
        prediction_path: Where the prediction goes.
        record: The recording of the project that it is, if any.
        pose_file: Of a video outside of the project: its pose as a tracker wrote it, and in what format.
    """

    name: str
    video_path: Path
    prediction_path: Path
    record: Record | None = None
    pose_file: tuple[Path, FormatChoice] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: newly predicted, kept since nothing changed, or failed and why."""

    target: Target
    status: Literal["predicted", "kept", "failed"]
    error: DegError | None = None


def find_targets(workspace: Workspace, names: Sequence[str], output: Path | None = None) -> list[Target]:
    """Turn names of recordings, or paths of videos, into targets. No names: every recording.

    Raises:
        ProjectError: A name is neither, or two videos would write the same file.
    """
    records = {record.name: record for record in workspace.records()}
    if not names and not records:
        raise ProjectError("the project has no recordings", where=str(workspace.layout.root), fix="deg add VIDEO ...")
    folder = output or workspace.layout.predictions
    targets = []
    for name in names or records:
        record = records.get(name)
        path = Path(name) if record is None else record.video_path
        if record is None and not path.exists():
            raise ProjectError(
                f"{name!r} is neither a recording nor a file",
                where=str(workspace.layout.root),
                fix=f"recordings: {', '.join(records) or 'none'}",
            )
        stem = path.stem if record is None else name
        targets.append(Target(stem, path.resolve(), folder / f"{stem}.h5", record))
    owners = {} if output else {workspace.layout.prediction(n): r.video_path.resolve() for n, r in records.items()}
    return distinct(targets, owners)


def distinct(targets: Sequence[Target], owners: dict[Path, Path]) -> list[Target]:
    """Refuse two videos that would write one file; a video named twice is predicted once."""
    seen = {}
    for target in targets:
        other = owners.setdefault(target.prediction_path, target.video_path)
        if other != target.video_path:
            raise ProjectError(
                f"{target.video_path} and {other} would both write {target.prediction_path.name}",
                where=str(target.prediction_path),
                fix="predict them one at a time with --output FOLDER",
            )
        seen[target.prediction_path] = target
    return list(seen.values())


def predict_targets(
    workspace: Workspace,
    pipeline: TrainedPipeline,
    targets: Sequence[Target],
    progress: Progress,
    *,
    anew: bool = False,
) -> list[Outcome]:
    """Predict every target. One that fails does not stop the others.

    Args:
        workspace: The project.
        pipeline: Trained networks.
        targets: What to predict.
        progress: Who is told.
        anew: Predict also what these runs have predicted already.

    Raises:
        DegError: There is no rule to decide by, see `decision_rule`.
    """
    rule = decision_rule(workspace, pipeline.sequence_run)
    outcomes = []
    for target in targets:
        try:
            status = _predict_one(workspace, pipeline, rule, target, progress, anew=anew)
            outcomes.append(Outcome(target, status))
        except DegError as error:
            outcomes.append(Outcome(target, "failed", error))
    return outcomes


def _predict_one(
    workspace: Workspace,
    pipeline: TrainedPipeline,
    rule: DecisionRule,
    target: Target,
    progress: Progress,
    *,
    anew: bool,
) -> Literal["predicted", "kept"]:
    if pipeline.features.pose is not None and target.record is None and target.pose_file is not None:
        pose = read_pose(workspace, target.video_path, *target.pose_file)
        save_pose(_pose_path(target), pose)
    path = target.prediction_path
    runs = identity_of(pipeline.features_run), identity_of(pipeline.sequence_run)
    if anew:
        path.unlink(missing_ok=True)
    elif path.is_file() and has_decisions(path, _fingerprint(target, pipeline.features), *runs, rule.text):
        return "kept"
    with _up_to_date(workspace, pipeline.features, pipeline.features_run, target, progress) as store:
        store.write_decisions(_decide(store, pipeline, rule))
    return "predicted"


def extract_latents(
    workspace: Workspace, network: FeatureNetwork, run: RunRecord, targets: Sequence[Target], progress: Progress
) -> None:
    """Bring latents of every target up to date, for training a sequence model.

    Raises:
        DegError: The first target that fails.
    """
    for target in targets:
        path = target.prediction_path
        if path.is_file() and has_latents(path, _fingerprint(target, network), identity_of(run)):
            continue
        with _up_to_date(workspace, network, run, target, progress):
            pass


@contextmanager
def _up_to_date(
    workspace: Workspace, network: FeatureNetwork, run: RunRecord, target: Target, progress: Progress
) -> Iterator[LatentStore]:
    """A target's file, with latents of every frame in it. No video is opened for an extractor of pose alone."""
    pose = None if network.pose is None else load_pose(_pose_path(target))
    video = workspace.open_video(target.video_path) if network.needs_frames else None
    try:
        if video is not None and pose is not None:
            check_length(pose, video.n_frames, where=f"recording {target.name!r}")
        seen = cast("VideoReader | Pose", pose if video is None else video)
        identity = Identity(
            recording=target.name,
            fingerprint=_fingerprint(target, network),
            features_run=identity_of(run),
            n_frames=seen.n_frames,
            frames_per_second=float(seen.frames_per_second or 0),
        )
        path = target.prediction_path
        with growing_prediction(path, identity, network.extractor.n_latents, network.n_outputs) as store:
            _fill_latents(store, video, pose, network, progress, target.name)
            yield store
    finally:
        if video is not None:
            video.close()


def _pose_path(target: Target) -> Path:
    """Where a target's pose is, once it was read: with the recording, or beside the prediction."""
    if target.record is not None:
        return pose_path(target.record)
    if target.pose_file is None:
        raise without_pose(target.name, "deg predict VIDEO --pose FILE, or bring both into a project with deg add")
    return target.prediction_path.with_suffix(".pose.h5")


def _fingerprint(target: Target, network: FeatureNetwork) -> str:
    """Of all that is looked at: the video, and its pose where the extractor looks at that."""
    video = fingerprint(target.video_path)
    if network.pose is None:
        return video
    return f"{video} {sha256_of(_pose_path(target))}"


def _fill_latents(
    store: LatentStore,
    video: VideoReader | None,
    pose: Pose | None,
    network: FeatureNetwork,
    progress: Progress,
    name: str,
) -> None:
    done = store.frames_done
    if done == store.n_frames:
        return
    pose_TQ = None
    if network.pose is not None and pose is not None:
        pose_TQ = see_pose(network.pose, pose, where=f"recording {name!r}")
    try:
        with progress.task(f"features of {name}", store.n_frames, done) as task:
            for latents, logits in ahead(extract_blocks(video, network, done, pose_TQ)):
                if _is_mixed(store, network):
                    break
                store.append(latents, logits)
                task.advance(len(latents))
    except Exception as error:
        if hasattr(error, "add_note"):  # Python 3.11; the note names the culprit, the error stays what it is
            error.add_note(f"in feature extractor {network.label}, after frame {store.frames_done} of {name}")
        raise
    if store.frames_done < store.n_frames:
        _fill_latents(store, video, pose, network, progress, name)


def _is_mixed(store: LatentStore, network: FeatureNetwork) -> bool:
    """Note which engine answers; another one than before goes on with nothing, but begins again."""
    engine = "" if network.engine is None else network.engine.label
    if store.engine == engine:
        return False
    is_begun = store.frames_done > 0
    store.begin_again(engine)
    return is_begun


def _decide(store: LatentStore, pipeline: TrainedPipeline, rule: DecisionRule) -> Decisions:
    run = pipeline.sequence_run
    logits = store.known_logits(identity_of(run))
    if logits is None:
        logits = infer_logits(
            lambda start, stop: store.read(pipeline.takes, start, stop),
            store.n_frames,
            pipeline.sequence,
            pipeline.features.device,
            label=pipeline.sequence_label,
        )
    probabilities = probabilities_of(logits, exclusive=run.exclusive)
    present = rule.decide(probabilities)
    return Decisions(identity_of(run), run.behaviours, logits, probabilities, rule.thresholds, present, rule.text)
