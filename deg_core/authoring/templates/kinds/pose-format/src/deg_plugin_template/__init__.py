"""A plugin for deg: the pose format template-name."""
