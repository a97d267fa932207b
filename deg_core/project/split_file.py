"""Keeps a split in `split.yaml`, so that every stage and every later run uses the same one."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from deg_core.data.record import Span
from deg_core.data.splits import PARTS, Split
from deg_core.data.whole_file import write_text
from deg_core.errors import ManifestError, ProjectError
from deg_core.project.layout import Layout
from deg_core.project.manifest import Section, SplitSettings
from deg_core.project.manifest_file import dump_yaml
from deg_core.project.run_record import SpanCard, SplitCard
from deg_core.project.yaml_values import yaml_values


class SplitFile(Section):
    """What `split.yaml` holds."""

    settings: SplitSettings
    guard_frames: int
    folds: tuple[SplitCard, ...]


def save_splits(layout: Layout, splits: Sequence[Split], settings: SplitSettings, guard_frames: int) -> None:
    """Write `split.yaml`."""
    document = SplitFile(
        settings=settings, guard_frames=guard_frames, folds=tuple(split_to_card(split) for split in splits)
    )
    write_text(layout.split, dump_yaml(document.model_dump(mode="json")))


def load_split(layout: Layout, fold: int = 0) -> Split:
    """The split of a project.

    Args:
        layout: The project.
        fold: Which fold, where there are several; counts from 0.

    Raises:
        ProjectError: There is none yet, or no such fold.
        ManifestError: The file is damaged.
    """
    if not layout.split.is_file():
        raise ProjectError("the data are not split yet", where=str(layout.root), fix="divide them: deg split")
    try:
        document = SplitFile.model_validate(yaml_values(layout.split))
    except ValidationError as error:
        problem = "; ".join(str(error).splitlines()[1:3])
        raise ManifestError(f"damaged: {problem}", where=str(layout.split), fix="make it anew: deg split") from None
    if fold >= len(document.folds):
        raise ProjectError(
            f"no fold {fold}: the split has {len(document.folds)}",
            where=str(layout.split),
            fix="folds count from 0; make more with: deg split --folds K",
        )
    return split_from_card(document.folds[fold])


def split_to_card(split: Split) -> SplitCard:
    """A split as it is written."""
    return SplitCard(
        **{
            part: tuple(SpanCard(record=s.record, start=s.start, stop=s.stop) for s in split.part(part))
            for part in PARTS
        }
    )


def split_from_card(card: SplitCard) -> Split:
    """A split as it was written."""
    return Split(*(tuple(Span(s.record, s.start, s.stop) for s in getattr(card, part)) for part in PARTS))
