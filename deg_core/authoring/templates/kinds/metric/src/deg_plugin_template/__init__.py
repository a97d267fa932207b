"""A plugin for deg: the metric template-name."""
