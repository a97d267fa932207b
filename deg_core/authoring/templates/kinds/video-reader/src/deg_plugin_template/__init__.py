"""A plugin for deg: the video reader template-name."""
