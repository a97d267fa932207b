"""A plugin for deg: the engine template-name."""
