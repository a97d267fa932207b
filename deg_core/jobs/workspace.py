"""An open project: where it is, what it says, and the plugins that it chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deg_core.catalog import Catalog, load_catalog
from deg_core.data.frames import FramePreparation
from deg_core.data.labels import Labels
from deg_core.data.record import Record
from deg_core.data.splits import Split
from deg_core.descriptors import VideoReaderPlugin
from deg_core.interfaces import VideoReader
from deg_core.project.layout import Layout
from deg_core.project.manifest import ImageSettings, Manifest
from deg_core.project.manifest_file import load_manifest
from deg_core.project.records import list_records, load_labels, load_record
from deg_core.project.resolve import Choices, Chosen, choose, choose_reader, open_video, resolve
from deg_core.project.split_file import load_split


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open project.

    Attributes:
        layout: Its paths.
        manifest: What its file says.
        catalog: Installed plugins.
        choices: Those that it chose, with checked settings.
    """

    layout: Layout
    manifest: Manifest
    catalog: Catalog
    choices: Choices

    @property
    def name(self) -> str:
        """What the manifest calls the project, else the name of its folder."""
        return self.manifest.name or self.layout.root.name

    def records(self, names: Sequence[str] = ()) -> list[Record]:
        """The named recordings, or all."""
        return [load_record(self.layout, name) for name in names] if names else list_records(self.layout)

    def labels(self, record: Record) -> Labels | None:
        """Labels of a recording in the project's columns; None where nobody scored it."""
        return load_labels(record, self.manifest.behaviours)

    def labelled(self) -> dict[str, Labels]:
        """Labels of every recording that has some, by name."""
        found = {record.name: self.labels(record) for record in self.records()}
        return {name: labels for name, labels in found.items() if labels is not None}

    def open_video(self, path: Path) -> VideoReader:
        """Open a video with the reader that the project chose for its kind."""
        return open_video(choose_reader(self.manifest, self.catalog, path), path)

    def reader_named(self) -> Chosen[VideoReaderPlugin[Any]] | None:
        """The video reader that the manifest names; None where it leaves that to the kind of file."""
        where, slot = f"{self.layout.manifest}, video", self.manifest.video
        return None if slot.name == "auto" else choose(self.catalog, VideoReaderPlugin, slot, where=where)

    def split(self, fold: int | None = None) -> Split:
        """The split that training and evaluation use."""
        return load_split(self.layout, self.manifest.split.fold if fold is None else fold)


def open_workspace(root: Path, catalog: Catalog | None = None) -> Workspace:
    """Open the project in a folder.

    Args:
        root: The folder that holds `project.yaml`.
        catalog: Plugins to choose from; by default all that are installed.

    Raises:
        ManifestError: There is no project, or its file has a mistake.
        PluginNotFoundError: It names a plugin that is not installed.
    """
    layout = Layout(root.resolve())
    manifest = load_manifest(layout.manifest)
    catalog = catalog if catalog is not None else load_catalog()
    return Workspace(layout, manifest, catalog, resolve(manifest, catalog, where=str(layout.manifest)))


def preparation_of(image: ImageSettings) -> FramePreparation:
    """How frames are cropped and resized for networks of these settings."""
    return FramePreparation(size=image.size, crop=image.crop, resize=image.resize)
