"""From names and raw settings to descriptors and checked settings. After this, no dict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from deg_core.catalog import Catalog, Offer
from deg_core.data.timeline import Timeline
from deg_core.descriptors import (
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LossPlugin,
    MetricPlugin,
    Plugin,
    PluginSettings,
    PostProcessorPlugin,
    SequenceModelPlugin,
    VideoReaderPlugin,
)
from deg_core.errors import DegError, ManifestError, PluginFailedError, VideoError, did_you_mean
from deg_core.interfaces import TimedVideoReader, VideoReader
from deg_core.project.checked_video import CheckedVideo
from deg_core.project.manifest import Manifest, Slot
from deg_core.project.run_record import PluginUsed

P = TypeVar("P", bound=Plugin[Any])

DEFAULT_READER = "pyav"
"""Wins where several readers can open a kind of file, and is tried for kinds that nobody claims."""


@dataclass(frozen=True, slots=True)
class Chosen(Generic[P]):
    """A plugin with its checked settings, and where it came from."""

    plugin: P
    settings: PluginSettings
    offer: Offer

    def used(self) -> PluginUsed:
        """As it is written on a run's card."""
        source = self.offer.source
        return PluginUsed(
            name=self.plugin.name,
            distribution=source.distribution,
            version=source.version,
            settings=self.settings.model_dump(mode="json"),
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What fills every slot of a project."""

    flow: Chosen[FlowGeneratorPlugin[Any]]
    features: Chosen[FeatureExtractorPlugin[Any]]
    sequence: Chosen[SequenceModelPlugin[Any]]
    features_loss: Chosen[LossPlugin[Any]]
    sequence_loss: Chosen[LossPlugin[Any]]
    postprocess: Chosen[PostProcessorPlugin[Any]]
    metrics: tuple[MetricPlugin[Any], ...]


def resolve(manifest: Manifest, catalog: Catalog, *, where: str = "project.yaml") -> Choices:
    """Find every plugin a manifest names and check its settings.

    Raises:
        PluginNotFoundError: A name that nobody offers.
        PluginConflictError: A name that several offer.
        ManifestError: Settings that a plugin does not take.
    """
    return Choices(
        flow=choose(catalog, FlowGeneratorPlugin, manifest.flow, where=f"{where}, flow"),
        features=choose(catalog, FeatureExtractorPlugin, manifest.features, where=f"{where}, features"),
        sequence=choose(catalog, SequenceModelPlugin, manifest.sequence, where=f"{where}, sequence"),
        features_loss=_loss(manifest, manifest.features.loss, catalog, f"{where}, features.loss"),
        sequence_loss=_loss(manifest, manifest.sequence.loss, catalog, f"{where}, sequence.loss"),
        postprocess=choose(catalog, PostProcessorPlugin, manifest.postprocess, where=f"{where}, postprocess"),
        metrics=tuple(catalog.get(MetricPlugin, name, where=f"{where}, metrics") for name in manifest.metrics),
    )


def choose(catalog: Catalog, kind: type[P], slot: Slot, *, where: str) -> Chosen[P]:
    """Find the plugin that a slot names and check the slot's settings."""
    offer = catalog.find(kind, slot.name, where=f"{where}.name")
    settings = check_settings(offer.plugin, slot.settings, where=f"{where}.settings")
    return Chosen(offer.plugin, settings, offer)  # type: ignore[arg-type]  # find looked for this kind


def check_settings(plugin: Plugin[Any], values: Mapping[str, Any], *, where: str) -> PluginSettings:
    """Check raw settings against a plugin's model.

    Raises:
        ManifestError: An unknown name or an impossible value; says what the plugin takes.
    """
    try:
        settings: PluginSettings = plugin.settings.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        takes = list(plugin.settings.model_fields)
        meant = "" if name in takes else did_you_mean(name, takes)
        raise ManifestError(
            f"{plugin.kind} {plugin.name!r}: {name}: {first['msg'].removeprefix('Value error, ')}",
            where=f"{where}.{name}" if name else where,
            fix=f"{meant}it takes: {', '.join(takes) or 'no settings'}",
        ) from None
    return settings


def _loss(manifest: Manifest, slot: Slot | None, catalog: Catalog, where: str) -> Chosen[LossPlugin[Any]]:
    slot = slot or Slot(name="cross-entropy" if manifest.exclusive else "focal-bce")
    chosen = choose(catalog, LossPlugin, slot, where=where)
    if chosen.plugin.exclusive != manifest.exclusive:
        needs = "takes behaviours to exclude each other" if chosen.plugin.exclusive else "lets behaviours overlap"
        raise ManifestError(
            f"loss {slot.name!r} {needs}, but the project says exclusive: {str(manifest.exclusive).lower()}",
            where=f"{where}.name",
            fix="change one of the two; without a name deg picks one that fits",
        )
    return chosen


def choose_reader(manifest: Manifest, catalog: Catalog, path: Path) -> Chosen[VideoReaderPlugin[Any]]:
    """The reader for a video of a project: the one the manifest names, else by kind of file; see `reader_for`."""
    return reader_for(manifest.video, catalog, path, where="project.yaml, video")


def reader_for(slot: Slot, catalog: Catalog, path: Path, *, where: str) -> Chosen[VideoReaderPlugin[Any]]:
    """The reader for a video: the one that is named, else by kind of file.

    Raises:
        ManifestError: Several readers claim this kind of file and none is deg's own choice.
    """
    if slot.name != "auto":
        return choose(catalog, VideoReaderPlugin, slot, where=where)
    name = "images" if path.is_dir() else _reader_for(path.suffix.lower(), catalog, where)
    return choose(catalog, VideoReaderPlugin, Slot(name=name, settings=slot.settings), where=where)


def _reader_for(suffix: str, catalog: Catalog, where: str) -> str:
    claims = [o.plugin.name for o in catalog.of_kind(VideoReaderPlugin) if suffix in o.plugin.suffixes]  # type: ignore[attr-defined]
    if DEFAULT_READER in claims or not claims:
        return DEFAULT_READER
    if len(claims) > 1:
        raise ManifestError(
            f"several readers open {suffix} files: {', '.join(claims)}",
            where=where,
            fix=f"choose one, such as `video: {{name: {claims[0]}}}`",
        )
    return claims[0]


def open_video(chosen: Chosen[VideoReaderPlugin[Any]], path: Path) -> VideoReader:
    """Open a video.

    Raises:
        VideoError: It is missing or cannot be read.
        PluginFailedError: The reader broke.
    """
    if not path.exists():
        raise VideoError(
            "the video is not there", where=str(path), fix="bring it back, or mend the path in its recording.yaml"
        )
    try:
        reader = chosen.plugin.open(path, chosen.settings)
    except DegError:
        raise
    except Exception as error:
        note = f"in video reader {chosen.plugin.name!r} from {chosen.offer.source}, opening {path}"
        raise PluginFailedError(
            f"video reader {chosen.plugin.name!r} failed: {error!r}", where=note, fix="tell its authors"
        ) from error
    lacks = [name for name in ("n_frames", "frames_per_second", "read", "close") if not hasattr(reader, name)]
    if lacks:
        raise PluginFailedError(
            f"video reader {chosen.plugin.name!r} from {chosen.offer.source} gave a {type(reader).__name__} without "
            + ", ".join(lacks),
            where=str(path),
            fix="use another reader (video.name), and tell its authors; `deg plugin check` finds it",
        )
    return CheckedVideo.of(reader, f"{chosen.plugin.name!r} from {chosen.offer.source}")


def timeline_of(reader: VideoReader, name: str) -> Timeline:
    """When each frame of an open video was taken."""
    if isinstance(reader, TimedVideoReader):
        return Timeline(name, reader.times_s, reader.frames_per_second)
    return Timeline.regular(name, reader.n_frames, reader.frames_per_second)
