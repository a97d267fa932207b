"""What can be set for each label format. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from deg_core.api import PluginSettings


class CodingSettings(PluginSettings):
    """What to take from a file of events or bouts, and what it means."""

    subject: str | None = Field(
        default=None,
        description="Read only what is about this animal; needed where there are several. Written as given.",
    )
    annotator: str | None = Field(
        default=None, description="Read only what this person saw; needed where there are several."
    )
    time_offset_s: float | None = Field(
        default=None,
        description="Seconds to take off all times; needed where the file states a time offset other than 0.",
    )
    rate_tolerance: float = Field(
        default=0.01, ge=0, description="Share by which the file's frame rate may differ from the video's."
    )
    points: Literal["keep", "drop"] = Field(default="keep", description="Whether instants count as behaviour.")
    point_s: float = Field(default=0.0, ge=0, description="How long an instant lasts, seconds; at least one frame.")
    modifiers: Literal["drop", "join"] = Field(
        default="drop",
        description="`join` makes behaviours of their own of those with modifiers, such as `groom (fast)`.",
    )


class ObservedSettings(CodingSettings):
    """The same, of files that may hold several observations."""

    observation: str | None = Field(
        default=None,
        description="Read only this observation, recording or video. By default the one whose file name is the "
        "recording's own; needed where that does not decide. Written as given.",
    )


class BorisSettings(ObservedSettings):
    """What to take from BORIS."""

    subject: str | None = Field(
        default=None,
        description="Read only this subject, `No focal subject` for events without one; needed where the file has "
        "several. Written as given.",
    )


class BoutsCsvSettings(CodingSettings):
    """What a table of bouts means."""

    unit: Literal["auto", "seconds", "frames"] = Field(
        default="auto",
        description="Unit of start and stop. `auto`: as the header says (`start_s`, `start_frame`); written: seconds.",
    )
    recording: str | None = Field(
        default=None,
        description="Read only rows of this recording. By default those whose file name is the recording's own, where "
        "the table has several.",
    )
    map: dict[Literal["start", "stop", "behaviour", "subject", "annotator", "recording"], str] = Field(
        default_factory=dict,
        description="Which column is which, where its name does not tell: `{start: t0, stop: t1, behaviour: x}`.",
    )
    first_frame: Literal[0, 1] = Field(default=0, description="Number of the first frame, where the unit is frames.")
    stop_inside: bool = Field(
        default=False, description="Whether `stop` is the last frame of a bout, not the first one after it."
    )


class FrameSettings(PluginSettings):
    """What to take from a file with a value for each frame."""

    observation: str | None = Field(
        default=None, description="Read only this recording. By default the one of the video's name, or the only one."
    )
    annotator: str | None = Field(default=None, description="Read only what this person saw; needed where several did.")


class SimbaSettings(PluginSettings):
    """Where SimBA's classifiers stand."""

    classifiers: tuple[str, ...] = Field(
        default=(),
        description="Names of the classifiers, as in the project's config. Needed for reading, since nothing in the "
        "file tells them from features.",
    )


class SampledSettings(PluginSettings):
    """What to take from a file with samples at times of its own."""

    subject: str | None = Field(
        default=None, description="Read only this animal or arena; needed where there are several."
    )
    time_offset_s: float | None = Field(
        default=None, description="Seconds to take off all times. By default what the file says, if anything."
    )


class TierSettings(ObservedSettings):
    """How the tiers of a file are to be understood."""

    behaviour_is: Literal["text", "tier"] | None = Field(
        default=None,
        description="Whether a behaviour is what an annotation says, or the name of its tier; needed where both could "
        "be.",
    )
    tiers: tuple[str, ...] = Field(
        default=(), description="Read only these tiers; needed where several tiers say different things."
    )


class CvatSettings(CodingSettings):
    """How CVAT's tracks are to be understood."""

    attribute: str | None = Field(
        default=None,
        description="The attribute that names the behaviour, in place of the label; changes within a track.",
    )


class JWatcherSettings(CodingSettings):
    """What JWatcher's keys mean."""

    lasts: Literal["instant", "until-next"] | None = Field(
        default=None, description="How long a behaviour lasts, which the file does not say; needed."
    )


class LmtSettings(CodingSettings):
    """What to take from Live Mouse Tracker."""

    events: tuple[str, ...] = Field(
        default=(), description="Read only these events. By default all of them, those of its own book-keeping too."
    )
    first_frame: int | None = Field(
        default=None,
        description="Number that the video's first frame has in the database; needed where the two differ in length. "
        "Events outside of the video are then left out.",
    )


class AnvilSettings(TierSettings):
    """How Anvil's tracks are to be understood."""

    attribute: str | None = Field(
        default=None, description="The attribute that names the behaviour; needed where elements have several."
    )
