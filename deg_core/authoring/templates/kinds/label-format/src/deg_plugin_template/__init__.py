"""A plugin for deg: the label format template-name."""
