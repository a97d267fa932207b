"""What can be wrong with tracks."""

from __future__ import annotations

from deg_core.api import VideoError


class TracksError(VideoError):
    """Tracks do not say what they should, or are not those of the video. A `VideoError`, since a reader raises it."""
