"""A plugin for deg: the sequence model template-name."""
