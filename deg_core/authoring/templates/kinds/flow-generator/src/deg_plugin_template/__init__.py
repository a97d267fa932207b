"""A plugin for deg: the flow generator template-name."""
