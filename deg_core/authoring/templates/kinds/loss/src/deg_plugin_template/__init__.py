"""A plugin for deg: the loss template-name."""
