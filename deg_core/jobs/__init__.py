"""Whole-project work: what the command line and `deg_core.Project` both do. Each job takes a workspace."""
