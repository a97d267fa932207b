"""A plugin for deg: the command template-name."""
